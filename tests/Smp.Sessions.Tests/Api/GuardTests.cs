using System.Net;
using System.Text.Json.Nodes;
using Smp.Sdk;

namespace Smp.Sessions.Tests.Api;

public sealed class GuardTests : SessionsApi
{
    [Test]
    public async Task A_client_for_whom_nothing_stands_in_the_way_is_cleared() =>
        Assert.That(await SaidAsync(await WaitingAsync(await ReadyAsync())), Is.Empty);

    [Test]
    public async Task Without_a_plan_that_can_be_treated_nothing_is_booked_in_the_calendar()
    {
        var (status, refused) = await SendAsync(HttpMethod.Post, "/api/appointments", await AppointmentAsync(await PatientAsync()));
        Assert.That((status, refused.ToJsonString()), Is.EqualTo((HttpStatusCode.Conflict, refused.ToJsonString())));
        Assert.That((string)refused["detail"]!, Does.Contain("no treatment plan"));
    }

    [Test]
    public async Task A_booking_in_the_calendar_makes_a_session_that_comes_and_goes_with_it()
    {
        var plan = await ReadyAsync();
        var booked = await PostAsync("/api/appointments", await AppointmentAsync((long)plan["patientId"]!));
        var session = (await GetAsync($"plans/{plan["id"]}/sessions")).AsArray().Single()!;
        Assert.That((State(session), (long)session["procedureId"]!), Is.EqualTo(("Scheduled", (long)booked["procedureId"]!)));
        booked = await PostAsync($"/api/appointments/{booked["id"]}/arrive", null, Version(booked));
        Assert.That(State((await GetAsync($"{session["id"]}"))["session"]!), Is.EqualTo("CheckedIn"));
        await PostAsync($"/api/appointments/{booked["id"]}/cancel", new { reason = "The client is ill" }, Version(booked));
        Assert.That(State((await GetAsync($"{session["id"]}"))["session"]!), Is.EqualTo("Cancelled"));
    }

