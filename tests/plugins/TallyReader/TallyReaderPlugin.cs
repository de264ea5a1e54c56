using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;
using Smp.Sdk.Web;
using Tally.Contracts;

namespace TallyReader;

/// <summary>Uses what another module exports. With the file <c>trouble.txt</c> beside it, it also provides what that one provides itself.</summary>
public sealed class TallyReaderPlugin : IWebPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
        services.AddHandler<Tallied, Reader>().AddScoped<ITallyListener, Reader>();
        if (File.Exists(Path.Combine(Path.GetDirectoryName(typeof(TallyReaderPlugin).Assembly.Location)!, "trouble.txt"))) services.AddSingleton<ITally, Usurper>();
    }

    public void MapRoutes(IPluginRoutes routes) => routes.Api.MapGet("/count", (ITally tally) => TypedResults.Ok(new
    {
        tally.Count, From = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(typeof(ITally).Assembly.Location))),
    })).Demand("patients.view");
}

public sealed class Reader(ITally tally) : IEventHandler<Tallied>, ITallyListener
{
    public Task HandleAsync(Tallied @event, IUnitOfWork unit, CancellationToken token)
    {
        tally.Add(@event.Count);
        return Task.CompletedTask;
    }

    public string Hear(int count) => $"The reader heard {count}.";
}

public sealed class Usurper : ITally
{
    public int Count => -1;

    public void Add(int count)
    {
    }
}
