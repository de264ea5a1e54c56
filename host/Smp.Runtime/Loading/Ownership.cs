using System.Reflection;
using System.Runtime.Loader;

namespace Smp.Runtime.Loading;

/// <summary>Whose an assembly is.</summary>
internal static class Ownership
{
    /// <summary>Whether an assembly is the plugin's own, or one of the private ones that were loaded beside it.</summary>
    public static bool Owns(this Assembly plugin, Assembly other) => other == plugin
        || AssemblyLoadContext.GetLoadContext(other) is { } context
            && context != AssemblyLoadContext.Default
            && context == AssemblyLoadContext.GetLoadContext(plugin);
}
