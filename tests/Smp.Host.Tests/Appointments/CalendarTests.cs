using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Smp.Host.Tests.Shells;
using Smp.Sdk;

namespace Smp.Host.Tests.Appointments;

/// <summary>Days, free times and who waits: by the clock on the location's wall.</summary>
public sealed class CalendarTests : AppointmentClinic
{
    // In 2026 the clocks go forward on 29 March in Europe and on 8 March in America, and back on 25 October and 1 November.
    [TestCase("Europe/Berlin", "2026-03-29", "02:30", null, "time")]
    [TestCase("America/New_York", "2026-03-08", "02:30", null, "time")]
    [TestCase("Europe/Berlin", "2026-10-25", "02:30", null, "which")]
    [TestCase("America/New_York", "2026-11-01", "01:30", null, "which")]
    public async Task A_time_that_the_clocks_leave_out_or_show_twice_isnt_guessed(string zone, string day, string time, string? which, string field)
    {
        var location = await NightAsync(zone);
        var (status, answer) = await BookAsync(new { patientId = 1, title = "Night", locationId = location, day, time, which, minutes = 30 });
        Assert.That((status, answer.GetProperty("errors").EnumerateObject().Select(e => e.Name).Single()), Is.EqualTo((HttpStatusCode.UnprocessableEntity, field)));
    }

