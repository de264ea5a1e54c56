using System.Net;
using System.Text.Json.Nodes;
using Smp.Needles.Tests.Api;
using Smp.Sdk;

namespace Smp.Needles.Tests.Sharps;

public sealed class InjuryTests : NeedlesApi
{
    private HttpClient technician = null!, coordinator = null!, auditor = null!;
    private long technicianId;
    private string technicianName = "";

    [OneTimeSetUp]
    public async Task PeopleAsync()
    {
        technician = await Clinic.AsAsync(Role.Technician);
        coordinator = await Clinic.AsAsync(Role.Coordinator);
        auditor = await Clinic.AsAsync(Role.Auditor);
        var me = (await SendAsync(HttpMethod.Get, "/api/me", client: technician)).Body;
        technicianId = (long)me["staffId"]!;
        technicianName = await Clinic.RunAsync(async services =>
            (await ((IStaff)services.GetService(typeof(IStaff))!).ListAsync()).Single(s => s.Id == technicianId).Name);
    }

    [Test]
    public async Task A_report_lists_what_is_to_be_done_and_keeps_until_five_years_after_its_year()
    {
        var injury = await ReportAsync(New());
        Assert.Multiple(() =>
        {
            Assert.That((string)injury["staff"]!, Is.EqualTo(technicianName));
            Assert.That((string)injury["keepUntil"]!, Is.EqualTo($"{Today.Year + 5}-12-31"));
            Assert.That(injury["steps"]!.AsArray(), Has.Count.EqualTo(8));
            Assert.That(injury["steps"]!.AsArray().Select(s => (string)s!["outcome"]!), Is.All.EqualTo("Open"));
            Assert.That(injury["steps"]!.AsArray().Select(s => DateTimeOffset.Parse((string)s!["dueAt"]!, System.Globalization.CultureInfo.InvariantCulture)), Is.Ordered);
        });
    }

