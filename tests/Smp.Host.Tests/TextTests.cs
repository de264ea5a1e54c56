using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Smp.Consents;
using Smp.Needles;
using Smp.Runtime.Core.Settings;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;
using Smp.Sessions;

namespace Smp.Host.Tests;

/// <summary>
/// Every sentence that people read is in a resource file, so that a clinic can have another language, and nothing is in one that nobody says.
/// With SMP_WRITE_TEXTS=1 the files are written instead of compared.
/// </summary>
public sealed partial class TextTests
{
    private static readonly TestCaseData[] Catalogs =
    [
        new("sdk/Smp.Sdk.Web/Texts/SdkTexts.resx", new[] { "sdk/Smp.Sdk", "sdk/Smp.Sdk.Web" }),
        new("host/Smp.Host/Pages/HostTexts.resx", new[] { "host/Smp.Runtime", "host/Smp.Host" }),
        new("plugins/Needles/NeedlesTexts.resx", new[] { "plugins/Needles" }),
        new("plugins/Consents/ConsentsTexts.resx", new[] { "plugins/Consents" }),
        new("plugins/Sessions/SessionsTexts.resx", new[] { "plugins/Sessions" }),
    ];

    [TestCaseSource(nameof(Catalogs))]
    public void Every_sentence_that_people_read_is_in_a_catalog(string catalog, string[] folders)
    {
        var said = folders.SelectMany(Files).SelectMany(Sentences).Concat(Declared(folders)).Distinct().Order(StringComparer.Ordinal).ToList();
        var file = Repository.PathOf(catalog);
        if (Environment.GetEnvironmentVariable("SMP_WRITE_TEXTS") == "1") Write(file, said);

        var written = XDocument.Load(file).Root!.Elements("data").Select(d => d.Attribute("name")!.Value);

        Assert.That(said.GroupBy(s => s, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).SelectMany(g => g), Is.Empty, "Resource files don't tell capitals from small letters.");
        Assert.That(written, Is.EquivalentTo(said), "Run the tests once with SMP_WRITE_TEXTS=1 to bring the catalogs up to date.");
    }

    private static IEnumerable<string> Files(string folder) => Directory
        .EnumerateFiles(Repository.PathOf(folder), "*.*", SearchOption.AllDirectories)
        .Where(f => Path.GetExtension(f) is ".cs" or ".razor" && !f.Split(Path.DirectorySeparatorChar).Any(p => p is "bin" or "obj"));

