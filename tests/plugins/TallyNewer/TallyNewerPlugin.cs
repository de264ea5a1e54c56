using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;
using Tally.Contracts;

namespace TallyNewer;

/// <summary>Built with a newer version of what another module exports.</summary>
public sealed class TallyNewerPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services) => services.AddHandler<Tallied, Clearing>();
}

public sealed class Clearing(ITally tally) : IEventHandler<Tallied>
{
    public Task HandleAsync(Tallied @event, IUnitOfWork unit, CancellationToken token)
    {
        tally.Clear("Enough.");
        return unit.PublishAsync(new Cleared("Enough."), token);
    }
}
