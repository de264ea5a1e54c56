using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using NuGet.Versioning;

namespace Smp.Runtime.Loading;

/// <summary>What is wrong with a manifest, collected so that all of it is said at once.</summary>
internal sealed class ManifestProblems
{
    private readonly List<(int Line, int Column, string Sentence)> found = [];

    /// <summary>Whether anything was wrong so far.</summary>
    public bool Any => found.Count > 0;

    /// <summary>Everything that was wrong, in the order of the file.</summary>
    public IReadOnlyList<string> Reasons =>
        [.. found.OrderBy(problem => (problem.Line, problem.Column)).Select(problem => Say(problem.Line, problem.Column, problem.Sentence))];

    public static string Say(int line, int column, string sentence) => $"plugin.json, line {line}, column {column}: {sentence}";

    public void Add(LocatedJson at, string sentence) => found.Add((at.Line, at.Column, sentence));

    public void Add(LocatedMember at, string sentence) => found.Add((at.Line, at.Column, sentence));
}

/// <summary>
/// One object of the manifest. Hands out its members by name and, at the end, names those that nobody asked for. A method that
/// returns null has said why, unless the member was optional and isn't there.
/// </summary>
internal sealed partial class ManifestObject
{
    private readonly HashSet<string> known = [];
    private readonly LocatedJson json;
    private readonly string path;
    private readonly ManifestProblems problems;

    private ManifestObject(LocatedJson json, string path, ManifestProblems problems)
    {
        this.json = json;
        this.path = path;
        this.problems = problems;
    }

    /// <summary>The names of the members, without repetition.</summary>
    public IEnumerable<LocatedMember> Members => json.Members.DistinctBy(member => member.Name, StringComparer.Ordinal);

    public static ManifestObject? Of(LocatedJson json, string path, ManifestProblems problems)
    {
        if (json.Kind != JsonValueKind.Object)
        {
            problems.Add(json, $"{(path.Length == 0 ? "The manifest" : path)} is {json.Described}; it must be an object in braces.");
            return null;
        }

        foreach (var name in json.Members.GroupBy(member => member.Name, StringComparer.Ordinal).Where(name => name.Count() > 1))
            problems.Add(name.Last(), $"\"{Join(path, name.Key)}\" stands here a second time; once is right.");
        return new(json, path, problems);
    }

    /// <summary>Says that a member is wrong, at its place.</summary>
    public void Refuse(string name, string sentence)
    {
        if (json.Members.FirstOrDefault(member => member.Name == name) is { } member) problems.Add(member.Value, sentence);
        else problems.Add(json, sentence);
    }

    public string PathOf(string name) => Join(path, name);

    public LocatedJson? Find(string name)
    {
        known.Add(name);
        return json.Members.FirstOrDefault(member => member.Name == name)?.Value;
    }

    /// <summary>A text that must be there, on one line, not empty.</summary>
    public string? Text(string name, int maxLength)
    {
        if (Find(name) is { } value) return TextOf(value, PathOf(name), maxLength);
        problems.Add(json, $"\"{PathOf(name)}\" is missing; it is a text of at most {maxLength} characters.");
        return null;
    }

    /// <summary>A text that may be left out.</summary>
    public string? OptionalText(string name, int maxLength) => Find(name) is { } value ? TextOf(value, PathOf(name), maxLength) : null;

    /// <summary>A text that must follow a pattern, in words and as a test.</summary>
    public string? Text(string name, int maxLength, Func<string, bool> right, string pattern)
    {
        if (Text(name, maxLength) is not { } text) return null;
        if (right(text)) return text;
        Refuse(name, $"\"{PathOf(name)}\" is \"{text}\". {pattern}");
        return null;
    }

