using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace OlderSdk;

/// <summary>Built with an older patch of the SDK than the host has.</summary>
public sealed class OlderSdkPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
    }

    public override string ToString()
    {
        var built = typeof(OlderSdkPlugin).Assembly.GetReferencedAssemblies().Single(a => a.Name == "Smp.Sdk");
        return $"Built with Smp.Sdk {built.Version!.ToString(3)}, runs with {typeof(IPlugin).Assembly.GetName().Version!.ToString(3)}";
    }
}
