namespace Smp.Host.Tests.Shells;

/// <summary>A plugin that never comes back while it is put in place is given up, and costs its time once.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class HangingPluginTests
{
    [TestCase("constructor-hangs", "The constructor of Misbehaving.MisbehavingPlugin in Misbehaving.dll didn't return within 5 seconds.")]
    [TestCase("hangs", "ConfigureServices didn't return within 5 seconds.")]
    [TestCase("map-hangs", "MapRoutes didn't return within 5 seconds.")]
    [TestCase("hosted-constructor-hangs", "Its hosted services can't be made: It took longer than 5 seconds.")]
    [TestCase("hosted-hangs", "Its service HangsAtStart didn't start: It took longer than 5 seconds.")]
    public async Task A_plugin_that_hangs_is_given_up_once_and_the_next_start_is_clean(string trouble, string reason)
    {
        using var shelf = PluginShelf.WithGoodOne();
        var id = shelf.Misbehaving(trouble, trouble);
        await using (var clinic = await shelf.OpenAsync())
        {
            var standing = (await clinic.PluginsAsync())[id];
            Assert.That((standing.State, standing.Reason), Is.EqualTo(("Quarantined", reason)));
            await clinic.AssertGoodWorksAsync();

            // Built again, and not asked again: asked, it would take another 5 seconds.
            var began = Environment.TickCount64;
            await clinic.TurnAsync("test.web", on: false);
            Assert.That(Environment.TickCount64 - began, Is.LessThan(4_500));
            await clinic.TurnAsync("test.web", on: true);
        }

        shelf.Cure(id);
        await using (var clinic = await shelf.OpenAsync())
        {
            // A state may be kept over a restart; asked for again, it runs.
            Assert.That((await clinic.TurnAsync(id, on: true)).State, Is.EqualTo("Enabled"));
            await clinic.AssertGoodWorksAsync();
        }
    }

    [TestCase("dispose-throws")]
    [TestCase("dispose-hangs")]
    public async Task A_plugin_that_fails_at_its_end_keeps_no_other_from_going(string trouble)
    {
        using var shelf = PluginShelf.WithGoodOne();
        var (id, other) = (shelf.Misbehaving(trouble, trouble), shelf.Misbehaving("starts-badly", "hosted-throws"));
        // The first shell comes to nothing because of the other one, and is disposed.
        var clinic = await shelf.OpenAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await using (clinic)
        {
            var standings = await clinic.PluginsAsync();
            Assert.That((standings[id].State, standings[other].State), Is.EqualTo(("Enabled", "Quarantined")));

            // So is the one that it ran in.
            Assert.That((await clinic.TurnAsync(id, on: false).WaitAsync(TimeSpan.FromSeconds(30))).State, Is.EqualTo("Disabled"));
            await clinic.AssertGoodWorksAsync();
        }
    }
}
