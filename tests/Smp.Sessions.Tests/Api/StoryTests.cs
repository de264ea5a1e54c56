using System.Net;
using System.Text.Json.Nodes;
using Smp.Sdk;

namespace Smp.Sessions.Tests.Api;

public sealed class StoryTests : SessionsApi
{
    [Test]
    public async Task From_candidate_to_touch_up_with_this_module_alone()
    {
        var plan = await PlanAsync();
        var id = (long)plan["id"]!;
        Assert.That(State(plan), Is.EqualTo("Enquiry"));
        Assert.That((string)(await AssessAsync(plan))["result"]!, Is.EqualTo("Candidate"));

        var test = await PostAsync($"plans/{id}/patch-tests", new { pigmentId = Pigment(plan), site = "Behind the left ear", lot = "RC-0881" });
        Clinic.Clock.Advance(TimeSpan.FromHours(49));
        test = await PostAsync($"patch-tests/{test["id"]}/readings", new { @event = "ReadNegative" }, Version(test));
        Clinic.Clock.Advance(TimeSpan.FromHours(24));
        test = await PostAsync($"patch-tests/{test["id"]}/readings", new { @event = "ReadNegative" }, Version(test));
        Assert.That(State(test), Is.EqualTo("Negative"));

        await PostAsync($"plans/{id}/designs", new { designVersion = 1, signedName = "Anna Weber" });
        plan = await PostAsync($"plans/{id}/steps", new { @event = "Consent" }, Version(await GetAsync($"plans/{id}")));
        foreach (var (number, density) in new[] { (1, 30), (2, 70), (3, 100) })
        {
            var session = await StartedAsync(plan);
            Assert.That(((int)session["number"]!, State(session)), Is.EqualTo((number, "InProgress")));
            await RecordAsync(plan, session, density);
            session = await CloseAsync(session);
            Assert.That(State(session), Is.EqualTo("Closed"));
            Clinic.Clock.Advance(TimeSpan.FromDays(28));
            await PostAsync($"{session["id"]}/healing", new { findings = Array.Empty<string>(), healed = true });
            Assert.That(State((await GetAsync($"{session["id"]}"))["session"]!), Is.EqualTo("Healed"));
        }

        plan = await PostAsync($"plans/{id}/steps", new { @event = "Complete", satisfaction = 5 }, Version(await GetAsync($"plans/{id}")));
        Assert.That((State(plan), (string)plan["touchUpDue"]!), Is.EqualTo(("Completed", Today.AddYears(4).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))));

        Clinic.Clock.Now = new DateTimeOffset(Today.AddYears(4).ToDateTime(new TimeOnly(9, 0)), TimeSpan.Zero);
        await Clinic.RunJobsAsync();
        Assert.That(State(await GetAsync($"plans/{id}")), Is.EqualTo("TouchUpDue"));
        Assert.That((await GetAsync("/api/worklist?limit=200")).ToJsonString(), Does.Contain("a touch-up"));
        var timeline = (await GetAsync($"/api/patients/{plan["patientId"]}/timeline?limit=200")).ToJsonString();
        foreach (var line in new[] { "Assessed for SMP: a candidate", "Patch test of Charcoal, Ravenna: negative", "SMP design signed by Anna Weber", "Closed: SMP session 1, foundation", "SMP treatment completed", "SMP touch-up due" })
            Assert.That(timeline, Does.Contain(line));

