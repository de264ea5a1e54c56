using System.Buffers.Binary;
using System.Text;
using Smp.Runtime.Packages;

namespace Smp.Runtime.Tests.Packages;

/// <summary>What a package unpacks to, and which aren't unpacked.</summary>
public sealed class PackageArchiveTests
{
    private static readonly PackageLimits Small = new() { Package = 100_000, Entries = 10, File = 2_000_000, Total = 3_000_000, Ratio = 20, RatioFrom = 10_000 };
    private string root = null!;

    [SetUp]
    public void SetUp() => root = Directory.CreateTempSubdirectory("smp-package-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(root, recursive: true);

    [Test]
    public void The_folder_plugin_of_a_package_is_what_is_unpacked()
    {
        var identity = Unpack(new MadePackage().Called("Acme.Calls", "1.2.0").With("[Content_Types].xml").With("lib/net10.0/Acme.dll").With("plugin/plugin.json", "{}").With("plugin/wwwroot/a%20b.css", "x"));

        Assert.That(identity, Is.EqualTo(new PackageIdentity("Acme.Calls", new(1, 2, 0))));
        Assert.That(Files(), Is.EqualTo(new[] { "plugin.json", "wwwroot/a b.css" }));
    }

    [Test]
    public void Without_that_folder_its_root_is_unpacked_without_the_packages_own_parts()
    {
        Unpack(new MadePackage().Called("acme.calls", "1.2.0").With("[Content_Types].xml").With("_rels/.rels").With("package/services/metadata/a.psmdcp").With("plugin.json", "{}").With("Calls.dll"));

        Assert.That(Files(), Is.EqualTo(new[] { "Calls.dll", "plugin.json" }));
    }

    [Test]
    public void A_plain_zip_file_is_a_package_that_says_nothing_of_itself()
    {
        Assert.That(Unpack(new MadePackage().With("plugin.json", "{}").With("wwwroot/").With("package/of/its/own.txt")), Is.Null);
        Assert.That(Files(), Is.EqualTo(new[] { "package/of/its/own.txt", "plugin.json" }));
    }

    [TestCase("../evil.dll", "leads out of the package's own folder")]
    [TestCase("wwwroot/../../evil.dll", "leads out of the package's own folder")]
    [TestCase("./evil.dll", "leads out of the package's own folder")]
    [TestCase("/etc/evil", "is an absolute path")]
    [TestCase("C:/evil.dll", "is an absolute path")]
    [TestCase("evil.txt:stream", "has a character in its name that not every system knows")]
    [TestCase("..\\evil.dll", "has a backslash in its name")]
    [TestCase("\\\\server\\share\\evil.dll", "has a backslash in its name")]
    [TestCase("a//b", "has an empty part in its path")]
    [TestCase("wwwroot/NUL.txt", "has a name that Windows keeps for a device")]
    [TestCase("com1", "has a name that Windows keeps for a device")]
    [TestCase("LPT\u00B9.log", "has a name that Windows keeps for a device")]
    [TestCase("nul .txt", "has a name that Windows keeps for a device")]
    [TestCase("evil.dll.", "ends with a dot, which Windows drops")]
    [TestCase("evil.dll ", "begins or ends with a space")]
    [TestCase("bell\u0007", "no control characters")]
    [TestCase("e\u0301.css", "can be written in two ways")]
    public void A_name_that_means_another_file_somewhere_is_refused(string name, string reason)
    {
        Assert.That(Refused(Good().With(name)), Does.Contain(reason));
        Assert.That(Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Where(f => f.Contains("evil", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void A_name_that_leads_out_when_it_is_read_as_an_address_is_refused() =>
        Assert.That(Refused(Good().Called("acme.calls", "1.0.0").With("%2e%2e/evil.dll")), Does.Contain("leads out of the package's own folder"));

    [Test]
    public void A_very_long_name_is_refused() => Assert.That(Refused(Good().With(new string('a', 151))), Does.Contain("has 151 characters; at most 150 are right"));

    [Test]
    public void Names_that_differ_by_case_alone_are_refused()
    {
        Assert.That(Refused(Good().With("Lots.dll").With("lots.dll")), Is.EqualTo("\"Lots.dll\" and \"lots.dll\" differ by case alone, and would be one file on Windows and macOS."));
        Assert.That(Refused(Good().With("de/a").With("DE/b")), Is.EqualTo("\"de\" and \"DE\" differ by case alone, and would be one file on Windows and macOS."));
    }

    [Test]
    public void A_name_that_is_there_twice_is_refused() => Assert.That(Refused(Good().With("a.dll", "1").With("a.dll", "2")), Is.EqualTo("\"a.dll\" is in it twice."));

    [Test]
    public void A_file_where_a_folder_is_is_refused() => Assert.That(Refused(Good().With("a").With("a/b")), Is.EqualTo("\"a\" is a file and a folder in it."));

    [TestCase(MadePackage.Link)]
    [TestCase(MadePackage.Device)]
    [TestCase(0x400)]
    public void A_link_or_a_device_is_refused(int attributes) =>
        Assert.That(Refused(Good().With("data", "/etc/passwd", attributes)), Is.EqualTo("\"data\" is a link or a device. A package has files and folders alone."));

    [Test]
    public void More_entries_than_are_right_are_refused() =>
        Assert.That(Refused(Enumerable.Range(0, 10).Aggregate(Good(), (package, n) => package.With($"{n}.txt"))), Is.EqualTo("The package has 11 entries; at most 10 are right."));

    [Test]
    public void A_file_that_unpacks_to_too_much_is_refused() =>
        Assert.That(Refused(Good().With("zeros", new byte[2_000_001]), Small with { Ratio = int.MaxValue }), Is.EqualTo("\"zeros\" unpacks to more than 2000000 bytes."));

    [Test]
    public void Files_that_unpack_to_too_much_together_are_refused() => Assert.That(
        Refused(Good().With("a", new byte[1_900_000]).With("b", new byte[1_900_000]), Small with { Ratio = int.MaxValue }), Is.EqualTo("The package unpacks to more than 3000000 bytes."));

    [Test]
    public void A_bomb_is_refused_before_it_is_unpacked_whole()
    {
        Assert.That(Refused(Good().With("zeros", new byte[1_900_000])), Is.EqualTo("The package unpacks to more than 20 times its own size, as no plugin does."));
        Assert.That(new FileInfo(Path.Combine(root, "files", "zeros")).Length, Is.LessThan(500_000));
    }

    [Test]
    public void What_a_package_says_of_its_lengths_is_not_believed()
    {
        var bytes = Good().With("zeros", new byte[1_900_000]).Make();
        // In the directory at the end, the length of the last file.
        var entry = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(entry + 24), 5);

        Assert.That(Refused(bytes), Does.Contain("more than 20 times its own size").Or.Contain("damaged"));
    }

    [Test]
    public void A_directory_that_hides_its_entries_is_refused_before_it_is_read()
    {
        var many = Enumerable.Range(0, 400).Aggregate(Good(), (package, n) => package.With($"{n:0000}.txt")).Make();
        // At the end the number of entries, twice: few, in place of all.
        BinaryPrimitives.WriteUInt16LittleEndian(many.AsSpan(many.Length - 14), 2);
        BinaryPrimitives.WriteUInt16LittleEndian(many.AsSpan(many.Length - 12), 2);
        Assert.That(Refused(many), Is.EqualTo("The package's directory is larger than its files can need."));

        BinaryPrimitives.WriteUInt16LittleEndian(many.AsSpan(many.Length - 12), ushort.MaxValue);
        Assert.That(Refused(many), Does.StartWith("The package is a ZIP64 file."));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Making a link needs a right there that tests don't have.")]
    public void A_folder_with_a_link_in_it_is_not_packed()
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "plugin")).FullName;
        File.WriteAllText(Path.Combine(folder, "plugin.json"), "{}");
        Directory.CreateSymbolicLink(Path.Combine(folder, "wwwroot"), "/etc");
        using var to = new MemoryStream();

        Assert.That(() => FolderPackage.Write(folder, to), Throws.InstanceOf<PackageException>().With.Message.EqualTo("\"wwwroot\" is a link or a device. A plugin has files and folders alone."));
    }

    [Test]
    public void A_file_that_was_damaged_on_its_way_is_refused()
    {
        var bytes = new MadePackage().With("plugin.json", "{}").With("a.txt", "Aftercare").Make();
        // The check sum of the last file, in the directory at the end.
        bytes[bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + 16] ^= 1;

        Assert.That(Refused(bytes), Is.EqualTo("\"a.txt\" is damaged in the package. Fetch it again.").Or.StartWith("The package is damaged"));
    }

    [Test]
    public void What_is_no_package_is_refused()
    {
        Assert.That(Refused(Encoding.UTF8.GetBytes(new string('x', 100))), Does.StartWith("The file is no package"));
        Assert.That(Refused([]), Does.StartWith("The file is no package"));
        Assert.That(Refused([.. Good().Make(), 1]), Does.StartWith("The file is no package"));
        Assert.That(Refused(new byte[100_001]), Is.EqualTo("The package has 100001 bytes; at most 100000 are right."));
    }

    [Test]
    public void A_package_without_a_plugin_is_refused() =>
        Assert.That(Refused(new MadePackage().With("lib/a.dll")), Is.EqualTo("There is no plugin in the package: neither plugin/plugin.json nor plugin.json is in it."));

    [TestCase("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><package><metadata><id>&b;</id></metadata></package>", "can't be read")]
    [TestCase("<package><metadata><id>acme</id></metadata></package>", "has no id or no version")]
    [TestCase("not xml", "can't be read")]
    public void A_nuspec_that_is_not_right_is_refused(string nuspec, string reason) => Assert.That(Refused(Good().With("acme.nuspec", nuspec)), Does.Contain(reason));

    private static MadePackage Good() => new MadePackage().With("plugin.json", "{}");

    private string Refused(MadePackage package, PackageLimits? limits = null) => Refused(package.Make(), limits);

    private string Refused(byte[] package, PackageLimits? limits = null) => Assert.Throws<PackageException>(() => Unpack(package, limits))!.Message;

    private PackageIdentity? Unpack(MadePackage package) => Unpack(package.Make());

    private PackageIdentity? Unpack(byte[] package, PackageLimits? limits = null)
    {
        var file = Path.Combine(root, "package");
        File.WriteAllBytes(file, package);
        var files = Path.Combine(root, "files");
        if (Directory.Exists(files)) Directory.Delete(files, recursive: true);
        Directory.CreateDirectory(files);
        return new PackageArchive(file, limits ?? Small).Unpack(files, CancellationToken.None);
    }

    private IEnumerable<string> Files() => FileHashes.Of(Path.Combine(root, "files")).Select(f => f.Path);
}
