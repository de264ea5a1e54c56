using Smp.Runtime.Core.Places;

namespace Smp.Runtime.Tests.Places;

/// <summary>Opening hours are the wall clock's, also on the two days on which it is changed. In Zurich: 29 March and 25 October 2026.</summary>
public sealed class WallClockTests
{
    private static readonly TimeZoneInfo Zurich = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich");
    private static readonly DateOnly Forward = new(2026, 3, 29);
    private static readonly DateOnly Back = new(2026, 10, 25);

    [Test]
    public void Eight_stays_eight_when_the_clocks_change()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Hours(Forward.AddDays(-7), "08:00", "12:00"), Is.EqualTo("07:00–11:00"));
            Assert.That(Hours(Forward, "08:00", "12:00"), Is.EqualTo("06:00–10:00"));
            Assert.That(Hours(Back, "08:00", "12:00"), Is.EqualTo("07:00–11:00"));
        }
    }

    [Test]
    public void A_day_without_a_midnight_begins_with_its_first_moment()
    {
        var beirut = TimeZoneInfo.FindSystemTimeZoneById("Asia/Beirut");

        // On that day the clocks go from 24:00 to 1:00.
        Assert.That(WallClock.Begin(beirut, Forward), Is.EqualTo(new DateTimeOffset(2026, 3, 28, 22, 0, 0, TimeSpan.Zero)));
        Assert.That(WallClock.Begin(Zurich, Forward), Is.EqualTo(new DateTimeOffset(2026, 3, 28, 23, 0, 0, TimeSpan.Zero)));
    }

    [Test]
    public void Open_all_day_is_23_hours_on_the_one_day_and_25_on_the_other()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Length(Forward, "00:00", "24:00"), Is.EqualTo(TimeSpan.FromHours(23)));
            Assert.That(Length(Back, "00:00", "24:00"), Is.EqualTo(TimeSpan.FromHours(25)));
            Assert.That(Length(Back.AddDays(7), "00:00", "24:00"), Is.EqualTo(TimeSpan.FromHours(24)));
        }
    }

    // At 02:00 the clock jumps to 03:00, which is 01:00 UTC.
    [TestCase("02:30", "08:00", "01:00–06:00")]
    [TestCase("02:00", "08:00", "01:00–06:00")]
    [TestCase("00:00", "02:30", "23:00–01:00")]
    [TestCase("01:59", "03:01", "00:59–01:01")]
    public void A_time_that_is_left_out_is_the_moment_of_the_jump(string opens, string closes, string utc) =>
        Assert.That(Hours(Forward, opens, closes), Is.EqualTo(utc));

    [Test]
    public void Hours_wholly_within_what_is_left_out_arent_there() =>
        Assert.That(WallClock.Openings(Zurich, [new(DayOfWeek.Sunday, "02:10", "02:50")], Forward), Is.Empty);

    // At 03:00 the clock goes back to 02:00: 02:30 comes at 00:30 and again at 01:30 UTC.
    [TestCase("02:30", "08:00", "00:30–07:00")]
    [TestCase("00:00", "02:30", "22:00–00:30")]
    [TestCase("02:10", "02:50", "00:10–00:50")]
    [TestCase("03:00", "04:00", "02:00–03:00")]
    public void A_time_that_comes_twice_is_meant_the_first_time(string opens, string closes, string utc) =>
        Assert.That(Hours(Back, opens, closes), Is.EqualTo(utc));

    [Test]
    public void Only_the_hours_of_that_weekday_count_in_order()
    {
        OpeningHours[] hours = [new(DayOfWeek.Monday, "13:00", "17:00"), new(DayOfWeek.Monday, "08:00", "12:00"), new(DayOfWeek.Tuesday, "09:00", "10:00")];

        var monday = WallClock.Openings(Zurich, hours, new(2026, 3, 2));

        Assert.That(monday.Select(o => o.From.Hour), Is.EqualTo(new[] { 7, 12 }));
    }

    [TestCase("Europe/Zurich", true)]
    [TestCase("Etc/UTC", true)]
    [TestCase("W. Europe Standard Time", false)]
    [TestCase("Europe/Nowhere", false)]
    [TestCase("../../etc/passwd", false)]
    [TestCase("", false)]
    public void Zones_go_by_their_IANA_names(string name, bool known) => Assert.That(WallClock.Zone(name) is not null, Is.EqualTo(known));

    private static string Hours(DateOnly day, string opens, string closes)
    {
        var opening = WallClock.Openings(Zurich, [new(day.DayOfWeek, opens, closes)], day).Single();
        return $"{opening.From:HH:mm}–{opening.Until:HH:mm}";
    }

    private static TimeSpan Length(DateOnly day, string opens, string closes)
    {
        var opening = WallClock.Openings(Zurich, [new(day.DayOfWeek, opens, closes)], day).Single();
        return opening.Until - opening.From;
    }
}
