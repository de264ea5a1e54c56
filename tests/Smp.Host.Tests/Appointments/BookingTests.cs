using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Smp.Host.Tests.Shells;
using Smp.Sdk;

namespace Smp.Host.Tests.Appointments;

/// <summary>Booking, moving and calling off: no room and nobody is booked twice.</summary>
public sealed class BookingTests : AppointmentClinic
{
    [Test]
    public async Task A_room_and_a_person_are_booked_once_at_a_time_and_back_to_back()
    {
        await BookedAsync(Slot("09:00", 60, RoomA, Keller));

        var (room, taken) = await BookAsync(Slot("09:59", 30, RoomA, Mia, patient: 2));
        var (person, both) = await BookAsync(Slot("08:30", 60, RoomA, Keller, patient: 2));
        var (after, _) = await BookAsync(Slot("10:00", 30, RoomA, Keller, patient: 2));
        var (before, _) = await BookAsync(Slot("08:30", 30, RoomA, Keller, patient: 2));

        Assert.That((room, person, after, before), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.Created, HttpStatusCode.Created)));
        Assert.That(Fields(taken), Is.EqualTo(new[] { "roomId" }));
        Assert.That(Fields(both), Is.EquivalentTo(new[] { "roomId", "performedBy" }));
        Assert.That(taken.GetProperty("clashes")[0].Text("sentence"), Is.EqualTo("Room A is taken: 09:00–10:00, Talk, Weber, Anna."));
    }

    [Test]
    public async Task Of_64_who_book_the_same_chair_at_once_exactly_one_has_it()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => BookAsync(Slot("11:00", 45, RoomB, i % 2 == 0 ? Keller : Mia, patient: 1 + i % 2))));
        Assert.That(all.Count(a => a.Status == HttpStatusCode.Created), Is.EqualTo(1));
        Assert.That(all.Count(a => a.Status == HttpStatusCode.Conflict), Is.EqualTo(63));
    }

    [Test]
    public async Task Of_64_who_book_the_same_person_in_different_rooms_exactly_one_has_them()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => BookAsync(Slot("11:00", 45, i % 2 == 0 ? RoomA : RoomB, Keller, patient: 1 + i % 2))));
        Assert.That(all.Count(a => a.Status == HttpStatusCode.Created), Is.EqualTo(1));
    }

    [Test]
    public async Task Whoever_helps_is_taken_too()
    {
        await BookedAsync(new { patientId = 1, title = "Talk", locationId = Location, day = Day, time = "09:00", minutes = 60, performedBy = Keller, team = new[] { new { staffId = Mia, part = "Assists" } } });
        var (status, answer) = await BookAsync(Slot("09:30", 30, by: Mia, patient: 2));
        Assert.That((status, Fields(answer)), Is.EqualTo((HttpStatusCode.Conflict, new[] { "performedBy" })).Using<(HttpStatusCode, string[])>((a, b) => a.Item1 == b.Item1 && a.Item2.SequenceEqual(b.Item2)));
    }

    [Test]
    public async Task What_is_only_proposed_takes_no_time_and_is_judged_when_it_is_booked()
    {
        var proposed = await BookedAsync(Slot("09:00", 60, RoomA, Keller, status: "Proposed"));
        await BookedAsync(Slot("09:00", 60, RoomA, Keller, patient: 2));

        var (status, answer) = await DoAsync(proposed, "book");

        Assert.That((status, await StatusAsync(proposed)), Is.EqualTo((HttpStatusCode.Conflict, "Proposed")));
        Assert.That(Fields(answer), Is.EquivalentTo(new[] { "roomId", "performedBy" }));
    }

    [Test]
    public async Task It_is_moved_with_a_reason_by_one_person_at_a_time_and_not_into_what_is_taken()
    {
        var id = await BookedAsync(Slot("09:00", 60, RoomA, Keller));
        await BookedAsync(Slot("11:00", 60, RoomA, Mia, patient: 2));

        var (wordless, _) = await DoAsync(id, "", Slot("14:00", 60, RoomA, Keller));
        var (into, _) = await DoAsync(id, "", Move("11:30"));
        var (half, _) = await DoAsync(id, "", Move("09:30"));
        var (stale, _) = await DoAsync(id, "", Move("15:00"), version: 1);

        Assert.That((wordless, into, half, stale), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.Conflict, HttpStatusCode.OK, HttpStatusCode.PreconditionFailed)));
        Assert.That((await ReadAsync(id)).GetProperty("startsAt").GetDateTimeOffset(), Is.EqualTo(new DateTimeOffset(2026, 3, 5, 8, 30, 0, TimeSpan.Zero)));
        var acts = (await Desk.GetFromJsonAsync<JsonElement>($"/api/appointments/{id}")).GetProperty("deeds").EnumerateArray().Select(d => $"{d.Text("act")} {d.GetProperty("reason")}".Trim());
        Assert.That(acts, Is.EqualTo(new[] { "Book", "Move She asked" }));

        object Move(string time) => new { locationId = Location, roomId = RoomA, day = Day, time, minutes = 60, performedBy = Keller, reason = "She asked" };
    }

    [Test]
    public async Task What_is_cancelled_with_a_reason_gives_its_time_back()
    {
        var id = await BookedAsync(Slot("09:00", 60, RoomA, Keller));

        var (wordless, _) = await DoAsync(id, "cancel");
        var (done, _) = await DoAsync(id, "cancel", new { reason = "Ill" });
        var (again, _) = await DoAsync(id, "cancel", new { reason = "Ill" });

        Assert.That((wordless, done, again), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.OK, HttpStatusCode.Conflict)));
        await BookedAsync(Slot("09:00", 60, RoomA, Keller, patient: 2));
    }

    [Test]
    public async Task Who_comes_late_is_received_though_the_chair_is_somebody_elses_by_now()
    {
        var late = await BookedAsync(Slot("09:00", 60, RoomA, Keller));
        Clinic.Clock.Now = new(2026, 3, 5, 8, 30, 0, TimeSpan.Zero);
        Assert.That((await DoAsync(late, "no-show")).Status, Is.EqualTo(HttpStatusCode.OK));
        await BookedAsync(Slot("09:30", 60, RoomA, Keller, patient: 2));

        var (arrived, answer) = await DoAsync(late, "arrive");

        Assert.That((arrived, await StatusAsync(late)), Is.EqualTo((HttpStatusCode.OK, "Arrived")), answer.ToString());
    }

    [Test]
    public async Task A_day_goes_from_booked_over_arrived_and_checked_in_to_fulfilled_and_a_slip_is_taken_back()
    {
        var id = await BookedAsync(Slot("09:00"));
        var early = await DoAsync(id, "no-show");
        var steps = new List<string>();
        foreach (var step in new[] { "arrive", "take-back", "arrive", "check-in", "fulfil" })
        {
            Assert.That((await DoAsync(id, step)).Status, Is.EqualTo(HttpStatusCode.OK), step);
            steps.Add(await StatusAsync(id));
        }

        Assert.That(early.Status, Is.EqualTo(HttpStatusCode.Conflict), "it isn't time yet");
        Assert.That(steps, Is.EqualTo(new[] { "Arrived", "Booked", "Arrived", "CheckedIn", "Fulfilled" }));
        Assert.That((await DoAsync(id, "cancel", new { reason = "Too late" })).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task It_is_refused_outside_of_hours_in_the_past_and_where_it_is_closed_and_says_why()
    {
        var (early, first) = await BookAsync(Slot("07:30", 60));
        var (late, _) = await BookAsync(Slot("17:30", 60));
        var (sunday, closed) = await BookAsync(Slot("09:00", day: "2026-03-08"));
        var (past, _) = await BookAsync(Slot("09:00", day: "2026-03-03"));
        using var shut = await Desk.PostAsJsonAsync("/api/closed-times", new { locationId = Location, roomId = RoomA, fromDay = Day, fromTime = "12:00", untilTime = "14:00", reason = "Filters are changed" });
        using var away = await Desk.PostAsJsonAsync("/api/closed-times", new { staffId = Mia, fromDay = "2026-03-05", untilDay = "2026-03-06", reason = "A course" });
        var (room, filters) = await BookAsync(Slot("11:30", 60, RoomA));
        var (person, course) = await BookAsync(Slot("09:00", by: Mia));
        var (free, _) = await BookAsync(Slot("11:00", 60, RoomA));

        Assert.That(new[] { early, late, sunday, room, person }, Is.All.EqualTo(HttpStatusCode.Conflict));
        Assert.That((past, free, shut.StatusCode, away.StatusCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.Created)));
        Assert.That(first.Text("detail"), Does.Contain("Zurich is open 08:00–18:00"));
        Assert.That(closed.Text("detail"), Does.Contain("Zurich is closed on"));
        Assert.That(filters.Text("detail"), Does.Contain("Filters are changed"));
        Assert.That(course.Text("detail"), Does.Contain("isn’t there until").And.Contain("A course"));
    }

    [Test]
    public async Task Who_may_not_see_patients_isnt_told_whose_the_clash_is_and_only_the_desk_books()
    {
        await BookedAsync(Slot("09:00", 60, RoomA));
        var auditor = await Clinic.AsAsync(Role.Auditor);
        using var refused = await auditor.PostAsJsonAsync("/api/appointments", Slot("12:00"));
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Everything_that_is_wrong_with_a_booking_is_said_at_once()
    {
        var (status, answer) = await BookAsync(new { patientId = 1, title = "Talk" });
        var (none, _) = await BookAsync(Slot("09:00", patient: 77));
        var (length, _) = await BookAsync(Slot("09:00", 4));
        var (time, _) = await BookAsync(Slot("9 o'clock"));

        Assert.That(answer.GetProperty("errors").EnumerateObject().Select(e => e.Name), Is.EquivalentTo(new[] { "locationId", "day" }));
        Assert.That((status, none, length, time), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.NotFound, HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity)));
    }

    [Test]
    public async Task The_procedure_of_an_appointment_is_planned_booked_moved_and_called_off_with_it()
    {
        var id = await BookedAsync(Consultation("09:00"));
        var booked = await ReadAsync(id);
        var procedure = booked.GetProperty("procedureId").GetInt64();
        var before = await ProcedureAsync(procedure);

        var (moved, _) = await DoAsync(id, "", new { locationId = Location, roomId = RoomB, day = Day, time = "14:00", performedBy = Mia, reason = "Swap" });
        var after = await ProcedureAsync(procedure);
        var (cancelled, _) = await DoAsync(id, "cancel", new { reason = "Ill" });

        Assert.That((booked.Text("title"), before.Text("state"), before.GetProperty("roomId").GetInt64()), Is.EqualTo(("Consultation", "Booked", RoomA)));
        Assert.That((moved, after.GetProperty("roomId").GetInt64(), after.GetProperty("performedBy").GetInt64()), Is.EqualTo((HttpStatusCode.OK, RoomB, Mia)));
        Assert.That((cancelled, (await ProcedureAsync(procedure)).Text("state")), Is.EqualTo((HttpStatusCode.OK, "Cancelled")));
    }

    [Test]
    public async Task What_is_done_with_the_procedure_is_done_with_its_appointment_and_its_time_isnt_changed_around_it()
    {
        var id = await BookedAsync(Consultation("09:00"));
        var procedure = (await ReadAsync(id)).GetProperty("procedureId").GetInt64();
        var technician = await Clinic.AsAsync(Role.Technician);

        using var around = new HttpRequestMessage(HttpMethod.Put, $"/api/procedures/{procedure}") { Content = JsonContent.Create(new { title = "Consultation", plannedFor = "2026-03-06T09:00:00Z" }) };
        around.Headers.IfMatch.Add(new($"\"{(await ProcedureAsync(procedure)).GetProperty("rowVersion").GetInt64()}\""));
        using var refused = await technician.SendAsync(around);
        using var cancelled = await Desk.PostAsJsonAsync($"/api/procedures/{procedure}/cancel", new { reason = "Ill" });

        Assert.That((refused.StatusCode, (await refused.JsonAsync()).Text("detail")), Is.EqualTo((HttpStatusCode.Conflict, "This procedure has an appointment. Book and move that, and the procedure goes along.")));
        Assert.That((cancelled.StatusCode, await StatusAsync(id)), Is.EqualTo((HttpStatusCode.OK, "Cancelled")));
    }

    private object Consultation(string time) => new { patientId = 1, kind = "Consultation", locationId = Location, roomId = RoomA, day = Day, time, performedBy = Keller };

    private async Task<JsonElement> ProcedureAsync(long id) => (await Desk.GetFromJsonAsync<JsonElement>($"/api/procedures/{id}")).GetProperty("procedure");
}
