using Smp.Runtime.Core.Appointments;

namespace Smp.Host.Pages.Calendar;

/// <summary>A column of the calendar: a room or a person on a day, or a day.</summary>
/// <param name="Name">What stands above it.</param>
/// <param name="Day">The day on the location's wall.</param>
/// <param name="Room">The room, where it is one.</param>
/// <param name="Staff">The member of staff, where it is one.</param>
/// <param name="Entries">What is in it, in order.</param>
public sealed record CalendarColumn(string Name, DateOnly Day, long? Room, long? Staff, IReadOnlyList<CalendarEntry> Entries);

/// <summary>What stands at a place of the calendar.</summary>
/// <param name="Rows">How many quarters of an hour it is high.</param>
/// <param name="Entries">The appointments there; empty where nothing is booked.</param>
/// <param name="Open">Whether the location is open then, and nothing is closed.</param>
internal sealed record CalendarCell(int Rows, IReadOnlyList<CalendarEntry> Entries, bool Open);

/// <summary>
/// Lays appointments out in quarters of an hour of the wall clock. Those that overlap in one column, as when one patient comes late and the next is there, share a place. Where an hour comes twice both
/// are in the one row of that time; each says which.
/// </summary>
internal static class CalendarGrid
{
    /// <summary>Minutes a row.</summary>
    public const int Step = 15;

    private const int RowsADay = 24 * 60 / Step;

    /// <summary>The rows that there are to see: the hours in which it is open or something takes place, at least a working day.</summary>
    public static (int First, int Last) Hours(CalendarSheet sheet)
    {
        var (first, last) = (RowsADay, 0);
        foreach (var opening in sheet.Openings) Take(opening.From, opening.Until);
        foreach (var entry in sheet.Entries) Take(entry.StartsAt!.Value, entry.EndsAt!.Value);
        if (first >= last) return (8 * 60 / Step, 18 * 60 / Step);
        // Whole hours, so that each has its name.
        return (first / 4 * 4, (last + 3) / 4 * 4);

        void Take(DateTimeOffset from, DateTimeOffset until)
        {
            var (a, b) = Rows(sheet.Zone, from, until);
            (first, last) = (Math.Min(first, a), Math.Max(last, b));
        }
    }

    /// <summary>A column's places from row to row; null where one from above reaches down.</summary>
    public static IReadOnlyList<CalendarCell?> Cells(CalendarSheet sheet, CalendarColumn column, int first, int last)
    {
        var cells = new CalendarCell?[last - first];
        for (var row = first; row < last; row++) cells[row - first] = new(1, [], IsOpen(sheet, column, row));
        foreach (var group in Groups(sheet.Zone, column.Entries))
        {
            var (from, until) = (Math.Clamp(group.From, first, last - 1), Math.Clamp(group.Until, first + 1, last));
            cells[from - first] = new(until - from, group.Entries, true);
            for (var row = from + 1; row < until; row++) cells[row - first] = null;
        }

        return cells;
    }

    private static List<(int From, int Until, List<CalendarEntry> Entries)> Groups(TimeZoneInfo zone, IReadOnlyList<CalendarEntry> entries)
    {
        List<(int From, int Until, List<CalendarEntry> Entries)> groups = [];
        foreach (var (entry, rows) in entries.Select(e => (e, Rows(zone, e.StartsAt!.Value, e.EndsAt!.Value))).OrderBy(e => e.Item2.From))
        {
            if (groups.Count > 0 && rows.From < groups[^1].Until)
            {
                groups[^1].Entries.Add(entry);
                groups[^1] = groups[^1] with { Until = Math.Max(groups[^1].Until, rows.Until) };
            }
            else groups.Add((rows.From, rows.Until, [entry]));
        }

        return groups;
    }

    // What goes on past midnight ends with the day, and stands in the next one's column as well.
    private static (int From, int Until) Rows(TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset until)
    {
        var (a, b) = (TimeZoneInfo.ConvertTime(from, zone), TimeZoneInfo.ConvertTime(until, zone));
        var start = (int)a.TimeOfDay.TotalMinutes / Step;
        var end = b.Date > a.Date ? RowsADay : ((int)b.TimeOfDay.TotalMinutes + Step - 1) / Step;
        return (start, Math.Max(end, start + 1));
    }

    private static bool IsOpen(CalendarSheet sheet, CalendarColumn column, int row)
    {
        var wall = column.Day.ToDateTime(TimeOnly.MinValue).AddMinutes(row * Step);
        if (sheet.Zone.IsInvalidTime(wall)) return false;
        var moment = new DateTimeOffset(wall, sheet.Zone.GetUtcOffset(wall));
        return sheet.Openings.Any(o => o.Holds(moment)) && !sheet.Closed.Any(c => c.From <= wall && wall < c.Until
            && (c.StaffId is { } who ? who == column.Staff : c.RoomId is null || c.RoomId == column.Room));
    }
}
