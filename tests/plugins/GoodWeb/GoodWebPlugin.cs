using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace GoodWeb;

public sealed class GoodWebPlugin : IWebPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
        services.Configure<NoteOptions>(options => options.Due = "Read the notes");
        services.AddScoped<Notes>()
            .AddWorklist<NotesToRead>()
            .AddPanel<NotesPanel>(PanelPlace.Patient, "test-web-notes", "Notes", "test.web.view")
            .AddHostedService<Ticker>();
    }

    public void MapRoutes(IPluginRoutes routes)
    {
        routes.Api.MapGet("/notes", async (Notes notes) => TypedResults.Ok(await notes.ListAsync())).Demand("test.web.view");
        routes.Api.MapPost("/recalls", async (Notes notes) => TypedResults.Ok(await notes.RecallAsync())).Demand("test.web.view");
        routes.Api.MapGet("/ticker", () => TypedResults.Ok(new Ticks(Ticker.Running, Ticker.Most, Ticker.Starts))).Demand("test.web.view");

        // A request that stays until another one lets it go, and then still uses what its own shell provides.
        routes.Api.MapGet("/gate", async (Notes notes) =>
        {
            await Gate.WaitAsync();
            return TypedResults.Ok(await notes.ListAsync());
        }).Demand("test.web.view");
        routes.Api.MapGet("/gate/waiting", () => TypedResults.Ok(Gate.Waiting)).Demand("test.web.view");
        routes.Api.MapPost("/gate/open", () =>
        {
            Gate.Open();
            return TypedResults.NoContent();
        }).Demand("test.web.view");

        // A stream that goes on for as long as somebody listens.
        routes.Api.MapGet("/calls", (IPluginLifetime lifetime, [FromHeader(Name = "Last-Event-ID")] int? last, CancellationToken aborted) =>
            TypedResults.ServerSentEvents(lifetime.UntilStopping(token => Calls.SinceAsync(last ?? 0, token), aborted))).Demand("test.web.view");
        routes.Api.MapPost("/calls", () => TypedResults.Ok(Calls.Add())).Demand("test.web.view");
    }
}

public sealed record Ticks(int Running, int Most, int Starts);

public sealed class NoteOptions
{
    public string Due { get; set; } = "";
}
