namespace Smp.Host.Tests.Shells;

/// <summary>What plugins require of each other.</summary>
[Parallelizable]
public sealed class RequirementTests
{
    [Test]
    public async Task Plugins_that_require_each_other_in_a_circle_are_all_blocked_and_the_circle_is_named()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var one = shelf.Misbehaving("one", more: Requires("test.two"));
        var two = shelf.Misbehaving("two", more: Requires("test.three"));
        var three = shelf.Misbehaving("three", more: Requires("test.one"));
        var outside = shelf.Misbehaving("outside", more: Requires("test.one"));
        await using var clinic = await shelf.OpenAsync();

        var standings = await clinic.PluginsAsync();
        Assert.Multiple(() =>
        {
            foreach (var id in new[] { one, two, three })
            {
                Assert.That(standings[id].State, Is.EqualTo("Blocked"), id);
                Assert.That(standings[id].Reason, Does.Contain("circle").And.Contain(one).And.Contain(two).And.Contain(three), id);
            }

            Assert.That((standings[outside].State, standings[outside].Reason), Is.EqualTo(("Blocked", "It requires test.one, which isn't running.")));
        });
        await clinic.AssertGoodWorksAsync();
    }

    [Test]
    public async Task Plugins_that_like_each_others_company_without_requiring_it_all_run()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var one = shelf.Misbehaving("one", more: Optional("test.two"));
        var two = shelf.Misbehaving("two", more: Optional("test.one"));
        var three = shelf.Misbehaving("three", more: Optional("test.four"));
        var four = shelf.Misbehaving("four", more: Requires("test.three"));
        await using var clinic = await shelf.OpenAsync();

        var standings = await clinic.PluginsAsync();
        Assert.That(new[] { one, two, three, four }.Select(id => (id, standings[id].State, standings[id].Reason)),
            Has.All.Matches<(string, string State, string)>(s => s.State == "Enabled"));
    }

    [Test]
    public async Task A_plugin_whose_requirement_fails_is_blocked_by_it_and_runs_when_that_does()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var below = shelf.Misbehaving("below", "map-throws");
        var above = shelf.Misbehaving("above", more: Requires("test.below"));
        await using var clinic = await shelf.OpenAsync();

        var standings = await clinic.PluginsAsync();
        Assert.That(standings[below].State, Is.EqualTo("Quarantined"));
        Assert.That((standings[above].State, standings[above].Reason), Is.EqualTo(("Blocked", "It requires test.below, which isn't running.")));
        await clinic.AssertGoodWorksAsync();

        shelf.Cure(below);
        await clinic.TurnAsync(below, on: true);
        Assert.That((await clinic.PluginsAsync())[above].State, Is.EqualTo("Enabled"));

    }

    [Test]
    public async Task A_plugin_that_requires_another_version_says_which()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var id = shelf.Misbehaving("picky", more: ", \"requires\": { \"test.web\": \"[2.0,3.0)\" }");
        await using var clinic = await shelf.OpenAsync();

        var standing = (await clinic.PluginsAsync())[id];
        Assert.That((standing.State, standing.Reason), Is.EqualTo(("Blocked", "It requires test.web [2.0,3.0), and version 1.0.0 is installed.")));
        await clinic.AssertGoodWorksAsync();
    }

    private static string Requires(string id) => $", \"requires\": {{ \"{id}\": \"[1.0,2.0)\" }}";

    private static string Optional(string id) => $", \"optional\": {{ \"{id}\": \"[1.0,2.0)\" }}";
}
