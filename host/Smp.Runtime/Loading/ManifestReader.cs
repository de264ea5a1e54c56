using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using NuGet.Versioning;
using Smp.Sdk;

namespace Smp.Runtime.Loading;

/// <summary>What came of reading a manifest.</summary>
/// <param name="Manifest">The manifest; null when anything is wrong with it.</param>
/// <param name="Reasons">Everything that is wrong, each with its place and what would be right.</param>
internal sealed record ManifestReading(PluginManifest? Manifest, IReadOnlyList<string> Reasons);

/// <summary>Reads <c>plugin.json</c>. Nothing in it is guessed and nothing is passed over: what isn't known is refused by name.</summary>
internal sealed partial class ManifestReader
{
    private const int MaxBytes = 256 * 1024;

    /// <summary>The first parts of the host's own paths, and the names it keeps for itself.</summary>
    internal static readonly IReadOnlySet<string> Reserved = new HashSet<string>(StringComparer.Ordinal)
    {
        "core", "api", "audit", "patients", "staff", "worklist", "settings", "modules", "users", "search", "sign-in", "sign-out", "setup",
        "health", "incidents", "procedures", "today", "calendar", "account", "problem", "openapi", "switch", "drugs", "doses", "orders",
        "plugins", "tokens", "tablets", "backups", "locations", "doctor", "me", "appointments", "messages", "photos",
    };

    private readonly ManifestProblems problems = new();

    /// <summary>Reads a file. Doesn't throw for what is in it, nor when it can't be read.</summary>
    public static ManifestReading Read(string file)
    {
        try
        {
            var length = new FileInfo(file).Length;
            return length > MaxBytes
                ? new(null, [$"plugin.json has {length} bytes; at most {MaxBytes} are right."])
                : Parse(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(null, ["There is no plugin.json in the folder."]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(null, [$"plugin.json can't be read: {e.Message}"]);
        }
    }

    /// <summary>Reads the content of a file.</summary>
    public static ManifestReading Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return new ManifestReader().Read(LocatedJson.Parse(json));
        }
        catch (JsonException e)
        {
            // The message ends with the place, counted from 0 and in bytes; it is said in front, as for every other reason.
            var what = e.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
            return new(null, [e.LineNumber is { } line
                ? ManifestProblems.Say((int)line + 1, (int)(e.BytePositionInLine ?? 0) + 1, what)
                : $"plugin.json: {what}"]);
        }
    }

    private ManifestReading Read(LocatedJson json)
    {
        if (ManifestObject.Of(json, "", problems) is not { } root) return new(null, problems.Reasons);

        root.Find("$schema");
        var id = root.Text("id", 64, IsId, "An id is lower-case words of letters and digits, joined by dots, such as \"acme.aftercare\".");
        if (id?.StartsWith("sqlite", StringComparison.Ordinal) == true) root.Refuse("id", $"\"id\" is \"{id}\", and names that begin with \"sqlite\" are the database's own. Put a word of your own in front, such as \"acme.{id}\".");
        if (id is not null && Reserved.Contains(id)) root.Refuse("id", $"\"id\" is \"{id}\", a name that the host keeps for itself. Put a word of your own in front, such as \"acme.{id}\".");
        var name = root.Text("name", 60);
        var version = root.Text("version", 64, text => NuGetVersion.TryParseStrict(text, out _), "A version is three numbers, such as \"1.2.0\" or \"1.2.0-beta.1\".");
        var description = root.Text("description", 500);
        var publisher = root.Text("publisher", 100);
        var assembly = root.Text("assembly", 128, IsAssembly, "It is the name of a file beside plugin.json that ends in .dll, without a folder.");
        var sdk = root.Range("sdk");
        var requires = Modules(root, "requires", id);
        var optional = Modules(root, "optional", id);
        foreach (var both in optional.Keys.Where(requires.ContainsKey))
            root.Refuse("optional", $"\"{both}\" stands in \"requires\" and in \"optional\"; one of them is right.");
        var (reads, publishes) = Tables(root, id, [.. Names(root, "requires"), .. Names(root, "optional")]);
        var exports = Exports(root, assembly);
        var permissions = Permissions(root, id);
        var nav = Nav(root, id, permissions);
        var guards = Guards(root);
        var open = Open(root, id);
        var settings = new ManifestSettings(problems).Read(root);
        root.RefuseOthers();

        return problems.Any ? new(null, problems.Reasons) : new(new()
        {
            Id = id!,
            Name = name!,
            Version = NuGetVersion.Parse(version!),
            Description = description!,
            Publisher = publisher!,
            Assembly = assembly!,
            Sdk = sdk!,
            Requires = requires,
            Optional = optional,
            Reads = reads,
            Publishes = publishes,
            Exports = exports,
            Permissions = permissions,
            Nav = nav,
            Guards = guards,
            Open = open,
            Settings = settings,
        }, []);
    }