    public VersionRange? Range(string name)
    {
        const string Right = "A range of versions is written like \"[1.0,2.0)\": from 1.0, below 2.0.";
        if (Find(name) is not { } value)
        {
            problems.Add(json, $"\"{PathOf(name)}\" is missing. {Right}");
            return null;
        }

        if (value.Kind == JsonValueKind.String
            && RangePattern().IsMatch(value.Text)
            && VersionRange.TryParse(value.Text, allowFloating: false, out var range)
            && !(range.MinVersion > range.MaxVersion)) return range;
        problems.Add(value, $"\"{PathOf(name)}\" is {value.Described}. {Right}");
        return null;
    }

    public bool? Boolean(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.Kind is JsonValueKind.True or JsonValueKind.False) return value.Kind == JsonValueKind.True;
        problems.Add(value, $"\"{PathOf(name)}\" is {value.Described}; it must be true or false.");
        return null;
    }

    public decimal? Number(string name)
    {
        if (Find(name) is not { } value) return null;
        if (NumberOf(value) is { } number) return number;
        problems.Add(value, $"\"{PathOf(name)}\" is {value.Described}; it must be a number.");
        return null;
    }

    public static decimal? NumberOf(LocatedJson value) =>
        value.Kind == JsonValueKind.Number
        && decimal.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The items of a list that may be left out.</summary>
    public IReadOnlyList<LocatedJson> List(string name)
    {
        if (Find(name) is not { } value) return [];
        if (value.Kind == JsonValueKind.Array) return value.Items;
        problems.Add(value, $"\"{PathOf(name)}\" is {value.Described}; it must be a list in brackets.");
        return [];
    }

    /// <summary>The texts of a list that may be left out, each once, with the place of each.</summary>
    public IReadOnlyList<(string Text, LocatedJson At)> Texts(string name, int maxLength)
    {
        var texts = new List<(string, LocatedJson)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, item) in List(name).Index())
        {
            if (TextOf(item, $"{PathOf(name)}[{index}]", maxLength) is not { } text) continue;
            if (seen.Add(text)) texts.Add((text, item));
            else problems.Add(item, $"\"{text}\" stands in \"{PathOf(name)}\" a second time; once is right.");
        }

        return texts;
    }

    /// <summary>An object that may be left out.</summary>
    public ManifestObject? Object(string name) => Find(name) is { } value ? Of(value, PathOf(name), problems) : null;

    /// <summary>The objects of a list that may be left out.</summary>
    public IEnumerable<ManifestObject> Objects(string name) =>
        List(name).Index().Select(item => Of(item.Item, $"{PathOf(name)}[{item.Index}]", problems)).OfType<ManifestObject>();

    /// <summary>Names the members that nobody asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var member in Members.Where(member => !known.Contains(member.Name)))
            problems.Add(member, $"\"{PathOf(member.Name)}\" is not known. Known here: {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
    }

    private string? TextOf(LocatedJson value, string path, int maxLength)
    {
        if (value.Kind != JsonValueKind.String)
            problems.Add(value, $"\"{path}\" is {value.Described}; it must be a text in quotes.");
        else if (string.IsNullOrWhiteSpace(value.Text) || value.Text.Any(char.IsControl))
            problems.Add(value, $"\"{path}\" is empty or has control characters; it must be a text on one line.");
        else if (value.Text.Length > maxLength)
            problems.Add(value, $"\"{path}\" has {value.Text.Length} characters; at most {maxLength} are right.");
        else return value.Text;
        return null;
    }

    // NuGet takes more for a range than anybody means by one. As in plugin.schema.json.
    [GeneratedRegex(@"^([0-9]+(\.[0-9]+){0,3}(-[0-9A-Za-z.-]+)?|\[[0-9]+(\.[0-9]+){0,3}(-[0-9A-Za-z.-]+)?\]|[\[(]([0-9]+(\.[0-9]+){0,3}(-[0-9A-Za-z.-]+)?)?, ?([0-9]+(\.[0-9]+){0,3}(-[0-9A-Za-z.-]+)?)?[\])])\z")]
    private static partial Regex RangePattern();

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