    [Test]
    public async Task Nobody_under_age_is_treated_whoever_says_so()
    {
        var plan = await ReadyAsync(await PatientAsync(Today.AddYears(-18).AddDays(1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.That(await SaidAsync(await WaitingAsync(plan)), Is.EqualTo(new[] { "Never age" }));
    }

    [Test]
    public async Task Patch_tests_stop_when_missing_or_positive_and_warn_while_unread()
    {
        var plan = await PlanAsync();
        await AssessAsync(plan);
        await PostAsync($"plans/{plan["id"]}/designs", new { designVersion = 1, signedName = "Anna Weber" });
        await PostAsync($"plans/{plan["id"]}/steps", new { @event = "Consent" }, Version(await GetAsync($"plans/{plan["id"]}")));
        var (session, pigment) = (await WaitingAsync(plan), Pigment(plan));
        Assert.That(await SaidAsync(session), Is.EqualTo(new[] { $"Stop patch-{pigment}-missing" }));
        var test = await PostAsync($"plans/{plan["id"]}/patch-tests", new { pigmentId = pigment, site = "Behind the ear" });
        Assert.That(await SaidAsync(session), Is.EqualTo(new[] { $"Warn patch-{pigment}-unread" }));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, $"patch-tests/{test["id"]}/readings", new { @event = "ReadNegative" }, Version(test)), Does.Contain("too early"));
        test = await PostAsync($"patch-tests/{test["id"]}/readings", new { @event = "ReadPositive", note = "Red, raised" }, Version(test));
        Assert.That(await SaidAsync(session), Is.EqualTo(new[] { $"Stop patch-{pigment}-positive" }));
        Assert.That((await GetAsync($"/api/patients/{plan["patientId"]}/complications")).ToJsonString(), Does.Contain("Patch test positive"));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, $"patch-tests/{test["id"]}/readings", new { @event = "Waive", note = "x" }, Version(test)), Does.Contain("Apply another"));
    }

    [Test]
    public async Task Sessions_keep_their_distance_and_wait_for_a_check_of_healing()
    {
        var plan = await ReadyAsync();
        var session = await StartedAsync(plan);
        await RecordAsync(plan, session);
        session = await CloseAsync(session);
        Clinic.Clock.Advance(TimeSpan.FromDays(6));
        await PostAsync($"{session["id"]}/healing", new { findings = new[] { "Scabbing" } });
        var next = await WaitingAsync(plan);
        Assert.That(await SaidAsync(next), Is.EquivalentTo(new[] { "Stop interval", "Stop healing-unchecked" }));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, $"{next["id"]}/clear", null, Version(next)), Does.StartWith("It can’t go ahead."));
        Clinic.Clock.Advance(TimeSpan.FromDays(4));
        var check = await PostAsync($"{session["id"]}/healing", new { findings = new[] { "Infection" }, severity = "Moderate", note = "Pustules at the crown" });
        Assert.That(await SaidAsync(next), Is.EquivalentTo(new[] { "Warn interval", "Stop healing-Infection" }));
        await PostAsync($"findings/{check["findings"]![0]!["id"]}/resolve", new { outcome = "Healed under mupirocin" });
        Assert.That(await SaidAsync(next), Is.EqualTo(new[] { "Warn interval" }));
        Clinic.Clock.Advance(TimeSpan.FromDays(4));
        Assert.That(await SaidAsync(next), Is.Empty);
    }

    [Test]
    public async Task What_was_broken_off_before_anything_was_put_in_is_neither_waited_for_nor_counted()
    {
        var plan = await ReadyAsync();
        var session = await StartedAsync(plan);
        var nothing = new { Needles = "None was opened", Pigments = "None was opened", Photos = "Nothing to see", Aftercare = "Nothing was done" };
        await StepAsync(session, "abort", new { abortReason = "Felt faint", notDone = nothing });
        var next = await WaitingAsync(plan);
        Assert.That(await SaidAsync(next), Is.Empty);
        Assert.That(((int)next["number"]!, (string)next["pass"]!), Is.EqualTo((1, "Foundation")));
        Clinic.Clock.Advance(TimeSpan.FromDays(40));
        Assert.That((await GetAsync($"/api/worklist?limit=200&patient={plan["patientId"]}")).ToJsonString(), Does.Not.Contain("Check the healing"));
    }

    [Test]
    public async Task What_defers_a_client_stops_the_session_and_what_may_pass_warns()
    {
        var plan = await ReadyAsync();
        var session = await WaitingAsync(plan);
        await PostAsync($"plans/{plan["id"]}/assessments", new { answers = No("Isotretinoin") });
        Assert.That(await SaidAsync(session), Is.EqualTo(new[] { "Warn screening-Isotretinoin" }));
        await PostAsync($"plans/{plan["id"]}/assessments", new { answers = No("InfectionInArea") });
        Assert.That(await SaidAsync(session), Is.EquivalentTo(new[] { "Stop plan", "Stop screening" }));
    }

    [Test]
    public async Task An_allergy_to_pigment_stops_and_one_to_nickel_warns()
    {
        var patient = await PatientAsync(allergies: [new { substance = "Pigment" }, new { substance = "Nickel", detail = "rash" }]);
        Assert.That(await SaidAsync(await WaitingAsync(await ReadyAsync(patient))), Is.EqualTo(new[] { "Stop allergy-pigment", "Warn allergy-nickel" }));
    }

    [Test]
    public async Task A_plan_that_was_changed_is_signed_anew()
    {
        var plan = await ReadyAsync();
        var session = await WaitingAsync(plan);
        var change = new
        {
            indication = "DensityFill", estimatedSessions = 3, hairline = "Defined", zones = new[] { new { zone = "Vertex", densityPercent = 60 } },
            pigments = new[] { new { id = 0, shade = "Charcoal", brand = "Ravenna" } },
        };
        plan = await PutAsync($"plans/{plan["id"]}", change, Version(plan));
        Assert.That(await SaidAsync(session), Is.EqualTo(new[] { "Stop design-2" }));
        Assert.That(await RefusedAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Post, $"plans/{plan["id"]}/designs", new { designVersion = 1, signedName = "Anna" }), Does.Contain("Show it again"));
        await PostAsync($"plans/{plan["id"]}/designs", new
        {
            designVersion = 2, signedName = "Anna Weber", strokes = """{"width":600,"height":200,"strokes":[[10,100,0,500,200,120,80,500,400,60,160,500]]}""",
        });
        Assert.That(await SaidAsync(session), Is.Empty);
        Assert.That((await PutAsync($"plans/{plan["id"]}", new { change.indication, change.estimatedSessions, change.hairline, change.zones, change.pigments, target = "As at 25" }, Version(plan)))["designVersion"]!.GetValue<int>(), Is.EqualTo(2));
    }

    [Test]
    public async Task Grafts_and_pigment_keep_their_distance()
    {
        var patient = await PatientAsync();
        await Clinic.RunAsync(async services =>
        {
            var procedures = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<IProcedures>(services);
            var store = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<IStore<SessionsPlugin>>(services);
            return await store.WriteAsync(new("Entered"), unit => procedures.EnterHistoricalAsync(
                unit, new("fue.surgery", "Grafts", patient, Keller, Clinic.Clock.Now.AddMonths(-7), Clinic.Clock.Now.AddMonths(-7).AddHours(6), "Test")));
        });
        Assert.That(await SaidAsync(await WaitingAsync(await ReadyAsync(patient))), Is.EqualTo(new[] { "Warn wait" }));
    }

    /// <summary>A session of a client who is here.</summary>
    private async Task<JsonNode> WaitingAsync(JsonNode plan) => await PostAsync($"plans/{plan["id"]}/sessions", new { performedBy = Keller });

    /// <summary>What this module's guards say of its start: grade and code.</summary>
    private async Task<string[]> SaidAsync(JsonNode session) =>
    [
        .. (await GetAsync($"{session["id"]}/guards"))["findings"]!.AsArray().Where(f => (string)f!["module"]! == "sessions")
            .Select(f => $"{f!["answer"]!["grade"]} {f["answer"]!["code"]}"),
    ];

    private async Task<object> AppointmentAsync(long patient)
    {
        var places = (await GetAsync("/api/locations")).AsArray();
        var location = places.Count > 0 ? (long)places[0]!["id"]! : (long)(await DoneAsync(HttpMethod.Post, "/api/locations", new
        {
            name = "Musterweg", timeZone = "Etc/UTC",
            hours = Enumerable.Range(0, 7).Select(d => new { day = ((DayOfWeek)d).ToString(), opens = "08:00", closes = "20:00" }),
        }, client: await Clinic.AsAsync(Role.Administrator)))["id"]!;
        return new { patientId = patient, plugin = "sessions", kind = "smp.session", locationId = location, day = Today.AddDays(1), time = "10:00", minutes = 150, performedBy = Keller };
    }
}
