using System.Globalization;
using System.Text;

namespace Smp.Benchmarks.Plugins;

/// <summary>Small modules, each an assembly of its own, built on a published host's SDK.</summary>
/// <param name="Folder">Holds <c>&lt;id&gt;/1.0.0/</c> of each.</param>
/// <param name="Ids">Their ids.</param>
internal sealed record SmallPlugins(string Folder, IReadOnlyList<string> Ids)
{
    public static async Task<SmallPlugins> BuildAsync(int count, string host, string folder)
    {
        var (sources, built) = (Path.Combine(folder, "sources"), Path.Combine(folder, "built"));
        var ids = Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"small{i:00}")).ToList();
        foreach (var id in ids) Write(Path.Combine(sources, id), id);
        var project = Repository.PathOf("tests/Smp.Benchmarks/peers/Small/Small.csproj");
        await Tool.RunAsync(Tool.Plain("dotnet", ["restore", project, "--nologo", "-v", "quiet", $"-p:SmallFolder={sources}", "-p:SmallId=none", $"-p:SmallSdk={host}"]));
        // One build for all: it starts the compiler once.
        var all = new StringBuilder("<Project><Target Name=\"Build\">\n");
        foreach (var id in ids)
            all.Append(CultureInfo.InvariantCulture, $"<MSBuild Projects=\"{project}\" Properties=\"SmallId={id};SmallFolder={sources};SmallOut={built};SmallSdk={host}\" />\n");
        var list = Path.Combine(sources, "all.proj");
        await File.WriteAllTextAsync(list, all.Append("</Target></Project>").ToString());
        await Tool.RunAsync(Tool.Plain("dotnet", ["msbuild", list, "-nologo", "-v:quiet"]));
        return new(built, ids);
    }

    /// <summary>Lays the first so many out in a folder.</summary>
    public void Lay(int count, string plugins)
    {
        foreach (var id in Ids.Take(count)) LayVersion(id, "1.0.0", plugins);
    }

    /// <summary>Lays a version of one out: the same code, in a folder and a load context of its own.</summary>
    public void LayVersion(string id, string version, string plugins)
    {
        var to = Directory.CreateDirectory(Path.Combine(plugins, id, version)).FullName;
        foreach (var file in new DirectoryInfo(Path.Combine(Folder, id, "1.0.0")).EnumerateFiles()) file.CopyTo(Path.Combine(to, file.Name));
        File.WriteAllText(Path.Combine(to, "plugin.json"), Manifest(id, version));
    }

    private static void Write(string folder, string id)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "Own.cs"), $$"""
            namespace Small;

            public static class Own
            {
                public const string Id = "{{id}}";
                public const string Page = "/{{id}}/things";
                public const string View = "{{id}}.view";
                public const string Table = "{{id}}__things";
            }
            """);
        File.WriteAllText(Path.Combine(folder, "0001_things.sql"),
            $"CREATE TABLE {id}__things (id INTEGER PRIMARY KEY, words TEXT NOT NULL, due TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0) STRICT;");
        File.WriteAllText(Path.Combine(folder, "plugin.json"), Manifest(id, "1.0.0"));
    }

    private static string Manifest(string id, string version) => $$"""
        {
          "id": "{{id}}", "name": "Small {{id}}", "version": "{{version}}", "description": "For benchmarks.", "publisher": "The Smp authors",
          "assembly": "Small.{{id}}.dll", "sdk": "[0.1,0.2)",
          "permissions": [{ "id": "view", "name": "See the things", "roles": ["Administrator", "Physician"] }]
        }
        """;
}
