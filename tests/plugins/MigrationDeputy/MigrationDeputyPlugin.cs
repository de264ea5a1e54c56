using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace MigrationDeputy;

public sealed class MigrationDeputyPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }
}
