using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace MigrationBroken;

public sealed class MigrationBrokenPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }
}
