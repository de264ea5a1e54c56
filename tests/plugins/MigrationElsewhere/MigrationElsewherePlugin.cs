using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace MigrationElsewhere;

public sealed class MigrationElsewherePlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }
}
