using System.Reflection;

namespace Smp.Runtime.Loading;

/// <summary>
/// Every plugin folder that was loaded since the host started, one loader for each. Switching a plugin off and on finds its loader again,
/// so memory is bounded by the number of distinct versions loaded.
/// </summary>
/// <remarks>One for each host. Folders hold one version for good: a new version comes in a new folder.</remarks>
internal sealed class PluginContexts(SharedAssemblies shared)
{
    private readonly Dictionary<string, PluginLoader> loaders = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>What plugins export, loaded beside them.</summary>
    public ExportContexts Exports { get; } = new(shared);

    /// <summary>The full paths of the assemblies that are held, in the order of their names.</summary>
    public IReadOnlyList<string> Held
    {
        get
        {
            lock (gate) return [.. loaders.Keys.Select(key => key.Split('\n')[0]).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>The loader for the plugin in a folder, the same each time.</summary>
    /// <param name="folder">The folder of one version of the plugin.</param>
    /// <param name="assembly">The file name of its assembly.</param>
    /// <param name="contracts">
    /// The exports that it shares: its own, and those of what it requires. With others it is loaded anew, since its code is bound to them.
    /// </param>
    /// <exception cref="InvalidOperationException">The <c>deps.json</c> is damaged.</exception>
    /// <exception cref="IOException">The <c>deps.json</c> can't be read.</exception>
    public PluginLoader Get(string folder, string assembly, IReadOnlyCollection<Assembly>? contracts = null)
    {
        var path = Path.GetFullPath(assembly, Path.GetFullPath(folder));
        var key = contracts is { Count: > 0 } ? $"{path}\n{ExportContexts.KeyOf(contracts)}" : path;
        lock (gate)
        {
            if (!loaders.TryGetValue(key, out var loader))
                loaders[key] = loader = new(new() { MainAssemblyPath = path, SharedAssemblies = shared, Contracts = contracts ?? [] });
            return loader;
        }
    }
}
