using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Shells;

/// <summary>A plugins folder of its own for each test, filled from what the projects in tests/plugins were built to.</summary>
internal sealed class PluginShelf : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("smp-data-").FullName;
    private readonly TestClock clock = new();

    public string Root { get; } = Directory.CreateTempSubdirectory("smp-shelf-").FullName;

    /// <summary>A shelf with the plugin that has one of everything, <c>test.web</c>.</summary>
    public static PluginShelf WithGoodOne()
    {
        var shelf = new PluginShelf();
        shelf.Lay("GoodWeb", "test.web", manifest: null);
        return shelf;
    }

    /// <summary>Lays out a plugin that does the one thing wrong that is named, or nothing. Returns its id.</summary>
    public string Misbehaving(string name, string trouble = "", string more = "")
    {
        var id = $"test.{name.Replace("-", "", StringComparison.Ordinal)}";
        var folder = Lay("Misbehaving", id, Manifest(id, name, "Misbehaving", more));
        if (trouble.Length > 0) File.WriteAllText(Path.Combine(folder, "trouble.txt"), trouble);
        return id;
    }

    /// <summary>Lays out a project that has its trouble in its code. Returns its id.</summary>
    public string Broken(string project, string? assembly = null)
    {
        var id = $"test.{project.ToLowerInvariant()}";
        Lay(project, id, Manifest(id, project, assembly ?? project, ""));
        return id;
    }

    public string Lay(string project, string id, string? manifest, string version = "1.0.0")
    {
        var folder = FolderOf(id, version);
        Copy(new(Repository.OutputOf($"tests/plugins/{project}")), folder);
        if (manifest is not null) File.WriteAllText(Path.Combine(folder, "plugin.json"), manifest);
        return folder;
    }

    /// <summary>Lays out a version of the plugin <c>test.calls</c>, which has a table that changes from version to version. Returns its folder.</summary>
    /// <param name="version">1.0.0, 2.0.0, 3.0.0, or one between: what comes first chooses the project.</param>
    /// <param name="more">More for its manifest.</param>
    public string Calls(string version, string more = "")
    {
        var project = $"Calls.V{version[0]}";
        var roles = """, "permissions": [{ "id": "call", "name": "Note calls", "roles": ["Physician", "Administrator"] }]""";
        var manifest = Manifest("test.calls", "Calls", "Calls", (more.Contains("\"permissions\"", StringComparison.Ordinal) ? "" : roles) + more);
        return Lay(project, "test.calls", manifest.Replace("\"version\": \"1.0.0\"", $"\"version\": \"{version}\"", StringComparison.Ordinal), version);
    }

    /// <summary>Where a version lies.</summary>
    public string FolderOf(string id, string version = "1.0.0") => Path.Combine(Root, id, version);

    /// <summary>What an administrator does about a plugin that is in trouble: here, takes the trouble away.</summary>
    public void Cure(string id) => File.Delete(Path.Combine(Root, id, "1.0.0", "trouble.txt"));

    public void Remove(string id) => Directory.Delete(Path.Combine(Root, id), recursive: true);

    /// <summary>Opens the clinic with what is on the shelf; again, if it was closed before.</summary>
    public Task<TestClinic> OpenAsync(Action<TestClinicOptions>? more = null) => TestClinic.StartAsync(o =>
    {
        more?.Invoke(o);
        o.WithFolder(Root);
        o.DataFolder = data;
        o.Clock = clock;
    });

    public static string Manifest(string id, string name, string assembly, string more) => $$"""
        {
          "id": "{{id}}", "name": "{{name}}", "version": "1.0.0", "description": "For tests.", "publisher": "The Smp authors",
          "assembly": "{{assembly}}.dll", "sdk": "[0.1,0.2)"{{more}}
        }
        """;

    public void Dispose()
    {
        Directory.Delete(data, recursive: true);
        // Windows keeps the files of loaded assemblies until the process ends.
        if (!OperatingSystem.IsWindows()) Directory.Delete(Root, recursive: true);
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in from.EnumerateFiles().Where(f => !f.Name.EndsWith(".runtimeconfig.json", StringComparison.Ordinal)))
            file.CopyTo(Path.Combine(to, file.Name));
        foreach (var folder in from.EnumerateDirectories()) Copy(folder, Path.Combine(to, folder.Name));
    }
}
