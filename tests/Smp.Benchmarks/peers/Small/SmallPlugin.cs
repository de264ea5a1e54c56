using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Small;

/// <summary>One of everything: routes, a page, a panel, a worklist source, a service in the background, a table.</summary>
public sealed class SmallPlugin : IWebPlugin
{
    public void ConfigureServices(IServiceCollection services) => services
        .AddScoped<Things>()
        .AddWorklist<ThingsToDo>()
        .AddPanel<ThingsPanel>(PanelPlace.Patient, Own.Id + "-things", "Things", Own.View)
        .AddHostedService<Beat>();

    public void MapRoutes(IPluginRoutes routes)
    {
        routes.Api.MapGet("/things", async (Things things, CancellationToken token) => TypedResults.Ok(await things.ListAsync(token))).Demand(Own.View);
        routes.Api.MapGet("/things/{id:long}", async (Things things, long id, CancellationToken token) => TypedResults.Ok(await things.FindAsync(id, token))).Demand(Own.View);
        routes.Api.MapPost("/things", async (Things things, NewThing thing, CancellationToken token) => TypedResults.Ok(await things.AddAsync(thing, token))).Demand(Own.View);
        routes.Api.MapPost("/things/{id:long}/done", async (Things things, long id, CancellationToken token) =>
        {
            await things.DoAsync(id, token);
            return TypedResults.NoContent();
        }).Demand(Own.View);
    }
}

public sealed record Thing(long Id, string Words, DateOnly Due, bool Done);

public sealed record NewThing(string Words, DateOnly Due);

public sealed class Things(IStore<SmallPlugin> store)
{
    public Task<IReadOnlyList<Thing>> ListAsync(CancellationToken token) => store.ReadAsync<IReadOnlyList<Thing>>(async db =>
        [.. await db.QueryAsync<Thing>($"SELECT id, words, due, done FROM {Own.Table} ORDER BY id LIMIT 50")], token);

    public Task<Thing?> FindAsync(long id, CancellationToken token) => store.ReadAsync(db =>
        db.QuerySingleOrDefaultAsync<Thing>($"SELECT id, words, due, done FROM {Own.Table} WHERE id = @id", new { id }), token);

    public Task<long> AddAsync(NewThing thing, CancellationToken token) => store.WriteAsync(new Act("Added a thing"), unit =>
        unit.Connection.ExecuteScalarAsync<long>($"INSERT INTO {Own.Table} (words, due) VALUES (@Words, @Due) RETURNING id", thing), token);

    public Task<int> DoAsync(long id, CancellationToken token) => store.WriteAsync(new Act("Did a thing"), unit =>
        unit.Connection.ExecuteAsync($"UPDATE {Own.Table} SET done = 1 WHERE id = @id", new { id }), token);
}

public sealed class ThingsToDo(Things things) : IWorklistSource
{
    public string Permission => Own.View;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token) =>
        [.. (await things.ListAsync(token)).Where(t => !t.Done).Select(t => new WorklistEntry(t.Words, "", Own.Page, t.Due, Urgency.Notice))];
}

public sealed class Beat : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Delay(Timeout.Infinite, stoppingToken);
}
