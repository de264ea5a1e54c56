using System.Net;
using Smp.Needles;
using Smp.Sdk.Testing;

namespace Smp.Sessions.Tests.Api;

/// <summary>A clinic where another module keeps the stock.</summary>
public sealed class StockTests : SessionsApi
{
    protected override void Configure(TestClinicOptions options) => options.With<SessionsPlugin>().With<NeedlesPlugin>();

    [Test]
    public async Task Needles_and_pigment_leave_the_stock_with_the_record_and_come_back_when_it_is_void()
    {
        var plan = await ReadyAsync();
        var (needles, pigment) = (await LotAsync("NeedleCartridge"), await LotAsync("Pigment"));
        var session = await StartedAsync(plan);
        var pick = await PostAsync($"{session["id"]}/needles/open", new { lotId = needles, quantity = 3 });
        await PutAsync($"{session["id"]}/zones/z1", new { zone = "Vertex", pigmentId = Pigment(plan), pigmentParts = 1, diluentParts = 0, densityPercent = 30 });
        var use = new { pigmentId = Pigment(plan), lotId = pigment, pigmentParts = 1, diluentParts = 0 };
        await PutAsync($"{session["id"]}/pigments/p1", use);
        await PutAsync($"{session["id"]}/pigments/p1", use);
        Assert.That(await StockAsync(pigment), Is.EqualTo(19));

        Assert.That(await RefusedAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Post, $"{session["id"]}/close", new { notDone = NotDone }, Version(session)), Does.Contain("neither used nor wasted"));
        var line = new { pickId = (long)pick["pickId"]!, used = 2, wasted = 1, reason = "Dropped" };
        session = await StepAsync(session, "close", new { needles = new[] { line }, notDone = NotDone });
        Assert.That((State(session), await StockAsync(needles)), Is.EqualTo(("Closed", 17)));
        var recorded = (await GetAsync($"{session["id"]}"))["needles"]!.AsArray().Single()!;
        Assert.That(((int)recorded["used"]!, (int)recorded["wasted"]!, (string)recorded["lot"]!), Is.EqualTo((2, 1, "L-NeedleCartridge")));
        Assert.That((await GetAsync($"/api/needles/lots/{pigment}/patients")).AsArray().Select(p => (long)p!["patientId"]!), Does.Contain((long)plan["patientId"]!));

        await StepAsync(session, "void", new { reason = "Wrong client" });
        Assert.That((await StockAsync(pigment), await StockAsync(needles)), Is.EqualTo((20, 19)));
    }

    [Test]
    public async Task What_is_refused_leaves_stock_and_record_as_they_were()
    {
        var plan = await ReadyAsync();
        var needles = await LotAsync("NeedleCartridge", "R-1");
        var session = await StartedAsync(plan);
        var pick = await PostAsync($"{session["id"]}/needles/open", new { lotId = needles });
        var line = new { pickId = (long)pick["pickId"]!, used = 1, wasted = 0 };
        // The needles are accounted for, the photos aren't: none of it is done.
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Post, $"{session["id"]}/close", new { needles = new[] { line } }, Version(session));
        Assert.That(await StockAsync(needles), Is.EqualTo(20));
        Assert.That((await GetAsync($"{session["id"]}"))["open"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_recalled_lot_is_neither_opened_nor_used_but_a_use_that_happened_is_recorded()
    {
        var plan = await ReadyAsync();
        var lot = await LotAsync("Pigment", "X-9");
        var item = (long)(await GetAsync($"/api/needles/lots/{lot}"))["itemId"]!;
        await PostAsync("/api/needles/recalls", new { itemId = item, lots = new[] { "X-9" }, @class = "II", source = "The maker", reason = "Seal may leak" });
        var session = await StartedAsync(plan);
        var use = new { pigmentId = Pigment(plan), lotId = lot, pigmentParts = 1, diluentParts = 0 };
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Put, $"{session["id"]}/pigments/p1", use), Does.Contain("was recalled"));
        await PutAsync($"{session["id"]}/pigments/p1", new { pigmentId = Pigment(plan), lotId = lot, lot = "X-9", pigmentParts = 1, diluentParts = 0, already = true });
        Assert.That((await GetAsync("/api/incidents?open=true")).ToJsonString(), Does.Contain("X-9"));
    }

    private static object NotDone => new { Photos = "The client doesn't want any", Aftercare = "Has the sheet from last time" };

    private async Task<long> LotAsync(string kind, string? number = null)
    {
        var item = await PostAsync("/api/needles/items", new
        {
            manufacturer = $"Maker {Guid.NewGuid():N}"[..20], name = kind, kind, configuration = kind == "Pigment" ? null : "3RL", diameterMicrometres = kind == "Pigment" ? null : (int?)300, unitsPerBox = 20,
        });
        return (long)(await PostAsync("/api/needles/lots", new { itemId = (long)item["id"]!, number = number ?? $"L-{kind}", expiry = Today.AddYears(1), quantity = 20, inspected = new { passed = true } }))["id"]!;
    }

    private async Task<int> StockAsync(long lot) => (int)(await GetAsync($"/api/needles/lots/{lot}"))["onHand"]!;
}
