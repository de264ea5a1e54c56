namespace Smp.Sdk.Web;

/// <summary>What a colour says. It never speaks alone: a word and an icon stand beside it.</summary>
public enum Meaning
{
    /// <summary>Nothing in particular.</summary>
    Neutral,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Worth knowing.</summary>
    Notice,

    /// <summary>Needs somebody soon.</summary>
    Warning,

    /// <summary>Somebody may come to harm, or something can't be undone.</summary>
    Danger,
}

/// <summary>How meanings look.</summary>
public static class Meanings
{
    /// <summary>The class of the style sheet: <c>good</c>; empty for <see cref="Meaning.Neutral"/>.</summary>
    public static string ToClass(this Meaning meaning) => meaning switch
    {
        Meaning.Good => "good",
        Meaning.Notice => "notice",
        Meaning.Warning => "warning",
        Meaning.Danger => "danger",
        _ => "",
    };

    /// <summary>The icon that goes with a meaning where the caller names none.</summary>
    public static string ToIcon(this Meaning meaning) => meaning switch
    {
        Meaning.Good => "check",
        Meaning.Notice => "info",
        Meaning.Warning => "alert",
        Meaning.Danger => "stop",
        _ => "dot",
    };

    /// <summary>How an urgency of the worklist looks.</summary>
    public static Meaning ToMeaning(this Urgency urgency) => urgency switch
    {
        Urgency.Danger => Meaning.Danger,
        Urgency.Warning => Meaning.Warning,
        _ => Meaning.Notice,
    };
}
