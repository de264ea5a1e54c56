using System.Reflection;
using Smp.Runtime.Loading;

namespace Smp.Runtime.Store;

/// <summary>Which plugin a type speaks for, in one shell.</summary>
/// <param name="byAssembly">The running plugins' assemblies with their rights.</param>
internal sealed class PluginRights(IReadOnlyDictionary<Assembly, Rights> byAssembly)
{
    /// <exception cref="InvalidOperationException">The assembly isn't one of a plugin that runs here.</exception>
    public Rights Of(Assembly assembly) => byAssembly.TryGetValue(assembly, out var rights)
        ? rights
        : byAssembly.FirstOrDefault(plugin => plugin.Key.Owns(assembly)).Value
        ?? throw new InvalidOperationException($"{assembly.GetName().Name} is no plugin that runs in this clinic.");
}
