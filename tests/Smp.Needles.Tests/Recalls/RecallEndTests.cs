using System.Net;
using System.Text.Json.Nodes;
using Smp.Needles.Tests.Api;
using Smp.Sdk;

namespace Smp.Needles.Tests.Recalls;

public sealed class RecallEndTests : NeedlesApi
{
    [Test]
    public async Task A_patient_treated_again_after_being_told_is_to_be_told_again_and_what_was_said_is_kept()
    {
        var item = await ItemAsync();
        var (lot, anna) = (await LotAsync(item: item), await PatientAsync());
        await UseAsync(lot, anna, 1);
        var recall = await RecallAsync(item);
        await TellAsync(recall, anna, "Unreachable", "No answer");
        await TellAsync(recall, anna, "Called", "Will come by");
        await PostAsync($"recalls/{recall}/close");

        var again = await UseAsync(lot, anna, 2);
        var open = await FindAsync(recall);
        Assert.That(open["notice"]!["closedAt"], Is.Null);
        Assert.That(Outcomes(open), Is.EqualTo(new[] { (anna, 3, "NotYet") }));
        Assert.That(open["attempts"]!.AsArray().Select(a => ((string)a!["outcome"]!, (string)a["note"]!)),
            Is.EqualTo(new[] { ("Unreachable", "No answer"), ("Called", "Will come by") }));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, $"recalls/{recall}/close"), Does.Contain(PatientSummary.NumberOf(anna)));

        await PostAsync($"uses/{again["useId"]}/void", new { reason = "Wrong patient" });
        Assert.That(Outcomes(await FindAsync(recall)), Is.EqualTo(new[] { (anna, 1, "NotYet") }));
    }

    [Test]
    public async Task What_was_told_stands_again_when_every_use_was_voided()
    {
        var item = await ItemAsync();
        var (lot, anna) = (await LotAsync(item: item), await PatientAsync());
        var first = await UseAsync(lot, anna, 1);
        var recall = await RecallAsync(item);
        await TellAsync(recall, anna, "Called", "Knows");
        var second = await UseAsync(lot, anna, 1);
        foreach (var use in new[] { first, second }) await PostAsync($"uses/{use["useId"]}/void", new { reason = "Wrong lot" });
        Assert.That(Outcomes(await FindAsync(recall)), Is.EqualTo(new[] { (anna, 0, "Called") }));
    }

    [Test]
    public async Task Staff_injured_with_the_lot_are_listed_and_must_be_told_before_it_is_closed()
    {
        var item = await ItemAsync();
        var lot = await LotAsync(item: item);
        var before = await InjuryAsync(lot);
        var recall = await RecallAsync(item);
        var found = await FindAsync(recall);
        Assert.That(((int)found["notice"]!["staffCount"]!, (int)found["notice"]!["staffNotYetCount"]!), Is.EqualTo((1, 1)));
        Assert.That(found["staff"]!.AsArray().Select(s => (long)s!["injuryId"]!), Is.EqualTo(new[] { before }));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, $"recalls/{recall}/close"), Does.Contain($"sharps injury {before}"));
        await PostAsync($"recalls/{recall}/staff/{before}/outcome", new { outcome = "Called" });
        await PostAsync($"recalls/{recall}/close");

        var after = await InjuryAsync(lot);
        found = await FindAsync(recall);
        Assert.That(found["notice"]!["closedAt"], Is.Null);
        Assert.That(found["staff"]!.AsArray().Select(s => ((long)s!["injuryId"]!, (string)s["outcome"]!)), Is.EqualTo(new[] { (after, "NotYet"), (before, "Called") }));
    }

    [Test]
    public async Task Who_may_not_see_injuries_sees_how_many_and_not_who()
    {
        var item = await ItemAsync();
        var lot = await LotAsync(item: item);
        var injury = await InjuryAsync(lot);
        var recall = await RecallAsync(item);
        await PostAsync($"recalls/{recall}/staff/{injury}/outcome", new { outcome = "Called", note = "Came to the office" });
        var coordinator = await Clinic.AsAsync(Role.Coordinator);
        var (status, found) = await SendAsync(HttpMethod.Get, $"/api/needles/recalls/{recall}", client: coordinator);
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(((int)found["notice"]!["staffCount"]!, found["staff"]), Is.EqualTo((1, (JsonNode?)null)));
        Assert.That(found.ToJsonString(), Does.Not.Contain("Came to the office"));
        var told = await SendAsync(HttpMethod.Post, $"/api/needles/recalls/{recall}/staff/{injury}/outcome", new { outcome = "Called" }, coordinator);
        Assert.That(told.Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await coordinator.GetStringAsync($"/needles/recalls/{recall}"), Does.Contain("Who was injured is confidential").And.Not.Contain("Came to the office"));
    }

    [Test]
    public async Task A_letter_says_who_what_when_and_why_and_escapes_what_was_typed()
    {
        var item = await ItemAsync();
        var (lot, name) = (await LotAsync(item: item, number: "LT-9"), "O'Brien<script>");
        var (status, patient) = await SendAsync(HttpMethod.Post, "/api/patients", new
        {
            givenName = "Ida", familyName = name, birthDate = "1980-01-02", address = "Lane 3\n8001 Zurich <b>", confirmedNew = true,
        });
        Assert.That(status, Is.EqualTo(HttpStatusCode.Created), patient.ToJsonString());
        var (ida, other) = ((long)patient["id"]!, await PatientAsync());
        await UseAsync(lot, ida, 2);
        await UseAsync(lot, other, 1);
        var recall = await RecallAsync(item, "Seal <i>may</i> leak");
        var physician = await Clinic.AsAsync(Role.Physician);
        var one = await physician.GetStringAsync($"/needles/recalls/{recall}/letters/{ida}");
        var all = await physician.GetStringAsync($"/needles/recalls/{recall}/letters");
        Assert.Multiple(() =>
        {
            Assert.That(one, Does.Match("Ida O&#x27;Brien&lt;script&gt;(\n|&#xA;)Lane 3(\n|&#xA;)8001 Zurich &lt;b&gt;").And.Contain("2 Jan 1980").And.Contain(PatientSummary.NumberOf(ida)));
            Assert.That(one, Does.Contain("LT-9").And.Contain("Seal &lt;i&gt;may&lt;/i&gt; leak").And.Contain("We are writing to you"));
            Assert.That(one, Does.Not.Contain("<script>O").And.Not.Contain("Brien<script>").And.Not.Contain("Zurich <b>").And.Not.Contain(" style="));
            Assert.That(one, Does.Not.Contain(PatientSummary.NumberOf(other)));
            Assert.That(all.Split("<article class=\"sheet letter\""), Has.Length.EqualTo(3));
        });
        Assert.That((await physician.GetAsync($"/needles/recalls/{recall}/letters/999999")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task The_call_list_says_what_they_got_and_offers_who_is_next()
    {
        var item = await ItemAsync();
        var lot = await LotAsync(item: item, number: "CL-1");
        var (anna, berta) = (await PatientAsync("Calla"), await PatientAsync("Callb"));
        await UseAsync(lot, anna, 2);
        await UseAsync(lot, berta, 1);
        var recall = await RecallAsync(item);
        var physician = await Clinic.AsAsync(Role.Physician);
        var page = await physician.GetStringAsync($"/needles/recalls/{recall}/calls");
        Assert.That(page, Does.Contain("Now: Calla").And.Contain("43 664 1234567").And.Contain("lot CL-1").And.Contain("Later: on to Callb"));
        Assert.That(await physician.GetStringAsync($"/needles/recalls/{recall}/calls?after={anna}"), Does.Contain("Now: Callb"));
        await TellAsync(recall, anna, "Called", "Ok");
        Assert.That(await physician.GetStringAsync($"/needles/recalls/{recall}/calls"), Does.Contain("Now: Callb").And.Contain("1 to go"));
        var auditor = await Clinic.AsAsync(Role.Auditor);
        Assert.That(await auditor.GetStringAsync($"/needles/recalls/{recall}/calls"), Does.Not.Contain("Now: "), "only looks");
    }

    [Test]
    public async Task Names_and_phones_need_the_permission_to_see_patients_too()
    {
        await using var clinic = await Sdk.Testing.TestClinic.StartAsync(options =>
        {
            options.With<NeedlesPlugin>();
            options.Demo = true;
        });
        await clinic.RunAsync(async services =>
        {
            var roles = (Runtime.Identity.RolePermissions)services.GetService(typeof(Runtime.Identity.RolePermissions))!;
            await roles.SetAsync(Role.Auditor, Permissions.SeePatients, granted: false);
            return true;
        });
        var auditor = await clinic.AsAsync(Role.Auditor);
        foreach (var path in new[] { "/api/needles/lots/1/patients", "/needles/recalls/1/letters", "/needles/recalls/1/letters/1", "/needles/recalls/1/calls" })
            Assert.That((await auditor.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), path);
        var page = await auditor.GetStringAsync("/needles/recalls/1");
        var physician = await clinic.AsAsync(Role.Physician);
        var patients = JsonNode.Parse(await physician.GetStringAsync("/api/needles/recalls/1"))!["patients"]!.AsArray();
        Assert.That(patients, Is.Not.Empty);
        var bare = JsonNode.Parse(await auditor.GetStringAsync("/api/needles/recalls/1"))!;
        Assert.That((bare["patients"]!.AsArray().Count, (long)bare["notice"]!["patientCount"]!), Is.EqualTo((0, (long)patients.Count)));
        foreach (var patient in patients) Assert.That(page, Does.Not.Contain((string)patient!["name"]!).And.Not.Contain((string?)patient["phone"] ?? "tel:"));
        var worklist = await auditor.GetStringAsync("/api/worklist?limit=200");
        foreach (var patient in patients) Assert.That(worklist, Does.Not.Contain($"Tell {(string)patient!["name"]!}"));
        Assert.That(worklist, Does.Contain("Tell P-"));
    }

    private Task<JsonNode> UseAsync(long lot, long patient, int quantity) => PostAsync("uses", new { lotId = lot, patientId = patient, quantity });

    private Task<JsonNode> TellAsync(long recall, long patient, string outcome, string note) =>
        PostAsync($"recalls/{recall}/patients/{patient}/outcome", new { outcome, note });

    private async Task<long> InjuryAsync(long lot) => (long)(await PostAsync("injuries", new { lotId = lot, area = "Chair 1", how = "Slipped" }))["id"]!;

    private async Task<long> RecallAsync(long item, string reason = "Not sterile") => (long)(await PostAsync("recalls",
        new { itemId = item, allLots = true, @class = "I", source = "Authority", reason }))["notice"]!["id"]!;

    private Task<JsonNode> FindAsync(long id) => GetAsync($"recalls/{id}");

    private static List<(long, int, string)> Outcomes(JsonNode recall) =>
        [.. recall["patients"]!.AsArray().Select(p => ((long)p!["patientId"]!, (int)p["quantity"]!, (string)p["outcome"]!))];
}
