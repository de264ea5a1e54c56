using System.Net;
using System.Net.Http.Json;
using System.Text;
using Ical.Net;
using Smp.Host.Tests.Shells;
using Smp.Runtime.Core.Appointments;
using Smp.Sdk;

namespace Smp.Host.Tests.Appointments;

/// <summary>Calendar feeds, read back by a parser that isn't ours.</summary>
public sealed class FeedTests : AppointmentClinic
{
    [Test]
    public async Task A_calendar_program_reads_times_places_and_changes_and_no_patients_name()
    {
        var kept = await BookedAsync(Slot("09:00", 60, RoomA, Keller));
        var off = await BookedAsync(Slot("11:00", 60, RoomA, Keller, patient: 2));
        await BookedAsync(Slot("13:00", 60, RoomA, Mia));
        var before = Read(await FeedAsync());
        await DoAsync(kept, "", new { locationId = Location, roomId = RoomB, day = Day, time = "15:00", minutes = 30, performedBy = Keller, reason = "Swap" });
        await DoAsync(off, "cancel", new { reason = "Ill" });

        var text = await FeedAsync();
        var after = Read(text);

        Assert.That(before.Events.Select(e => (e.Summary, e.Status)), Is.EqualTo(new[] { ("Talk · P-000001", "CONFIRMED"), ("Talk · P-000002", "CONFIRMED") }));
        var moved = after.Events.Single(e => e.Status == "CONFIRMED");
        Assert.That((moved.Uid, moved.Start!.AsUtc, moved.End!.AsUtc, moved.Location),
            Is.EqualTo((before.Events.First().Uid, new DateTime(2026, 3, 5, 14, 0, 0), new DateTime(2026, 3, 5, 14, 30, 0), "Zurich, Room B")));
        Assert.That(moved.Sequence, Is.GreaterThan(before.Events.First().Sequence));
        var gone = after.Events.Single(e => e.Status == "CANCELLED");
        Assert.That((gone.Uid, gone.Sequence), Is.EqualTo((before.Events.Last().Uid, before.Events.Last().Sequence + 1)));
        Assert.That(text, Does.Not.Contain("Weber").And.Not.Contain("Anna"));
    }

    [Test]
    public async Task The_address_is_shown_once_ends_when_another_is_made_and_says_nothing_to_who_guesses()
    {
        var first = await AddressAsync();
        var second = await AddressAsync();
        using var nobody = Clinic.Anonymous();

        using var old = await nobody.GetAsync(first);
        using var now = await nobody.GetAsync(second);
        using var guess = await nobody.GetAsync("/calendar.ics?key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        using var none = await nobody.GetAsync("/calendar.ics");
        var physician = await Clinic.AsAsync(Role.Physician);
        using var ended = await physician.DeleteAsync("/api/calendar-address");
        using var gone = await nobody.GetAsync(second);

        Assert.That(new[] { old, guess, none, gone }.Select(a => a.StatusCode), Is.All.EqualTo(HttpStatusCode.NotFound));
        Assert.That((now.StatusCode, now.Content.Headers.ContentType!.ToString(), ended.StatusCode), Is.EqualTo((HttpStatusCode.OK, "text/calendar; charset=utf-8", HttpStatusCode.NoContent)));
    }

    [Test]
    public void Every_line_ends_with_CRLF_is_at_most_75_octets_long_and_unfolds_to_what_was_meant()
    {
        var summary = string.Concat(Enumerable.Repeat("Ünïcödé; comma, back\\slash 頭皮 👩‍⚕️ ", 9)) + "\r\nsecond line";
        var at = new DateTimeOffset(2026, 3, 5, 9, 0, 0, TimeSpan.FromHours(1));
        var text = ICalendar.Write("Dr. Ines Keller", [new("u@smp", 3, AppointmentStatus.Booked, at, at.AddHours(1), at, summary, null)], at);

        Assert.That(text, Does.EndWith("END:VCALENDAR\r\n"));
        Assert.That(text.Replace("\r\n", "", StringComparison.Ordinal), Does.Not.Contain("\n").And.Not.Contain("\r"));
        Assert.That(text.Split("\r\n").Select(Encoding.UTF8.GetByteCount), Is.All.LessThanOrEqualTo(75));
        Assert.That(Read(text).Events.Single().Summary, Is.EqualTo(summary.ReplaceLineEndings("\n")));
        Assert.That(text, Does.Contain("UID:u@smp\r\nDTSTAMP:20260305T080000Z\r\n").And.Contain("SEQUENCE:3\r\nDTSTART:20260305T080000Z\r\nDTEND:20260305T090000Z\r\n"));
    }

    private async Task<string> FeedAsync()
    {
        using var nobody = Clinic.Anonymous();
        return await nobody.GetStringAsync(await AddressAsync());
    }

    private async Task<string> AddressAsync()
    {
        var physician = await Clinic.AsAsync(Role.Physician);
        using var made = await physician.PostAsJsonAsync("/api/calendar-address", new { });
        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.Created), await made.Content.ReadAsStringAsync());
        return (await made.JsonAsync()).Text("path");
    }

    private static Calendar Read(string text) => Calendar.Load(text)!;
}
