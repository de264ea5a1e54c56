using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Localization;

namespace Smp.Sdk.Web;

/// <summary>A catalog of texts that <see cref="Words"/> looks in.</summary>
/// <param name="Texts">The class beside whose name the resource files lie: <c>NeedlesTexts</c> has <c>NeedlesTexts.de.resx</c>.</param>
public sealed record Catalog(Type Texts);

/// <summary>
/// Says things in the clinic's language (the current UI culture), in its time zone. A sentence's English format is its key in the catalogs:
/// <c>words.Say($"Lot {number} expired on {date}.")</c> looks for <c>Lot {0} expired on {1}.</c>, and is said in English where no
/// catalog has it. Singleton.
/// </summary>
public sealed class Words(IEnumerable<Catalog> catalogs, IStringLocalizerFactory factory, IClinicClock clock)
{
    // Only what catalogs hold: lines of timelines pass by here too, and would never end.
    private readonly ConcurrentDictionary<(CultureInfo Culture, string Key), string> kept = [];
    private readonly IStringLocalizer[] localizers = [.. catalogs.Select(catalog => catalog.Texts).Distinct().Select(factory.Create)];

    /// <summary>
    /// Says a sentence. Of its values, days become <c>7 July 2026</c>, moments <c>7 July 2026 14:05</c> on the clinic's wall clock, enums
    /// their <see cref="Name"/>, sentences themselves said; all else as the culture writes it. A format within the sentence (<c>{day:yyyy}</c>) wins.
    /// </summary>
    public string Say(FormattableString sentence)
    {
        var format = Text(sentence.Format);
        var values = sentence.GetArguments();
        try
        {
            return string.Format(new Values(this), format, values);
        }
        catch (FormatException) when (format != sentence.Format)
        {
            // A translation with a broken placeholder must not hide what is being said.
            return string.Format(new Values(this), sentence.Format, values);
        }
    }

    /// <summary>The text for an English key; the key itself where no catalog has it.</summary>
    public string Text(string key)
    {
        var culture = CultureInfo.CurrentUICulture;
        if (kept.TryGetValue((culture, key), out var known)) return known;
        foreach (var localizer in localizers)
        {
            if (localizer[key] is { ResourceNotFound: false } found) return kept[(culture, key)] = found.Value;
        }

        return key;
    }

    /// <summary>An enum's name as words, looked up as such: <c>SterilisedSet</c> is "Sterilised set".</summary>
    public string Name(Enum value) => Text(Spaced(value.ToString()));

    /// <summary>Every value of an enum, for a <see cref="SelectField"/>.</summary>
    public IReadOnlyList<Option> Options<TEnum>() where TEnum : struct, Enum =>
        [.. Enum.GetValues<TEnum>().Select(value => new Option(value.ToString(), Name(value)))];

    /// <summary>A day: <c>7 Jul 2026</c>.</summary>
    public string Date(DateOnly day) => Written(day, "d MMM yyyy");

    /// <summary>A day in a sentence: <c>7 July 2026</c>.</summary>
    public string LongDate(DateOnly day) => Written(day, "d MMMM yyyy");

    /// <summary>A day with its weekday: <c>Tue 7 Jul 2026</c>.</summary>
    public string DateWithWeekday(DateOnly day) => Written(day, "ddd d MMM yyyy");

    /// <summary>A moment on the clinic's wall clock: <c>Tue 7 Jul 2026 14:05</c>.</summary>
    public string Moment(DateTimeOffset moment) => $"{DateWithWeekday(DayOf(moment))} {Clock(moment)}";

    /// <summary>The time of a moment on the clinic's wall clock: <c>14:05</c>.</summary>
    public string Clock(DateTimeOffset moment) => clock.ToLocal(moment).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The clinic's day that a moment lies in.</summary>
    public DateOnly DayOf(DateTimeOffset moment) => clock.DayOf(moment);

    /// <summary>A day for machines: <c>2026-07-07</c>.</summary>
    public static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A moment for machines: <c>2026-07-07T12:05:00Z</c>.</summary>
    public static string Iso(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // The patterns are texts too: German writes "d. MMM yyyy".
    private string Written(DateOnly day, string pattern) => day.ToString(Text(pattern), CultureInfo.CurrentCulture);

    private static string Spaced(string name)
    {
        var words = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            var starts = i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]);
            if (starts) words.Append(' ');
            words.Append(starts ? char.ToLowerInvariant(name[i]) : name[i]);
        }

        return words.ToString();
    }

    private sealed class Values(Words words) : IFormatProvider, ICustomFormatter
    {
        public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : null;

        public string Format(string? format, object? arg, IFormatProvider? formatProvider) => (format, arg) switch
        {
            (_, null) => "",
            (null, DateOnly day) => words.LongDate(day),
            (null, DateTimeOffset moment) => $"{words.LongDate(words.DayOf(moment))} {words.Clock(moment)}",
            (null, Enum value) => words.Name(value),
            (null, FormattableString sentence) => words.Say(sentence),
            (_, IFormattable value) => value.ToString(format, CultureInfo.CurrentCulture),
            _ => arg.ToString() ?? "",
        };
    }
}
