using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace ThrowsInConstructor;

public sealed class ThrowsInConstructorPlugin : IPlugin
{
    public ThrowsInConstructorPlugin() => throw new InvalidOperationException("No licence was found.");

    public void ConfigureServices(IServiceCollection services)
    {
    }
}