    [TestCase("Europe/Berlin", "2026-10-25", "02:30", "First", "2026-10-25T00:30:00Z")]
    [TestCase("Europe/Berlin", "2026-10-25", "02:30", "Second", "2026-10-25T01:30:00Z")]
    [TestCase("Europe/Berlin", "2026-03-29", "03:00", null, "2026-03-29T01:00:00Z")]
    [TestCase("Europe/Berlin", "2026-03-28", "09:00", null, "2026-03-28T08:00:00Z")]
    [TestCase("Europe/Berlin", "2026-03-30", "09:00", null, "2026-03-30T07:00:00Z")]
    [TestCase("America/New_York", "2026-11-01", "01:30", "Second", "2026-11-01T06:30:00Z")]
    public async Task The_wall_says_the_time_on_both_sides_of_a_change(string zone, string day, string time, string? which, string moment)
    {
        var location = await NightAsync(zone);
        var id = await BookedAsync(new { patientId = 1, title = "Night", locationId = location, day, time, which, minutes = 30 });
        Assert.That((await ReadAsync(id)).GetProperty("startsAt").GetDateTimeOffset(), Is.EqualTo(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Test]
    public async Task On_the_day_with_an_hour_more_the_two_hours_of_one_name_are_two_appointments()
    {
        var location = await NightAsync("Europe/Berlin");
        await BookedAsync(new { patientId = 1, title = "Night", locationId = location, day = "2026-10-25", time = "02:00", which = "First", minutes = 60, performedBy = Keller });
        await BookedAsync(new { patientId = 2, title = "Night", locationId = location, day = "2026-10-25", time = "02:00", which = "Second", minutes = 60, performedBy = Keller });
        var listed = await Desk.GetFromJsonAsync<JsonElement>($"/api/appointments?from=2026-10-25&location={location}");
        Assert.That(listed.GetProperty("items").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_day_is_the_locations_own()
    {
        var far = await PlaceAsync("Auckland", "Pacific/Auckland", "00:00", "24:00", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
        // 9:00 in Auckland on the 6th is 20:00 UTC on the 5th.
        await BookedAsync(new { patientId = 1, title = "Far", locationId = far, day = "2026-03-06", time = "09:00", minutes = 30 });
        var sixth = await Desk.GetFromJsonAsync<JsonElement>($"/api/appointments?from=2026-03-06&location={far}");
        var fifth = await Desk.GetFromJsonAsync<JsonElement>($"/api/appointments?from=2026-03-05&location={far}");
        Assert.That((sixth.GetProperty("items").GetArrayLength(), fifth.GetProperty("items").GetArrayLength()), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Free_times_have_a_room_and_somebody_and_can_be_booked_as_they_are_offered()
    {
        await BookedAsync(Slot("09:00", 60, RoomA, Keller));
        await BookedAsync(Slot("09:30", 60, RoomB, Mia, patient: 2));

        var all = await FreeAsync("");
        var kellers = await FreeAsync($"&staff={Keller}");

        // Until 9:00 anybody, then room B until 9:30 with Mia and Jonas; from 9:30 to 10:00 no room at all.
        Assert.That(all, Does.Not.Contain("09:30").And.Not.Contain("09:45").And.Contain("08:30").And.Contain("10:00").And.Contain("17:30").And.Not.Contain("17:45"));
        Assert.That(kellers, Does.Not.Contain("08:45").And.Not.Contain("09:15").And.Contain("08:30").And.Contain("10:00"));
        await BookedAsync(Slot("10:00", 30, RoomA, Keller));

        async Task<string[]> FreeAsync(string more) => [.. (await Desk.GetFromJsonAsync<JsonElement>($"/api/appointments/free?location={Location}&day={Day}&minutes=30{more}")).EnumerateArray().Select(f => f.Text("time"))];
    }

    [Test]
    public async Task Who_waits_is_offered_a_time_that_becomes_free_and_is_booked_from_the_list()
    {
        var booked = await BookedAsync(Slot("09:00", 60, RoomA, Keller));
        var short1 = await WaitAsync(new { patientId = 2, title = "Talk", minutes = 30, performedBy = Keller });
        await WaitAsync(new { patientId = 1, title = "Long talk", minutes = 90 });
        await WaitAsync(new { patientId = 1, title = "Next month", minutes = 30, from = "2026-04-01" });
        Assert.That((await DoAsync(booked, "cancel", new { reason = "Ill" })).Status, Is.EqualTo(HttpStatusCode.OK));

        var could = await Desk.GetFromJsonAsync<JsonElement>($"/api/appointments/{booked}/waiting");
        var (status, answer) = await DoAsync(short1, "book", new { locationId = Location, roomId = RoomA, day = Day, time = "09:00", performedBy = Keller });
        var left = await Desk.GetFromJsonAsync<JsonElement>("/api/appointments/waiting");

        Assert.That(could.EnumerateArray().Select(w => w.GetProperty("id").GetInt64()), Is.EqualTo(new[] { short1 }));
        Assert.That((status, answer.Text("status")), Is.EqualTo((HttpStatusCode.OK, "Booked")));
        Assert.That(left.GetProperty("items").EnumerateArray().Select(w => w.Text("title")), Is.EqualTo(new[] { "Long talk", "Next month" }));
    }

    [Test]
    public async Task A_patients_appointments_are_listed_the_latest_first_and_the_look_is_written_down()
    {
        await BookedAsync(Slot("09:00"));
        await BookedAsync(Slot("10:00"));
        await WaitAsync(new { patientId = 1, title = "Waits" });

        var first = await Desk.GetFromJsonAsync<JsonElement>("/api/patients/1/appointments?limit=2");
        var second = await Desk.GetFromJsonAsync<JsonElement>($"/api/patients/1/appointments?limit=2&after={first.Text("next")}");

        Assert.That(first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).Select(a => a.GetProperty("id").GetInt64()), Is.EqualTo(new long[] { 2, 1, 3 }));
        var auditor = await Clinic.AsAsync(Role.Auditor);
        Assert.That((await auditor.GetFromJsonAsync<JsonElement>("/api/audit/reads?patient=1")).GetProperty("items")[0].Text("route"), Is.EqualTo("GET /api/patients/{patient}/appointments"));
    }

    private Task<long> NightAsync(string zone) => PlaceAsync("Night", zone, "00:00", "24:00", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");

    private async Task<long> WaitAsync(object input)
    {
        using var answer = await Desk.PostAsJsonAsync("/api/appointments/waiting", input);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("id").GetInt64();
    }
}
