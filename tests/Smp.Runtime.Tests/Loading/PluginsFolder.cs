using System.Reflection;
using Smp.Runtime.Loading;

namespace Smp.Runtime.Tests.Loading;

/// <summary>A plugins folder of its own for each test, filled from the output of the projects in tests/plugins.</summary>
internal sealed class PluginsFolder : IDisposable
{
    private static readonly Dictionary<string, string?> Built = Assembly.GetExecutingAssembly()
        .GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(metadata => metadata.Key, metadata => metadata.Value);

    /// <summary>One look at the host and its SDK for all tests, as in the host.</summary>
    public static SharedAssemblies Shared { get; } = SharedAssemblies.OfHost();

    public string Root { get; } = Directory.CreateTempSubdirectory("smp-plugins-").FullName;

    /// <summary>Lays a plugin out as <c>&lt;id&gt;/&lt;version&gt;</c> and returns that folder. Where the project has no manifest it gets one.</summary>
    public string Lay(string project, string version = "1.2.0")
    {
        var folder = Path.Combine(Root, $"test.{project.ToLowerInvariant()}", version);
        Copy(new(Path.Combine(Built["TestPlugins"]!, project, Built["TestPluginsOutput"]!)), folder);
        var manifest = Path.Combine(folder, "plugin.json");
        if (!File.Exists(manifest)) File.WriteAllText(manifest, Manifest(project, version));
        return folder;
    }

    public static string Manifest(string project, string version, string sdk = "[0.1,0.2)") => $$"""
        {
          "id": "test.{{project.ToLowerInvariant()}}", "name": "{{project}}", "version": "{{version}}", "description": "For tests.",
          "publisher": "The Smp authors", "assembly": "{{project}}.dll", "sdk": "{{sdk}}"
        }
        """;

    /// <summary>Writes a manifest alone and returns its folder.</summary>
    public string LayManifest(string id, string version, string json)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, id, version)).FullName;
        File.WriteAllText(Path.Combine(folder, "plugin.json"), json);
        return folder;
    }

    public void Dispose()
    {
        // Windows keeps the files of loaded assemblies until the process ends.
        if (!OperatingSystem.IsWindows()) Directory.Delete(Root, recursive: true);
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in from.EnumerateFiles().Where(file => !file.Name.EndsWith(".runtimeconfig.json", StringComparison.Ordinal)))
            file.CopyTo(Path.Combine(to, file.Name));
        foreach (var folder in from.EnumerateDirectories()) Copy(folder, Path.Combine(to, folder.Name));
    }
}
