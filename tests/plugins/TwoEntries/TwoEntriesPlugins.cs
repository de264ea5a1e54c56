using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace TwoEntries;

public sealed class FirstPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }
}

public sealed class SecondPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }
}
