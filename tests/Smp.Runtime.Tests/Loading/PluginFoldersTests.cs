using NuGet.Versioning;
using Smp.Runtime.Loading;

namespace Smp.Runtime.Tests.Loading;

public sealed class PluginFoldersTests
{
    private PluginsFolder bundled = null!;
    private PluginsFolder clinic = null!;

    [SetUp]
    public void SetUp() => (bundled, clinic) = (new(), new());

    [TearDown]
    public void TearDown()
    {
        bundled.Dispose();
        clinic.Dispose();
    }

    [Test]
    public void The_highest_compatible_version_is_chosen_over_all_roots()
    {
        Lay(bundled, "a", "1.2.0");
        Lay(clinic, "a", "1.10.0");
        Lay(clinic, "a", "1.9.0");
        Lay(clinic, "a", "2.0.0", sdk: "[0.2,0.3)");
        Lay(bundled, "b", "1.0.0-beta.1");

        var found = Discover();

        Assert.That(found.All.Select(plugin => $"{plugin.Id} {plugin.Version}"), Is.EqualTo(new[]
        {
            "test.a 2.0.0", "test.a 1.10.0", "test.a 1.9.0", "test.a 1.2.0", "test.b 1.0.0-beta.1",
        }));
        Assert.That(found.Chosen["test.a"].Version, Is.EqualTo("1.10.0"));
        Assert.That(found.Chosen["test.b"].Version, Is.EqualTo("1.0.0-beta.1"));
        Assert.That(found.All[0].Reasons, Is.EqualTo(new[] { "a 2.0.0 runs on SDK (>= 0.2.0 && < 0.3.0); this host has 0.1.0." }));
    }

    [Test]
    public void Versions_that_differ_by_the_case_of_letters_alone_are_one_version_twice()
    {
        Lay(bundled, "a", "1.0.0-beta.1");
        Lay(clinic, "a", "1.0.0-Beta.1");

        Assert.That(Discover().All.SelectMany(plugin => plugin.Reasons), Has.One.StartsWith("Version 1.0.0-Beta.1 of test.a lies in ").And.EndsWith(" too. Remove one of the two."));
    }

    [Test]
    public void The_version_that_was_asked_for_is_chosen_even_when_it_cannot_run()
    {
        Lay(bundled, "a", "1.0.0");
        Lay(bundled, "a", "1.1.0");
        Lay(bundled, "b", "1.0.0");
        Lay(bundled, "b", "2.0.0", sdk: "[0.2,0.3)");

        var found = Discover(new() { ["test.a"] = "1.0.0", ["test.b"] = "2.0.0" });

        Assert.That(found.Chosen["test.a"].Version, Is.EqualTo("1.0.0"));
        Assert.That(found.Chosen["test.b"].Version, Is.EqualTo("2.0.0"));
        Assert.That(found.Chosen["test.b"].Compatible, Is.False);
    }

    [Test]
    public void A_version_that_was_asked_for_and_is_gone_is_said_so_and_no_other_takes_its_place()
    {
        Lay(bundled, "a", "1.0.0");

        var chosen = Discover(new() { ["test.a"] = "1.1.0" }).Chosen["test.a"];

        Assert.That(chosen.Version, Is.EqualTo("1.1.0"));
        Assert.That(chosen.Reasons, Is.EqualTo(new[] { "Version 1.1.0 of test.a is to run, but it isn't installed." }));
    }

    [Test]
    public void Where_no_version_can_run_the_highest_is_chosen_with_its_reasons()
    {
        Lay(bundled, "a", "1.0.0", sdk: "[0.2,0.3)");
        Lay(bundled, "a", "1.1.0", sdk: "[0.2,0.3)");

        var chosen = Discover().Chosen["test.a"];

        Assert.That(chosen.Version, Is.EqualTo("1.1.0"));
        Assert.That(chosen.Reasons, Is.Not.Empty);
    }

    [Test]
    public void A_folder_that_is_called_otherwise_than_its_plugin_is_refused_with_both_names()
    {
        bundled.LayManifest("test.b", "1.0.1", PluginsFolder.Manifest("a", "1.0.0"));

        Assert.That(Discover().Chosen["test.b"].Reasons, Is.EqualTo(new[]
        {
            "The plugin calls itself \"test.a\", but its folder is called \"test.b\". Both must be the same.",
            "The plugin is version 1.0.0, but its folder is called \"1.0.1\". Both must be the same.",
        }));
    }

    [Test]
    public void The_same_version_in_two_roots_is_used_from_the_first_and_refused_in_the_second()
    {
        var first = Lay(bundled, "a", "1.0.0");
        Lay(clinic, "a", "1.0.0");

        var found = Discover();

        Assert.That(found.Chosen["test.a"].Folder, Is.EqualTo(first));
        Assert.That(found.All.Select(plugin => plugin.Reasons.Count), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(found.All[1].Reasons[0], Is.EqualTo($"Version 1.0.0 of test.a lies in {first} too. Remove one of the two."));
    }

    [Test]
    public void Versions_that_differ_in_their_build_label_only_are_the_same()
    {
        Lay(bundled, "a", "1.0.0+one");
        Lay(clinic, "a", "1.0.0+two");

        Assert.That(Discover().All.Select(plugin => plugin.Reasons.Count), Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public void A_folder_without_a_manifest_and_one_with_a_broken_one_become_entries_and_harm_no_other()
    {
        Lay(bundled, "good", "1.0.0");
        Directory.CreateDirectory(Path.Combine(bundled.Root, "test.empty", "1.0.0"));
        bundled.LayManifest("test.broken", "1.0.0", "{ \"id\": ");
        bundled.LayManifest("Odd Name", "not a version", "[]");

        var found = Discover();

        Assert.That(found.Chosen["test.good"].Compatible);
        Assert.That(found.Chosen["test.empty"].Reasons, Is.EqualTo(new[] { "There is no plugin.json in the folder." }));
        Assert.That(found.Chosen["test.broken"].Reasons, Has.One.StartsWith("plugin.json, line 1, column "));
        Assert.That(found.Chosen["Odd Name"].Reasons, Has.One.Contains("The manifest is a list"));
    }

    [Test]
    public void A_folder_where_the_manifest_should_be_becomes_a_reason()
    {
        Directory.CreateDirectory(Path.Combine(bundled.Root, "test.a", "1.0.0", "plugin.json"));

        Assert.That(Discover().Chosen["test.a"].Reasons, Has.Count.EqualTo(1));
    }

    [Test]
    public void What_is_being_unpacked_and_stray_files_are_passed_over()
    {
        bundled.LayManifest(".incoming", "1.0.0", "{");
        bundled.LayManifest("test.a", ".1.0.0", "{");
        File.WriteAllText(Path.Combine(bundled.Root, "readme.txt"), "");

        Assert.That(Discover().All, Is.Empty);
    }

    [Test]
    public void A_root_that_is_not_there_holds_nothing() =>
        Assert.That(new PluginFolders([Path.Combine(bundled.Root, "none")], new NuGetVersion("0.1.0")).Discover().All, Is.Empty);

    private static string Lay(PluginsFolder root, string name, string version, string sdk = "[0.1,0.2)") =>
        root.LayManifest($"test.{name}", version, PluginsFolder.Manifest(name, version, sdk));

    private Discovery Discover(Dictionary<string, string>? wanted = null) =>
        new PluginFolders([bundled.Root, clinic.Root], new NuGetVersion("0.1.0")).Discover(wanted);
}
