using Microsoft.Extensions.DependencyInjection;

namespace Smp.Sdk;

/// <summary>
/// The entry point of a plugin. Its assembly has exactly one public class that implements it, with a public constructor
/// without parameters that does no work. A new instance is made for each shell, so nothing may be kept in statics.
/// </summary>
public interface IPlugin
{
    /// <summary>
    /// Registers what the plugin adds. Allowed are the plugin's own types, implementations of the SDK's extension points,
    /// hosted services, and options of its own types; anything else stops the plugin from loading, by name.
    /// Must return within 5 seconds.
    /// </summary>
    /// <param name="services">An empty collection of the plugin's own; the host's services can be injected, not replaced.</param>
    void ConfigureServices(IServiceCollection services);
}