        await AssessAsync(plan);
        var touchUp = await StartedAsync(plan);
        Assert.That(((bool)touchUp["touchUp"]!, State(await GetAsync($"plans/{id}"))), Is.EqualTo((true, "TouchUpActive")));
    }

    [Test]
    public async Task The_steps_of_a_session_keep_their_order_and_say_why()
    {
        var session = await PostAsync($"plans/{(await ReadyAsync())["id"]}/sessions", new { performedBy = Keller });
        Assert.That(State(session), Is.EqualTo("CheckedIn"));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, $"{session["id"]}/start", null, Version(session)), Does.StartWith("It isn't cleared yet"));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, $"{session["id"]}/close", new { }, Version(session)), Is.EqualTo("This session hasn't begun."));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Put, $"{session["id"]}/zones/a", new { zone = "Vertex" }), Does.Contain("isn't in progress"));
        session = await StepAsync(session, "clear");
        Assert.That(await RefusedAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Post, $"{session["id"]}/start", null, 1), Does.Contain("changed this session meanwhile"));
        Assert.That(await RefusedAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Post, $"{session["id"]}/cancel", new { reason = " " }, Version(session)), Is.Not.Empty);
        session = await StepAsync(session, "cancel", new { reason = "The client is ill" });
        Assert.That((State(session), (string)session["stateReason"]!), Is.EqualTo(("Cancelled", "The client is ill")));
        Assert.That((string)(await GetAsync($"/api/procedures/{session["procedureId"]}"))["procedure"]!["state"]!, Is.EqualTo("Cancelled"));
    }

    [Test]
    public async Task Who_may_not_is_told_so()
    {
        var session = await PostAsync($"plans/{(await ReadyAsync())["id"]}/sessions", new { performedBy = Keller });
        var desk = await Clinic.AsAsync(Role.Coordinator);
        Assert.That((await SendAsync(HttpMethod.Post, $"{session["id"]}/clear", null, desk, Version(session))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        var plan = await PlanAsync();
        var technician = await Clinic.AsAsync(Role.Technician);
        var word = new { answers = No("Keloid"), result = "Candidate", reason = "The scar is 20 years old" };
        Assert.That(await RefusedAsync(HttpStatusCode.Forbidden, HttpMethod.Post, $"plans/{plan["id"]}/assessments", word, client: technician), Does.Contain("Only a physician"));
        Assert.That((string)(await PostAsync($"plans/{plan["id"]}/assessments", word))["result"]!, Is.EqualTo("Candidate"));
    }

    [Test]
    public async Task A_session_is_over_when_each_step_is_done_or_says_why_it_isnt()
    {
        var plan = await ReadyAsync();
        var session = await StartedAsync(plan);
        var (status, refused) = await SendAsync(HttpMethod.Post, $"{session["id"]}/close", new { }, ifMatch: Version(session));
        Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(refused["errors"]!.ToJsonString(), Does.Contain("notDone.needles").And.Contain("notDone.pigments").And.Contain("notDone.photos").And.Contain("notDone.aftercare"));

        session = await StepAsync(session, "abort", new
        {
            abortReason = "Felt faint", notDone = new { Needles = "None was opened", Pigments = "None was opened", Photos = "Nothing to see", Aftercare = "Nothing was done" },
        });
        Assert.That(State(session), Is.EqualTo("Aborted"));
        var steps = (await GetAsync($"{session["id"]}"))["steps"]!.AsArray();
        Assert.That(steps.Select(s => (bool)s!["done"]!), Is.EqualTo(new[] { false, false, false, false }));
        Assert.That((string)(await GetAsync($"/api/procedures/{session["procedureId"]}"))["procedure"]!["state"]!, Is.EqualTo("Aborted"));
    }

    [Test]
    public async Task Breaking_off_says_why() => Assert.That(
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Post, $"{await InProgressAsync()}/abort",
            new { notDone = new { Needles = "-", Pigments = "-", Photos = "-", Aftercare = "-" } }, await VersionOfLastAsync()), Is.Not.Empty);

    [Test]
    public async Task The_plan_waits_goes_on_and_is_given_up_with_reasons()
    {
        var plan = await ReadyAsync();
        Assert.That(await RefusedAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Post, $"plans/{plan["id"]}/steps", new { @event = "Hold" }, Version(plan)), Is.Not.Empty);
        plan = await PostAsync($"plans/{plan["id"]}/steps", new { @event = "Hold", reason = "Travels until May" }, Version(plan));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, $"plans/{plan["id"]}/sessions", new { performedBy = Keller }), Does.Contain("OnHold").Or.Contain("On hold"));
        plan = await PostAsync($"plans/{plan["id"]}/steps", new { @event = "Resume" }, Version(plan));
        Assert.That(State(plan), Is.EqualTo("Consented"));
        plan = await PostAsync($"plans/{plan["id"]}/steps", new { @event = "Abandon", reason = "Moved away" }, Version(plan));
        Assert.That(State(plan), Is.EqualTo("Abandoned"));
        Assert.That((await GetAsync($"plans/{plan["id"]}/history")).AsArray().Select(h => (string)h!["event"]!), Is.EqualTo(new[] { "Assess", "Consent", "Hold", "Resume", "Abandon" }));
    }

    [Test]
    public async Task A_void_session_takes_its_doses_back_and_counts_no_more()
    {
        var plan = await ReadyAsync();
        var session = await StartedAsync(plan);
        var drug = (long)(await GetAsync("/api/drugs")).AsArray().First(d => (string)d!["name"]! == "Lidocaine")!["id"]!;
        await PostAsync($"/api/patients/{plan["patientId"]}/measurements", new { kind = "Weight", value = 80000 });
        var dose = new { drugId = drug, concentrationMicrogramsPerMillilitre = 40_000, volumeMicrolitres = 1000, route = "Topical", areaSquareCentimetres = 100, occluded = false };
        var given = await PutAsync($"{session["id"]}/doses/d1", dose);
        Assert.That((long)(await PutAsync($"{session["id"]}/doses/d1", dose))["doseId"]!, Is.EqualTo((long)given["doseId"]!));
        await RecordAsync(plan, session);
        session = await CloseAsync(session);
        session = await StepAsync(session, "void", new { reason = "Wrong client" });

        Assert.That(State(session), Is.EqualTo("Voided"));
        Assert.That((string)(await GetAsync($"/api/procedures/{session["procedureId"]}"))["procedure"]!["state"]!, Is.EqualTo("Voided"));
        Assert.That((await GetAsync($"/api/patients/{plan["patientId"]}/doses")).ToJsonString(), Does.Contain("Wrong client"));
        Assert.That((int)(await StartedAsync(plan))["number"]!, Is.EqualTo(1));
    }

    private JsonNode last = null!;

    private async Task<long> InProgressAsync()
    {
        last = await StartedAsync(await ReadyAsync());
        return (long)last["id"]!;
    }

    private async Task<long> VersionOfLastAsync() => Version((await GetAsync($"{last["id"]}"))["session"]!);
}
