using System.Net;
using System.Net.Http.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Needles.Uses;
using Smp.Sdk;

namespace Smp.Needles.Tests.Api;

public sealed class UseTests : NeedlesApi
{
    [Test]
    public async Task Units_are_picked_used_wasted_and_traced()
    {
        var (lot, patient) = (await LotAsync(), await PatientAsync("Adler"));
        var pick = (long)(await PostAsync("picks", new { lotId = lot, patientId = patient, quantity = 3 }))["id"]!;
        Assert.That(await StockAsync(lot), Is.EqualTo((20, 3)));
        var use = await PostAsync("uses", new { lotId = lot, patientId = patient, quantity = 2, pickId = pick });
        Assert.That(Flags(use), Is.Empty);
        Assert.That((int)(await PostAsync($"picks/{pick}/waste", new { reason = "Dropped" }))["open"]!, Is.Zero);
        Assert.That(await StockAsync(lot), Is.EqualTo((17, 0)));

        var traced = (await GetAsync($"lots/{lot}/patients")).AsArray().Single()!;
        Assert.That(((long)traced["patientId"]!, (string)traced["name"]!, (string)traced["birthDate"]!, (string)traced["phone"]!, (int)traced["quantity"]!),
            Is.EqualTo((patient, "Adler, Anna", "1980-01-02", "+43 664 1234567", 2)));
        Assert.That(await TimelineAsync(patient), Does.Contain("2 \\u00D7 Kwadron 3RL 0.30 mm used, lot A213B1").Or.Contain("2 × Kwadron 3RL 0.30 mm used, lot A213B1"));
    }

    [Test]
    public async Task The_audit_trail_says_whose_hands_did_what_somebody_else_recorded()
    {
        var (lot, patient) = (await LotAsync(), await PatientAsync());
        var mia = (long)(await GetAsync("/api/staff")).AsArray().First(s => (string)s!["name"]! == "Mia Novak")!["id"]!;
        await PostAsync("uses", new { lotId = lot, patientId = patient, performedBy = mia });

        var auditor = await Clinic.AsAsync(Role.Auditor);
        var (_, hers) = await SendAsync(HttpMethod.Get, $"/api/audit?staff={mia}&patient={patient}", client: auditor);

        var use = hers["items"]!.AsArray().Single()!;
        Assert.That(((string)use["act"]!, (string)use["performedByName"]!), Is.EqualTo(("Recorded a use", "Mia Novak")));
        Assert.That((string)use["actor"]!, Does.Contain("Keller"));
    }

