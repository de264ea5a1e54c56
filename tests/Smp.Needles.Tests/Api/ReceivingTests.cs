using System.Net;

namespace Smp.Needles.Tests.Api;

public sealed class ReceivingTests : NeedlesApi
{
    [Test]
    public async Task A_box_is_received_by_its_barcode_inspected_and_found_again()
    {
        var item = await ItemAsync("09521234543213");
        var lot = await PostAsync("lots", new { code = "]d2010952123454321317270707" + "10A213B1", boxes = 2 });
        Assert.That(((long)lot["itemId"]!, (string)lot["number"]!, (string)lot["expiry"]!, (string)lot["state"]!, (int)lot["onHand"]!),
            Is.EqualTo((item, "A213B1", "2027-07-07", "Received", 40)));

        var released = await PostAsync($"lots/{lot["id"]}/release", new { note = "Seals whole" });
        Assert.That(((string)released["state"]!, (string)released["inspectionNote"]!), Is.EqualTo(("Released", "Seals whole")));
        Assert.That((await GetAsync("/api/search?text=A213B1")).ToJsonString(), Does.Contain($"/needles/lots/{lot["id"]}"));
    }

    [Test]
    public async Task A_barcode_of_no_item_here_says_so_and_what_it_reads()
    {
        var (status, answer) = await SendAsync(HttpMethod.Post, "/api/needles/lots", new { code = "(01)04006381333931(17)270707(10)X1" });
        Assert.That(status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((string)answer["detail"]!, Is.EqualTo("No item here has the number 04006381333931. Add the item first, then receive the box."));
        Assert.That((string)answer["scan"]!["lot"]!, Is.EqualTo("X1"));
    }

    [Test]
    public async Task A_scan_gives_what_the_code_says_and_nothing_else()
    {
        var scan = await PostAsync("scan", new { code = "(01)04006381333931(17)270700(10)X1" });
        Assert.That(((string)scan["gtin"]!, (string)scan["expiry"]!, scan["serial"], (string)scan["standard"]!),
            Is.EqualTo(("04006381333931", "2027-07-31", (object?)null, "Gs1")));
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "scan", new { code = "rubbish" });
    }

    [Test]
    public async Task More_of_a_lot_is_added_to_it_and_another_use_by_date_is_refused_naming_both()
    {
        var item = await ItemAsync();
        var lot = await LotAsync(20, new(2027, 7, 7), item);
        Assert.That(await LotAsync(5, new(2027, 7, 7), item), Is.EqualTo(lot));
        Assert.That((int)(await LotOfAsync(lot))["onHand"]!, Is.EqualTo(25));

        var sentence = await RefusedAsync(HttpStatusCode.UnprocessableEntity, "lots", new { itemId = item, number = "A213B1", expiry = "2027-07-08" });
        Assert.That(sentence, Does.Contain("7 July 2027").And.Contain("8 July 2027"));
    }

