using System.Text.RegularExpressions;

namespace Smp.Consents.Templates;

/// <summary>
/// The text of a template: Markdown with <c>{{…}}</c> in it.
/// <list type="bullet">
/// <item><c>{{text allergies "Which allergies?" required}}</c>, and so <c>tick</c>, <c>date</c>, <c>initials</c>: a field; <c>required</c> can be left out.</item>
/// <item><c>{{choice side "Which side?" "Left" "Right" required}}</c>: one of two or more options.</item>
/// <item><c>{{value clinic}}</c>: filled in at presentation.</item>
/// <item><c>{{if smoker}}</c> (a tick) or <c>{{if side is "Left"}}</c> (a choice) … <c>{{end}}</c>: a section for that answer alone.</item>
/// </list>
/// </summary>
public sealed partial class TemplateText
{
    private TemplateText(IReadOnlyList<TemplatePart> parts) => Parts = parts;

    /// <summary>The parts, in order.</summary>
    public IReadOnlyList<TemplatePart> Parts { get; }

    /// <summary>Reads a template. Every problem is told, not only the first; with one there is no text.</summary>
    public static (TemplateText? Text, IReadOnlyList<TemplateProblem> Problems) Read(string source)
    {
        var reader = new Reader(source);
        var parts = reader.ReadAll();
        return reader.Problems.Count == 0 ? (new TemplateText(parts), []) : (null, reader.Problems);
    }

    /// <summary>The fields that are part of the form with these answers, in order: those of a section only when it is shown.</summary>
    public IEnumerable<FieldPart> Fields(IReadOnlyDictionary<string, string> answers) => Shown(Parts, answers).Item1;

    private static (List<FieldPart>, HashSet<string>) Shown(IReadOnlyList<TemplatePart> parts, IReadOnlyDictionary<string, string> answers)
    {
        var fields = new List<FieldPart>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        Add(parts);
        return (fields, names);

        void Add(IReadOnlyList<TemplatePart> level)
        {
            foreach (var part in level)
            {
                if (part is FieldPart field && names.Add(field.Name)) fields.Add(field);
                // A leftover answer of a field that is hidden itself opens nothing.
                else if (part is SectionPart section && names.Contains(section.Field)
                    && answers.TryGetValue(section.Field, out var answer) && answer == section.Answer) Add(section.Parts);
            }
        }
    }

    [GeneratedRegex("""\G\s*(?:"(?<text>[^"\r\n]*)"|(?<word>[^\s"]+))""")]
    private static partial Regex Token();

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex Name();

    private sealed class Reader(string source)
    {
        private readonly Stack<(SectionPart Section, List<TemplatePart> Parts, int At)> _open = new();
        private readonly Dictionary<string, FieldPart> _fields = new(StringComparer.Ordinal);
        private List<TemplatePart> _parts = [];

        public List<TemplateProblem> Problems { get; } = [];

        public List<TemplatePart> ReadAll()
        {
            var at = 0;
            while (at < source.Length)
            {
                var begin = source.IndexOf("{{", at, StringComparison.Ordinal);
                var text = source[at..(begin < 0 ? source.Length : begin)];
                if (text.Length > 0) _parts.Add(new MarkdownPart(text));
                if (begin < 0) break;
                var end = source.IndexOf("}}", begin + 2, StringComparison.Ordinal);
                if (end < 0)
                {
                    Report(begin, "This {{ has no }}: close it.");
                    break;
                }

                ReadTag(begin, source[(begin + 2)..end]);
                at = end + 2;
            }

            while (_open.TryPop(out var section))
            {
                Report(section.At, "This section has no {{end}}: say where it ends.");
                _parts = section.Parts;
            }

            return _parts;
        }

