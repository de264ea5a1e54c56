using System.Reflection;
using Smp.Runtime.Loading;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Loading;

public sealed class PluginLoaderTests
{
    private PluginsFolder plugins = null!;
    private PluginContexts contexts = null!;

    [SetUp]
    public void SetUp()
    {
        plugins = new();
        contexts = new(PluginsFolder.Shared);
    }

    [TearDown]
    public void TearDown() => plugins.Dispose();

    [Test]
    public void A_plugin_runs_with_its_private_dependency_and_is_a_plugin_to_the_host() =>
        Assert.That(Make("Good").Plugin?.ToString(), Is.EqualTo("3 mm"));

    [Test]
    public void Two_plugins_run_side_by_side_with_two_versions_of_one_library() => Assert.That(
        new[] { Make("MeasuresOld").Plugin?.ToString(), Make("MeasuresNew").Plugin?.ToString() },
        Is.EqualTo(new[] { "Ruler of version 1", "Ruler of version 2" }));

    [Test]
    public void A_private_dependency_is_found_without_a_deps_json()
    {
        File.Delete(Path.Combine(plugins.Lay("MeasuresOld"), "MeasuresOld.deps.json"));

        Assert.That(MakeFrom("test.measuresold", "MeasuresOld").Plugin?.ToString(), Is.EqualTo("Ruler of version 1"));
    }

    [Test]
    public void Texts_in_the_clinics_language_come_from_the_plugins_satellites() =>
        Assert.That(Make("Translated").Plugin?.ToString(), Is.EqualTo("Good day / Guten Tag / Dobar dan"));

    [Test]
    public void Satellites_are_found_without_a_deps_json()
    {
        File.Delete(Path.Combine(plugins.Lay("Translated"), "Translated.deps.json"));

        Assert.That(MakeFrom("test.translated", "Translated").Plugin?.ToString(), Is.EqualTo("Good day / Guten Tag / Dobar dan"));
    }

    [Test]
    public void A_native_library_comes_from_the_runtimes_folder_of_the_plugin()
    {
        var folder = plugins.Lay("Native");

        Assert.That(MakeFrom("test.native", "Native").Plugin?.ToString(), Is.EqualTo("Native.dll calls 3"));
        // The host has a library of the same name: the plugin's own one is another.
        if (OperatingSystem.IsLinux()) Assert.That(File.ReadAllText("/proc/self/maps"), Does.Contain($"{folder}/runtimes/"));
    }

    [Test]
    public void A_type_of_the_host_is_one_type_in_every_plugin()
    {
        Type[] types = [.. new[] { "Good", "MeasuresOld", "OlderSdk" }.Select(project => contexts.Get(plugins.Lay(project), $"{project}.dll").LoadDefaultAssembly()
            .GetType($"{project}.{project}Plugin")!.GetInterfaces().Single(i => i.Name == nameof(IPlugin)))];

        Assert.That(types, Is.All.EqualTo(typeof(IPlugin)));
    }

    [Test]
    public void A_plugin_that_was_built_with_an_older_patch_of_the_sdk_runs() =>
        Assert.That(Make("OlderSdk").Plugin?.ToString(), Is.EqualTo("Built with Smp.Sdk 0.0.9, runs with " + typeof(IPlugin).Assembly.GetName().Version!.ToString(3)));

    [Test]
    public void An_assembly_knows_where_it_lies()
    {
        var folder = plugins.Lay("MeasuresOld");
        var loader = contexts.Get(folder, "MeasuresOld.dll");

        Assert.That(loader.LoadDefaultAssembly().Location, Is.EqualTo(Path.Combine(folder, "MeasuresOld.dll")));
        Assert.That(loader.LoadAssembly(new("Measures")).Location, Is.EqualTo(Path.Combine(folder, "Measures.dll")));
    }

    [Test]
    public void Each_content_of_an_export_is_loaded_once_and_whoever_uses_it_is_bound_to_it()
    {
        var (one, same, other) = (plugins.Lay("Tally"), plugins.Lay("Tally", "1.3.0"), plugins.Lay("TallyNewer"));
        var first = contexts.Exports.Get(Path.Combine(one, "Tally.Contracts.dll"), []);
        var second = contexts.Exports.Get(Path.Combine(other, "Tally.Contracts.dll"), []);
        var folder = plugins.Lay("TallyReader");
        var bound = contexts.Get(folder, "TallyReader.dll", [first]);

        Assert.That(contexts.Exports.Get(Path.Combine(same, "Tally.Contracts.dll"), []), Is.SameAs(first));
        Assert.That(second, Is.Not.SameAs(first));
        // There is a copy in its own folder.
        Assert.That(bound.LoadAssembly(new("Tally.Contracts")), Is.SameAs(first));
        Assert.That(contexts.Get(folder, "TallyReader.dll", [first]), Is.SameAs(bound));
        Assert.That(contexts.Get(folder, "TallyReader.dll", [second]).LoadAssembly(new("Tally.Contracts")), Is.SameAs(second));
        Assert.That(contexts.Held, Is.EqualTo(new[] { Path.Combine(folder, "TallyReader.dll") }));
    }

    [Test]
    public void A_dependency_that_is_missing_after_all_fails_where_it_is_used_and_names_itself()
    {
        var folder = plugins.Lay("MeasuresOld");
        File.Delete(Path.Combine(folder, "Measures.dll"));
        var plugin = contexts.Get(folder, "MeasuresOld.dll").Instantiate("MeasuresOld.MeasuresOldPlugin").Plugin!;

        Assert.That(plugin.ToString, Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("Measures"));
    }