    [Test]
    public async Task An_expired_box_that_arrives_is_recorded_and_never_released()
    {
        var lot = await LotAsync(expiry: Today.AddDays(-1));
        Assert.That((string)(await LotOfAsync(lot))["state"]!, Is.EqualTo("Expired"));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, $"lots/{lot}/release"), Does.Contain("expired on 3 March 2026"));
    }

    [Test]
    public async Task A_lot_expires_by_the_clinics_day_in_its_page_in_lists_and_in_proposals()
    {
        var item = await ItemAsync();
        var lot = await LotAsync(expiry: Today, item: item);
        Assert.That((await GetAsync("propose?kind=NeedleCartridge")).AsArray().Any(l => (long)l!["lotId"]! == lot), Is.True);
        var before = Clinic.Clock.Now;
        try
        {
            Clinic.Clock.Now = before.AddDays(1);
            Assert.That((string)(await LotOfAsync(lot))["state"]!, Is.EqualTo("Expired"));
            Assert.That((await GetAsync($"lots?item={item}&state=Expired"))["items"]!.AsArray(), Has.Count.EqualTo(1));
            Assert.That((await GetAsync($"lots?item={item}&state=Released"))["items"]!.AsArray(), Is.Empty);
            Assert.That((await GetAsync("propose?kind=NeedleCartridge")).AsArray().Any(l => (long)l!["lotId"]! == lot), Is.False);
        }
        finally
        {
            Clinic.Clock.Now = before;
        }
    }

    [Test]
    public async Task First_expired_is_proposed_first_and_only_what_can_be_picked()
    {
        var item = await ItemAsync();
        var late = await LotAsync(item: item, expiry: Today.AddDays(900), number: "LATE");
        var soon = await LotAsync(item: item, expiry: Today.AddDays(2), number: "SOON");
        await LotAsync(item: item, expiry: Today.AddDays(1), number: "NEW", inspected: false);
        var mine = (await GetAsync("propose?kind=NeedleCartridge")).AsArray().Select(l => (long)l!["lotId"]!).Where(id => id == late || id == soon);
        Assert.That(mine, Is.EqualTo(new[] { soon, late }));
    }

    [Test]
    public async Task A_quarantine_takes_a_lot_out_and_lifting_it_gives_it_back()
    {
        var lot = await LotAsync();
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, $"lots/{lot}/quarantine", new { reason = " " });
        Assert.That((string)(await PostAsync($"lots/{lot}/quarantine", new { reason = "Wet carton" }))["state"]!, Is.EqualTo("Quarantined"));
        await RefusedAsync(HttpStatusCode.Conflict, $"lots/{lot}/quarantine", new { reason = "Again" });
        Assert.That((string)(await PostAsync($"lots/{lot}/lift-quarantine", new { reason = "Only the outer carton" }))["state"]!, Is.EqualTo("Released"));
        await RefusedAsync(HttpStatusCode.Conflict, $"lots/{lot}/dispose", new { reason = "No need" });
    }

    [Test]
    public async Task An_item_is_changed_only_from_the_version_that_was_read()
    {
        var item = await ItemAsync();
        var body = new { manufacturer = "Fjord", name = $"Renamed {item}", kind = "NeedleCartridge" };
        var (none, _) = await SendAsync(HttpMethod.Put, $"/api/needles/items/{item}", body);
        var (done, _) = await SendAsync(HttpMethod.Put, $"/api/needles/items/{item}", body, ifMatch: "\"1\"");
        var (stale, _) = await SendAsync(HttpMethod.Put, $"/api/needles/items/{item}", body, ifMatch: "\"1\"");
        Assert.That((none, done, stale), Is.EqualTo((HttpStatusCode.PreconditionRequired, HttpStatusCode.OK, HttpStatusCode.PreconditionFailed)));
    }

    [Test]
    public async Task Lists_are_paged_without_a_gap()
    {
        var item = await ItemAsync();
        for (var i = 0; i < 5; i++) await LotAsync(item: item, expiry: Today.AddDays(100 - i), number: $"P{i}");
        List<string> numbers = [];
        for (string? after = ""; after is not null;)
        {
            var page = await GetAsync($"lots?item={item}&limit=2&after={after}");
            numbers.AddRange(page["items"]!.AsArray().Select(l => (string)l!["number"]!));
            after = (string?)page["next"];
        }

        Assert.That(numbers, Is.EqualTo(new[] { "P4", "P3", "P2", "P1", "P0" }));
    }

    [Test]
    public async Task Every_route_stands_in_the_description_of_the_api_with_what_it_answers()
    {
        var paths = (await GetAsync("/api/openapi.json"))["paths"]!.AsObject().Where(p => p.Key.StartsWith("/api/needles/", StringComparison.Ordinal)).ToList();
        Assert.That(paths.Select(p => p.Key), Does.Contain("/api/needles/lots/{id}/patients").And.Contain("/api/needles/recalls/{id}/patients/{patientId}/outcome"));
        foreach (var (path, methods) in paths)
        {
            foreach (var (method, operation) in methods!.AsObject())
            {
                Assert.That((string?)operation!["operationId"], Does.StartWith("needles."), $"{method} {path}");
                Assert.That(operation["responses"]!.AsObject().Any(r => r.Key is "200" or "201" or "204"), Is.True, $"{method} {path}");
            }
        }
    }

    [Test]
    public async Task Who_may_only_look_is_refused()
    {
        var auditor = await Clinic.AsAsync(Smp.Sdk.Role.Auditor);
        var (list, _) = await SendAsync(HttpMethod.Get, "/api/needles/lots", client: auditor);
        var (receive, _) = await SendAsync(HttpMethod.Post, "/api/needles/lots", new { number = "X" }, auditor);
        Assert.That((list, receive), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Forbidden)));
    }
}