    // What is said by its key, and what is said as a sentence with values in it.
    private static IEnumerable<string> Sentences(string file)
    {
        var source = string.Join('\n', File.ReadAllLines(file).Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal)));
        foreach (Match key in Key().Matches(source)) yield return Regex.Unescape(key.Groups[1].Value);
        foreach (Match call in Saying().Matches(source))
        {
            foreach (var sentence in Interpolated(Arguments(source, call.Index + call.Length))) yield return sentence;
        }
    }

    // What is written down elsewhere than in a sentence: names of modules, settings and permissions, and the entries of the rail.
    private static IEnumerable<string> Declared(string[] folders)
    {
        foreach (var name in Assemblies(folders).SelectMany(a => a.GetExportedTypes()).Where(t => t.IsEnum).SelectMany(Enum.GetNames)) yield return Spaced(name);
        if (folders.Contains("sdk/Smp.Sdk.Web"))
        {
            foreach (var pattern in new[] { "d MMM yyyy", "d MMMM yyyy", "ddd d MMM yyyy" }) yield return pattern;
        }

        foreach (var manifest in folders.Select(f => Repository.PathOf(f, "plugin.json")).Where(File.Exists))
        {
            var json = JsonDocument.Parse(File.ReadAllText(manifest)).RootElement;
            yield return json.GetProperty("name").GetString()!;
            yield return json.GetProperty("description").GetString()!;
            foreach (var permission in json.GetProperty("permissions").EnumerateArray()) yield return permission.GetProperty("name").GetString()!;
            foreach (var entry in json.GetProperty("nav").EnumerateArray()) yield return entry.GetProperty("text").GetString()!;
            foreach (var setting in json.GetProperty("settings").GetProperty("properties").EnumerateObject())
            {
                yield return setting.Value.GetProperty("title").GetString()!;
                if (setting.Value.TryGetProperty("description", out var description)) yield return description.GetString()!;
            }
        }

        if (!folders.Contains("host/Smp.Host")) yield break;
        foreach (var setting in SettingsBook.Core)
        {
            yield return setting.Title;
            yield return setting.Description;
        }

        foreach (var permission in new PermissionCatalog([]).All) yield return permission.Name;
        foreach (var status in new[] { 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 500, 503, 507 }) yield return Api.Problems.Title(status);
    }

    private static Assembly[] Assemblies(string[] folders) => folders[0] switch
    {
        "sdk/Smp.Sdk" => [typeof(IPlugin).Assembly, typeof(IWebPlugin).Assembly],
        "host/Smp.Runtime" => [typeof(SettingsBook).Assembly],
        "plugins/Consents" => [typeof(ConsentsPlugin).Assembly],
        "plugins/Sessions" => [typeof(SessionsPlugin).Assembly],
        _ => [typeof(NeedlesPlugin).Assembly],
    };

    // As Words says the name of an enum.
    private static string Spaced(string name) => name[..1] + Hump().Replace(name[1..], m => " " + m.Value.ToLowerInvariant());

    private static string Arguments(string source, int start)
    {
        var depth = 1;
        var end = start;
        for (var quoted = false; end < source.Length && depth > 0; end++)
        {
            if (source[end] == '\\' && quoted) end++;
            else if (source[end] == '"') quoted = !quoted;
            else if (!quoted && source[end] == '(') depth++;
            else if (!quoted && source[end] == ')') depth--;
        }

        return source[start..end];
    }

    /// <summary>The formats of the interpolated strings in a piece of source: <c>$"Lot {number} expired."</c> is <c>Lot {0} expired.</c></summary>
    private static IEnumerable<string> Interpolated(string source)
    {
        for (var at = source.IndexOf("$\"", StringComparison.Ordinal); at >= 0; at = source.IndexOf("$\"", at, StringComparison.Ordinal))
        {
            at += 2;
            var format = new StringBuilder();
            var hole = 0;
            while (at < source.Length && source[at] != '"')
            {
                if (source[at] == '\\')
                {
                    format.Append(Regex.Unescape(source.Substring(at, 2)));
                    at += 2;
                }
                else if (source[at] is '{' && source[at + 1] is not '{')
                {
                    at = Hole(source, at, out var suffix);
                    format.Append('{').Append(hole++).Append(suffix).Append('}');
                }
                else
                {
                    format.Append(source[at++]);
                }
            }

            at++;
            // What begins with a slash is an address.
            if (!format.ToString().StartsWith('/')) yield return format.ToString();
        }
    }

    // Where an interpolation ends, and its format (":0.0") where it has one.
    private static int Hole(string source, int at, out string suffix)
    {
        var depth = 0;
        var quoted = false;
        var colon = -1;
        for (; ; at++)
        {
            var c = source[at];
            if (c == '"') quoted = !quoted;
            if (quoted) continue;
            if (c is '{' or '(' or '[') depth++;
            else if (c is '}' or ')' or ']') depth--;
            else if (c == ':' && depth == 1 && source[at + 1] != ':' && source[at - 1] != ':') colon = at;
            else if (c == '?' && depth == 1) colon = -1;
            if (depth == 0) break;
        }

        suffix = colon < 0 ? "" : source[colon..at];
        return at + 1;
    }

    private static void Write(string file, IReadOnlyList<string> sentences) => File.WriteAllText(file, new XDocument(new XElement("root",
        new[] { ("resmimetype", "text/microsoft-resx"), ("version", "2.0"),
            ("reader", "System.Resources.ResXResourceReader, System.Windows.Forms, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089"),
            ("writer", "System.Resources.ResXResourceWriter, System.Windows.Forms, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089") }
            .Select(h => new XElement("resheader", new XAttribute("name", h.Item1), new XElement("value", h.Item2)))
            .Concat(sentences.Select(s => new XElement("data", new XAttribute("name", s), new XAttribute(XNamespace.Xml + "space", "preserve"), new XElement("value", s))))))
        .ToString() + "\n");

    [GeneratedRegex("""(?:\bT\s*\[|\b[Ww]ords\.Text\()\s*"((?:\\.|[^"\\])*)"[,\]\)]""")]
    private static partial Regex Key();

    [GeneratedRegex("(?<![A-Z])[A-Z]")]
    private static partial Regex Hump();

    [GeneratedRegex("""(?:Refuse\.\w+|\w*[cC]hecks\.(?:Add|That)|\bThat|\bAdd|\bError|FieldError|RefusedException|GuardAnswer|\bStop|\bSay|\bDone|\bRefuse)\s*\(""")]
    private static partial Regex Saying();
}
