using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Shells;

/// <summary>Who did what with which version of a module, and how all stood then.</summary>
[Parallelizable]
public sealed class PluginHistoryTests
{
    [Test]
    public async Task Each_change_says_who_when_why_from_what_to_what_and_with_which_files()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var folder = shelf.Calls("1.0.0");
        await using var clinic = await shelf.OpenAsync();

        await clinic.DoAsync("test.calls", "disable", new { reason = "Nobody calls in August." });

        var entry = (await clinic.HistoryAsync("test.calls"))[0];
        var assembly = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(folder, "Calls.dll"))));
        Assert.Multiple(() =>
        {
            Assert.That((entry.Text("kind"), entry.Text("fromState"), entry.Text("toState")), Is.EqualTo(("TurnedOff", "Enabled", "Disabled")));
            Assert.That((entry.Text("fromVersion"), entry.Text("toVersion"), entry.Text("reason")), Is.EqualTo(("1.0.0", "1.0.0", "Nobody calls in August.")));
            Assert.That(entry.Text("actor"), Does.Contain("Test"), "the token's name");
            Assert.That(entry.GetProperty("at").GetDateTimeOffset(), Is.EqualTo(clinic.Clock.Now));
            Assert.That(entry.Text("assemblySha256"), Is.EqualTo(assembly));
        });
    }

    [Test]
    public async Task What_changes_together_is_one_unit_of_the_audit_trail()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var below = shelf.Misbehaving("below");
        var above = shelf.Misbehaving("above", more: $", \"requires\": {{ \"{below}\": \"[1.0,2.0)\" }}");
        await using var clinic = await shelf.OpenAsync();
        var before = (await UnitsAsync(clinic))[0].GetProperty("id").GetInt64();

        await clinic.DoAsync(below, "disable", new { alsoDisable = true });

        var units = (await UnitsAsync(clinic)).Where(u => u.GetProperty("id").GetInt64() > before).ToList();
        Assert.That(units.Select(u => u.Text("act")).Where(a => a.Contains("module", StringComparison.Ordinal)), Is.EqualTo(new[] { "Turned a module off" }));
        Assert.That((await clinic.HistoryAsync(above))[0] is var other ? (other.Text("kind"), other.Text("toState"), other.Text("reason")) : default,
            Is.EqualTo(("TurnedOff", "Disabled", $"Turned off with {below}, which it requires.")));
    }

    [Test]
    public async Task A_restart_that_changes_nothing_writes_nothing()
    {
        using var shelf = PluginShelf.WithGoodOne();
        shelf.Misbehaving("failing", "throws");
        await using (await shelf.OpenAsync())
        {
        }

        await using var clinic = await shelf.OpenAsync();

        Assert.That((await clinic.HistoryAsync("test.failing")).Select(h => h.Text("kind")), Is.EqualTo(new[] { "Found" }));
        Assert.That((await UnitsAsync(clinic)).Count(u => u.Text("act") == "Noted how modules stand"), Is.EqualTo(1));
    }

    private static async Task<List<JsonElement>> UnitsAsync(TestClinic clinic) =>
        [.. (await (await clinic.AsAsync(Role.Auditor)).GetFromJsonAsync<JsonElement>("/api/audit")).GetProperty("items").EnumerateArray()];
}
