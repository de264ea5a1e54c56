using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Core.Doses;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Host.Tests.Clinical;

public sealed class DoseApiTests : ClinicalApi
{
    [Test]
    public async Task Without_a_weight_a_dose_is_stopped_and_a_given_one_is_recorded_and_flagged()
    {
        var advice = await PlanAsync(10_000, 5_000);
        var given = await GiveAsync(10_000, 5_000);

        Assert.Multiple(() =>
        {
            Assert.That((Grade(advice), Codes(advice)), Is.EqualTo(("Stop", new[] { "weight" })));
            Assert.That(Flags(given), Is.EqualTo(new[] { "NoWeight" }));
            Assert.That(given.GetProperty("incidentId").GetInt64(), Is.Positive);
        });
    }

    [Test]
    public async Task A_weight_counts_for_thirty_days_and_no_longer()
    {
        await WeighAsync(60_000);
        Clinic.Clock.Advance(TimeSpan.FromDays(30));
        var still = await PlanAsync(10_000, 5_000);
        Clinic.Clock.Advance(TimeSpan.FromDays(1));
        var late = await PlanAsync(10_000, 5_000);
        var given = await GiveAsync(10_000, 5_000);

        Assert.Multiple(() =>
        {
            Assert.That(Grade(still), Is.EqualTo("Yes"));
            Assert.That((Grade(late), Codes(late)), Is.EqualTo(("Stop", new[] { "weight" })));
            Assert.That(Flags(given), Is.EqualTo(new[] { "OldWeight" }));
        });
    }

    [Test]
    public async Task What_is_left_may_be_planned_and_given_and_a_microlitre_more_may_not()
    {
        await WeighAsync(60_000);
        await GiveAsync(10_000, 13_500);
        var left = (await PlanAsync(20_000, null, adrenaline: true)).GetProperty("leftMicrolitres").GetInt64();

        var (all, more) = (await PlanAsync(20_000, left, adrenaline: true), await PlanAsync(20_000, left + 1, adrenaline: true));
        var given = await GiveAsync(20_000, left, adrenaline: true);
        var drop = await GiveAsync(1_000, 1);

        Assert.Multiple(() =>
        {
            Assert.That(left, Is.EqualTo(10_500));
            Assert.That((Grade(all), Grade(more), Codes(more)), Is.EqualTo(("Yes", "Stop", new[] { "limit" })));
            Assert.That((Flags(given), Flags(drop)), Is.EqualTo((Array.Empty<string>(), new[] { "OverLimit" })));
        });
    }

    [Test]
    public async Task Exactly_300_mg_of_plain_lidocaine_is_not_under_300_mg()
    {
        await WeighAsync(90_000);

        Assert.That((Grade(await PlanAsync(10_000, 29_999)), Grade(await PlanAsync(10_000, 30_000))), Is.EqualTo(("Yes", "Stop")));
    }

    [Test]
    public async Task A_dose_above_the_limit_is_recorded_and_a_physician_reviews_it()
    {
        await WeighAsync(60_000);

        var given = await GiveAsync(20_000, 20_000);

        var incident = (await IncidentsAsync()).EnumerateArray().Single();
        var timeline = (await Physician.GetFromJsonAsync<JsonElement>($"{Path}/timeline")).GetProperty("items").EnumerateArray().Select(l => l.GetProperty("text").GetString());
        Assert.Multiple(() =>
        {
            Assert.That(Flags(given), Is.EqualTo(new[] { "OverLimit" }));
            Assert.That(incident.GetProperty("kind").GetString(), Is.EqualTo("DoseOverLimit"));
            Assert.That(incident.GetProperty("text").GetString(), Is.EqualTo("Lidocaine 2 %, 20 mL (400 mg), infiltration: above the limit."));
            Assert.That(timeline, Does.Contain("Lidocaine 2 %, 20 mL (400 mg), infiltration"));
        });
    }

