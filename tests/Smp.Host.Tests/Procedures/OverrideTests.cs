using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Procedures;

/// <summary>A physician overrides what a guard stops: who can, with what, for how long, and what stays.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OverrideTests
{
    private const string Sentence = "The last session was 5 days ago; 7 are needed.";

    [Test]
    public async Task A_physician_with_their_password_overrides_a_stop_once_and_it_stays_on_the_record()
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var id = await clinic.PlanAsync("stop");
        using var keller = await SignedInAsync(clinic, "keller");

        Assert.That((await OverrideAsync(keller, id)).Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await clinic.DoAsync(id, "start")).Status, Is.EqualTo(HttpStatusCode.OK));

        var file = await clinic.FileAsync(id);
        var made = file.GetProperty("overrides")[0];
        Assert.That((made.GetProperty("sentence").GetString(), made.GetProperty("reason").GetString(), made.GetProperty("physician").GetString()),
            Is.EqualTo((Sentence, "She travels tomorrow.", "Dr. Ines Keller")));
        Assert.That(made.GetProperty("usedAt").ValueKind, Is.Not.EqualTo(JsonValueKind.Null));
        Assert.That(file.GetProperty("checks")[0].GetProperty("overrideId").GetInt64(), Is.EqualTo(made.GetProperty("id").GetInt64()));
        var timeline = await (await clinic.AsAsync(Role.Auditor)).GetStringAsync($"/api/patients/{ProcedureClinic.Patient}/timeline");
        Assert.That(timeline, Does.Contain("Overridden for stop: " + Sentence).And.Contain("She travels tomorrow."));
        var audit = await (await clinic.AsAsync(Role.Auditor)).GetStringAsync("/api/audit");
        Assert.That(audit, Does.Contain("Overrode a guard").And.Contain("She travels tomorrow."));

        // It was for the start: closing is another decision.
        Assert.That((await clinic.DoAsync(id, "close")).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await OverrideAsync(keller, id, stage: "Close")).Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await clinic.DoAsync(id, "close")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task An_override_holds_for_its_procedure_stage_and_rule_alone()
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var (one, other) = (await clinic.PlanAsync("stop also"), await clinic.PlanAsync("stop"));
        using var keller = await SignedInAsync(clinic, "keller");
        Assert.That((await OverrideAsync(keller, one)).Status, Is.EqualTo(HttpStatusCode.Created));

        Assert.That((await clinic.DoAsync(other, "start")).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await clinic.DoAsync(one, "book")).Status, Is.EqualTo(HttpStatusCode.Conflict));
        var (status, problem) = await clinic.DoAsync(one, "start");
        Assert.That(status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(problem.GetProperty("detail").GetString(), Is.EqualTo("It can’t go ahead. There are no photos."));

        Assert.That((await OverrideAsync(keller, one, code: "photos", sentence: "There are no photos.")).Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await clinic.DoAsync(one, "start")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Who_overrides_it_for_one_performer_does_not_override_it_for_the_next()
    {
        await using var clinic = await ProcedureClinic.OpenAsync();
        var technician = await clinic.AsAsync(Role.Technician);
        var staff = (await technician.GetFromJsonAsync<JsonElement>("/api/staff")).EnumerateArray()
            .ToLookup(s => s.GetProperty("role").GetString(), s => s.GetProperty("id").GetInt64());
        var (desk, auditor) = (staff["Coordinator"].First(), staff["Auditor"].First());
        var id = await clinic.PlanAsync("", new { kind = "Treatment", title = "First pass", patientId = ProcedureClinic.Patient, performedBy = desk });
        using var keller = await SignedInAsync(clinic, "keller");
        var stop = (await clinic.GuardsAsync(id, "Start")).GetProperty("said").EnumerateArray().Single(a => a.GetProperty("grade").GetString() == "Stop");
        var (made, _) = await PostAsync(keller, id, new
        {
            stage = "Start", module = "core", code = stop.GetProperty("code").GetString(), sentence = stop.GetProperty("sentence").GetString(),
            reason = "She has the licence.", password = TestClinic.Password,
        });
        Assert.That(made, Is.EqualTo(HttpStatusCode.Created));

        using var change = new HttpRequestMessage(HttpMethod.Put, $"/api/procedures/{id}") { Content = JsonContent.Create(new { title = "First pass", performedBy = auditor }) };
        change.Headers.Add("If-Match", "\"1\"");
        using var changed = await technician.SendAsync(change);
        Assert.That(changed.StatusCode, Is.EqualTo(HttpStatusCode.OK));

        Assert.That((await clinic.DoAsync(id, "start")).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task An_override_that_isnt_used_within_a_day_counts_no_longer()
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var id = await clinic.PlanAsync("stop");
        using var keller = await SignedInAsync(clinic, "keller");
        Assert.That((await OverrideAsync(keller, id)).Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await OverrideAsync(keller, id)).Status, Is.EqualTo(HttpStatusCode.Conflict), "It stands already.");

        clinic.Clinic.Clock.Advance(TimeSpan.FromHours(24));

        Assert.That((await clinic.DoAsync(id, "start")).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task Nobody_overrides_a_never()
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var id = await clinic.PlanAsync("never");
        using var keller = await SignedInAsync(clinic, "keller");

        var (status, problem) = await OverrideAsync(keller, id, code: "consent", sentence: "There is no valid consent.");

        Assert.That(status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(problem.GetProperty("detail").GetString(), Is.EqualTo("Nobody can override this: There is no valid consent."));
        Assert.That((await clinic.FileAsync(id)).GetProperty("overrides").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task A_token_cant_override_and_neither_can_other_roles()
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var id = await clinic.PlanAsync("stop");

        var token = await clinic.AsAsync(Role.Physician);
        Assert.That((await PostAsync(token, id, Input())).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        using var mia = await SignedInAsync(clinic, "mia");
        Assert.That((await OverrideAsync(mia, id)).Status, Is.EqualTo(HttpStatusCode.Forbidden));

        // Not even where the clinic gave the permission to another role.
        await clinic.Clinic.RunAsync(async services =>
        {
            await ((Smp.Runtime.Identity.RolePermissions)services.GetService(typeof(Smp.Runtime.Identity.RolePermissions))!).SetAsync(Role.Technician, "procedures.override", true);
            return true;
        });
        using var again = await SignedInAsync(clinic, "mia");
        var (status, problem) = await OverrideAsync(again, id);
        Assert.That((status, problem.GetProperty("detail").GetString()), Is.EqualTo((HttpStatusCode.Forbidden, "Only a physician can override this.")));
    }

    [Test]
    public async Task Wrong_passwords_are_counted_and_lock_as_at_signing_in()
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var id = await clinic.PlanAsync("stop");
        using var keller = await SignedInAsync(clinic, "keller");

        for (var attempt = 1; attempt < 5; attempt++)
        {
            var (wrong, problem) = await OverrideAsync(keller, id, password: "not this one, no");
            Assert.That(wrong, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(problem.GetProperty("errors").GetProperty("password")[0].GetString(), Is.EqualTo("This isn’t your password."));
        }

        Assert.That((await OverrideAsync(keller, id, password: "not this one, no")).Status, Is.EqualTo(HttpStatusCode.Conflict));
        var (locked, why) = await OverrideAsync(keller, id);
        Assert.That(locked, Is.EqualTo(HttpStatusCode.Conflict), "Even the right one is of no use now.");
        Assert.That(why.GetProperty("detail").GetString(), Does.StartWith("Too many wrong passwords. Wait until 09:15"));
        using var other = clinic.Clinic.Anonymous();
        await other.SignInAsync("keller", TestClinic.Password);
        using var home = await other.GetAsync("/");
        Assert.That(home.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), "Signing in is locked with it.");
        Assert.That((await clinic.FileAsync(id)).GetProperty("overrides").GetArrayLength(), Is.Zero);
    }

    [TestCase("", "reason", HttpStatusCode.UnprocessableEntity)]
    [TestCase("The last session was 6 days ago; 7 are needed.", "sentence", HttpStatusCode.Conflict)]
    public async Task Without_a_reason_or_with_another_sentence_than_the_guards_nothing_is_overridden(string text, string field, HttpStatusCode expected)
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var id = await clinic.PlanAsync("stop");
        using var keller = await SignedInAsync(clinic, "keller");

        var (status, _) = field == "reason" ? await OverrideAsync(keller, id, reason: text) : await OverrideAsync(keller, id, sentence: text);

        Assert.That(status, Is.EqualTo(expected));
        Assert.That((await clinic.FileAsync(id)).GetProperty("overrides").GetArrayLength(), Is.Zero);
    }

    private static async Task<HttpClient> SignedInAsync(ProcedureClinic clinic, string userName)
    {
        var browser = clinic.Clinic.Anonymous();
        using var _ = await browser.SignInAsync(userName, TestClinic.Password);
        browser.DefaultRequestHeaders.Add("X-Form-Token", await browser.FormTokenAsync("/account"));
        return browser;
    }

    private static object Input(
        string stage = "Start", string code = "interval", string sentence = Sentence, string reason = "She travels tomorrow.", string password = TestClinic.Password) =>
        new { stage, module = "test.guardstops", code, sentence, reason, password };

    private static Task<(HttpStatusCode Status, JsonElement Answer)> OverrideAsync(
        HttpClient who, long id, string stage = "Start", string code = "interval", string sentence = Sentence, string reason = "She travels tomorrow.",
        string password = TestClinic.Password) => PostAsync(who, id, Input(stage, code, sentence, reason, password));

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(HttpClient who, long id, object input)
    {
        using var answer = await who.PostAsJsonAsync($"/api/procedures/{id}/overrides", input);
        return (answer.StatusCode, await answer.JsonAsync());
    }
}
