using System.Net;
using System.Text.Json.Nodes;

namespace Smp.Needles.Tests.Api;

public sealed class RecallTests : NeedlesApi
{
    [Test]
    public async Task A_recall_takes_lots_out_of_use_and_lists_whom_they_touched_at_once()
    {
        var item = await ItemAsync();
        var (one, two, spared) = (await LotAsync(item: item, number: "R1"), await LotAsync(item: item, number: "R2"), await LotAsync(item: item, number: "R3"));
        var (anna, berta) = (await PatientAsync(), await PatientAsync());
        await UseAsync(one, anna, 2);
        await UseAsync(two, anna, 1);
        await UseAsync(two, berta, 3);
        await UseAsync(spared, berta, 4);

        var recall = await PostAsync("recalls", new { itemId = item, lots = new[] { "R1", "R2" }, @class = "II", source = "Maker", reason = "Bent tips" });
        Assert.That(Patients(recall), Is.EquivalentTo(new[] { (anna, 3, "NotYet"), (berta, 3, "NotYet") }));
        Assert.That(await StatesAsync(one, two, spared), Is.EqualTo(new[] { "Recalled", "Recalled", "InUse" }));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, "picks", new { lotId = one, patientId = anna }), Does.Contain("was recalled"));
        Assert.That((await GetAsync($"/api/patients/{anna}/timeline")).ToJsonString(), Does.Contain("Recall (class II)"));
        Assert.That((await GetAsync("/api/worklist")).ToJsonString(), Does.Contain("about a recall"));
        await RefusedAsync(HttpStatusCode.Conflict, $"lots/{one}/release");
        await RefusedAsync(HttpStatusCode.Conflict, $"lots/{one}/lift-quarantine", new { reason = "x" });
    }

    [Test]
    public async Task Lots_that_are_not_here_are_named_and_nothing_is_recalled()
    {
        var item = await ItemAsync();
        var lot = await LotAsync(item: item, number: "R1");
        var sentence = await RefusedAsync(HttpStatusCode.UnprocessableEntity, "recalls",
            new { itemId = item, lots = new[] { "R1", "R8", "R9" }, @class = "I", source = "Maker", reason = "x" });
        Assert.That(sentence, Does.Contain("R8, R9"));
        Assert.That(await StatesAsync(lot), Is.EqualTo(new[] { "Released" }));
    }

    [Test]
    public async Task A_recall_of_every_lot_covers_what_arrives_while_it_is_open()
    {
        var item = await ItemAsync();
        var here = await LotAsync(item: item, number: "R1");
        await RecallAllAsync(item);
        await RecallAllAsync(item);
        var late = await LotAsync(item: item, number: "R2");
        Assert.That(await StatesAsync(here, late), Is.EqualTo(new[] { "Recalled", "Recalled" }));
    }

    [Test]
    public async Task A_use_of_a_recalled_lot_is_recorded_and_its_patient_joins_the_list()
    {
        var item = await ItemAsync();
        var (lot, anna) = (await LotAsync(item: item), await PatientAsync());
        var recall = await RecallAllAsync(item);
        var use = await UseAsync(lot, anna, 2);
        Assert.That(Flags(use), Is.EqualTo(new[] { "Recalled" }));
        Assert.That(Patients(await RecallAsync(recall)), Is.EqualTo(new[] { (anna, 2, "NotYet") }));
    }

    [Test]
    public async Task A_voided_use_takes_a_patient_off_the_list_unless_they_were_told()
    {
        var item = await ItemAsync();
        var (lot, anna, berta) = (await LotAsync(item: item), await PatientAsync(), await PatientAsync());
        var (first, second) = (await UseAsync(lot, anna, 1), await UseAsync(lot, berta, 1));
        var recall = await RecallAllAsync(item);
        await PostAsync($"recalls/{recall}/patients/{berta}/outcome", new { outcome = "Called", note = "Will come by" });
        await PostAsync($"uses/{first["useId"]}/void", new { reason = "Wrong lot" });
        await PostAsync($"uses/{second["useId"]}/void", new { reason = "Wrong lot" });
        Assert.That(Patients(await RecallAsync(recall)), Is.EqualTo(new[] { (berta, 0, "Called") }));
    }

    [Test]
    public async Task A_recall_is_closed_when_everybody_was_told_and_opens_again_for_somebody_new()
    {
        var item = await ItemAsync();
        var (lot, anna) = (await LotAsync(item: item), await PatientAsync());
        await UseAsync(lot, anna, 1);
        var recall = await RecallAllAsync(item);
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, $"recalls/{recall}/close"), Does.Contain("1 of 1"));
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, $"recalls/{recall}/patients/{anna}/outcome", new { outcome = "NotYet" });
        await PostAsync($"recalls/{recall}/patients/{anna}/outcome", new { outcome = "WrittenTo" });
        await PostAsync($"recalls/{recall}/close");
        await RefusedAsync(HttpStatusCode.Conflict, $"recalls/{recall}/patients/{anna}/outcome", new { outcome = "Called" });

        await UseAsync(lot, await PatientAsync(), 1);
        Assert.That((await RecallAsync(recall))["notice"]!["closedAt"], Is.Null);
    }

    [Test]
    public async Task What_is_recalled_can_only_be_disposed_of_once_opened_units_are_accounted_for()
    {
        var item = await ItemAsync();
        var (lot, anna) = (await LotAsync(item: item), await PatientAsync());
        var pick = (long)(await PostAsync("picks", new { lotId = lot, patientId = anna, quantity = 2 }))["id"]!;
        await RecallAllAsync(item);
        await RefusedAsync(HttpStatusCode.Conflict, $"lots/{lot}/dispose", new { reason = "Back to the maker" });
        await PostAsync($"picks/{pick}/waste", new { reason = "Surplus" });
        var disposed = await PostAsync($"lots/{lot}/dispose", new { reason = "Back to the maker" });
        Assert.That(((string)disposed["state"]!, (int)disposed["onHand"]!), Is.EqualTo(("Disposed", 0)));
    }

    private Task<JsonNode> UseAsync(long lot, long patient, int quantity) => PostAsync("uses", new { lotId = lot, patientId = patient, quantity });

    private async Task<long> RecallAllAsync(long item) => (long)(await PostAsync("recalls",
        new { itemId = item, allLots = true, @class = "I", source = "Authority", reason = "Not sterile" }))["notice"]!["id"]!;

    private Task<JsonNode> RecallAsync(long id) => GetAsync($"recalls/{id}");

    private async Task<List<string>> StatesAsync(params long[] lots)
    {
        List<string> states = [];
        foreach (var lot in lots) states.Add((string)(await LotOfAsync(lot))["state"]!);
        return states;
    }

    private static List<(long, int, string)> Patients(JsonNode recall) =>
        [.. recall["patients"]!.AsArray().Select(p => ((long)p!["patientId"]!, (int)p["quantity"]!, (string)p["outcome"]!))];
}
