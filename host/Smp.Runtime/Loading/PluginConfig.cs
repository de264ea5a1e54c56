using System.Reflection;

namespace Smp.Runtime.Loading;

/// <summary>How a plugin is loaded.</summary>
public sealed record PluginConfig
{
    /// <summary>The full path of the plugin's assembly. Its folder must not change while the process lives.</summary>
    public required string MainAssemblyPath { get; init; }

    /// <summary>What the plugin takes from the host; everything else comes from its own folder.</summary>
    public required SharedAssemblies SharedAssemblies { get; init; }

    /// <summary>The exports that the plugin shares with others, in place of any copy in its folder.</summary>
    public IReadOnlyCollection<Assembly> Contracts { get; init; } = [];
}
