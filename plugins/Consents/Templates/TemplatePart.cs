namespace Smp.Consents.Templates;

/// <summary>What the client puts into a field.</summary>
public enum FieldKind
{
    /// <summary>Words of their own.</summary>
    Text,

    /// <summary>One of the options that the template lists.</summary>
    Choice,

    /// <summary>A box that is ticked; required means that it must be ticked.</summary>
    Tick,

    /// <summary>A day, <c>YYYY-MM-DD</c>.</summary>
    Date,

    /// <summary>The client's initials.</summary>
    Initials,
}

/// <summary>A piece of a template, in the order of the text.</summary>
public abstract record TemplatePart;

/// <summary>Markdown, as it stands in the template.</summary>
/// <param name="Markdown">Never empty.</param>
public sealed record MarkdownPart(string Markdown) : TemplatePart;

/// <summary>A value that is filled in and frozen when the form is presented.</summary>
/// <param name="Name">Which value.</param>
public sealed record ValuePart(string Name) : TemplatePart;

/// <summary>A field that the client fills in.</summary>
/// <param name="Name">Unique in the template: <c>a–z</c>, digits and <c>_</c>, beginning with a letter.</param>
/// <param name="Kind">What goes in.</param>
/// <param name="Label">What is asked.</param>
/// <param name="Options">The options of a choice, two or more; empty for the others.</param>
/// <param name="Required">Whether the form can't be signed without it.</param>
public sealed record FieldPart(string Name, FieldKind Kind, string Label, IReadOnlyList<string> Options, bool Required) : TemplatePart
{
    /// <summary>Whether this is an answer to the field. An empty one never is.</summary>
    public bool Takes(string answer) => Kind switch
    {
        FieldKind.Choice => Options.Contains(answer, StringComparer.Ordinal),
        FieldKind.Tick => answer == Ticked,
        FieldKind.Date => DateOnly.TryParseExact(answer, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out _),
        _ => !string.IsNullOrWhiteSpace(answer),
    };

    /// <summary>The answer of a box that is ticked; one that isn't has no answer.</summary>
    public const string Ticked = "yes";
}

/// <summary>A section that is part of the form only for some answers.</summary>
/// <param name="Field">A tick or a choice that stands before the section.</param>
/// <param name="Answer">The answer that shows the section.</param>
/// <param name="Parts">What is in it.</param>
public sealed record SectionPart(string Field, string Answer, IReadOnlyList<TemplatePart> Parts) : TemplatePart;

/// <summary>What is wrong in a template, and where.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
/// <param name="Sentence">What would be right.</param>
public sealed record TemplateProblem(int Line, int Column, string Sentence);