    private Dictionary<string, VersionRange> Modules(ManifestObject root, string name, string? self)
    {
        var modules = new Dictionary<string, VersionRange>(StringComparer.Ordinal);
        if (root.Object(name) is not { } json) return modules;
        foreach (var member in json.Members)
        {
            if (!IsId(member.Name)) problems.Add(member, $"\"{member.Name}\" in \"{name}\" is no module's id.");
            else if (member.Name == self) problems.Add(member, $"\"{name}\" names the plugin itself; leave it out.");
            if (json.Range(member.Name) is { } range) modules[member.Name] = range;
        }

        return modules;
    }

    private static IEnumerable<string> Names(ManifestObject root, string name) => root.Find(name)?.Members.Select(member => member.Name) ?? [];

    private (List<TableRead> Reads, List<PublishedTable> Publishes) Tables(ManifestObject root, string? self, HashSet<string> modules)
    {
        var reads = new List<TableRead>();
        var publishes = new List<PublishedTable>();
        if (root.Object("data") is not { } data) return (reads, publishes);

        foreach (var (text, at) in data.Texts("reads", 200))
        {
            if (ReadPattern().Match(text) is not { Success: true } match)
            {
                problems.Add(at, $"\"{text}\" is no table that can be read. Right are a contract table such as \"patients\", and a module's published table with its version such as \"sessions.sessions@1\".");
                continue;
            }

            var plugin = match.Groups["plugin"] is { Success: true, Value: var of } ? of : null;
            if (plugin is not null && plugin != self && !modules.Contains(plugin))
                problems.Add(at, $"\"{text}\" is read, but \"{plugin}\" stands neither in \"requires\" nor in \"optional\". Add it to one of them.");
            reads.Add(new(plugin, match.Groups["table"].Value, plugin is null ? null : Version(match)));
        }

        foreach (var (text, at) in data.Texts("publishes", 200))
        {
            if (PublishPattern().Match(text) is { Success: true } match)
                publishes.Add(new(match.Groups["table"].Value, Version(match)));
            else
                problems.Add(at, $"\"{text}\" is no published table. It is written with its version: \"calls@1\".");
        }

        data.RefuseOthers();
        return (reads, publishes);
    }

    private static ExportDefinition? Exports(ManifestObject root, string? main)
    {
        if (root.Object("exports") is not { } json) return null;
        var assembly = json.Text("assembly", 128, text => IsAssembly(text) && !text.Equals(main, StringComparison.OrdinalIgnoreCase),
            "It is the name of a file beside plugin.json that ends in .dll, without a folder, and not the plugin's own assembly.");
        var version = json.Text("version", 20, ExportPattern().IsMatch, "It is the assembly's version, three numbers: \"1.2.0\".");
        json.RefuseOthers();
        return assembly is null || version is null ? null : new(assembly, System.Version.Parse(version));
    }

    private List<PermissionDefinition> Permissions(ManifestObject root, string? id)
    {
        var permissions = new List<PermissionDefinition>();
        foreach (var json in root.Objects("permissions"))
        {
            var name = json.Text("id", 64, PermissionPattern().IsMatch, "It is a lower-case word, such as \"call\"; the plugin's id is put in front of it.");
            var title = json.Text("name", 100);
            if (json.Find("roles") is null) json.Refuse("roles", $"\"{json.PathOf("roles")}\" is missing; it is a list of roles, and may be empty.");
            var roles = new List<Role>();
            foreach (var (text, at) in json.Texts("roles", 64))
            {
                if (Enum.GetNames<Role>().Contains(text)) roles.Add(Enum.Parse<Role>(text));
                else problems.Add(at, $"\"{text}\" is no role. The roles are: {string.Join(", ", Enum.GetNames<Role>())}.");
            }

            json.RefuseOthers();
            var whole = $"{id}.{name}";
            if (permissions.Exists(other => other.Name == whole)) json.Refuse("id", $"The permission \"{name}\" stands here a second time; once is right.");
            else if (name is not null) permissions.Add(new(whole, title ?? "", roles));
        }

        return permissions;
    }

