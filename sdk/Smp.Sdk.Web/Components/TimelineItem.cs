namespace Smp.Sdk.Web;

/// <summary>One line of a <see cref="Timeline"/>.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Icon">One of <see cref="Icons.Names"/>.</param>
/// <param name="Text">The act first, in a short sentence.</param>
/// <param name="Who">Who did it, as shown; null when nobody in particular did.</param>
/// <param name="Href">Where to read more.</param>
/// <param name="Meaning">Colours the icon; the words must say it too.</param>
public sealed record TimelineItem(
    DateTimeOffset At, string Icon, string Text, string? Who = null, string? Href = null, Meaning Meaning = Meaning.Neutral);