        private void ReadTag(int at, string tag)
        {
            var words = new List<(string Text, bool Quoted)>();
            var place = 0;
            while (Token().Match(tag, place) is { Success: true } match)
            {
                words.Add(match.Groups["text"].Success ? (match.Groups["text"].Value, true) : (match.Groups["word"].Value, false));
                place = match.Index + match.Length;
            }

            if (tag[place..].Trim().Length > 0) Report(at + 2 + place, "A quotation mark is missing here.");
            else if (words.Count == 0 || words[0].Quoted) Report(at, "Say what this is: text, choice, tick, date, initials, value, if or end.");
            else if (words[0].Text == "end") End(at, words.Count);
            else if (words[0].Text is not ("text" or "choice" or "tick" or "date" or "initials" or "value" or "if"))
                Report(at, $"“{words[0].Text}” is not known: use text, choice, tick, date, initials, value, if or end.");
            else if (words.Count < 2 || words[1].Quoted || !Name().IsMatch(words[1].Text))
                Report(at, "A name is missing after the first word: small letters a to z, digits and _, beginning with a letter.");
            else if (words[0].Text == "value") Value(at, words);
            else if (words[0].Text == "if") If(at, words);
            else Field(at, Enum.Parse<FieldKind>(words[0].Text, ignoreCase: true), words);
        }

        private void End(int at, int words)
        {
            if (words > 1) Report(at, "Nothing may follow end.");
            else if (!_open.TryPop(out var open)) Report(at, "There is no section to end here.");
            else
            {
                open.Parts.Add(open.Section with { Parts = _parts });
                _parts = open.Parts;
            }
        }

        private void Value(int at, List<(string Text, bool Quoted)> words)
        {
            if (words.Count > 2) Report(at, "Nothing may follow the name of a value.");
            else _parts.Add(new ValuePart(words[1].Text));
        }

        private void If(int at, List<(string Text, bool Quoted)> words)
        {
            var answer = words.Count == 2 ? FieldPart.Ticked : words is [_, _, ("is", false), (var text, true)] ? text : null;
            if (answer is null) Report(at, "Write {{if name}} for a tick, {{if name is \"Option\"}} for a choice.");
            else if (!_fields.TryGetValue(words[1].Text, out var field)) Report(at, $"No field “{words[1].Text}” stands before this section.");
            else if (field.Kind != (words.Count == 2 ? FieldKind.Tick : FieldKind.Choice)) Report(at, "A section hangs on a tick, or on an option of a choice.");
            else if (!field.Takes(answer)) Report(at, $"“{answer}” is no option of “{field.Name}”.");

            // Opened even when it is wrong, so that its end isn't told as another mistake.
            _open.Push((new SectionPart(words[1].Text, answer ?? "", []), _parts, at));
            _parts = [];
        }

        private void Field(int at, FieldKind kind, List<(string Text, bool Quoted)> words)
        {
            var required = words[^1] is ("required", false);
            var texts = words[2..(required ? ^1 : ^0)];
            var options = texts.Skip(1).Select(option => option.Text).ToArray();
            if (texts.Count == 0 || texts.Any(text => !text.Quoted) || texts.Any(text => string.IsNullOrWhiteSpace(text.Text)))
                Report(at, "After the name comes the label in quotation marks, and then at most the word required.");
            else if (kind == FieldKind.Choice && (options.Length < 2 || options.Distinct(StringComparer.Ordinal).Count() < options.Length))
                Report(at, "A choice has two or more options after its label, each in quotation marks, no two alike.");
            else if (kind != FieldKind.Choice && options.Length > 0) Report(at, "Only a choice has options.");
            else
            {
                var field = new FieldPart(words[1].Text, kind, texts[0].Text, options, required);
                if (_fields.TryAdd(field.Name, field)) _parts.Add(field);
                else Report(at, $"There is a field “{field.Name}” already: give this one another name.");
            }
        }

        private void Report(int at, string sentence)
        {
            var before = source.AsSpan(0, at);
            Problems.Add(new TemplateProblem(before.Count('\n') + 1, at - before.LastIndexOf('\n'), sentence));
        }
    }
}
