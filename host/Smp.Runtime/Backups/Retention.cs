using System.Globalization;

namespace Smp.Runtime.Backups;

/// <summary>Which backups aren't kept any longer.</summary>
/// <param name="daily">How many nightly ones are kept, one for each day.</param>
/// <param name="weekly">How many more, one for each week before those.</param>
internal sealed class Retention(int daily, int weekly)
{
    /// <summary>How many of those before migrations are kept.</summary>
    public const int BeforeMigrations = 5;

    /// <param name="whole">Whole backups of one clinic, in any order.</param>
    /// <param name="zone">The clinic's: its days and weeks.</param>
    /// <returns>The names of those to remove: never one that somebody asked for, never the newest.</returns>
    public IReadOnlyList<string> Superfluous(IEnumerable<(string Name, BackupKind Kind, DateTimeOffset CreatedAt)> whole, TimeZoneInfo zone)
    {
        var all = whole.OrderByDescending(b => b.CreatedAt).ThenByDescending(b => b.Name, StringComparer.Ordinal).ToList();
        var nightly = all.Where(b => b.Kind == BackupKind.Nightly).ToList();
        // The newest of each day; then, of what those days leave, the newest of each week.
        var days = nightly.DistinctBy(b => DayOf(b.CreatedAt)).Take(daily).ToList();
        var oldest = days.Count > 0 ? DayOf(days[^1].CreatedAt) : DateOnly.MaxValue;
        var weeks = nightly.Where(b => DayOf(b.CreatedAt) < oldest).DistinctBy(b => WeekOf(b.CreatedAt)).Take(weekly);
        var kept = days.Concat(weeks)
            .Concat(all.Where(b => b.Kind == BackupKind.BeforeMigration).Take(BeforeMigrations))
            .Concat(all.Where(b => b.Kind == BackupKind.Manual))
            .Concat(all.Take(1)).Select(b => b.Name).ToHashSet();
        return [.. all.Select(b => b.Name).Where(name => !kept.Contains(name))];

        DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);

        (int, int) WeekOf(DateTimeOffset moment)
        {
            var day = DayOf(moment).ToDateTime(TimeOnly.MinValue);
            return (ISOWeek.GetYear(day), ISOWeek.GetWeekOfYear(day));
        }
    }
}
