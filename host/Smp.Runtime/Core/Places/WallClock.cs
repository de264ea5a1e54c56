using Smp.Sdk;

namespace Smp.Runtime.Core.Places;

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

    /// <summary>When these hours are open on a day.</summary>
    public static IReadOnlyList<Opening> Openings(TimeZoneInfo zone, IEnumerable<OpeningHours> hours, DateOnly day) =>
    [
        .. hours.Where(h => h.Day == day.DayOfWeek)
            .Select(h => new Opening(At(zone, day, h.OpensAt), At(zone, day, h.ClosesAt)))
            // What lies wholly in the hour that is left out.
            .Where(o => o.From < o.Until)
            .OrderBy(o => o.From),
    ];

    private static DateTimeOffset At(TimeZoneInfo zone, DateOnly day, int minutes) => Moment(zone, day.ToDateTime(TimeOnly.MinValue).AddMinutes(minutes));
}
