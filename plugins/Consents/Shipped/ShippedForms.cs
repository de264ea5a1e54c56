using System.Globalization;
using System.Reflection;
using Smp.Consents.Records;
using Smp.Consents.Templates;
using Smp.Sdk;

namespace Smp.Consents.Shipped;

/// <summary>
/// The forms that come with the module: <c>&lt;key&gt;.&lt;language&gt;.md</c>. Above the text stands, between lines of <c>---</c>, what holds for the form, a word and its value a line; below a line
/// <c>---questions---</c> stand the questions, as <see cref="QuestionText"/> reads them.
/// </summary>
internal static class ShippedForms
{
    private const string Prefix = "Shipped/";

    /// <summary>All of them, with a text in each language that there is.</summary>
    public static IReadOnlyList<(string Key, TemplateInput Template, DraftInput Draft)> All()
    {
        var assembly = typeof(ShippedForms).Assembly;
        var files = assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => (Name: n[Prefix.Length..^".md".Length].Split('.'), File: n)).ToList();
        return [.. files.GroupBy(f => f.Name[0]).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g =>
        {
            var texts = g.OrderBy(f => f.Name[1] != "en").ThenBy(f => f.Name[1], StringComparer.Ordinal).Select(f => (Language: f.Name[1], Read: Read(Text(assembly, f.File), f.File))).ToList();
            var says = texts[0].Read.Says;
            var template = new TemplateInput { Title = says["title"], Kind = Enum.Parse<ConsentKind>(says["kind"]), Procedures = List(says["procedures"]) };
            return (g.Key, template, new DraftInput
            {
                CoolingOffDays = int.Parse(says["cooling-off-days"], CultureInfo.InvariantCulture), ExpiresMonths = int.Parse(says["expires-months"], CultureInfo.InvariantCulture),
                Minors = Enum.Parse<MinorsRule>(says["minors"]), Signatures = [.. List(says["signatures"]).Select(Enum.Parse<SignatureMeaning>)],
                Texts = [.. texts.Select(t => new VersionText(t.Language, t.Read.Says["title"], t.Read.Text, t.Read.Questions))],
            });
        })];
    }

    /// <summary>Reads one file.</summary>
    /// <exception cref="FormatException">It isn't as it should be; says where.</exception>
    internal static (IReadOnlyDictionary<string, string> Says, string Text, IReadOnlyList<Question> Questions) Read(string content, string name)
    {
        var parts = content.ReplaceLineEndings("\n").Split("---\n", 3);
        if (parts.Length < 3 || parts[0].Length > 0) throw new FormatException($"{name}: what holds for the form stands between two lines of ---.");
        var says = parts[1].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':', 2)).ToDictionary(
            line => line[0].Trim(), line => line.Length == 2 ? line[1].Trim() : throw new FormatException($"{name}: “{line[0]}” has no value."), StringComparer.Ordinal);
        foreach (var needed in new[] { "title", "kind", "procedures", "cooling-off-days", "expires-months", "signatures", "minors" })
            if (!says.ContainsKey(needed)) throw new FormatException($"{name}: “{needed}” is missing.");
        var body = parts[2].Split("---questions---\n", 2);
        var (questions, wrong) = QuestionText.Read(body.Length == 1 ? "" : body[1]);
        return wrong is null ? (says, body[0].Trim() + "\n", questions) : throw new FormatException($"{name}: {FormattableString.Invariant(wrong)}");
    }

    private static string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Text(Assembly assembly, string file)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(file)!);
        return reader.ReadToEnd();
    }
}
