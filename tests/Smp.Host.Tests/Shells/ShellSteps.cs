using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Shells;

/// <summary>What the tests of the shell ask of a clinic, by its API alone.</summary>
internal static class ShellSteps
{
    /// <summary>A plugin as the API lists it.</summary>
    public sealed record Standing(string Id, string Name, string State, string Reason);

    public static async Task<Dictionary<string, Standing>> PluginsAsync(this TestClinic clinic)
    {
        var admin = await clinic.AsAsync(Role.Administrator);
        return (await admin.GetFromJsonAsync<Standing[]>("/api/plugins"))!.ToDictionary(p => p.Id);
    }

    public static async Task<Standing> TurnAsync(this TestClinic clinic, string plugin, bool on)
    {
        var admin = await clinic.AsAsync(Role.Administrator);
        using var answer = await admin.PostAsync($"/api/plugins/{plugin}/{(on ? "enable" : "disable")}", null);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<Standing>())!;
    }

    /// <summary>Asks for something to be done with a plugin, and gives back what the API says, whatever it is.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Said)> DoAsync(this TestClinic clinic, string plugin, string verb, object? order = null)
    {
        var admin = await clinic.AsAsync(Role.Administrator);
        using var answer = order is null
            ? await admin.PostAsync($"/api/plugins/{plugin}/{verb}", null)
            : await admin.PostAsJsonAsync($"/api/plugins/{plugin}/{verb}", order);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>What would follow, with its fingerprint.</summary>
    public static async Task<JsonElement> PlanAsync(this TestClinic clinic, string plugin, string action, string? version = null) =>
        await (await clinic.AsAsync(Role.Administrator)).GetFromJsonAsync<JsonElement>($"/api/plugins/{plugin}/plan?action={action}{(version is null ? "" : $"&version={version}")}");

    /// <summary>What became of a plugin, the latest first.</summary>
    public static async Task<JsonElement[]> HistoryAsync(this TestClinic clinic, string plugin) =>
        [.. (await (await clinic.AsAsync(Role.Administrator)).GetFromJsonAsync<JsonElement>($"/api/plugins/{plugin}")).GetProperty("history").EnumerateArray()];

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    public static string[] Texts(this JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];

    /// <summary>How a plugin fares, as the API says it.</summary>
    public static async Task<JsonElement> HealthAsync(this TestClinic clinic, string plugin) =>
        await (await clinic.AsAsync(Role.Administrator)).GetFromJsonAsync<JsonElement>($"/api/plugins/{plugin}/health");

    /// <summary>One kind of a plugin's calls.</summary>
    public static JsonElement Calls(this JsonElement health, string call) =>
        health.GetProperty("calls").EnumerateArray().Single(c => c.GetProperty("call").GetString() == call);

    /// <summary>The good plugin does all that it is for, and the host is ready.</summary>
    public static async Task AssertGoodWorksAsync(this TestClinic clinic)
    {
        var good = (await clinic.PluginsAsync())["test.web"];
        var physician = await clinic.AsAsync(Role.Physician);
        using var ready = await physician.GetAsync("/health/ready");
        using var page = await physician.GetAsync("/test.web/notes");
        using var style = await physician.GetAsync("/_content/test.web/notes.css");
        var worklist = await physician.GetFromJsonAsync<JsonElement>("/api/worklist");
        var ticker = await physician.GetFromJsonAsync<JsonElement>("/api/test.web/ticker");

        Assert.Multiple(async () =>
        {
            Assert.That((good.State, good.Reason), Is.EqualTo(("Enabled", "")));
            Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.OK), "ready");
            Assert.That(await physician.GetFromJsonAsync<string[]>("/api/test.web/notes"), Is.Not.Null, "JSON");
            Assert.That(await page.Content.ReadAsStringAsync(), Does.Match("There are [0-9]+ notes"), "page");
            Assert.That(await style.Content.ReadAsStringAsync(), Does.Contain("teal"), "style");
            Assert.That(worklist.GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("entry").GetProperty("title").GetString()),
                Has.Member("Read the notes"), "worklist");
            Assert.That(ticker.GetProperty("running").GetInt32(), Is.EqualTo(1), "hosted service");
        });
    }

    public static string[] Silent(this JsonElement worklist) =>
        [.. worklist.GetProperty("silent").EnumerateArray().Select(s => s.GetString()!)];

    /// <summary>Asks again until it is so, at most 20 seconds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> so, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await so())
        {
            if (limit.IsCancellationRequested) Assert.Fail($"Not so after 20 seconds: {what}");
            await Task.Delay(10, CancellationToken.None);
        }
    }
}
