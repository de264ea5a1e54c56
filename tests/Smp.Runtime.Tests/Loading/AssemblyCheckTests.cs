using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using Smp.Runtime.Loading;

namespace Smp.Runtime.Tests.Loading;

public sealed class AssemblyCheckTests
{
    private static readonly AssemblyCheck Checks = new(PluginsFolder.Shared);

    private PluginsFolder plugins = null!;

    [SetUp]
    public void SetUp() => plugins = new();

    [TearDown]
    public void TearDown() => plugins.Dispose();

    [TestCase("Good", "Good.GoodPlugin")]
    [TestCase("MeasuresOld", "MeasuresOld.MeasuresOldPlugin")]
    [TestCase("Translated", "Translated.TranslatedPlugin")]
    [TestCase("ThrowsInConstructor", "ThrowsInConstructor.ThrowsInConstructorPlugin")]
    public void A_sound_plugin_passes_with_the_class_it_begins_with(string project, string entry)
    {
        var report = Check(project);

        Assert.That(report.Reasons, Is.Empty);
        Assert.That(report.EntryType, Is.EqualTo(entry));
    }

    [Test]
    public void Checking_loads_nothing_of_the_plugin()
    {
        Check("Good");

        Assert.That(AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly.Location.StartsWith(plugins.Root, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void A_plugin_of_a_newer_sdk_is_told_every_member_this_host_lacks()
    {
        var reason = OnlyReason("NewerSdk");

        string[] missing =
        [
            "Smp.Sdk.ITimeline.WriteAsync(IUnitOfWork, TimelineEntry, string, CancellationToken)",
            "new Smp.Sdk.TimelineEntry(long, string)",
            "Smp.Sdk.Photos;",
            "Smp.Sdk.Photos.Formats;",
            "Smp.Sdk.IStore<T>.Depth { set; }",
            "Smp.Sdk.IStore<T>.CountAsync<U>(Func<U, bool>, DateOnly?)",
            "Smp.Sdk.Refuse.Because(string)",
        ];
        Assert.Multiple(() =>
        {
            foreach (var member in missing) Assert.That(reason, Does.Contain(member));
            Assert.That(reason, Does.StartWith("NewerSdk.dll uses what this host's SDK 0.1.0 doesn't have: "));
            Assert.That(reason, Does.Not.Contain("ReadAsync"), "This host has it, with this signature.");
            Assert.That(reason, Does.Not.Contain("ConfigureServices"), "This host has it, with this signature.");
        });
    }

    [TestCase("Dapper.SqlMapper.AddTypeHandler")]
    [TestCase("Dapper.SqlMapper.TypeMapProvider")]
    [TestCase("Dapper.SqlMapper.Settings.CommandTimeout")]
    [TestCase("System.AppContext.SetSwitch")]
    [TestCase("System.Runtime.Loader.AssemblyLoadContext.Resolving")]
    [TestCase("System.Globalization.CultureInfo.DefaultThreadCurrentCulture")]
    [TestCase("System.Environment.Exit")]
    public void What_changes_the_process_for_all_is_refused_by_name(string member) =>
        Assert.That(Check("ProcessWide").Reasons, Has.One.StartsWith($"ProcessWide.dll uses {member}, which "));

    [Test]
    public void Nothing_else_is_taken_for_a_change_of_the_process() => Assert.That(Check("ProcessWide").Reasons, Has.Count.EqualTo(7));

    [Test]
    public void The_database_driver_is_refused() =>
        Assert.That(Check("PastTheStore").Reasons, Has.One.StartsWith("PastTheStore.dll uses Microsoft.Data.Sqlite, the database's driver"));

    [Test]
    public void A_copy_of_the_sdk_in_the_folder_is_refused_by_name() =>
        Assert.That(Check("PrivateSdkCopy").Reasons, Has.One.StartsWith("Smp.Sdk.dll lies in the plugin's folder, but every plugin takes it from the host."));

    [Test]
    public void Classes_that_nearly_are_an_entry_are_named_with_what_they_lack() => Assert.That(OnlyReason("NoEntry"), Is.EqualTo(
        "NoEntry.dll has no class to begin with: NoEntry.HiddenPlugin isn't public, or lies in another class; NoEntry.NeedyPlugin has no public constructor without parameters."));

    [Test]
    public void Two_entries_are_refused_and_both_named() => Assert.That(OnlyReason("TwoEntries"), Is.EqualTo(
        "TwoEntries.dll has 2 classes that implement Smp.Sdk.IPlugin, and only one may: TwoEntries.FirstPlugin, TwoEntries.SecondPlugin."));

    [Test]
    public void An_assembly_without_any_plugin_is_told_what_it_needs()
    {
        var folder = plugins.Lay("Good");

        Assert.That(Checks.Check(folder, "Good.Library.dll").Reasons, Is.EqualTo(new[]
        {
            "Good.Library.dll has no class to begin with. It needs one public class that implements Smp.Sdk.IPlugin or Smp.Sdk.Web.IWebPlugin.",
        }));
    }

    [Test]
    public void A_file_that_its_deps_json_promises_and_that_is_missing_is_named()
    {
        var folder = plugins.Lay("MeasuresOld");
        File.Delete(Path.Combine(folder, "Measures.dll"));

        Assert.That(Only(Checks.Check(folder, "MeasuresOld.dll")), Is.EqualTo(
            "Measures.dll should lie beside MeasuresOld.dll, as its deps.json says. Copy the plugin again."));
    }

    [Test]
    public void A_missing_dependency_is_named_without_a_deps_json_too()
    {
        var folder = plugins.Lay("MeasuresOld");
        File.Delete(Path.Combine(folder, "Measures.dll"));
        File.Delete(Path.Combine(folder, "MeasuresOld.deps.json"));

        Assert.That(Only(Checks.Check(folder, "MeasuresOld.dll")), Is.EqualTo(
            "MeasuresOld.dll needs Measures.dll (version 1.0.0.0), which is neither in the plugin's folder nor in the host."));
    }

    [Test]
    public void A_damaged_deps_json_is_refused(
        [Values("", "{", "[]", "{}", """{ "runtimeTarget": {} }""", """{ "runtimeTarget": "a", "targets": { "a": [] }, "libraries": {} }""",
            """{ "runtimeTarget": "a", "targets": { "a": {} }, "libraries": { "b/1": { "type": "project", "serviceable": false } } }""")] string content)
    {
        // The runtime's own resolver ends the process over some of these.
        var folder = plugins.Lay("MeasuresOld");
        File.WriteAllText(Path.Combine(folder, "MeasuresOld.deps.json"), content);

        Assert.That(Only(Checks.Check(folder, "MeasuresOld.dll")), Does.StartWith("MeasuresOld.deps.json doesn't fit the folder: "));
    }

    [TestCase("""{ "native": { "../../elsewhere.so": {} } }""")]
    [TestCase("""{ "runtimeTargets": { "runtimes/../../../elsewhere.so": { "rid": "linux-x64", "assetType": "native" } } }""")]
    [TestCase("""{ "runtime": { "/tmp/Elsewhere.dll": {} } }""")]
    [TestCase("""{ "resources": { "de/Good.resources.dll": { "locale": "../de" } } }""")]
    public void A_deps_json_that_leads_out_of_the_folder_is_refused(string assets)
    {
        var folder = plugins.Lay("Good");
        File.WriteAllText(Path.Combine(folder, "Good.deps.json"), $$"""
            {
              "runtimeTarget": { "name": ".NETCoreApp,Version=v10.0" },
              "targets": { ".NETCoreApp,Version=v10.0": { "Good/0.1.0": { "runtime": { "Good.dll": {} } }, "Elsewhere/1.0.0": {{assets}} } },
              "libraries": { "Good/0.1.0": { "type": "project", "serviceable": false, "sha512": "" }, "Elsewhere/1.0.0": { "type": "package", "serviceable": false, "sha512": "" } }
            }
            """);

        Assert.That(Checks.Check(folder, "Good.dll").Reasons, Has.Some.StartsWith("Good.deps.json doesn't fit the folder: ").And.Some.EndsWith("leads out of the plugin's folder."));
    }

    [Test]
    public void An_assembly_that_was_cut_off_is_refused([Values(0, 1, 100, 600, 3000)] int kept, [Values] bool dependency)
    {
        var folder = plugins.Lay("MeasuresOld");
        var file = dependency ? "Measures.dll" : "MeasuresOld.dll";
        using (var stream = File.OpenWrite(Path.Combine(folder, file))) stream.SetLength(kept);

        Assert.That(Only(Checks.Check(folder, "MeasuresOld.dll")), Does.StartWith($"{file} is ").And.Match("cut off|damaged"));
    }

    [Test]
    public void A_text_that_is_called_dll_is_refused()
    {
        var folder = plugins.Lay("Good");
        File.WriteAllText(Path.Combine(folder, "Good.dll"), new string('x', 5000));

        Assert.That(Only(Checks.Check(folder, "Good.dll")), Does.StartWith("Good.dll is damaged or no .NET assembly: "));
    }

    [Test]
    public void An_assembly_that_is_not_there_is_named() =>
        Assert.That(Only(Checks.Check(plugins.Lay("Good"), "Better.dll")), Is.EqualTo("Better.dll isn't in the folder."));

    [Test]
    public void A_shared_assembly_newer_than_the_hosts_is_refused_with_both_versions()
    {
        var folder = plugins.Lay("MeasuresOld");
        RaiseReference(Path.Combine(folder, "MeasuresOld.dll"), "Smp.Sdk");

        Assert.That(Only(Checks.Check(folder, "MeasuresOld.dll")), Does.StartWith("MeasuresOld.dll was built with Smp.Sdk 9.1.0.0; this host has 0.1.0.0."));
    }

    [Test]
    public void A_newer_framework_is_refused_with_both_versions()
    {
        var folder = plugins.Lay("Good");
        Replace(Path.Combine(folder, "Good.dll"), ".NETCoreApp,Version=v10.0", ".NETCoreApp,Version=v99.0");

        Assert.That(Only(Checks.Check(folder, "Good.dll")), Does.StartWith("Good.dll is made for .NET 99.0, newer than this host's .NET 10.0."));
    }

    [Test]
    public void An_assembly_of_the_old_framework_is_refused()
    {
        var folder = plugins.Lay("Good");
        Replace(Path.Combine(folder, "Good.dll"), ".NETCoreApp,Version=v10.0", ".NETFramework,Version=v4.8");

        Assert.That(Only(Checks.Check(folder, "Good.dll")), Does.StartWith("Good.dll is made for .NETFramework 4.8;"));
    }

    [Test]
    public void Whatever_is_damaged_in_an_assembly_becomes_a_reason_or_nothing_but_never_an_exception()
    {
        var folder = plugins.Lay("Good");
        var path = Path.Combine(folder, "Good.dll");
        var sound = File.ReadAllBytes(path);
        var random = new Random(20);
        var refused = 0;
        for (var round = 0; round < 400; round++)
        {
            var damaged = sound.ToArray();
            for (var hit = 0; hit < 40; hit++) damaged[random.Next(128, damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, damaged);
            if (Checks.Check(folder, "Good.dll").Reasons.Count > 0) refused++;
        }

        Assert.That(refused, Is.GreaterThan(100), "Otherwise the damage hits nothing that matters.");
    }

    [TestCase("Smp.Sdk.RefusedException", "get_Message", "instance String get_Message`0()", ExpectedResult = true, Description = "From the framework")]
    [TestCase("Smp.Sdk.Actor", "ToString", "instance String ToString`0()", ExpectedResult = true, Description = "Its own")]
    [TestCase("Smp.Sdk.IStore`1", "ToString", "instance String ToString`0()", ExpectedResult = true, Description = "Every interface has object's")]
    [TestCase("Smp.Sdk.RefusedException", "get_Weather", "instance String get_Weather`0()", ExpectedResult = false)]
    [TestCase("Smp.Sdk.RefusedException", ".ctor", "instance Void .ctor`0()", ExpectedResult = false, Description = "Constructors aren't inherited")]
    [TestCase("Smp.Sdk.Checks", "errors", "field System.Collections.Generic.List`1<Smp.Sdk.FieldError> errors", ExpectedResult = false, Description = "Private")]
    public bool Inherited_members_are_members(string type, string name, string exact) => new SdkSurface().HasMember("Smp.Sdk", type, name, exact);

    [Test]
    public void A_member_of_a_base_interface_is_found_on_the_derived_one() => Assert.That(
        new SdkSurface().HasMember("Smp.Sdk.Web", "Smp.Sdk.Web.IWebPlugin", "ConfigureServices", "instance Void ConfigureServices`0(Microsoft.Extensions.DependencyInjection.IServiceCollection)"));

    private static void Replace(string path, string what, string by)
    {
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(what));
        Assert.That(at, Is.Positive);

        // The new text may be one character longer or shorter only where the length that stands before it says so.
        Encoding.UTF8.GetBytes(by.PadRight(what.Length)).CopyTo(bytes, at);
        bytes[at - 1] = (byte)by.Length;
        File.WriteAllBytes(path, bytes);
    }

    // The row of a reference begins with the major version.
    private static void RaiseReference(string path, string name)
    {
        var bytes = File.ReadAllBytes(path);
        using var file = new PEReader(new MemoryStream(bytes));
        var reader = file.GetMetadataReader();
        var row = reader.AssemblyReferences.Index().Single(reference => reader.StringComparer.Equals(reader.GetAssemblyReference(reference.Item).Name, name)).Index;
        var at = file.PEHeaders.MetadataStartOffset + reader.GetTableMetadataOffset(TableIndex.AssemblyRef) + row * reader.GetTableRowSize(TableIndex.AssemblyRef);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), 9);
        File.WriteAllBytes(path, bytes);
    }

    private static string Only(AssemblyReport report)
    {
        Assert.That(report.EntryType, Is.Null);
        Assert.That(report.Reasons, Has.Count.EqualTo(1));
        return report.Reasons[0];
    }

    private AssemblyReport Check(string project) => Checks.Check(plugins.Lay(project), $"{project}.dll");

    private string OnlyReason(string project) => Only(Check(project));
}
