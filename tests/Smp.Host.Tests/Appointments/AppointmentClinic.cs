using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Smp.Host.Tests.Shells;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Appointments;

/// <summary>A clinic with a location in Zurich that is open on weekdays from 8 to 18 over noon, two rooms, and two patients.</summary>
public abstract class AppointmentClinic
{
    protected TestClinic Clinic { get; private set; } = null!;

    protected HttpClient Desk { get; private set; } = null!;

    protected long Location { get; private set; }

    protected long RoomA { get; private set; }

    protected long RoomB { get; private set; }

    protected long Keller { get; private set; }

    protected long Mia { get; private set; }

    // Thursday 5 March 2026, the day after the clock's.
    protected const string Day = "2026-03-05";

    [SetUp]
    public async Task Open()
    {
        Clinic = await TestClinic.StartAsync();
        Desk = await Clinic.AsAsync(Role.Coordinator);
        Location = await PlaceAsync("Zurich", "Europe/Zurich");
        var boss = await Clinic.AsAsync(Role.Administrator);
        RoomA = await RoomAsync(Location, "Room A", ["Surgery"]);
        RoomB = await RoomAsync(Location, "Room B", []);
        var staff = await boss.GetFromJsonAsync<JsonElement>("/api/staff");
        Keller = Of("Physician");
        Mia = Of("Technician");
        foreach (var name in new[] { "Anna", "Berta" })
            (await Desk.PostAsJsonAsync("/api/patients", new { givenName = name, familyName = "Weber", birthDate = "1988-07-07", confirmedNew = true })).EnsureSuccessStatusCode();

        long Of(string role) => staff.EnumerateArray().First(s => s.Text("role") == role).GetProperty("id").GetInt64();
    }

    [TearDown]
    public async Task Close() => await Clinic.DisposeAsync();

    protected async Task<long> PlaceAsync(string name, string zone, string opens = "08:00", string closes = "18:00", params string[] days)
    {
        var boss = await Clinic.AsAsync(Role.Administrator);
        if (days.Length == 0) days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
        using var added = await boss.PostAsJsonAsync("/api/locations", new { name, timeZone = zone, hours = days.Select(day => new { day, opens, closes }) });
        return (await added.JsonAsync()).GetProperty("id").GetInt64();
    }

    protected async Task<long> RoomAsync(long location, string name, string[] features)
    {
        var boss = await Clinic.AsAsync(Role.Administrator);
        using var added = await boss.PostAsJsonAsync($"/api/locations/{location}/rooms", new { name, features });
        Assert.That(added.StatusCode, Is.EqualTo(HttpStatusCode.Created), await added.Content.ReadAsStringAsync());
        return (await added.JsonAsync()).GetProperty("id").GetInt64();
    }

    protected object Slot(string time, int minutes = 60, long? room = null, long? by = null, string day = Day, long patient = 1, string title = "Talk", string? status = null, long? location = null) => new
    {
        patientId = patient, title, locationId = location ?? Location, roomId = room, day, time, minutes, performedBy = by, status,
    };

    protected async Task<(HttpStatusCode Status, JsonElement Answer)> BookAsync(object slot)
    {
        using var answer = await Desk.PostAsJsonAsync("/api/appointments", slot);
        return (answer.StatusCode, await answer.JsonAsync());
    }

    /// <summary>Books one that can be had. Returns its key.</summary>
    protected async Task<long> BookedAsync(object slot)
    {
        var (status, answer) = await BookAsync(slot);
        Assert.That(status, Is.EqualTo(HttpStatusCode.Created), answer.ToString());
        return answer.GetProperty("id").GetInt64();
    }

    /// <summary>Does a step from the version that there is now. Returns the status and the answer.</summary>
    protected async Task<(HttpStatusCode Status, JsonElement Answer)> DoAsync(long id, string step, object? body = null, long? version = null)
    {
        using var request = new HttpRequestMessage(step.Length == 0 ? HttpMethod.Put : HttpMethod.Post, $"/api/appointments/{id}{(step.Length == 0 ? "" : $"/{step}")}") { Content = JsonContent.Create(body ?? new { }) };
        request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{version ?? (await ReadAsync(id)).GetProperty("rowVersion").GetInt64()}\""));
        using var answer = await Desk.SendAsync(request);
        return (answer.StatusCode, await answer.JsonAsync());
    }

    protected async Task<JsonElement> ReadAsync(long id) => (await Desk.GetFromJsonAsync<JsonElement>($"/api/appointments/{id}")).GetProperty("appointment");

    protected async Task<string> StatusAsync(long id) => (await ReadAsync(id)).Text("status");

    protected static string[] Fields(JsonElement problem) => [.. problem.GetProperty("clashes").EnumerateArray().Select(c => c.Text("field"))];
}
