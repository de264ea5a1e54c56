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

    /// <summary>The full paths of the assemblies that are held, in the order of their names.</summary>
    public IReadOnlyList<string> Held
    {
        get
        {
            lock (gate) return [.. loaders.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>The loader for the plugin in a folder, the same each time.</summary>
    /// <param name="folder">The folder of one version of the plugin.</param>
    /// <param name="assembly">The file name of its assembly.</param>
    /// <exception cref="InvalidOperationException">The <c>deps.json</c> is damaged.</exception>
    /// <exception cref="IOException">The <c>deps.json</c> can't be read.</exception>
    public PluginLoader Get(string folder, string assembly)
    {
        var path = Path.GetFullPath(assembly, Path.GetFullPath(folder));
        lock (gate)
        {
            if (!loaders.TryGetValue(path, out var loader))
                loaders[path] = loader = new(new() { MainAssemblyPath = path, SharedAssemblies = shared });
            return loader;
        }
    }
}