    [Test]
    public void A_corrupt_image_becomes_a_reason()
    {
        var folder = plugins.Lay("Good");
        File.WriteAllText(Path.Combine(folder, "Good.dll"), "This is no assembly.");

        Assert.That(contexts.Get(folder, "Good.dll").Instantiate("Good.GoodPlugin").Reason, Does.Contain("System.BadImageFormatException"));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows holds what is loaded; there an upgrade lies in a folder of its own, and the old one goes at the next start.")]
    public void A_version_that_runs_can_be_moved_away_and_another_put_beside_it()
    {
        var folder = plugins.Lay("MeasuresOld");
        var loader = contexts.Get(folder, "MeasuresOld.dll");
        var plugin = loader.Instantiate("MeasuresOld.MeasuresOldPlugin").Plugin!;
        var said = plugin.ToString();

        Directory.Move(folder, folder + ".away");
        var newer = contexts.Get(plugins.Lay("MeasuresOld", "1.3.0"), "MeasuresOld.dll").Instantiate("MeasuresOld.MeasuresOldPlugin").Plugin!;

        Assert.That((plugin.ToString(), newer.ToString()), Is.EqualTo((said, said)));
    }

    [Test]
    public void A_copy_of_a_shared_assembly_in_the_folder_is_never_loaded()
    {
        var folder = plugins.Lay("PrivateSdkCopy");
        var loader = contexts.Get(folder, "PrivateSdkCopy.dll");

        Assert.That(loader.Instantiate("PrivateSdkCopy.PrivateSdkCopyPlugin").Plugin, Is.Not.Null);
        Assert.That(loader.LoadAssembly(new AssemblyName("Smp.Sdk")), Is.SameAs(typeof(IPlugin).Assembly));
        Assert.That(loader.LoadedAssemblies.Select(assembly => assembly.GetName().Name), Is.EqualTo(new[] { "PrivateSdkCopy" }));
    }

    [Test]
    public void The_same_folder_gives_the_same_assembly_and_a_new_object_each_time()
    {
        var folder = plugins.Lay("Good");
        var first = contexts.Get(folder, "Good.dll");
        var again = contexts.Get(Path.Combine(folder, ".", ""), "Good.dll");

        Assert.That(again.LoadDefaultAssembly(), Is.SameAs(first.LoadDefaultAssembly()));
        Assert.That(again.Instantiate("Good.GoodPlugin").Plugin, Is.Not.SameAs(first.Instantiate("Good.GoodPlugin").Plugin));
        Assert.That(contexts.Held, Is.EqualTo(new[] { Path.Combine(folder, "Good.dll") }));
    }

    [Test]
    public void Another_version_of_a_plugin_is_loaded_beside_the_first()
    {
        var older = contexts.Get(plugins.Lay("Good"), "Good.dll").LoadDefaultAssembly();
        var newer = contexts.Get(plugins.Lay("Good", "1.3.0"), "Good.dll").LoadDefaultAssembly();

        Assert.That(newer, Is.Not.SameAs(older));
        Assert.That(contexts.Held, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_constructor_that_throws_becomes_a_reason() => Assert.That(Make("ThrowsInConstructor").Reason, Is.EqualTo(
        "The constructor of ThrowsInConstructor.ThrowsInConstructorPlugin in ThrowsInConstructor.dll failed: System.InvalidOperationException: No licence was found."));

    [Test]
    public void A_constructor_that_hangs_becomes_a_reason()
    {
        var loader = contexts.Get(plugins.Lay("HangsInConstructor"), "HangsInConstructor.dll");

        Assert.That(loader.Instantiate("HangsInConstructor.HangsInConstructorPlugin", TimeSpan.FromSeconds(0.2)).Reason, Is.EqualTo(
            "The constructor of HangsInConstructor.HangsInConstructorPlugin in HangsInConstructor.dll didn't return within 0.2 seconds."));
    }

    [Test]
    public void A_class_that_is_not_there_becomes_a_reason()
    {
        var loader = contexts.Get(plugins.Lay("Good"), "Good.dll");

        Assert.That(loader.Instantiate("Good.BetterPlugin").Reason, Does.StartWith("Good.BetterPlugin in Good.dll can't be made: System.TypeLoadException"));
    }

    [Test]
    public void A_class_that_is_no_plugin_becomes_a_reason()
    {
        var loader = contexts.Get(plugins.Lay("ProcessWide"), "ProcessWide.dll");

        Assert.That(loader.Instantiate("ProcessWide.Spaces").Reason, Is.EqualTo("ProcessWide.Spaces in ProcessWide.dll doesn't implement Smp.Sdk.IPlugin of this host's SDK."));
    }

    [Test]
    public void A_plugins_code_sees_no_ambient_values_of_the_caller()
    {
        var ambient = new AsyncLocal<string?> { Value = "the request" };

        Assert.That(OwnThread.Run("Test", TimeSpan.FromSeconds(5), () => ambient.Value ?? "nothing").Value, Is.EqualTo("nothing"));
    }

    private PluginInstance Make(string project)
    {
        plugins.Lay(project);
        return MakeFrom($"test.{project.ToLowerInvariant()}", project);
    }

    // From the folder to the object as the host goes.
    private PluginInstance MakeFrom(string id, string project)
    {
        var plugin = new PluginFolders([plugins.Root], PluginsFolder.Shared.SdkVersion).Discover().Chosen[id];
        Assert.That(plugin.Reasons, Is.Empty);
        var report = new AssemblyCheck(PluginsFolder.Shared).Check(plugin.Folder, plugin.Manifest!.Assembly);
        Assert.That(report.Reasons, Is.Empty);
        Assert.That(plugin.Manifest.Assembly, Is.EqualTo($"{project}.dll"));
        return contexts.Get(plugin.Folder, plugin.Manifest.Assembly).Instantiate(report.EntryType!);
    }
}
