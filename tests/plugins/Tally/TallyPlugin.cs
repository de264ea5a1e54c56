using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;
using Smp.Sdk.Web;
using Tally.Contracts;

namespace Tally;

/// <summary>Exports an interface that it provides, one that it leaves open, and an event.</summary>
public sealed class TallyPlugin : IWebPlugin
{
    public void ConfigureServices(IServiceCollection services) => services.AddSingleton<ITally, Counter>();

    public void MapRoutes(IPluginRoutes routes) => routes.Api.MapPost("/count", async (IStore<TallyPlugin> store, IEnumerable<ITallyListener> listeners) =>
    {
        await store.WriteAsync(new Act("Counted"), async unit =>
        {
            await unit.PublishAsync(new Tallied(3));
            return true;
        });
        return TypedResults.Ok(listeners.Select(l => l.Hear(3)).ToArray());
    }).Demand("patients.view");
}

public sealed class Counter : ITally
{
    public int Count { get; private set; }

    public void Add(int count) => Count += count;
}
