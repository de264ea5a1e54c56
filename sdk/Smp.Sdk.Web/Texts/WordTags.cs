using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;

namespace Smp.Sdk.Web;

/// <summary>
/// Days and moments as elements, for the rows of long lists: <c>@Words.DayTag(use.Day)</c> says the same as <see cref="DateText"/>, and makes no component of it.
/// </summary>
public static class WordTags
{
    private static readonly MarkupString None = new("<span class=\"soft\">–</span>");

    /// <summary>A day: <c>7 Jul 2026</c>; a dash when there is none.</summary>
    public static MarkupString DayTag(this Words words, DateOnly? day) => day is { } its ? Tag(Words.Iso(its), words.Date(its)) : None;

    /// <summary>A moment on the clinic's wall clock: <c>Tue 7 Jul 2026 14:05</c>; a dash when there is none.</summary>
    public static MarkupString MomentTag(this Words words, DateTimeOffset? moment) => moment is { } its ? Tag(Words.Iso(its), words.Moment(its)) : None;

    /// <summary>The time of a moment on the clinic's wall clock: <c>14:05</c>; a dash when there is none.</summary>
    public static MarkupString ClockTag(this Words words, DateTimeOffset? moment) => moment is { } its ? Tag(Words.Iso(its), words.Clock(its)) : None;

    private static MarkupString Tag(string machine, string said) => new($"<time datetime=\"{machine}\">{HtmlEncoder.Default.Encode(said)}</time>");
}
