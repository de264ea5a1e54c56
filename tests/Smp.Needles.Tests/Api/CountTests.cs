using System.Net;
using System.Text.Json.Nodes;

namespace Smp.Needles.Tests.Api;

public sealed class CountTests : NeedlesApi
{
    [Test]
    public async Task A_cupboard_is_counted_blind_and_its_differences_are_booked_at_once()
    {
        var item = await ItemAsync();
        var (right, fewer, more) = (await LotAsync(10, item: item, number: "RIGHT"), await LotAsync(10, item: item, number: "FEWER"), await LotAsync(10, item: item, number: "MORE"));
        var sheet = await PostAsync("counts", new { itemId = item });
        var id = (long)sheet["count"]!["id"]!;
        Assert.That(sheet["lines"]!.AsArray().Select(l => l!["expected"]), Is.All.Null, "nobody counts what they read");
        await RefusedAsync(HttpStatusCode.Conflict, $"counts/{id}/confirm", new { reason = "x" });

        var counted = await EnterAsync(id, (right, 10), (fewer, 8), (more, 11));
        Assert.That(counted["lines"]!.AsArray().Select(l => ((string)l!["lotNumber"]!, (int)l["difference"]!)), Is.EqualTo(new[] { ("FEWER", -2), ("MORE", 1), ("RIGHT", 0) }));
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, $"counts/{id}/confirm", new { });
        Assert.That((string)(await PostAsync($"counts/{id}/confirm", new { reason = "Two fell behind the shelf" }))["count"]!["state"]!, Is.EqualTo("Confirmed"));

        Assert.That((await OnHandAsync(right), await OnHandAsync(fewer), await OnHandAsync(more)), Is.EqualTo((10, 8, 11)));
        var last = (await GetAsync($"lots/{fewer}/movements"))["items"]!.AsArray()[^1]!;
        Assert.That(((string)last["kind"]!, (int)last["onHandDelta"]!, (string)last["reason"]!), Is.EqualTo(("Adjust", -2, "Two fell behind the shelf")));
        await RefusedAsync(HttpStatusCode.Conflict, $"counts/{id}/confirm", new { reason = "Again" });
    }

    [Test]
    public async Task A_lot_that_moved_since_the_sheet_was_begun_is_counted_again()
    {
        var (item, patient) = (await ItemAsync(), await PatientAsync());
        var lot = await LotAsync(10, item: item);
        var id = (long)(await PostAsync("counts", new { itemId = item }))["count"]!["id"]!;
        await PostAsync("uses", new { lotId = lot, patientId = patient, quantity = 3 });
        Assert.That((bool)(await EnterAsync(id, (lot, 10)))["lines"]![0]!["changed"]!, Is.True);
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, $"counts/{id}/confirm", new { reason = "x" }), Does.Contain("Count it again."));
        var again = (await EnterAsync(id, (lot, 7)))["lines"]![0]!;
        Assert.That(((bool)again["changed"]!, (int)again["difference"]!), Is.EqualTo((false, 0)));
        await PostAsync($"counts/{id}/confirm", new { });
        Assert.That(await OnHandAsync(lot), Is.EqualTo(7));
    }

    [Test]
    public async Task Fewer_than_are_opened_cannot_be_confirmed_and_a_count_can_be_given_up()
    {
        var (item, patient) = (await ItemAsync(), await PatientAsync());
        var lot = await LotAsync(10, item: item);
        await PostAsync("picks", new { lotId = lot, patientId = patient, quantity = 4 });
        var id = (long)(await PostAsync("counts", new { itemId = item }))["count"]!["id"]!;
        await EnterAsync(id, (lot, 3));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, $"counts/{id}/confirm", new { reason = "x" }), Does.Contain("4 units of lot A213B1 are opened"));
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, $"counts/{id}/lines", new { lines = new object?[] { null } });
        await PostAsync($"counts/{id}/cancel");
        Assert.That(await OnHandAsync(lot), Is.EqualTo(10));
        await RefusedAsync(HttpStatusCode.Conflict, $"counts/{id}/lines", new { lines = new[] { new { lotId = lot, counted = 1 } } });
        await RefusedAsync(HttpStatusCode.Conflict, "counts", new { itemId = await ItemAsync() });
    }

    [Test]
    public async Task Units_are_put_back_and_the_book_is_corrected_with_a_reason()
    {
        var lot = await LotAsync(5);
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, $"lots/{lot}/return", new { quantity = 2 });
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, $"lots/{lot}/adjust", new { difference = 0, reason = "x" });
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, $"lots/{lot}/adjust", new { difference = -6, reason = "x" });
        Assert.That((int)(await PostAsync($"lots/{lot}/adjust", new { difference = -5, reason = "Lent to the branch" }))["onHand"]!, Is.Zero);
        var back = await PostAsync($"lots/{lot}/return", new { quantity = 3, reason = "The branch sent them back" });
        Assert.That(((int)back["onHand"]!, (string)back["state"]!), Is.EqualTo((3, "InUse")));
    }

    private Task<JsonNode> EnterAsync(long id, params (long LotId, int Counted)[] lines) =>
        PostAsync($"counts/{id}/lines", new { lines = lines.Select(l => new { lotId = l.LotId, counted = l.Counted }) });

    private async Task<int> OnHandAsync(long lot) => (int)(await LotOfAsync(lot))["onHand"]!;
}
