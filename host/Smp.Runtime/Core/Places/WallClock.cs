using System.Globalization;
using Smp.Sdk;

namespace Smp.Runtime.Core.Places;

/// <summary>Which of the two hours is meant when the clocks go back and an hour comes twice.</summary>
public enum TwiceHour
{
    /// <summary>The first one, before the clocks go back.</summary>
    First,

    /// <summary>The second one.</summary>
    Second,
}

/// <summary>What the wall clock of a time zone means in UTC, over daylight-saving changes.</summary>
internal static class WallClock
{
    /// <summary>A time zone by its IANA name, or null. Names of other kinds aren't taken: they don't mean the same on every machine.</summary>
    public static TimeZoneInfo? Zone(string name) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId ? zone : null;

    /// <summary>
    /// The moment at which the wall clock shows a time: the first one where it comes twice, the moment of the jump where it is left out.
    /// </summary>
    public static DateTimeOffset Moment(TimeZoneInfo zone, DateTime wall)
    {
        if (zone.IsInvalidTime(wall))
        {
            do wall = wall.AddMinutes(-1);
            while (zone.IsInvalidTime(wall));
            return new DateTimeOffset(wall, zone.GetUtcOffset(wall)).ToUniversalTime().AddMinutes(1);
        }

        // Before the clock is put back it is further ahead.
        var offset = zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall);
        return new DateTimeOffset(wall, offset).ToUniversalTime();
    }

    /// <summary>The moment that somebody means by a day and a time, who has to say which one where it comes twice.</summary>
    /// <param name="zone">Where.</param>
    /// <param name="day">The day there.</param>
    /// <param name="time">The time there: <c>HH:MM</c>.</param>
    /// <param name="which">Which one of a time that comes twice; null where nothing was said.</param>
    /// <param name="field">What the time is called where it was typed.</param>
    /// <exception cref="RefusedException">It isn't a time, the clocks leave it out on that day, or it comes twice and nothing was said.</exception>
    public static DateTimeOffset Meant(TimeZoneInfo zone, DateOnly day, string? time, TwiceHour? which, string field = "time")
    {
        if (!TimeOnly.TryParseExact(time?.Trim(), ["HH:mm", "H:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at))
            throw Refuse.Field(field, $"Write the time with a colon, for example 14:05.");
        var wall = day.ToDateTime(new TimeOnly(at.Hour, at.Minute));
        if (zone.IsInvalidTime(wall)) throw Refuse.Field(field, $"There is no {Shown(at)} on that day: the clocks go forward. Choose a time before or after.");
        if (!zone.IsAmbiguousTime(wall)) return new DateTimeOffset(wall, zone.GetUtcOffset(wall)).ToUniversalTime();
        var offsets = zone.GetAmbiguousTimeOffsets(wall);
        return which is { } one && Enum.IsDefined(one)
            ? new DateTimeOffset(wall, one is TwiceHour.First ? offsets.Max() : offsets.Min()).ToUniversalTime()
            : throw Refuse.Field("which", $"The clocks go back on that day, and {Shown(at)} comes twice. Say whether it is the first or the second.");
    }

    /// <summary>A moment on a wall: <c>02:30</c>; with its distance to UTC where that time comes twice on its day, <c>02:30 (UTC+2)</c>.</summary>
    public static string Text(TimeZoneInfo zone, DateTimeOffset moment)
    {
        var wall = TimeZoneInfo.ConvertTime(moment, zone);
        var time = wall.ToString("HH:mm", CultureInfo.InvariantCulture);
        if (!zone.IsAmbiguousTime(wall.DateTime)) return time;
        var (sign, minutes) = (wall.Offset < TimeSpan.Zero ? '−' : '+', Math.Abs((int)wall.Offset.TotalMinutes));
        return string.Create(CultureInfo.InvariantCulture, $"{time} (UTC{sign}{minutes / 60}{(minutes % 60 == 0 ? "" : $":{minutes % 60:00}")})");
    }

    /// <summary>From when to when: <c>09:00–10:30</c>.</summary>
    public static string Text(TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset until) => $"{Text(zone, from)}–{Text(zone, until)}";

    /// <summary>The day on the wall.</summary>
    public static DateOnly DayOf(TimeZoneInfo zone, DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);

    /// <summary>When a day begins on the wall: its midnight, or the first moment of it.</summary>
    public static DateTimeOffset Begin(TimeZoneInfo zone, DateOnly day) => Moment(zone, day.ToDateTime(TimeOnly.MinValue));

    /// <summary>When these hours are open on a day.</summary>
    public static IReadOnlyList<Opening> Openings(TimeZoneInfo zone, IEnumerable<OpeningHours> hours, DateOnly day) =>
    [
        .. hours.Where(h => h.Day == day.DayOfWeek)
            .Select(h => new Opening(At(zone, day, h.OpensAt), At(zone, day, h.ClosesAt)))
            // What lies wholly in the hour that is left out.
            .Where(o => o.From < o.Until)
            .OrderBy(o => o.From),
    ];

    private static string Shown(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static DateTimeOffset At(TimeZoneInfo zone, DateOnly day, int minutes) => Moment(zone, day.ToDateTime(TimeOnly.MinValue).AddMinutes(minutes));
}