    private static List<NavDefinition> Nav(ManifestObject root, string? id, List<PermissionDefinition> permissions)
    {
        var nav = new List<NavDefinition>();
        var judge = id is not null && permissions.Count == root.List("permissions").Count; // Otherwise it was said why already.
        foreach (var json in root.Objects("nav"))
        {
            var text = json.Text("text", 40);
            var href = json.Text("href", 200, path => id is null || IsUnder(id, path), $"It is a path under \"/{id}\", without a query.");
            var icon = json.Text("icon", 40);
            var permission = json.Text("permission", 130, name => !judge || permissions.Exists(known => known.Name == name), $"It is the whole name of a permission that this manifest declares, such as \"{id}.view\".");
            json.RefuseOthers();
            nav.Add(new(text ?? "", href ?? "", icon ?? "", permission ?? ""));
        }

        return nav;
    }

    private List<string> Guards(ManifestObject root)
    {
        var guards = new List<string>();
        foreach (var (name, at) in root.Texts("guards", 50))
        {
            if (PermissionPattern().IsMatch(name)) guards.Add(name);
            else problems.Add(at, $"\"{name}\" in \"guards\" is no name of a guard: the class's without \"Guard\", in lower-case words joined by hyphens, such as \"interval\".");
        }

        return guards;
    }

    private List<string> Open(ManifestObject root, string? id)
    {
        var open = new List<string>();
        foreach (var (path, at) in root.Texts("open", 200))
        {
            if (id is null || (path != $"/{id}" && !path.EndsWith('/') && IsUnder(id, path))) open.Add(path);
            else problems.Add(at, $"\"{path}\" in \"open\" is no address of this module that can be open to anybody: a path under /{id}, such as \"/{id}/visit\".");
        }

        return open;
    }

    private static int Version(Match match) => int.Parse(match.Groups["version"].ValueSpan, CultureInfo.InvariantCulture);

    private static bool IsId(string text) => IdPattern().IsMatch(text);

    /// <summary>Whether a module may have this id: it is one, and neither the host's nor the database's own.</summary>
    internal static bool CanBeModule(string id) => IsId(id) && !id.StartsWith("sqlite", StringComparison.Ordinal) && !Reserved.Contains(id);

    private static bool IsAssembly(string text) =>
        text.Length > 4 && text.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && text[0] != '.' && AssemblyPattern().IsMatch(text);

    private static bool IsUnder(string id, string path) =>
        (path == $"/{id}" || path.StartsWith($"/{id}/", StringComparison.Ordinal)) && HrefPattern().IsMatch(path) && !path.Contains("..");

    [GeneratedRegex(@"^[a-z][a-z0-9]*(\.[a-z][a-z0-9]*)*\z")]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"^(0|[1-9][0-9]{0,4})(\.(0|[1-9][0-9]{0,4})){2}\z")]
    private static partial Regex ExportPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_.-]+\z")]
    private static partial Regex AssemblyPattern();

    [GeneratedRegex(@"^(/[A-Za-z0-9._~-]+)+/?\z")]
    private static partial Regex HrefPattern();

    [GeneratedRegex(@"^((?<plugin>[a-z][a-z0-9]*(\.[a-z][a-z0-9]*)*)\.(?<table>[a-z][a-z0-9_]*)@(?<version>[1-9][0-9]{0,3})|(?<table>[a-z][a-z0-9_]*))\z", RegexOptions.ExplicitCapture)]
    private static partial Regex ReadPattern();

    [GeneratedRegex(@"^(?<table>[a-z][a-z0-9_]*)@(?<version>[1-9][0-9]{0,3})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex PublishPattern();

    [GeneratedRegex(@"^[a-z][a-z0-9]*(-[a-z0-9]+)*\z")]
    private static partial Regex PermissionPattern();
}
