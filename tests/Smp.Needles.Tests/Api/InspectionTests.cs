using System.Net;

namespace Smp.Needles.Tests.Api;

public sealed class InspectionTests : NeedlesApi
{
    [Test]
    public async Task A_second_box_does_not_share_the_release_of_the_first()
    {
        var (item, patient) = (await ItemAsync(), await PatientAsync());
        var lot = await LotAsync(quantity: 5, item: item);
        await LotAsync(quantity: 10, item: item, inspected: false);
        var now = await LotOfAsync(lot);
        Assert.That(((string)now["state"]!, (int)now["onHand"]!, (int)now["toInspect"]!, (int)now["available"]!), Is.EqualTo(("Released", 15, 10, 5)));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, "picks", new { lotId = lot, patientId = patient, quantity = 6 }), Does.Contain("hasn't passed its inspection"));

        Assert.That((int)(await PostAsync($"lots/{lot}/release", new { }))["available"]!, Is.EqualTo(15));
        await RefusedAsync(HttpStatusCode.Conflict, $"lots/{lot}/release", new { });
        await PostAsync("picks", new { lotId = lot, patientId = patient, quantity = 6 });
    }

    [Test]
    public async Task A_box_that_passed_releases_itself_and_not_the_one_that_waits()
    {
        var item = await ItemAsync();
        var lot = await LotAsync(quantity: 10, item: item, inspected: false);
        await LotAsync(quantity: 5, item: item);
        var now = await LotOfAsync(lot);
        Assert.That(((string)now["state"]!, (int)now["toInspect"]!, (int)now["available"]!), Is.EqualTo(("Released", 10, 5)));
    }

    [Test]
    public async Task Units_of_a_box_that_waits_are_flagged_when_they_were_used_all_the_same()
    {
        var (item, patient) = (await ItemAsync(), await PatientAsync());
        var lot = await LotAsync(quantity: 2, item: item);
        await LotAsync(quantity: 3, item: item, inspected: false);
        Assert.That(Flags(await PostAsync("uses", new { lotId = lot, patientId = patient, quantity = 2 })), Is.Empty);
        Assert.That(Flags(await PostAsync("uses", new { lotId = lot, patientId = patient, quantity = 2 })), Is.EqualTo(new[] { "NotReleased" }));
        Assert.That((int)(await LotOfAsync(lot))["toInspect"]!, Is.EqualTo(1));
    }

    [Test]
    public async Task A_use_on_a_day_before_the_lot_came_is_flagged()
    {
        var (lot, patient) = (await LotAsync(), await PatientAsync());
        Assert.That(Flags(await PostAsync("uses", new { lotId = lot, patientId = patient, usedAt = Clinic.Clock.Now.AddDays(-1) })), Is.EqualTo(new[] { "BeforeReceipt" }));
    }

    [Test]
    public async Task More_than_was_opened_is_asked_about_and_then_recorded_and_flagged()
    {
        var (lot, patient) = (await LotAsync(), await PatientAsync());
        var pick = (long)(await PostAsync("picks", new { lotId = lot, patientId = patient, quantity = 2 }))["id"]!;
        var (status, refused) = await SendAsync(HttpMethod.Post, "/api/needles/uses", new { lotId = lot, patientId = patient, quantity = 3, pickId = pick });
        Assert.That((status, (string)refused["confirm"]!, (int)refused["open"]!), Is.EqualTo((HttpStatusCode.Conflict, "confirm", 2)));
        Assert.That(Flags(await PostAsync("uses", new { lotId = lot, patientId = patient, quantity = 3, pickId = pick, confirm = true })), Is.EqualTo(new[] { "BeyondPick" }));
    }
}