    [Test]
    public async Task Many_picks_at_a_time_never_take_more_than_is_there()
    {
        var (lot, patient) = (await LotAsync(quantity: 20), await PatientAsync());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ =>
            (await SendAsync(HttpMethod.Post, "/api/needles/picks", new { lotId = lot, patientId = patient })).Status));
        Assert.That(outcomes.Count(s => s == HttpStatusCode.Created), Is.EqualTo(20));
        Assert.That(outcomes.Count(s => s == HttpStatusCode.Conflict), Is.EqualTo(12));
        Assert.That(await StockAsync(lot), Is.EqualTo((20, 20)));
    }

    [Test]
    public async Task A_refused_pick_is_logged_with_who_and_why()
    {
        var (lot, patient) = (await LotAsync(expiry: Today.AddDays(-1)), await PatientAsync());
        var sentence = await RefusedAsync(HttpStatusCode.Conflict, "picks", new { lotId = lot, patientId = patient });
        Assert.That(sentence, Is.EqualTo("Lot A213B1 expired on 3 March 2026. It can't be used. Choose another lot."));
        var logged = await QueryAsync<(long PatientId, string Obstacle, string Actor)>(
            "SELECT patient_id, obstacle, actor FROM needles__refused_picks WHERE lot_id = @lot", new { lot });
        Assert.That(logged.Select(l => (l.PatientId, l.Obstacle)), Is.EqualTo(new[] { (patient, "Expired") }));
        Assert.That(logged[0].Actor, Does.Contain("Keller"));
    }

    [Test]
    public async Task A_refused_pick_keeps_no_key_and_may_be_asked_again_corrected()
    {
        var (lot, patient) = (await LotAsync(quantity: 3), await PatientAsync());
        var physician = await Clinic.AsAsync(Role.Physician);

        var answers = new List<HttpStatusCode>();
        foreach (var quantity in new[] { 10, 10, 2, 2 }) answers.Add(await PickAsync(quantity));

        Assert.That(answers, Is.EqualTo(new[] { HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.Created, HttpStatusCode.Created }));
        Assert.That(await StockAsync(lot), Is.EqualTo((3, 2)));
        Assert.That(await QueryAsync<long>("SELECT count(*) FROM needles__refused_picks WHERE lot_id = @lot", new { lot }), Is.EqualTo(new[] { 2 }));

        async Task<HttpStatusCode> PickAsync(int quantity)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/needles/picks")
            {
                Content = JsonContent.Create(new { lotId = lot, patientId = patient, quantity }),
            };
            request.Headers.Add("Idempotency-Key", $"pick-{lot}");
            using var answer = await physician.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Test]
    public async Task A_use_of_an_expired_lot_is_recorded_and_opens_an_incident()
    {
        var (lot, patient) = (await LotAsync(expiry: Today.AddDays(-1)), await PatientAsync());
        var use = await PostAsync("uses", new { lotId = lot, patientId = patient, quantity = 2 });
        Assert.That(Flags(use), Is.EqualTo(new[] { "Expired" }));
        Assert.That(await StockAsync(lot), Is.EqualTo((18, 0)));
        var incident = (await GetAsync("/api/incidents?open=true")).ToJsonString();
        Assert.That(incident, Does.Contain("used from lot A213B1, which expired on 3 March 2026."));
    }

    [Test]
    public async Task A_use_before_the_lot_expired_is_no_incident_however_late_it_is_written_down()
    {
        var (lot, patient) = (await LotAsync(expiry: Today.AddDays(-1), receivedAt: Clinic.Clock.Now.AddDays(-9)), await PatientAsync());
        var use = await PostAsync("uses", new { lotId = lot, patientId = patient, usedAt = Clinic.Clock.Now.AddDays(-1) });
        Assert.That(Flags(use), Is.Empty);
    }

    [Test]
    public async Task A_use_beyond_the_book_is_recorded_flags_the_count_and_counting_settles_it()
    {
        var (lot, patient) = (await LotAsync(quantity: 2), await PatientAsync());
        Assert.That(Flags(await PostAsync("uses", new { lotId = lot, patientId = patient, quantity = 5 })), Is.EqualTo(new[] { "BeyondStock" }));
        var after = await LotOfAsync(lot);
        Assert.That(((int)after["onHand"]!, (bool)after["countDue"]!, (string)after["state"]!), Is.EqualTo((0, true, "Depleted")));
        var counted = await PostAsync($"lots/{lot}/count", new { counted = 3 });
        Assert.That(((int)counted["onHand"]!, (bool)counted["countDue"]!, (string)counted["state"]!), Is.EqualTo((3, false, "InUse")));
    }

    [Test]
    public async Task A_voided_use_gives_its_units_back_once_and_opens_its_pick_again()
    {
        var (lot, patient) = (await LotAsync(quantity: 3), await PatientAsync());
        var pick = (long)(await PostAsync("picks", new { lotId = lot, patientId = patient, quantity = 2 }))["id"]!;
        var use = await PostAsync("uses", new { lotId = lot, patientId = patient, quantity = 3, pickId = pick, confirm = true });
        Assert.That((string)(await LotOfAsync(lot))["state"]!, Is.EqualTo("Depleted"));

        var voided = await PostAsync($"uses/{use["useId"]}/void", new { reason = "Wrong patient" });
        Assert.That((string)voided["voidReason"]!, Is.EqualTo("Wrong patient"));
        Assert.That(await StockAsync(lot), Is.EqualTo((3, 2)));
        Assert.That((string)(await LotOfAsync(lot))["state"]!, Is.EqualTo("InUse"));
        Assert.That((await GetAsync($"lots/{lot}/patients")).AsArray(), Is.Empty);
        Assert.That(await TimelineAsync(patient), Does.Contain("Voided: "));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, $"uses/{use["useId"]}/void", new { reason = "Again" }), Does.Contain("voided already"));
    }

    [Test]
    public async Task A_voided_use_beyond_the_book_takes_its_correction_with_it()
    {
        var (lot, patient) = (await LotAsync(quantity: 2), await PatientAsync());
        var use = await PostAsync("uses", new { lotId = lot, patientId = patient, quantity = 50 });
        await PostAsync($"uses/{use["useId"]}/void", new { reason = "Meant 5" });
        Assert.That(await StockAsync(lot), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task A_pick_is_settled_only_by_its_own_lot_and_patient()
    {
        var (lot, patient) = (await LotAsync(), await PatientAsync());
        var pick = (long)(await PostAsync("picks", new { lotId = lot, patientId = patient }))["id"]!;
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "uses", new { lotId = lot, patientId = await PatientAsync(), pickId = pick });
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "uses", new { lotId = await LotAsync(), patientId = patient, pickId = pick });
        await RefusedAsync(HttpStatusCode.Conflict, $"picks/{pick}/waste", new { reason = "Dropped", quantity = 2 });
    }

    [Test]
    public async Task Only_what_makes_no_sense_is_refused()
    {
        var (lot, patient) = (await LotAsync(), await PatientAsync());
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "uses", new { lotId = lot, patientId = patient, quantity = 0 });
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "uses", new { lotId = lot, patientId = patient, quantity = 1001 });
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "uses", new { lotId = lot, patientId = patient, usedAt = Clinic.Clock.Now.AddMinutes(6) });
        await RefusedAsync(HttpStatusCode.NotFound, "uses", new { lotId = 99999, patientId = patient });
        await RefusedAsync(HttpStatusCode.NotFound, "uses", new { lotId = lot, patientId = 99999 });
        await RefusedAsync(HttpStatusCode.NotFound, "uses", new { lotId = lot, patientId = patient, performedBy = 99999 });
        await PostAsync("uses", new { lotId = lot, patientId = patient, usedAt = Clinic.Clock.Now.AddMinutes(4) });
    }

    [Test]
    public async Task Whoever_is_no_member_of_staff_says_who_used_them()
    {
        var (lot, patient) = (await LotAsync(), await PatientAsync());
        var refused = await Clinic.RunAsync(async services =>
        {
            try
            {
                await services.GetRequiredService<UseLog>().RecordAsync(new UseInput { LotId = lot, PatientId = patient });
                return [];
            }
            catch (RefusedException e)
            {
                return e.Errors;
            }
        });
        Assert.That(refused.Select(e => e.Field), Is.EqualTo(new[] { "performedBy" }));
    }

    [Test]
    public async Task A_movement_can_be_neither_changed_nor_deleted()
    {
        var lot = await LotAsync();
        foreach (var sql in new[] { "UPDATE needles__movements SET quantity = 1 WHERE lot_id = @lot", "DELETE FROM needles__movements WHERE lot_id = @lot" })
        {
            Assert.That(async () => await Clinic.RunAsync(s => s.GetRequiredService<IStore<NeedlesPlugin>>()
                .WriteAsync(new("Tampered"), unit => unit.Connection.ExecuteAsync(sql, new { lot }))), Throws.Exception.With.Message.Contain("A movement is never"));
        }
    }

    private async Task<(int OnHand, int Opened)> StockAsync(long lot)
    {
        var now = await LotOfAsync(lot);
        return ((int)now["onHand"]!, (int)now["opened"]!);
    }

    private async Task<string> TimelineAsync(long patient) => (await GetAsync($"/api/patients/{patient}/timeline")).ToJsonString();

    private Task<List<T>> QueryAsync<T>(string sql, object values) => Clinic.RunAsync(async services =>
        (await services.GetRequiredService<IStore<NeedlesPlugin>>().ReadAsync(connection => connection.QueryAsync<T>(sql, values))).AsList());
}
