using System.Net;
using System.Text.Json.Nodes;
using Smp.Needles.Sharps;
using Smp.Needles.Tests.Api;
using Smp.Sdk;

namespace Smp.Needles.Tests.Sharps;

public sealed class SharpsContainerTests : NeedlesApi
{
    [Test]
    public void A_closed_container_is_never_opened_again()
    {
        foreach (var from in Enum.GetValues<SharpsState>())
        {
            foreach (var on in Enum.GetValues<SharpsEvent>())
                Assert.That(SharpsStates.Next(from, on), Is.Not.EqualTo(SharpsState.Open), $"{from} {on}");
        }

        Assert.Multiple(() =>
        {
            Assert.That(SharpsStates.Next(SharpsState.Open, SharpsEvent.Close), Is.EqualTo(SharpsState.Closed));
            Assert.That(SharpsStates.Next(SharpsState.Closed, SharpsEvent.Dispose), Is.EqualTo(SharpsState.Disposed));
            Assert.That(SharpsStates.Next(SharpsState.Open, SharpsEvent.Dispose), Is.Null);
            Assert.That(SharpsStates.Next(SharpsState.Disposed, SharpsEvent.Dispose), Is.Null);
        });
    }

    [Test]
    public async Task A_container_is_opened_closed_and_taken_away_and_each_says_by_whom()
    {
        var open = await OpenAsync("A-1");
        Assert.That(((string)open["state"]!, (string)open["closeBy"]!), Is.EqualTo(("Open", Iso(Today.AddMonths(3)))));
        Assert.That((string)open["openedBy"]!, Is.Not.Empty);
        var closed = await ActAsync(open, "close", new { reason = "ThreeQuartersFull" });
        Assert.That(((string)closed["state"]!, (string)closed["closeReason"]!, (string)closed["disposeBy"]!),
            Is.EqualTo(("Closed", "ThreeQuartersFull", Iso(Today.AddDays(14)))));
        Assert.That((string)closed["closedBy"]!, Is.Not.Empty);
        var gone = await ActAsync(closed, "dispose", new { carrier = "Stericycle", receipt = "R-77" });
        Assert.That(((string)gone["state"]!, (string)gone["carrier"]!, (string)gone["receipt"]!), Is.EqualTo(("Disposed", "Stericycle", "R-77")));
    }

