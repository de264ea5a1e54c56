using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;

namespace Smp.Runtime.Loading;

/// <summary>
/// The exports that were loaded since the host started, each content in a context of its own. Two versions of a plugin that export the very same file share
/// it, so those that use it needn't be loaded anew when the plugin is upgraded.
/// </summary>
internal sealed class ExportContexts(SharedAssemblies shared)
{
    private readonly Dictionary<string, Assembly> loaded = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>The assembly in a file, the same for the same content.</summary>
    /// <param name="file">Full path of the assembly.</param>
    /// <param name="uses">The exports of others that it refers to.</param>
    /// <exception cref="BadImageFormatException">It isn't an assembly that this process can run.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public Assembly Get(string file, IReadOnlyCollection<Assembly> uses)
    {
        using var content = File.OpenRead(file);
        var key = $"{Path.GetFileName(file)} {Convert.ToHexStringLower(SHA256.HashData(content))} {KeyOf(uses)}";
        lock (gate)
        {
            if (!loaded.TryGetValue(key, out var assembly))
                loaded[key] = assembly = new Context(file, shared, Contracts.ByName(uses)).LoadFromAssemblyPath(file);
            return assembly;
        }
    }

    /// <summary>Tells sets of exports apart: two of one name have other contents.</summary>
    public static string KeyOf(IEnumerable<Assembly> contracts) =>
        string.Join(' ', contracts.Select(c => $"{c.GetName().Name}:{c.ManifestModule.ModuleVersionId:N}").Order(StringComparer.Ordinal));

    private sealed class Context(string file, SharedAssemblies shared, IReadOnlyDictionary<string, Assembly> uses) : AssemblyLoadContext($"export {file}")
    {
        protected override Assembly? Load(AssemblyName assemblyName) => shared.Contains(assemblyName.Name!) ? null : uses.GetValueOrDefault(assemblyName.Name!);
    }
}

/// <summary>Exports, to be found by those who refer to them.</summary>
internal static class Contracts
{
    public static IReadOnlyDictionary<string, Assembly> ByName(IEnumerable<Assembly> contracts) =>
        contracts.DistinctBy(c => c.GetName().Name).ToDictionary(c => c.GetName().Name!, StringComparer.OrdinalIgnoreCase);
}
