using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Smp.Benchmarks.Plugins;

/// <summary>A change of what runs, over HTTP.</summary>
internal static class Swap
{
    /// <summary>Turns a module on or off. Returns how long the answer took, in milliseconds: when it comes, the new set serves.</summary>
    public static Task<double> ToggleAsync(HttpClient client, string id, bool on) => DoAsync(client, id, on ? "enable" : "disable", new { }, on ? "Enabled" : "Disabled");

    /// <summary>Chooses a higher version.</summary>
    public static Task<double> UpgradeAsync(HttpClient client, string id, string version) => DoAsync(client, id, "upgrade", new { version }, "Enabled");

    private static async Task<double> DoAsync(HttpClient client, string id, string verb, object order, string state)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await client.PostAsJsonAsync($"/api/plugins/{id}/{verb}", order);
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        var said = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode || JsonSerializer.Deserialize<JsonElement>(said).GetProperty("state").GetString() != state)
            throw new BenchmarkException($"{id} couldn't be changed ({verb}).\n{said}");
        return took;
    }
}