    [Test]
    public async Task Steps_in_the_wrong_order_are_refused()
    {
        var open = await OpenAsync("B-1");
        Assert.That((await TryAsync(open, "dispose", new { carrier = "X", receipt = "1" })).Status, Is.EqualTo(HttpStatusCode.Conflict));
        var closed = await ActAsync(open, "close", new { reason = "Damaged" });
        var (status, body) = await TryAsync(closed, "close", new { reason = "Damaged" });
        Assert.That(status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((string)body["detail"]!, Does.Contain("never opened again"));
    }

    [Test]
    public async Task What_somebody_else_changed_meanwhile_is_not_changed_over()
    {
        var open = await OpenAsync("C-1");
        open["rowVersion"] = 7;
        Assert.That((await TryAsync(open, "close", new { reason = "Damaged" })).Status, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        var (status, _) = await SendAsync(HttpMethod.Post, $"/api/needles/sharps/{open["id"]}/close", new { reason = "Damaged" });
        Assert.That((int)status, Is.EqualTo(428));
    }

    [Test]
    public async Task A_label_is_free_again_once_its_container_left_the_house()
    {
        var first = await OpenAsync("D-1");
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "sharps", New("D-1"));
        await ActAsync(await ActAsync(first, "close", new { reason = "ThreeMonths" }), "dispose", new { carrier = "X", receipt = "1" });
        await OpenAsync("D-1");
    }

    [TestCase(99, "label")]
    [TestCase(100_001, "label")]
    public async Task A_size_out_of_range_is_refused(int size, string label)
    {
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "sharps", new { label, sizeMl = size, place = "Chair 1" });
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "sharps", new { label, sizeMl = 1000, place = " " });
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "sharps", new { label, sizeMl = 1000, place = "x", openedAt = Clinic.Clock.Now.AddHours(1) });
    }

    [Test]
    public async Task Another_reason_needs_a_note()
    {
        var open = await OpenAsync("E-1");
        Assert.That((await TryAsync(open, "close", new { reason = "Other" })).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        await ActAsync(open, "close", new { reason = "Other", note = "Fell down" });
    }

    [Test]
    public async Task The_worklist_asks_to_close_on_the_day_and_to_have_taken_away_after_it()
    {
        var due = Today.AddMonths(-3);
        var old = await PostAsync("sharps", New("F-old", Clinic.Clock.Now.AddDays(due.DayNumber - Today.DayNumber)));
        await PostAsync("sharps", New("F-young", Clinic.Clock.Now.AddDays(due.DayNumber - Today.DayNumber + 1)));
        Assert.That(await WorklistAsync("Close sharps container F-"), Is.EqualTo(new[] { ("Close sharps container F-old", "Warning") }));

        await ActAsync(old, "close", new { reason = "ThreeMonths" });
        Assert.That(await WorklistAsync("Have sharps container F-"), Is.Empty);
        var before = Clinic.Clock.Now;
        Clinic.Clock.Advance(TimeSpan.FromDays(15));
        try
        {
            Assert.That(await WorklistAsync("Have sharps container F-old"), Is.EqualTo(new[] { ("Have sharps container F-old taken away", "Warning") }));
            Assert.That(await WorklistAsync("Close sharps container F-young"), Is.EqualTo(new[] { ("Close sharps container F-young", "Danger") }));
        }
        finally
        {
            Clinic.Clock.Now = before;
        }
    }

    [Test]
    public async Task A_list_is_paged_open_ones_first_and_filtered()
    {
        var closed = await ActAsync(await OpenAsync("G-1"), "close", new { reason = "Damaged" });
        await OpenAsync("G-2");
        List<string> states = [], labels = [];
        string? after = null;
        do
        {
            var page = await GetAsync($"sharps?limit=1{(after is null ? "" : $"&after={after}")}");
            foreach (var one in page["items"]!.AsArray())
            {
                states.Add((string)one!["state"]!);
                labels.Add((string)one["label"]!);
            }

            after = (string?)page["next"];
        }
        while (after is not null);
        Assert.That(states.Select(Enum.Parse<SharpsState>), Is.Ordered);
        Assert.That(labels, Is.SupersetOf(new[] { "G-1", "G-2" }));
        var only = (await GetAsync("sharps?state=Closed&limit=200"))["items"]!.AsArray();
        Assert.That(only.Select(o => (long)o!["id"]!), Does.Contain((long)closed["id"]!));
        Assert.That(only.Select(o => (string)o!["state"]!), Is.All.EqualTo("Closed"));
    }

    [Test]
    public async Task Who_only_looks_cannot_put_one_into_use()
    {
        var auditor = await Clinic.AsAsync(Role.Auditor);
        Assert.That((await SendAsync(HttpMethod.Get, "/api/needles/sharps", client: auditor)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await SendAsync(HttpMethod.Post, "/api/needles/sharps", New("H-1"), auditor)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    private static object New(string label, DateTimeOffset? at = null) => new { label, sizeMl = 2000, place = "Beside chair 1", openedAt = at };

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private Task<JsonNode> OpenAsync(string label) => PostAsync("sharps", New(label));

    private Task<(HttpStatusCode Status, JsonNode Body)> TryAsync(JsonNode container, string act, object body) =>
        SendAsync(HttpMethod.Post, $"/api/needles/sharps/{container["id"]}/{act}", body, ifMatch: $"\"{container["rowVersion"]}\"");

    private async Task<JsonNode> ActAsync(JsonNode container, string act, object body)
    {
        var (status, answer) = await TryAsync(container, act, body);
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), answer.ToJsonString());
        return answer;
    }

    private async Task<(string, string)[]> WorklistAsync(string begins) =>
        [.. Entries(await GetAsync("/api/worklist?limit=200")).Select(e => ((string)e["title"]!, (string)e["urgency"]!)).Where(e => e.Item1.StartsWith(begins, StringComparison.Ordinal))];

    private static IEnumerable<JsonNode> Entries(JsonNode worklist) => worklist["lines"]!.AsArray().Select(l => l!["entry"]!);
}