    [Test]
    public async Task A_lot_says_type_and_brand_and_without_one_they_are_needed()
    {
        var lot = await LotAsync(number: "INJ1");
        var injury = await ReportAsync(new { staffId = technicianId, lotId = lot, area = "Chair 1", how = "Slipped" });
        Assert.That(((string)injury["lotNumber"]!, (string)injury["deviceType"]!), Is.EqualTo(("INJ1", "Needle cartridge")));
        Assert.That((string)injury["deviceBrand"]!, Does.Contain("Kwadron"));
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "injuries", new { staffId = technicianId, area = "Chair 1", how = "Slipped" });
    }

    [Test]
    public async Task What_makes_no_sense_is_refused_by_field()
    {
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "injuries", New(happened: Clinic.Clock.Now.AddHours(1)));
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "injuries", New(who: 999_999));
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "injuries", New(patient: 999_999));
    }

    [Test]
    public async Task Who_was_injured_sees_their_own_those_who_follow_it_up_see_it_and_nobody_else_does()
    {
        var patient = await PatientAsync();
        var own = (long)(await ReportAsync(New(patient: patient)))["id"]!;
        var physicians = (long)(await ReportAsync(New(who: (long)(await GetAsync("/api/me"))["staffId"]!)))["id"]!;

        var (status, seen) = await SendAsync(HttpMethod.Get, $"/api/needles/injuries/{own}", client: technician);
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(seen["patientId"], Is.Null, "the source patient is for those who follow it up");
        Assert.That((long)(await GetAsync($"injuries/{own}"))["patientId"]!, Is.EqualTo(patient));
        Assert.That(await StatusAsync(physicians, technician), Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await StatusAsync(own, coordinator), Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await StatusAsync(own, auditor), Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await StatusAsync(own, await Clinic.AsAsync(Role.Administrator)), Is.EqualTo(HttpStatusCode.OK));

        foreach (var (client, expected) in new[] { (technician, true), (coordinator, false), (auditor, false) })
        {
            var list = (await SendAsync(HttpMethod.Get, "/api/needles/injuries?limit=200", client: client)).Body.ToJsonString();
            Assert.That(list.Contains($"\"id\":{own},", StringComparison.Ordinal), Is.EqualTo(expected));
            Assert.That(list, Does.Not.Contain($"\"id\":{physicians},"));
        }
    }

    [Test]
    public async Task Neither_the_log_nor_the_incident_nor_the_worklist_names_anybody()
    {
        var patient = await PatientAsync("Sourcefamily");
        var id = (long)(await ReportAsync(New(patient: patient)))["id"]!;
        var log = await GetAsync("injuries?limit=200");
        Assert.That(log.ToJsonString(), Does.Not.Contain(technicianName).And.Not.Contain("Sourcefamily").And.Contain($"\"id\":{id},"));
        var page = await (await Clinic.AsAsync(Role.Physician)).GetStringAsync("/needles/injuries");
        Assert.That(page, Does.Not.Contain(technicianName).And.Contain("Bent while"));
        var entries = (await GetAsync("/api/worklist?limit=200"))["lines"]!.AsArray().Select(l => l!["entry"]!)
            .Where(e => ((string)e["href"]!).EndsWith($"/injuries/{id}", StringComparison.Ordinal) || (string)e["title"]! == "Review an incident").ToList();
        Assert.That(entries, Is.Not.Empty);
        Assert.That(entries.Select(e => e.ToJsonString()), Is.All.Not.Contain(technicianName).And.All.Not.Contain("Sourcefamily"));
        Assert.That((await SendAsync(HttpMethod.Get, "/api/worklist?limit=200", client: coordinator)).Body.ToJsonString(), Does.Not.Contain($"/injuries/{id}\""));
        Assert.That((await GetAsync($"/api/patients/{patient}/timeline")).ToJsonString(), Does.Not.Contain("injur"));
        var incidents = await GetAsync("/api/incidents?limit=200");
        Assert.That(incidents.ToJsonString(), Does.Contain("Somebody was injured by a sharp").And.Not.Contain(technicianName));
    }

    [Test]
    public async Task A_deadline_that_passed_is_danger_and_what_was_done_is_gone_from_the_worklist()
    {
        var before = Clinic.Clock.Now;
        try
        {
            var injury = await ReportAsync(New());
            Assert.That(await UrgencyAsync(injury, "Wash the wound"), Is.EqualTo("Danger"));
            Assert.That(await UrgencyAsync(injury, "Decide on HIV prophylaxis"), Is.EqualTo("Warning"));
            Clinic.Clock.Advance(TimeSpan.FromHours(2));
            Assert.That(await UrgencyAsync(injury, "Decide on HIV prophylaxis"), Is.EqualTo("Danger"));
            Assert.That(await UrgencyAsync(injury, "Take the blood test at 6 weeks"), Is.Null);
            injury = await RecordAsync(injury, "HivProphylaxis", new { outcome = "Declined", note = "After advice" });
            Assert.That(await UrgencyAsync(injury, "Decide on HIV prophylaxis"), Is.Null);
            Clinic.Clock.Advance(TimeSpan.FromDays(36));
            Assert.That(await UrgencyAsync(injury, "Take the blood test at 6 weeks"), Is.EqualTo("Notice"));
        }
        finally
        {
            Clinic.Clock.Now = before;
        }
    }

    [Test]
    public async Task A_step_is_recorded_with_when_and_by_whom_and_can_be_put_right()
    {
        var injury = await ReportAsync(New(happened: Clinic.Clock.Now.AddHours(-3)));
        var done = await RecordAsync(injury, "Wash", new { outcome = "Done", at = Clinic.Clock.Now.AddHours(-2) });
        var step = done["steps"]!.AsArray().Single(s => (string)s!["task"]! == "Wash")!;
        Assert.That((string)step["outcome"]!, Is.EqualTo("Done"));
        Assert.That((string)step["recordedBy"]!, Is.Not.Empty);
        done = await RecordAsync(done, "Wash", new { outcome = "NotApplicable", note = "A splash" });
        Assert.That((string)done["steps"]!.AsArray().Single(s => (string)s!["task"]! == "Wash")!["note"]!, Is.EqualTo("A splash"));

        Assert.That((await TryAsync(injury, "Wash", new { outcome = "Done" })).Status, Is.EqualTo(HttpStatusCode.PreconditionFailed), "an old version");
        Assert.That((await TryAsync(done, "Wash", new { outcome = "Open" })).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await TryAsync(done, "Wash", new { outcome = "NotApplicable" })).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await TryAsync(done, "Wash", new { outcome = "Done", at = Clinic.Clock.Now.AddHours(-4) })).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await TryAsync(done, "Wash", new { outcome = "Done" }, coordinator)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task A_log_has_the_injuries_of_its_year_alone()
    {
        var last = (long)(await ReportAsync(New(happened: new DateTimeOffset(Today.Year - 1, 12, 31, 23, 59, 0, TimeSpan.Zero))))["id"]!;
        Assert.That((await GetAsync($"injuries?year={Today.Year - 1}"))["items"]!.AsArray().Select(i => (long)i!["id"]!), Does.Contain(last));
        Assert.That((await GetAsync($"injuries?year={Today.Year}&limit=200"))["items"]!.AsArray().Select(i => (long)i!["id"]!), Does.Not.Contain(last));
    }

    [Test]
    public async Task Pages_show_it_to_those_who_may_and_to_nobody_else()
    {
        var id = (long)(await ReportAsync(New()))["id"]!;
        foreach (var (client, expected) in new[] { (technician, HttpStatusCode.OK), (coordinator, HttpStatusCode.Forbidden) })
        {
            using var answer = await client.GetAsync($"/needles/injuries/{id}");
            Assert.That(answer.StatusCode, Is.EqualTo(expected));
            if (expected is HttpStatusCode.Forbidden) Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain(technicianName));
        }

        using var form = await coordinator.GetAsync("/needles/injuries/new");
        Assert.That(form.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    private object New(long? who = null, DateTimeOffset? happened = null, long? patient = null) => new
    {
        staffId = who ?? technicianId, happenedAt = happened, deviceType = "Syringe", deviceBrand = "Arroyo", area = "Chair 1", how = "Bent while recapping",
        patientId = patient,
    };

    private Task<JsonNode> ReportAsync(object input) => PostAsync("injuries", input);

    private async Task<HttpStatusCode> StatusAsync(long id, HttpClient client) =>
        (await SendAsync(HttpMethod.Get, $"/api/needles/injuries/{id}", client: client)).Status;

    private Task<(HttpStatusCode Status, JsonNode Body)> TryAsync(JsonNode injury, string task, object body, HttpClient? client = null) =>
        SendAsync(HttpMethod.Post, $"/api/needles/injuries/{injury["id"]}/steps/{task}", body, client, $"\"{injury["rowVersion"]}\"");

    private async Task<JsonNode> RecordAsync(JsonNode injury, string task, object body)
    {
        var (status, answer) = await TryAsync(injury, task, body);
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), answer.ToJsonString());
        return answer;
    }

    private async Task<string?> UrgencyAsync(JsonNode injury, string title) => (string?)(await GetAsync("/api/worklist?limit=200"))["lines"]!.AsArray()
        .Select(l => l!["entry"]!)
        .SingleOrDefault(e => (string)e["title"]! == title && (string)e["href"]! == $"/needles/injuries/{injury["id"]}")?["urgency"];
}
