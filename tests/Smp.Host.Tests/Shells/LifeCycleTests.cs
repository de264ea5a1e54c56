using System.Net;
using Smp.Runtime.Shells;

namespace Smp.Host.Tests.Shells;

/// <summary>How plugins stand over time: what the clinic decided, what failed, and what hangs on what.</summary>
[Parallelizable]
public sealed class LifeCycleTests
{
    [Test]
    public async Task What_failed_is_not_tried_again_at_a_restart_until_somebody_does()
    {
        using var shelf = PluginShelf.WithGoodOne();
        shelf.Calls("1.0.0");
        var folder = shelf.FolderOf("test.calls");
        await File.WriteAllTextAsync(Path.Combine(folder, "trouble.txt"), "");
        await using (var clinic = await shelf.OpenAsync())
            Assert.That((await clinic.PluginsAsync())["test.calls"].State, Is.EqualTo("Quarantined"));

        File.Delete(folder + ".ran");
        await using (var clinic = await shelf.OpenAsync())
        {
            var standing = (await clinic.PluginsAsync())["test.calls"];
            Assert.That((standing.State, standing.Reason), Is.EqualTo(("Quarantined", "The constructor of Calls.CallsPlugin in Calls.dll failed: System.InvalidOperationException: The line is dead.")));
            Assert.That(File.Exists(folder + ".ran"), Is.False, "its code didn't run");

            await clinic.TurnAsync("test.calls", on: true);
            Assert.That(File.Exists(folder + ".ran"), Is.True, "somebody tried it again");
            Assert.That((await clinic.HistoryAsync("test.calls")).Select(h => h.Text("kind")), Is.EqualTo(new[] { "Failed", "TurnedOn", "Found" }));
        }

        // Other files are another plugin, as far as anybody knows.
        File.Delete(Path.Combine(folder, "trouble.txt"));
        await using (var clinic = await shelf.OpenAsync()) Assert.That((await clinic.PluginsAsync())["test.calls"].State, Is.EqualTo("Enabled"));
    }

    [Test]
    public async Task One_that_others_require_is_turned_off_only_with_them_and_they_are_named()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var below = shelf.Misbehaving("below");
        var middle = shelf.Misbehaving("middle", more: Requires(below));
        var above = shelf.Misbehaving("above", more: Requires(middle));
        await using var clinic = await shelf.OpenAsync();

        var (status, said) = await clinic.DoAsync(below, "disable");
        Assert.That(status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(said.Texts("alsoDisabled"), Is.EqualTo(new[] { above, middle }));
        Assert.That(said.Text("detail"), Does.Contain(above).And.Contain(middle));
        Assert.That((await clinic.PluginsAsync())[below].State, Is.EqualTo("Enabled"), "nothing was done");

        (status, _) = await clinic.DoAsync(below, "disable", new { alsoDisable = true });
        var standings = await clinic.PluginsAsync();
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(new[] { below, middle, above }.Select(id => standings[id].State), Is.All.EqualTo("Disabled"));

        // Each by itself again; one that requires what is off says so.
        await clinic.TurnAsync(above, on: true);
        Assert.That((await clinic.PluginsAsync())[above] is { State: "Blocked" } blocked ? blocked.Reason : "", Is.EqualTo($"It requires {middle}, which is off. Turn that on first."));
        await clinic.TurnAsync(below, on: true);
        await clinic.TurnAsync(middle, on: true);
        Assert.That((await clinic.PluginsAsync())[above].State, Is.EqualTo("Enabled"));
    }

    [Test]
    public async Task Turning_one_on_that_would_close_a_circle_is_refused_and_the_circle_named()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var one = shelf.Misbehaving("one", more: Requires("test.two"));
        var two = shelf.Misbehaving("two", more: Requires("test.one"));
        await using var clinic = await shelf.OpenAsync();
        await clinic.TurnAsync(two, on: false);

        var (status, said) = await clinic.DoAsync(two, "enable");

        Assert.That((status, said.Text("detail")), Is.EqualTo((HttpStatusCode.Conflict,
            $"It requires {one}, which requires {two}: in a circle none of them can be the first.")));
        Assert.That((await clinic.PluginsAsync())[two].State, Is.EqualTo("Disabled"));
    }

    [Test]
    public async Task What_is_laid_into_the_clinics_own_folder_is_discovered_and_runs_once_it_is_turned_on()
    {
        using var shelf = PluginShelf.WithGoodOne();
        await using var clinic = await shelf.OpenAsync();
        var folder = shelf.Calls("1.0.0");
        var own = Path.Combine(clinic.DataFolder, "plugins", "test.calls");
        Directory.CreateDirectory(own);
        Directory.Move(folder, Path.Combine(own, "1.0.0"));
        Directory.Delete(shelf.FolderOf("test.calls", ""));

        var found = (await clinic.PluginsAsync())["test.calls"];
        Assert.That((found.State, found.Reason), Is.EqualTo(("Discovered", "It is new here. Turn it on to use it.")));
        Assert.That((await clinic.TurnAsync("test.calls", on: true)).State, Is.EqualTo("Enabled"));
    }

    [Test]
    public async Task A_higher_version_laid_beside_what_came_with_the_host_does_not_turn_it_off_at_the_next_start()
    {
        using var shelf = PluginShelf.WithGoodOne();
        shelf.Calls("1.0.0");
        await using (var before = await shelf.OpenAsync())
        {
            var own = Path.Combine(before.DataFolder, "plugins", "test.calls");
            Directory.CreateDirectory(own);
            Directory.Move(shelf.Calls("2.0.0"), Path.Combine(own, "2.0.0"));
        }

        await using var clinic = await shelf.OpenAsync();

        var status = clinic.Plugins.Single(p => p.Id == "test.calls");
        Assert.That((status.State, status.Version), Is.EqualTo((PluginState.Enabled, "1.0.0")), status.Reason);
    }

    [Test]
    public async Task A_higher_version_laid_by_hand_beside_one_that_was_turned_on_is_not_chosen_at_a_restart()
    {
        using var shelf = PluginShelf.WithGoodOne();
        await using (var before = await shelf.OpenAsync())
        {
            LayByHand(before.DataFolder, "1.0.0");
            Assert.That((await before.TurnAsync("test.calls", on: true)).State, Is.EqualTo("Enabled"));
            LayByHand(before.DataFolder, "2.0.0");
        }

        await using var clinic = await shelf.OpenAsync();
        var status = clinic.Plugins.Single(p => p.Id == "test.calls");
        Assert.That((status.State, status.Version, string.Join(' ', status.Versions.Select(v => v.Version))), Is.EqualTo((PluginState.Enabled, "1.0.0", "2.0.0 1.0.0")), status.Reason);

        // Off and on again it is still the one that was chosen.
        await clinic.TurnAsync("test.calls", on: false);
        await clinic.TurnAsync("test.calls", on: true);
        Assert.That(clinic.Plugins.Single(p => p.Id == "test.calls").Version, Is.EqualTo("1.0.0"));

        void LayByHand(string data, string version)
        {
            var own = Path.Combine(data, "plugins", "test.calls");
            Directory.CreateDirectory(own);
            Directory.Move(shelf.Calls(version), Path.Combine(own, version));
            if (!Directory.EnumerateDirectories(shelf.FolderOf("test.calls", "")).Any()) Directory.Delete(shelf.FolderOf("test.calls", ""), recursive: true);
        }
    }

    private static string Requires(string id) => $", \"requires\": {{ \"{id}\": \"[1.0,2.0)\" }}";
}
