using System.Text.Json;
using Smp.Runtime.Tests.Packages;

namespace Smp.Host.Tests;

/// <summary>Modules on the command line: looked at, installed from a package or a folder, and removed.</summary>
public sealed partial class CommandLineTests
{
    private static readonly string Module = Repository.OutputOf("tests/plugins/GoodWeb");

    [Test]
    public async Task A_module_is_installed_from_a_folder_and_removed_without_a_running_host()
    {
        Assert.That(await DoAsync($"plugins install {Module}"), Is.EqualTo("test.web 1.0.0 is installed.\n"));
        Assert.That(await DoAsync($"plugins install {Module}"), Is.EqualTo("test.web 1.0.0 is already installed.\n"));
        Assert.That(await DoAsync("plugins enable test.web"), Is.EqualTo("test.web is Enabled.\n"));
        await DoAsync("plugins disable test.web");
        Assert.That(await DoAsync("plugins remove test.web --version 1.0.0"), Is.EqualTo("test.web 1.0.0 is removed.\n"));

        Assert.That(Directory.Exists(Path.Combine(data, "plugins", "test.web")), Is.False);
    }

    [Test]
    public async Task A_module_is_purged_of_its_records_when_its_id_is_said_once_more()
    {
        await DoAsync($"plugins install {Module}");
        await DoAsync("plugins enable test.web");
        await DoAsync("plugins disable test.web");

        Assert.That(await DoAsync("plugins plan remove test.web --purge"), Does.Contain("  Tables that go with all that is in them, after a backup:\n    test_web__notes: 0 rows\n"));
        var (code, _, said) = await RunAsync("plugins remove test.web --purge", "");
        Assert.That((code, said), Is.EqualTo((1, "smp: Its records go for good. Say so by its id: --purge test.web\n")));
        (code, _, said) = await RunAsync("plugins remove test.web --purge test.wed", null);
        Assert.That((code, said), Is.EqualTo((1, "smp: purge: Type the module's id, test.web: all its records go.\n")));
        Assert.That((await RunAsync("plugins remove test.web --purge test.web --version 1.0.0", null)).Code, Is.EqualTo(2));

        Assert.That(await DoAsync("plugins remove test.web --purge test.web"), Does.Match(
            "^test\\.web is purged: 1 table with 0 rows\\. The backup [^ ]*-before-purge-test\\.web was made before it\\.\ntest\\.web 1\\.0\\.0 is removed\\.\n$"));
    }

    [Test]
    public async Task A_module_is_installed_from_a_package_into_a_clinic_that_is_open()
    {
        var package = data + ".nupkg";
        await File.WriteAllBytesAsync(package, new MadePackage().Called("test.web", "1.0.0").WithFolder(Module, "plugin/").Make());
        try
        {
            await using var host = await ServeAsync();

            var made = JsonDocument.Parse(await DoAsync($"plugins install {package} --json")).RootElement;

            Assert.That(made.GetProperty("id").GetString(), Is.EqualTo("test.web"));
            Assert.That(made.GetProperty("sha256").GetString(), Has.Length.EqualTo(64));
        }
        finally
        {
            File.Delete(package);
        }
    }

    [Test]
    public async Task What_can_not_be_installed_is_refused_in_words()
    {
        var (code, _, said) = await RunAsync("plugins install nowhere.nupkg", null);
        Assert.That((code, said), Is.EqualTo((1, "smp: There is no file and no folder nowhere.nupkg.\n")));

        (code, _, said) = await RunAsync($"plugins install {typeof(CommandLineTests).Assembly.Location}", null);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(said, Does.StartWith("smp: package: The file is no package"));
    }

    [Test]
    public async Task A_module_is_looked_at_without_a_clinic()
    {
        Assert.That(await DoAsync($"plugins check {Module}"), Does.StartWith("test.web 1.0.0 can be installed on a host with SDK "));
        Assert.That(Directory.Exists(data), Is.False);

        var marked = Path.Combine(data + "-marked.nupkg");
        await File.WriteAllBytesAsync(marked, new MadePackage().WithFolder(Module, "plugin/").With("plugin/.removed").Make());
        var (refused, _, why) = await RunAsync($"plugins check {marked}", null);
        File.Delete(marked);
        Assert.That((refused, why), Is.EqualTo((1, "smp: \".removed\" is the name by which a clinic marks what it removed. Leave that file out.\n")));

        var (code, _, said) = await RunAsync($"plugins check {Repository.OutputOf("tests/plugins/NoEntry")}", null);
        Assert.That((code, said), Is.EqualTo((1, "smp: There is no plugin in the package: neither plugin/plugin.json nor plugin.json is in it.\n")));
    }

    [Test]
    public async Task Everything_that_speaks_against_a_module_is_said_for_machines_too()
    {
        var folder = Directory.CreateDirectory(data + "-module").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "plugin.json"), """
                {
                  "id": "Acme", "name": "Acme", "version": "1.0", "description": "x", "publisher": "x", "assembly": "Acme.dll", "sdk": "[0.1,0.2)"
                }
                """);

            var (code, answer, _) = await RunAsync($"plugins check {folder} --json", null);

            Assert.That(code, Is.EqualTo(1));
            Assert.That(JsonDocument.Parse(answer).RootElement.GetProperty("complaints").EnumerateArray().Select(c => c.GetString()), Is.EqualTo(new[]
            {
                "plugin.json, line 2, column 9: \"id\" is \"Acme\". An id is lower-case words of letters and digits, joined by dots, such as \"acme.aftercare\".",
                "plugin.json, line 2, column 44: \"version\" is \"1.0\". A version is three numbers, such as \"1.2.0\" or \"1.2.0-beta.1\".",
            }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
