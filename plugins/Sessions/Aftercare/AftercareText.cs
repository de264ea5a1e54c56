using System.Globalization;

namespace Smp.Sessions.Aftercare;

/// <summary>The sheet in one language: it is the client's, not the clinic's.</summary>
/// <param name="Language">Its code.</param>
/// <param name="Title">The heading.</param>
/// <param name="Intro">What comes before the days.</param>
/// <param name="Rules">What each rule says; <c>{0}</c> is the cleanser.</param>
/// <param name="Span">From a day to a day: <c>{0}</c>, <c>{1}</c>.</param>
/// <param name="Onwards">From a day on: <c>{0}</c>.</param>
/// <param name="Call">When to call.</param>
/// <param name="Cleanser">What to wash with, where the clinic names nothing of its own.</param>
/// <param name="Date">How a day is written, with its weekday.</param>
/// <param name="Birth">How a birth date is written.</param>
internal sealed record AftercareText(
    string Language, string Title, string Intro, IReadOnlyDictionary<AftercareRule, string> Rules, string Span, string Onwards, string Call, string Cleanser, string Date, string Birth)
{
    private static readonly AftercareText[] All =
    [
        new("en", "After your session", "Right after a session the dots look larger than they will, and small scabs form. Both settle within days. Don’t scratch or peel.",
            new Dictionary<AftercareRule, string>
            {
                [AftercareRule.KeepDry] = "Keep your scalp dry and don’t sweat: no sport, no hat that presses.", [AftercareRule.Rinse] = "Rinse with lukewarm water, without soap. Pat it dry.",
                [AftercareRule.Cleanse] = "Wash as usual, with {0}.", [AftercareRule.NoSun] = "No direct sun. Outdoors wear a loose, clean hat.", [AftercareRule.PoolAndSauna] = "Pool, sea and sauna are fine again.",
            }, "{0} to {1}", "from {0} on", "Call us at once if your scalp gets hot, swells, oozes or itches badly, or if you get a fever.", "a mild cleanser without alcohol or perfume", "dddd d MMMM yyyy", "d MMMM yyyy"),
        new("de", "Nach Ihrer Sitzung", "Gleich nach der Sitzung wirken die Punkte größer, als sie bleiben, und es bilden sich kleine Krusten. Beides gibt sich in wenigen Tagen. Nicht kratzen, nichts ablösen.",
            new Dictionary<AftercareRule, string>
            {
                [AftercareRule.KeepDry] = "Halten Sie die Kopfhaut trocken und schwitzen Sie nicht: kein Sport, keine Kappe, die drückt.", [AftercareRule.Rinse] = "Mit lauwarmem Wasser abspülen, ohne Seife. Trocken tupfen.",
                [AftercareRule.Cleanse] = "Waschen wie gewohnt, mit {0}.", [AftercareRule.NoSun] = "Keine direkte Sonne. Im Freien eine lockere, saubere Kopfbedeckung tragen.",
                [AftercareRule.PoolAndSauna] = "Schwimmbad, Meer und Sauna sind wieder erlaubt.",
            }, "{0} bis {1}", "ab {0}", "Rufen Sie uns sofort an, wenn die Kopfhaut heiß wird, anschwillt, nässt oder stark juckt, oder wenn Sie Fieber bekommen.", "einem milden Reinigungsmittel ohne Alkohol und Duftstoffe", "dddd, d. MMMM yyyy", "d. MMMM yyyy"),
    ];

    /// <summary>The languages that there is a sheet in.</summary>
    public static IEnumerable<string> Languages => All.Select(t => t.Language);

    /// <summary>The sheet in a language; English where there is none in it.</summary>
    public static AftercareText In(string? language) =>
        All.FirstOrDefault(t => string.Equals(t.Language, language, StringComparison.OrdinalIgnoreCase) || language?.StartsWith(t.Language + "-", StringComparison.OrdinalIgnoreCase) == true) ?? All[0];

    /// <summary>The days of a line.</summary>
    public string DaysOf(AftercareLine line) => line.Through is { } through
        ? string.Format(CultureInfo.InvariantCulture, Span, Day(line.From), Day(through))
        : string.Format(CultureInfo.InvariantCulture, Onwards, Day(line.From));

    /// <summary>What a line says.</summary>
    public string Say(AftercareLine line, string cleanser) => string.Format(CultureInfo.InvariantCulture, Rules[line.Rule], cleanser);

    /// <summary>A day, as the language writes it.</summary>
    public string Day(DateOnly day) => day.ToString(Date, CultureInfo.GetCultureInfo(Language));

    /// <summary>A birth date, as the language writes it.</summary>
    public string Born(DateOnly day) => day.ToString(Birth, CultureInfo.GetCultureInfo(Language));
}