    [Test]
    public async Task Doses_of_a_day_ago_no_longer_count_and_voided_ones_never()
    {
        await WeighAsync(60_000);
        var before = Clinic.Clock.Now;
        var wrong = await GiveAsync(10_000, 25_000);
        using var voided = await Physician.PostAsJsonAsync($"{Path}/doses/{wrong.GetProperty("doseId").GetInt64()}/void", new { reason = "wrong patient" });
        await GiveAsync(10_000, 26_000);
        var full = await PlanAsync(10_000, 5_000);
        Clinic.Clock.Now = before + TimeSpan.FromHours(24);
        var free = await PlanAsync(10_000, 27_000);

        Assert.Multiple(() =>
        {
            Assert.That(voided.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((Grade(full), full.GetProperty("leftMicrolitres").GetInt64()), Is.EqualTo(("Stop", 1_000L)));
            Assert.That(Grade(free), Is.EqualTo("Yes"));
        });
    }

    [Test]
    public async Task In_whatever_order_two_doses_are_recorded_the_second_is_flagged()
    {
        await WeighAsync(60_000);
        Clinic.Clock.Advance(TimeSpan.FromHours(3));

        var later = await GiveAsync(10_000, 20_000, at: Clinic.Clock.Now);
        var earlier = await GiveAsync(10_000, 20_000, at: Clinic.Clock.Now.AddHours(-2));

        Assert.That((Flags(later), Flags(earlier)), Is.EqualTo((Array.Empty<string>(), new[] { "OverLimit" })));
    }

    [TestCase("Lidocaine", 1, "Stop", "Allergy")]
    [TestCase("OtherAmideAnaesthetic", 2, "Stop", "Allergy")]
    [TestCase("EsterAnaesthetic", 7, "Stop", "Allergy")]
    [TestCase("OtherAmideAnaesthetic", 1, "Warn", null)]
    [TestCase("Latex", 1, "Yes", null)]
    public async Task An_allergy_to_the_drug_or_its_class_stops(string allergy, long drug, string grade, string? flag)
    {
        SetPatient(await PatientAsync("Marko", new { substance = allergy }));
        await WeighAsync(70_000);

        var advice = await PlanAsync(5_000, 1_000, drug: drug);
        var given = await GiveAsync(5_000, 1_000, drug: drug);

        Assert.Multiple(() =>
        {
            Assert.That(Grade(advice), Is.EqualTo(grade));
            Assert.That(Flags(given).Contains("Allergy"), Is.EqualTo(flag is not null));
        });
    }

    [Test]
    public async Task A_topical_product_over_4_percent_lidocaine_warns_and_opens_no_incident()
    {
        await WeighAsync(80_000);

        var (weak, strong) = (await PlanAsync(40_000, 1_000, route: "Topical"), await PlanAsync(40_001, 1_000, route: "Topical"));
        var given = await GiveAsync(100_000, 1_000, route: "Topical");

        Assert.Multiple(() =>
        {
            Assert.That((Grade(weak), Grade(strong), Codes(strong)), Is.EqualTo(("Yes", "Warn", new[] { "topical" })));
            Assert.That((Flags(given), given.GetProperty("incidentId").ValueKind), Is.EqualTo((new[] { "StrongTopical" }, JsonValueKind.Null)));
        });
    }

    [Test]
    public async Task A_drug_without_a_limit_is_recorded_and_cannot_be_planned()
    {
        await WeighAsync(80_000);

        var advice = await PlanAsync(10_000, 1_000, drug: 7);
        var given = await GiveAsync(10_000, 1_000, drug: 7);
        var afterwards = await PlanAsync(10_000, 1_000);

        Assert.Multiple(() =>
        {
            Assert.That((Grade(advice), Codes(advice)), Is.EqualTo(("Stop", new[] { "noLimit" })));
            Assert.That(Flags(given), Is.EqualTo(new[] { "NoLimit" }));
            Assert.That((Grade(afterwards), Codes(afterwards)), Is.EqualTo(("Warn", new[] { "uncounted" })));
        });
    }

    [Test]
    public async Task Nothing_was_given_before_the_patient_was_born()
    {
        var before = new DateTimeOffset(1988, 7, 6, 12, 0, 0, TimeSpan.Zero);
        using var dose = await Physician.PostAsJsonAsync($"{Path}/doses",
            new { drugId = Lidocaine, concentrationMicrogramsPerMillilitre = 10_000, volumeMicrolitres = 1_000, route = "Infiltration", givenAt = before });
        using var weight = await Physician.PostAsJsonAsync($"{Path}/measurements", new { kind = "Weight", value = 60_000, takenAt = before });
        using var complication = await Physician.PostAsJsonAsync($"{Path}/complications",
            new { kind = "Infection", onsetOn = "1988-07-06", severity = "Mild", description = "Redness" });

        foreach (var answer in new[] { dose, weight, complication })
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(422));
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("before the patient was born"));
        }
    }

    [Test]
    public async Task A_drug_that_the_catalogue_hasnt_is_recorded_and_flagged()
    {
        using var answer = await Physician.PostAsJsonAsync($"{Path}/doses", new
        {
            drugName = "Chloroprocaine", concentrationMicrogramsPerMillilitre = 20_000, volumeMicrolitres = 2_000, route = "Block",
        });

        Assert.That(Flags(await answer.JsonAsync()), Is.EqualTo(new[] { "UnknownDrug" }));
        await WeighAsync(80_000);
        var plan = await PlanAsync(10_000, 1_000);
        Assert.That((Grade(plan), Codes(plan)), Is.EqualTo(("Stop", new[] { "unnamed" })), "it may be lidocaine under another name");
    }

    [Test]
    public async Task A_sedative_by_mouth_is_an_amount_and_marks_the_patient_as_sedated()
    {
        var before = Clinic.Clock.Now;
        using var answer = await Physician.PostAsJsonAsync($"{Path}/doses", new { drugId = 9, amountNanograms = 7_500_000, route = "Oral" });

        var (sedated, later) = await Clinic.RunAsync(async services =>
        {
            var doses = services.GetRequiredService<IDoses>();
            return (await doses.SedatedSinceAsync(Patient, before), await doses.SedatedSinceAsync(Patient, before.AddSeconds(1)));
        });
        Assert.Multiple(() =>
        {
            Assert.That(Flags(answer.JsonAsync().Result), Is.Empty);
            Assert.That((sedated?.Drug, sedated?.AmountNanograms), Is.EqualTo(("Midazolam", 7_500_000L)));
            Assert.That(later, Is.Null);
        });
    }

    [Test]
    public async Task What_makes_no_sense_is_refused_field_by_field()
    {
        using var answer = await Physician.PostAsJsonAsync($"{Path}/doses", new
        {
            drugId = 99, concentrationMicrogramsPerMillilitre = 0, volumeMicrolitres = -1, route = "Block", occluded = true,
            performedBy = 99, givenAt = Clinic.Clock.Now.AddHours(1), procedureId = 5,
        });

        var errors = (await answer.JsonAsync()).GetProperty("errors").EnumerateObject().Select(e => e.Name);
        Assert.That(errors, Is.EquivalentTo(new[] { "drugId", "concentrationMicrogramsPerMillilitre", "volumeMicrolitres", "occluded", "performedBy", "givenAt", "procedureId" }));
    }

    [Test]
    public async Task Recorded_and_voided_doses_leave_a_trail_that_verifies()
    {
        await WeighAsync(60_000);
        var dose = (await GiveAsync(10_000, 1_000)).GetProperty("doseId").GetInt64();
        using var voided = await Physician.PostAsJsonAsync($"{Path}/doses/{dose}/void", new { reason = "typed twice" });
        using var again = await Physician.PostAsJsonAsync($"{Path}/doses/{dose}/void", new { reason = "typed twice" });

        var report = await Clinic.RunAsync(services => services.GetRequiredService<StoreEngine>().VerifyAsync([]));
        Assert.Multiple(() =>
        {
            Assert.That((voided.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Conflict)));
            Assert.That(report.Problems, Is.Empty);
        });
    }

    [Test]
    public async Task Whoever_may_not_record_may_still_see()
    {
        var auditor = await Clinic.AsAsync(Role.Auditor);

        using var seen = await auditor.GetAsync($"{Path}/doses");
        using var done = await auditor.PostAsJsonAsync($"{Path}/doses", new { drugId = 1, route = "Oral", amountNanograms = 1 });

        Assert.That((seen.StatusCode, done.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Forbidden)));
    }

    [Test]
    public async Task The_limits_that_the_program_ships_are_those_of_the_docs()
    {
        var drugs = await Clinic.RunAsync(services => services.GetRequiredService<DrugCatalogue>().ListAsync(activeOnly: false));
        var docs = await File.ReadAllTextAsync(Repository.PathOf("docs", "doses.md"));

        var rows = drugs.SelectMany(d => d.Limits.Select(l => string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"| {d.Name} | {(l.WithAdrenaline ? "with adrenaline" : "plain")} | {(l.MicrogramsPerKilogram is { } w ? $"{w / 1000m} mg/kg" : "–")} | {(l.MaximumMicrograms is { } m ? $"{(l.MaximumExcluded ? "under " : "")}{m / 1000m} mg" : "–")} |")));
        Assert.Multiple(() =>
        {
            foreach (var row in rows) Assert.That(docs, Does.Contain(row));
        });
    }
}
