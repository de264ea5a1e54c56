using System.Globalization;
using Smp.Runtime.Backups;

namespace Smp.Runtime.Tests.Backups;

/// <summary>Which backups are kept for how long.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RetentionTests
{
    private static readonly TimeZoneInfo Vienna = TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna");

    [Test]
    public void A_year_of_nights_leaves_the_last_seven_days_and_the_four_weeks_before_them()
    {
        List<(string Name, BackupKind Kind, DateTimeOffset CreatedAt)> kept = [];
        for (var day = new DateTime(2025, 1, 1, 2, 0, 0); day <= new DateTime(2026, 1, 14, 2, 0, 0); day = day.AddDays(1))
        {
            kept.Add((day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), BackupKind.Nightly, new(day, TimeSpan.Zero)));
            var gone = new Retention(7, 4).Superfluous(kept, Vienna);
            kept.RemoveAll(b => gone.Contains(b.Name));
        }

        Assert.That(kept.Select(b => b.Name).Order(), Is.EqualTo(new[]
        {
            // Sundays, but for the newest, which is what the days have left of this week.
            "2025-12-21", "2025-12-28", "2026-01-04", "2026-01-07",
            "2026-01-08", "2026-01-09", "2026-01-10", "2026-01-11", "2026-01-12", "2026-01-13", "2026-01-14",
        }));
    }

    [Test]
    public void Of_several_on_one_day_of_the_clinics_the_last_is_kept()
    {
        // In UTC these are two days; in Vienna it is one.
        var gone = new Retention(7, 4).Superfluous([Nightly("late", 3, 22.5), Nightly("early", 4, 2)], Vienna);
        var summer = new Retention(1, 0).Superfluous([Nightly("a", 3, 23.5), Nightly("b", 4, 2)], Vienna);

        Assert.That(gone, Is.Empty);
        Assert.That(summer, Is.EqualTo(new[] { "a" }));
        Assert.That(new Retention(7, 4).Superfluous([Nightly("a", 3, 23.5), Nightly("b", 4, 2)], Vienna), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void What_somebody_asked_for_stays()
    {
        var all = Enumerable.Range(1, 28).Select(day => ($"m{day}", BackupKind.Manual, At(day, 12)));

        Assert.That(new Retention(1, 0).Superfluous(all, Vienna), Is.Empty);
    }

    [Test]
    public void Before_migrations_the_last_five_stay()
    {
        var all = Enumerable.Range(1, 8).Select(day => ($"b{day}", BackupKind.BeforeMigration, At(day, 12)));

        Assert.That(new Retention(7, 4).Superfluous(all, Vienna), Is.EquivalentTo(new[] { "b1", "b2", "b3" }));
    }

    private static (string, BackupKind, DateTimeOffset) Nightly(string name, int day, double hour) => (name, BackupKind.Nightly, At(day, hour));

    private static DateTimeOffset At(int day, double hour) => new DateTimeOffset(2026, 2, day, 0, 0, 0, TimeSpan.Zero).AddHours(hour);
}
