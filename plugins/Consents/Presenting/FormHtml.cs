using System.Text;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Smp.Consents.Templates;

namespace Smp.Consents.Presenting;

/// <summary>Makes HTML of a form's Markdown. What people wrote is text: no HTML of theirs, no picture, no address but of the web and of mail.</summary>
internal static class FormHtml
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().Build();

    /// <summary>One piece after the other: runs of text as HTML, and the fields and sections between them.</summary>
    public static IEnumerable<(string? Html, TemplatePart? Part)> Pieces(IReadOnlyList<TemplatePart> parts, IReadOnlyDictionary<string, string> values)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            switch (part)
            {
                case MarkdownPart markdown:
                    text.Append(markdown.Markdown);
                    break;
                case ValuePart value:
                    text.Append(Plain(values.GetValueOrDefault(value.Name, "")));
                    break;
                default:
                    if (Of(text) is { Length: > 0 } before) yield return (before, null);
                    yield return (null, part);
                    break;
            }
        }

        if (Of(text) is { Length: > 0 } rest) yield return (rest, null);
    }

    // Empties what it reads.
    private static string Of(StringBuilder text)
    {
        var document = Markdown.Parse(text.ToString(), Pipeline);
        text.Clear();
        foreach (var link in document.Descendants<LinkInline>())
        {
            if (link.IsImage || !Uri.TryCreate(link.Url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http" or "mailto")) (link.Url, link.IsImage) = ("", false);
        }

        // The form's own title stands above all of them.
        foreach (var heading in document.Descendants<HeadingBlock>()) heading.Level = Math.Min(6, heading.Level + 1);
        return document.ToHtml(Pipeline);
    }

    // A value is text, whatever Markdown would make of it.
    private static string Plain(string value)
    {
        var plain = new StringBuilder();
        foreach (var c in value)
        {
            if (c is '\n' or '\r') plain.Append(' ');
            else if (char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c))) plain.Append('\\').Append(c);
            else plain.Append(c);
        }

        return plain.ToString();
    }
}
