using System.Reflection;
using System.Runtime.Loader;

namespace Smp.Runtime.Loading;

/// <summary>
/// Where a plugin's own files lie: first as its <c>deps.json</c> says, then beside its assembly. The check before loading and the loading itself
/// ask here, so that they agree.
/// </summary>
internal sealed class PrivateAssemblies
{
    private readonly string folder;
    private readonly IReadOnlyList<string> promised;
    private readonly AssemblyDependencyResolver resolver;

    /// <exception cref="InvalidOperationException">The <c>deps.json</c> is damaged.</exception>
    /// <exception cref="IOException">The <c>deps.json</c> can't be read.</exception>
    public PrivateAssemblies(string mainAssemblyPath)
    {
        folder = Path.GetDirectoryName(mainAssemblyPath)!;
        var dependencies = Path.ChangeExtension(mainAssemblyPath, ".deps.json");
        promised = File.Exists(dependencies) ? DependencyFile.Read(File.ReadAllBytes(dependencies)) : [];
        resolver = new(mainAssemblyPath);
    }

    /// <summary>The file of an assembly or of a satellite (a name with a culture), null when the plugin has none.</summary>
    public string? Find(AssemblyName name)
    {
        if (name.Name is not { } simple || Path.GetFileName(simple) != simple) return null;
        if (resolver.ResolveAssemblyToPath(name) is { } path) return path;
        var beside = Path.Combine(folder, name.CultureName ?? "", $"{simple}.dll");
        return File.Exists(beside) ? beside : null;
    }

    /// <summary>The assemblies that the <c>deps.json</c> names and that aren't there. The resolver passes over most of them.</summary>
    public IEnumerable<string> Lost =>
        promised.Where(file => Find(new() { Name = Path.GetFileNameWithoutExtension(file) }) is null).Distinct(StringComparer.Ordinal);

    /// <summary>The file of a native library, null when the plugin has none.</summary>
    public string? FindNative(string name) => resolver.ResolveUnmanagedDllToPath(name);
}
