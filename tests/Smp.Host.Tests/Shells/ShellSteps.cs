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
