using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Smp.Needles.Uses;
using Smp.Sdk;

namespace Smp.Needles.Tests.Api;

public sealed class ReconcilingTests : NeedlesApi
{
    [Test]
    public async Task What_was_opened_is_accounted_for_in_one_step()
    {
        var (lot, other, patient) = (await LotAsync(), await LotAsync(), await PatientAsync());
        var (one, two) = (await PickAsync(lot, patient, 3), await PickAsync(other, patient, 2));
        await PostAsync("picks/close-out", new
        {
            lines = new[] { new { pickId = one, used = 2, wasted = 1, reason = (string?)"Dropped" }, new { pickId = two, used = 2, wasted = 0, reason = (string?)null } },
        });
        Assert.That((await GetAsync($"picks?patient={patient}")).AsArray(), Is.Empty);
        Assert.That(((int)(await LotOfAsync(lot))["onHand"]!, (int)(await LotOfAsync(lot))["opened"]!), Is.EqualTo((17, 0)));
        Assert.That((int)(await LotOfAsync(other))["onHand"]!, Is.EqualTo(18));
    }

    [Test]
    public async Task Every_unit_is_used_or_wasted_with_a_reason_or_nothing_is_recorded()
    {
        var (lot, patient) = (await LotAsync(), await PatientAsync());
        var (one, two) = (await PickAsync(lot, patient, 3), await PickAsync(lot, patient, 2));
        foreach (var (used, wasted, reason) in new[] { (1, 0, null), (2, 1, null), (4, 0, null), (-1, 4, "Dropped"), (2, 1, "Boredom"), (2, 1, "2"), (2, 1, "Dropped, Expired") })
        {
            await RefusedAsync(HttpStatusCode.UnprocessableEntity, "picks/close-out", new
            {
                lines = new[] { new { pickId = one, used = 3, wasted = 0, reason = (string?)null }, new { pickId = two, used, wasted, reason } },
            });
        }

        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "picks/close-out", new { lines = new object?[] { null } });
        Assert.That((await GetAsync($"picks?patient={patient}")).AsArray(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Units_open_since_yesterday_are_on_the_worklist()
    {
        var (lot, patient) = (await LotAsync(), await PatientAsync());
        await PickAsync(lot, patient, 2);
        Assert.That(await DueAsync(patient), Does.Not.Contain("Account for"));
        Clinic.Clock.Advance(TimeSpan.FromDays(1));
        try
        {
            Assert.That(await DueAsync(patient), Does.Contain("Account for the units opened for").And.Contain("2 neither used nor wasted"));
        }
        finally
        {
            Clinic.Clock.Advance(TimeSpan.FromDays(-1));
        }
    }

    [Test]
    public async Task A_lot_that_cannot_be_used_is_answered_never_and_open_units_stop_the_closing()
    {
        var (good, patient) = (await LotAsync(), await PatientAsync());
        var expired = await LotAsync(expiry: Today.AddDays(-1));
        var held = await LotAsync();
        await PostAsync($"lots/{held}/quarantine", new { reason = "Wet" });
        var waiting = await LotAsync(inspected: false);
        var answers = await Clinic.RunAsync(async services =>
        {
            var guard = ActivatorUtilities.CreateInstance<LotGuard>(services);
            var found = new List<(GuardGrade?, string?)>();
            foreach (var lot in new[] { good, expired, held, waiting })
            {
                var answer = (await guard.AskAsync(Question(GuardStage.Use, patient, lot), null, default)).SingleOrDefault();
                found.Add((answer?.Grade, answer?.Code));
            }

            found.Add(((await guard.AskAsync(Question(GuardStage.Close, patient, null), null, default)).SingleOrDefault()?.Grade, null));
            return found;
        });
        Assert.That(answers, Is.EqualTo(new (GuardGrade?, string?)[]
        {
            (null, null), (GuardGrade.Never, "lotExpired"), (GuardGrade.Never, "lotQuarantined"), (GuardGrade.Stop, $"lotNotReleased-{waiting}"), (null, null),
        }));
    }

    [Test]
    public async Task A_procedure_is_not_closed_before_what_was_opened_in_it_is_accounted_for()
    {
        var (lot, patient) = (await LotAsync(), await PatientAsync());
        var (planned, procedure) = await SendAsync(HttpMethod.Post, "/api/procedures", new { kind = "Treatment", title = "Scalp, first pass", patientId = patient });
        Assert.That((int)planned, Is.EqualTo(201), procedure.ToJsonString());
        var path = $"/api/procedures/{procedure["id"]}";
        await SendAsync(HttpMethod.Post, $"{path}/start", new { });
        var pick = await PostAsync("picks", new { lotId = lot, patientId = patient, quantity = 2, procedureId = (long)procedure["id"]! });

        var (open, answers) = await SendAsync(HttpMethod.Post, $"{path}/close", new { });
        await PostAsync($"picks/{pick["id"]}/waste", new { quantity = 2, reason = "Dropped" });
        var (closed, done) = await SendAsync(HttpMethod.Post, $"{path}/close", new { });

        Assert.That((int)open, Is.EqualTo(409));
        Assert.That(answers.ToJsonString(), Does.Contain("unreconciled").And.Contain("2 opened units"));
        Assert.That(((int)closed, (string?)done["state"]), Is.EqualTo((200, "Closed")), done.ToJsonString());
    }

    [Test]
    public async Task Somebody_told_of_a_recall_is_to_be_told_again_after_a_later_use()
    {
        var (lot, patient) = (await LotAsync(), await PatientAsync());
        await PostAsync("uses", new { lotId = lot, patientId = patient });
        var item = (long)(await LotOfAsync(lot))["itemId"]!;
        var recall = (long)(await PostAsync("recalls", new { itemId = item, allLots = true, @class = "II", source = "Maker", reason = "Not sterile" }))["notice"]!["id"]!;
        await PostAsync($"recalls/{recall}/patients/{patient}/outcome", new { outcome = "Called" });
        await PostAsync($"recalls/{recall}/close");
        Clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        await PostAsync("uses", new { lotId = lot, patientId = patient });
        var now = await GetAsync($"recalls/{recall}");
        var row = now["patients"]!.AsArray().Single()!;
        Assert.That(((string)row["outcome"]!, (bool)row["again"]!, (string?)now["notice"]!["closedAt"]), Is.EqualTo(("NotYet", true, (string?)null)));
    }

    [Test]
    public async Task Who_may_see_the_stock_alone_sees_no_names()
    {
        var (lot, patient) = (await LotAsync(), await PatientAsync("Secretova"));
        await PostAsync("uses", new { lotId = lot, patientId = patient });
        var (made, token) = await SendAsync(HttpMethod.Post, "/api/tokens", new { name = $"few{lot}", permissions = new[] { "needles.view" } });
        Assert.That((int)made, Is.InRange(200, 299), token.ToJsonString());
        using var few = Clinic.WithToken((string)token["token"]!);
        Assert.That((await SendAsync(HttpMethod.Get, $"/api/needles/lots/{lot}/patients", client: few)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        foreach (var path in new[] { $"uses?lot={lot}", "containers", "loads" })
        {
            var (status, answer) = await SendAsync(HttpMethod.Get, $"/api/needles/{path}", client: few);
            Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(answer.ToJsonString(), Does.Not.Contain("Secretova"));
        }
    }

    private static GuardQuestion Question(GuardStage stage, long patient, long? lot) => new(stage, new Procedure
    {
        Id = 424242, Plugin = "sessions", Kind = "Session", Title = "Session", PatientId = patient, State = ProcedureState.InProgress,
        EnteredAt = DateTimeOffset.UnixEpoch, RowVersion = 1,
    }, new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero))
    { Use = lot is null ? null : new("It", LotId: lot) };

    private async Task<long> PickAsync(long lot, long patient, int quantity) =>
        (long)(await PostAsync("picks", new { lotId = lot, patientId = patient, quantity }))["id"]!;

    private async Task<string> DueAsync(long patient) => (await GetAsync($"/api/worklist?patient={patient}")).ToJsonString();
}
