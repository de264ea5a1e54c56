using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace Smp.Consents.Tests.Api;

public sealed class GuardTests : ConsentsApi
{
    private int kinds;

    [OneTimeSetUp]
    public async Task CertifyAsync()
    {
        using var boss = await Clinic.SignInAsync("admin");
        foreach (var one in (await GetAsync("/api/staff")).AsArray().Where(s => (string)s!["role"]! is "Physician"))
        {
            await PostAsync($"/api/staff/{one!["id"]}/credentials", new { kind = "Licence", number = "L-1", validUntil = Clinic.Clock.Today.AddYears(2) }, boss);
            await PostAsync($"/api/staff/{one["id"]}/credentials", new { kind = "BloodbornePathogenTraining", validFrom = Clinic.Clock.Today.AddDays(-30), validUntil = Clinic.Clock.Today.AddDays(330) }, boss);
        }
    }

    [Test]
    public async Task Nothing_begins_without_each_consent_that_it_needs_and_nobody_overrides_that()
    {
        var (kind, patient) = (Kind(), await PatientAsync());
        var (one, other) = (await FormAsync(procedures: [kind]), await FormAsync(procedures: [kind.ToUpperInvariant()]));
        var procedure = await PlanAsync(kind, patient);

        Assert.That(await SaidAsync(procedure, "Start"), Is.EquivalentTo(new[] { $"Never form-{one}", $"Never form-{other}" }));
        Assert.That(async () => await StartAsync(procedure), Throws.TypeOf<RefusedException>().With.Message.Contains("There is no consent"));
        await ActiveAsync(one, patient);
        Assert.That(await SaidAsync(procedure, "Start"), Is.EqualTo(new[] { $"Never form-{other}" }));
        await ActiveAsync(other, patient);
        await StartAsync(procedure);
    }

    [Test]
    public async Task It_can_be_booked_while_the_consent_is_on_its_way_and_not_once_it_was_declined()
    {
        var (kind, patient) = (Kind(), await PatientAsync());
        var form = await FormAsync(procedures: [kind]);
        var procedure = await PlanAsync(kind, patient);
        Assert.That(await SaidAsync(procedure, "Book"), Is.EqualTo(new[] { $"Warn form-{form}" }));

        await PostAsync($"records/{await PresentedAsync(form, patient)}/decline", who: Desk);
        Assert.That(await SaidAsync(procedure, "Book"), Is.EqualTo(new[] { $"Stop form-{form}" }));
        Assert.That(await SaidAsync(procedure, "Start"), Is.EqualTo(new[] { $"Never form-{form}" }));
    }

    [Test]
    public async Task A_withdrawal_holds_what_hasnt_begun()
    {
        var (kind, patient) = (Kind(), await PatientAsync());
        var form = await FormAsync(procedures: [kind]);
        var procedure = await PlanAsync(kind, patient);
        var consent = await ActiveAsync(form, patient);
        await PostAsync($"records/{consent}/withdraw", new { way = "Email" }, Desk);

        Assert.That(async () => await StartAsync(procedure), Throws.TypeOf<RefusedException>().With.Message.Contains("withdrawn"));
    }

    [Test]
    public async Task A_consent_that_runs_out_before_the_day_doesnt_count_on_it()
    {
        var (kind, patient) = (Kind(), await PatientAsync());
        await ActiveAsync(await FormAsync(procedures: [kind], expiresMonths: 1), patient);

        Assert.That(await SaidAsync(await PlanAsync(kind, patient, days: 5), "Book"), Is.Empty);
        Assert.That(await SaidAsync(await PlanAsync(kind, patient, days: 50), "Book"), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Clinical_photos_that_were_declined_hold_nothing_up()
    {
        var (kind, patient) = (Kind(), await PatientAsync());
        var form = await FormAsync(procedures: [kind], kind: "PhotoClinical");
        var procedure = await PlanAsync(kind, patient);
        Assert.That(await SaidAsync(procedure, "Start"), Is.EqualTo(new[] { $"Never form-{form}" }));

        await PostAsync($"records/{await PresentedAsync(form, patient)}/decline", who: Desk);
        Assert.That(await SaidAsync(procedure, "Start"), Is.EqualTo(new[] { $"Warn form-{form}" }));
        await StartAsync(procedure);
    }

    [Test]
    public async Task The_worklist_asks_for_what_a_coming_procedure_lacks_in_time_to_think_about_it()
    {
        var (kind, patient) = (Kind(), await PatientAsync());
        var form = await FormAsync(procedures: [kind], coolingOffDays: 14);
        await PlanAsync(kind, patient, days: 16);
        var entry = $"/consents/present?patient={patient}&template={form}";
        Assert.That(await WorklistAsync(), Does.Contain(entry), "16 days ahead: 7, and 14 to think");

        await PresentedAsync(form, patient);
        Assert.That(await WorklistAsync(), Does.Not.Contain(entry));
    }

    [Test]
    public async Task A_form_that_is_retired_is_needed_no_more()
    {
        var (kind, patient) = (Kind(), await PatientAsync());
        var form = await FormAsync(procedures: [kind]);
        var procedure = await PlanAsync(kind, patient);
        await PostAsync($"versions/{(await GetAsync($"templates/{form}"))["publishedId"]}/retire");

        Assert.That(await SaidAsync(procedure, "Start"), Is.Empty);
    }

    private string Kind() => $"treatment-{++kinds}";

    private async Task<long> PlanAsync(string kind, long patient, int days = 1)
    {
        var physician = (long)(await GetAsync("/api/staff")).AsArray().First(one => (string)one!["role"]! is "Physician")!["id"]!;
        return (await DoAsync((procedures, unit) => procedures.PlanAsync(unit, new(kind, "Treatment", patient) { PlannedFor = Clinic.Clock.Now.AddDays(days), PerformedBy = physician }))).Id;
    }

    private Task<Procedure> StartAsync(long procedure) => DoAsync((procedures, unit) => procedures.StartAsync(unit, procedure));

    private Task<Procedure> DoAsync(Func<IProcedures, IUnitOfWork, Task<Procedure>> act) => Clinic.RunAsync(services =>
        services.GetRequiredService<IStore<ConsentsPlugin>>().WriteAsync(new("Tried a procedure"), unit => act(services.GetRequiredService<IProcedures>(), unit)));

    private async Task<string[]> SaidAsync(long procedure, string stage) => [.. (await GetAsync($"/api/procedures/{procedure}/guards/{stage}"))["said"]!.AsArray()
        .Where(a => (string)a!["module"]! == "consents").Select(a => $"{(string)a!["grade"]!} {(string)a["code"]!}")];

    private async Task<string> WorklistAsync() => System.Text.RegularExpressions.Regex.Unescape((await GetAsync("/api/worklist")).ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
}
