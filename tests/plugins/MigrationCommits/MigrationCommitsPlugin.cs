using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace MigrationCommits;

public sealed class MigrationCommitsPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }
}
