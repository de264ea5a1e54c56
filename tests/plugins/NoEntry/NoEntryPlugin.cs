using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace NoEntry;

internal sealed class HiddenPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }
}

public sealed class NeedyPlugin(string licence) : IPlugin
{
    public void ConfigureServices(IServiceCollection services) => services.AddSingleton(licence);
}

public abstract class UnfinishedPlugin : IPlugin
{
    public abstract void ConfigureServices(IServiceCollection services);
}
