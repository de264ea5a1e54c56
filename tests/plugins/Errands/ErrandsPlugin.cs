using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Errands;

/// <summary>Orders errands in units of work of its own.</summary>
public sealed class ErrandsPlugin : IWebPlugin
{
    public void ConfigureServices(IServiceCollection services) => services.AddJob<Errand, RunErrand>();

    public void MapRoutes(IPluginRoutes routes)
    {
        routes.Api.MapPost("/orders", async (IStore<ErrandsPlugin> store, NewErrand errand) =>
        {
            await store.WriteAsync(new Act("Ordered an errand"), async unit =>
            {
                await unit.OrderAsync(new Errand(errand.What), errand.Minutes is { } minutes ? unit.Now.AddMinutes(minutes) : null, errand.Key);
                if (errand.What == "regretted") throw Refuse.Because($"On second thoughts, no.");
                return true;
            });
            return TypedResults.NoContent();
        }).Demand("test.errands.run");
        routes.Api.MapPost("/unknown", async (IStore<ErrandsPlugin> store) => TypedResults.Ok(await store.WriteAsync(new Act("Ordered what nobody does"), async unit =>
        {
            await unit.OrderAsync(new NewErrand("what nobody does", null, null));
            return true;
        }))).Demand("test.errands.run");
        routes.Api.MapDelete("/orders/{key}", async (IStore<ErrandsPlugin> store, string key) => TypedResults.Ok(await store.WriteAsync(
            new Act("Took an errand back"), unit => unit.TakeBackAsync<Errand>(key)))).Demand("test.errands.run");
        routes.Api.MapGet("/done", async (IStore<ErrandsPlugin> store) => TypedResults.Ok((await store.ReadAsync(connection =>
            connection.QueryAsync<string>("SELECT what || ' by ' || actor FROM test_errands__done ORDER BY id"))).ToArray())).Demand("test.errands.run");
        routes.Api.MapPost("/go", () =>
        {
            RunErrand.Gate.TrySetResult();
            return TypedResults.NoContent();
        }).Demand("test.errands.run");
        routes.Api.MapGet("/begun", () => TypedResults.Ok(RunErrand.Begun)).Demand("test.errands.run");
    }
}

/// <summary>What the API is sent.</summary>
public sealed record NewErrand(string What, int? Minutes, string? Key);

/// <summary>The order.</summary>
public sealed record Errand(string What);

/// <summary>Does it, unless what it is says otherwise.</summary>
internal sealed class RunErrand(IStore<ErrandsPlugin> store, ICurrentActor actor) : IJob<Errand>
{
    private static int begun;

    /// <summary>What waits goes on when it is opened.</summary>
    public static TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static int Begun => Volatile.Read(ref begun);

    public async Task RunAsync(Errand order, CancellationToken token)
    {
        Interlocked.Increment(ref begun);
        if (order.What == "fails") throw new InvalidOperationException("The road is closed.");
        if (order.What == "is refused") throw Refuse.Because($"There is no such address.");
        if (order.What == "reads a wrong answer") JsonSerializer.Deserialize<int>("no number");
        if (order.What.StartsWith("waits", StringComparison.Ordinal)) await Gate.Task.WaitAsync(token);
        if (order.What == "takes long") await Task.Delay(Timeout.Infinite, token);
        await store.WriteAsync(new Act("Ran an errand"), async unit =>
        {
            await unit.Connection.ExecuteAsync("INSERT INTO test_errands__done (what, actor) VALUES (@What, @Name)", new { order.What, actor.Actor.Name });
            if (order.What == "one after another") await unit.OrderAsync(new Errand("the other"));
            return true;
        }, token);
    }
}
