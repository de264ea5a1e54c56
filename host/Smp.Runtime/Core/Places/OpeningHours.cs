using System.Globalization;
using Smp.Sdk;

namespace Smp.Runtime.Core.Places;

/// <summary>A time on each day of a kind during which a location is open, by the clock on its wall.</summary>
/// <param name="Day">The day of the week.</param>
/// <param name="Opens">When it opens: <c>HH:MM</c>, 00:00 to 23:59.</param>
/// <param name="Closes">When it closes: <c>HH:MM</c>, later on the same day; 24:00 is the midnight at its end.</param>
public sealed record OpeningHours(DayOfWeek Day, string Opens, string Closes)
{
    /// <summary>The days of a week, from Monday.</summary>
    public static IReadOnlyList<DayOfWeek> Week { get; } =
    [
        DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday,
    ];

    /// <summary>Minutes after midnight at which it opens.</summary>
    internal int OpensAt => Minutes(Opens)!.Value;

    /// <summary>Minutes after midnight at which it closes.</summary>
    internal int ClosesAt => Minutes(Closes)!.Value;

    /// <summary>As ISO 8601 counts: 1 is Monday, 7 is Sunday.</summary>
    internal long Weekday => Day == DayOfWeek.Sunday ? 7 : (long)Day;

    /// <summary>The day of the week that ISO 8601 counts so.</summary>
    internal static DayOfWeek DayOf(long weekday) => (DayOfWeek)(weekday % 7);

    /// <summary>The name of the field that holds a day's hours: <c>hours.Monday</c>.</summary>
    public static string FieldOf(DayOfWeek day) => $"hours.{day}";

    /// <summary>Says what is wrong with the hours of a week. Returns them as they will be kept: in order, with two digits for the hour.</summary>
    internal static IReadOnlyList<OpeningHours> Check(Checks checks, IReadOnlyList<OpeningHours>? hours)
    {
        List<OpeningHours> right = [];
        foreach (var of in (hours ?? []).OfType<OpeningHours>().GroupBy(h => h.Day))
        {
            var field = FieldOf(of.Key);
            if (!Enum.IsDefined(of.Key))
            {
                checks.Add("hours", $"The day is one of: {string.Join(", ", Week)}.");
                continue;
            }

            List<OpeningHours> day = [];
            foreach (var (_, opens, closes) in of)
            {
                if (Minutes(opens) is not { } from || Minutes(closes) is not { } until || from == 24 * 60)
                    checks.Add(field, $"Write the hours as 08:00–12:00, with a comma between several.");
                else if (until <= from) checks.Add(field, $"{Text(from)}–{Text(until)} closes before it opens. The day ends at 24:00.");
                else day.Add(new(of.Key, Text(from), Text(until)));
            }

            day.Sort((a, b) => a.OpensAt.CompareTo(b.OpensAt));
            for (var i = 1; i < day.Count; i++)
            {
                if (day[i].OpensAt < day[i - 1].ClosesAt)
                    checks.Add(field, $"{day[i - 1].Opens}–{day[i - 1].Closes} and {day[i].Opens}–{day[i].Closes} overlap.");
            }

            right.AddRange(day);
        }

        return [.. right.OrderBy(h => h.Weekday).ThenBy(h => h.OpensAt)];
    }

    /// <summary>Reads what was typed for a day: <c>8:00–12:00, 13:00-17:30</c>. What can't be read comes out as it is, for <see cref="Check"/> to refuse.</summary>
    public static IEnumerable<OpeningHours> Read(DayOfWeek day, string typed) => typed
        .Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split(['-', '–', '—'], StringSplitOptions.TrimEntries))
        .Select(ends => ends is [var opens, var closes] ? new OpeningHours(day, opens, closes) : new OpeningHours(day, "", ""));

    /// <summary>A day's hours as they are typed and shown; empty when it is closed.</summary>
    public static string Write(IEnumerable<OpeningHours> hours, DayOfWeek day) =>
        string.Join(", ", hours.Where(h => h.Day == day).Select(h => $"{h.Opens}–{h.Closes}"));

    private static int? Minutes(string? text)
    {
        if (text is null || text.Split(':') is not [{ Length: 1 or 2 } hour, { Length: 2 } minute] || !hour.Concat(minute).All(char.IsAsciiDigit)) return null;
        var (h, m) = (int.Parse(hour, CultureInfo.InvariantCulture), int.Parse(minute, CultureInfo.InvariantCulture));
        return m < 60 && h * 60 + m <= 24 * 60 ? h * 60 + m : null;
    }

    private static string Text(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");
}
