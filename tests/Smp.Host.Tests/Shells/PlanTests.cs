using System.Net;
using System.Security.Cryptography;

namespace Smp.Host.Tests.Shells;

/// <summary>What would follow is said before anything is done, and without running any of the plugin's code.</summary>
[Parallelizable]
public sealed class PlanTests
{
    [Test]
    public async Task The_plan_of_an_upgrade_says_everything_that_changes_and_runs_no_code_of_the_new_version()
    {
        using var shelf = PluginShelf.WithGoodOne();
        shelf.Calls("1.0.0");
        var above = shelf.Misbehaving("above", more: """, "requires": { "test.calls": "[1.0,2.0)" }""");
        await using var clinic = await shelf.OpenAsync();
        var folder = shelf.Calls("3.0.0", """, "data": { "reads": ["patients"] }, "permissions": [{ "id": "drop", "name": "Drop calls", "roles": ["Physician"] }]""");

        var plan = (await clinic.PlanAsync("test.calls", "upgrade")).GetProperty("plan");

        Assert.Multiple(async () =>
        {
            Assert.That((plan.Text("fromVersion"), plan.Text("toVersion")), Is.EqualTo(("1.0.0", "3.0.0")));
            Assert.That(plan.GetProperty("states").EnumerateArray().Select(s => (s.Text("plugin"), s.Text("from"), s.Text("to"))),
                Is.EqualTo(new[] { ("test.calls", "Enabled", "Enabled"), (above, "Enabled", "Disabled") }));
            Assert.That(plan.Texts("alsoDisabled"), Is.EqualTo(new[] { above }));
            Assert.That(plan.GetProperty("migrations").EnumerateArray().Select(m => (m.Text("name"), m.GetProperty("breaking").GetBoolean())),
                Is.EqualTo(new[] { ("0002_answers.sql", false), ("0003_said.sql", true) }));
            Assert.That(plan.Texts("tables"), Is.EqualTo(new[] { "test_calls__answers", "test_calls__calls" }));
            Assert.That(plan.GetProperty("reads").EnumerateArray().Select(r => (r.Text("data"), r.GetProperty("new").GetBoolean())), Is.EqualTo(new[] { ("patients", true) }));
            Assert.That(plan.GetProperty("permissions").EnumerateArray().Select(p => (p.Text("name"), p.Text("change"))),
                Is.EqualTo(new[] { ("test.calls.drop", "New"), ("test.calls.call", "Removed") }));
            Assert.That(plan.Text("manifestSha256"), Is.EqualTo(await HashAsync(Path.Combine(folder, "plugin.json"))));
            Assert.That(plan.Text("assemblySha256"), Is.EqualTo(await HashAsync(Path.Combine(folder, "Calls.dll"))));
            Assert.That(plan.Texts("impossible"), Is.Empty);
            Assert.That(plan.GetProperty("needsConsent").GetBoolean(), Is.True);
            Assert.That(File.Exists(folder + ".ran"), Is.False, "none of its code ran");
        });
    }

    [Test]
    public async Task The_same_plan_has_the_same_fingerprint_and_what_changes_it_another()
    {
        using var shelf = PluginShelf.WithGoodOne();
        shelf.Calls("1.0.0");
        await using var clinic = await shelf.OpenAsync();
        var folder = shelf.Calls("2.0.0");

        var first = (await clinic.PlanAsync("test.calls", "upgrade", "2.0.0")).Text("fingerprint");
        var second = (await clinic.PlanAsync("test.calls", "upgrade", "2.0.0")).Text("fingerprint");
        var manifest = await File.ReadAllTextAsync(Path.Combine(folder, "plugin.json"));
        await File.WriteAllTextAsync(Path.Combine(folder, "plugin.json"), manifest + " ");
        var third = (await clinic.PlanAsync("test.calls", "upgrade", "2.0.0")).Text("fingerprint");

        // What it brings along counts as well as its own assembly.
        await File.WriteAllTextAsync(Path.Combine(folder, "Private.dll"), "other code");
        var fourth = (await clinic.PlanAsync("test.calls", "upgrade", "2.0.0")).Text("fingerprint");

        Assert.That(second, Is.EqualTo(first));
        Assert.That(third, Is.Not.EqualTo(first));
        Assert.That(fourth, Is.Not.EqualTo(third));
    }

    [TestCase("enable", "Disabled", "Enabled")]
    [TestCase("disable", "Enabled", "Disabled")]
    public async Task What_is_planned_is_what_happens(string verb, string from, string to)
    {
        using var shelf = PluginShelf.WithGoodOne();
        shelf.Calls("1.0.0");
        await using var clinic = await shelf.OpenAsync();
        if (from == "Disabled") await clinic.TurnAsync("test.calls", on: false);

        var plan = await clinic.PlanAsync("test.calls", verb);
        var (status, said) = await clinic.DoAsync("test.calls", verb, new { accept = plan.Text("fingerprint") });

        var planned = plan.GetProperty("plan").GetProperty("states").EnumerateArray().Single();
        Assert.That((planned.Text("from"), planned.Text("to")), Is.EqualTo((from, to)));
        Assert.That((status, said.Text("state")), Is.EqualTo((HttpStatusCode.OK, to)));
    }

    [Test]
    public async Task What_makes_a_plan_impossible_is_said_and_nobody_can_do_it()
    {
        using var shelf = PluginShelf.WithGoodOne();
        shelf.Calls("1.0.0");
        await using var clinic = await shelf.OpenAsync();
        var folder = shelf.Calls("2.0.0");
        await File.WriteAllBytesAsync(Path.Combine(folder, "Calls.dll"), new byte[100]);

        var upgrade = (await clinic.PlanAsync("test.calls", "upgrade", "2.0.0")).GetProperty("plan");
        var remove = (await clinic.PlanAsync("test.calls", "remove")).GetProperty("plan");

        Assert.That(upgrade.Texts("impossible"), Is.EqualTo(new[] { "Calls.dll is a program or library of the operating system, not a .NET assembly." }));
        Assert.That(remove.Texts("impossible"), Is.EqualTo(new[] { "Calls came with the host and goes with it. Turn it off instead." }));
        Assert.That((await clinic.DoAsync("test.calls", "upgrade", new { version = "2.0.0" })).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task A_plan_of_something_else_is_answered_with_what_there_is()
    {
        using var shelf = PluginShelf.WithGoodOne();
        await using var clinic = await shelf.OpenAsync();
        using var answer = await (await clinic.AsAsync(Sdk.Role.Administrator)).GetAsync("/api/plugins/test.web/plan?action=explode");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await answer.JsonAsync()).GetProperty("errors").Texts("action"), Is.EqualTo(new[] { "This is one of enable, disable, upgrade, rollback, remove." }));
    }

    private static async Task<string> HashAsync(string file) => Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file)));
}
