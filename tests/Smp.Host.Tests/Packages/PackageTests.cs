using System.Net;
using System.Text.Json;
using Smp.Runtime.Shells;
using Smp.Runtime.Tests.Packages;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Packages;

/// <summary>A clinic installs modules itself, and removes them.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PackageTests : IAsyncDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("smp-packages-").FullName;
    private readonly TestClock clock = new();
    private TestClinic clinic = null!;

    [SetUp]
    public Task Open() => OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await clinic.DisposeAsync();
        if (!OperatingSystem.IsWindows()) Directory.Delete(data, recursive: true);
    }

    [Test]
    public async Task A_package_is_installed_turned_on_and_used_while_the_clinic_is_open()
    {
        var (status, answer) = await InstallAsync(Good().Called("Test.Web", "1.0.0"));

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), answer.ToString());
        Assert.That(answer.GetProperty("alreadyInstalled").GetBoolean(), Is.False);
        Assert.That(answer.GetProperty("sha256").GetString(), Has.Length.EqualTo(64));
        Assert.That(State(), Is.EqualTo(PluginState.Discovered));
        await TurnAsync("enable");
        using var notes = await (await clinic.AsAsync(Role.Technician)).GetAsync("/api/test.web/notes");
        Assert.That(notes.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(Directory.EnumerateDirectories(Path.Combine(data, "plugins")).Select(Path.GetFileName), Is.EqualTo(new[] { "test.web" }));
    }

    [Test]
    public async Task What_was_installed_is_listed_with_the_hash_of_every_file_and_who_did_it()
    {
        await InstallAsync(Good());

        var package = (await GetAsync("/api/plugins/packages")).EnumerateArray().Single();
        Assert.Multiple(() =>
        {
            Assert.That(package.GetProperty("id").GetString(), Is.EqualTo("test.web"));
            Assert.That(package.GetProperty("source").GetString(), Is.EqualTo("Package"));
            Assert.That(package.GetProperty("installedBy").GetString(), Is.Not.Empty);
            Assert.That(package.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("path").GetString()), Has.Member("GoodWeb.dll").And.Member("plugin.json"));
        });
    }

    [Test]
    public async Task The_same_package_again_changes_nothing_and_says_so()
    {
        await InstallAsync(Good());

        var (_, answer) = await InstallAsync(Good());

        Assert.That(answer.GetProperty("alreadyInstalled").GetBoolean(), Is.True);
    }

    [Test]
    public async Task Other_contents_under_a_version_that_is_there_are_refused()
    {
        await InstallAsync(Good());

        Assert.That(await RefusedAsync(Good().With("plugin/wwwroot/more.css", "x")), Is.EqualTo(
            "Good web 1.0.0 is installed already, with other contents (wwwroot/more.css). A version never changes: its publisher gives the new one another number."));
        Assert.That(File.Exists(Path.Combine(Folder, "wwwroot", "more.css")), Is.False);
    }

    [Test]
    public async Task A_package_that_marks_itself_as_removed_is_refused()
    {
        Assert.That(await RefusedAsync(Good().With("plugin/.removed")), Is.EqualTo(
            "\".removed\" is the name by which a clinic marks what it removed. Leave that file out."));
    }

    [Test]
    public async Task A_package_that_calls_itself_otherwise_than_its_plugin_is_refused()
    {
        Assert.That(await RefusedAsync(Good().Called("acme.web", "1.0.0")), Is.EqualTo("The package calls itself acme.web, and the plugin in it test.web. Both must be the same."));
        Assert.That(await RefusedAsync(Good().Called("test.web", "1.0.1")), Is.EqualTo("The package is version 1.0.1, and the plugin in it 1.0.0. Both must be the same."));
    }

    [Test]
    public async Task A_plugin_that_could_not_run_here_is_refused_with_every_reason_and_leaves_nothing_behind()
    {
        var refused = await RefusedAsync(new MadePackage().With("plugin.json", Manifest("test.future", sdk: "[9.0,10.0)")));

        Assert.That(refused, Does.Contain("runs on SDK").And.Contain("Future.dll isn't in the folder."));
        Assert.That(Directory.EnumerateFileSystemEntries(Path.Combine(data, "plugins")), Is.Empty);
    }

    [Test]
    public async Task What_is_too_large_is_refused()
    {
        // Asks first: a body that is too large isn't even sent.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/plugins/packages") { Content = new ByteArrayContent(new byte[64_000_001]), Headers = { ExpectContinue = true } };
        using var answer = await (await clinic.AsAsync(Role.Administrator)).SendAsync(request);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [Test]
    public async Task Only_those_who_manage_modules_install_and_remove()
    {
        var technician = await clinic.AsAsync(Role.Technician);
        using var body = new ByteArrayContent(Good().Make());

        Assert.That((await technician.PostAsync("/api/plugins/packages", body)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await technician.GetAsync("/api/plugins/packages")).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await technician.DeleteAsync("/api/plugins/test.web")).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [TestCase("changed", "Files of version 1.0.0 were changed since it was installed: GoodWeb.xml.")]
    [TestCase("lost", "Files of version 1.0.0 are missing since it was installed: GoodWeb.xml.")]
    [TestCase("added", "Files of version 1.0.0 were added since it was installed: evil.dll.")]
    public async Task A_plugin_whose_files_are_not_those_that_were_installed_is_not_loaded(string how, string reason)
    {
        await InstallAsync(Good());
        await TurnAsync("enable");
        await clinic.DisposeAsync();
        if (how == "changed") await File.AppendAllTextAsync(Path.Combine(Folder, "GoodWeb.xml"), " ");
        if (how == "lost") File.Delete(Path.Combine(Folder, "GoodWeb.xml"));
        if (how == "added") await File.WriteAllTextAsync(Path.Combine(Folder, "evil.dll"), "x");

        await OpenAsync();

        Assert.That(State(), Is.EqualTo(PluginState.Incompatible));
        Assert.That(Status().Reason, Does.StartWith(reason));
    }

    [Test]
    public async Task A_file_that_was_replaced_with_its_length_and_its_time_kept_is_found_out_before_it_is_loaded()
    {
        await InstallAsync(Good());
        await GetAsync("/api/plugins/test.web/plan?action=enable");
        var file = Path.Combine(Folder, "GoodWeb.xml");
        var (content, time) = (await File.ReadAllBytesAsync(file), File.GetLastWriteTimeUtc(file));
        content[^1] ^= 1;
        await File.WriteAllBytesAsync(file, content);
        File.SetLastWriteTimeUtc(file, time);

        using var answer = await (await clinic.AsAsync(Role.Administrator)).PostAsync("/api/plugins/test.web/enable", null);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("Files of version 1.0.0 were changed since it was installed: GoodWeb.xml."));
    }

    [Test]
    public async Task Other_contents_under_the_number_of_a_version_that_ran_wait_for_the_next_start()
    {
        await InstallAsync(Good());
        await TurnAsync("enable");
        await TurnAsync("disable");
        using (await (await clinic.AsAsync(Role.Administrator)).DeleteAsync("/api/plugins/test.web")) { }
        await InstallAsync(Good().With("plugin/wwwroot/more.css", "x"));

        using var answer = await (await clinic.AsAsync(Role.Administrator)).PostAsync("/api/plugins/test.web/enable", null);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("Version 1.0.0 ran with other contents since the clinic was started"));

        await clinic.DisposeAsync();
        await OpenAsync();
        await TurnAsync("enable");
        Assert.That(State(), Is.EqualTo(PluginState.Enabled));
    }

    [Test]
    public async Task A_folder_that_was_put_there_by_hand_is_recorded_when_it_is_turned_on()
    {
        Lay();
        await ReopenAsync();
        await TurnAsync("enable");
        Assert.That(State(), Is.EqualTo(PluginState.Enabled), Status().Reason);
        Assert.That((await GetAsync("/api/plugins/packages"))[0].GetProperty("source").GetString(), Is.EqualTo("ByHand"));

        await File.AppendAllTextAsync(Path.Combine(Folder, "plugin.json"), " ");
        await ReopenAsync();

        Assert.That(Status().Reason, Does.StartWith("Files of version 1.0.0 were changed since it was installed: plugin.json."));
    }

    [Test]
    public async Task A_module_is_removed_when_it_is_off_and_its_records_stay()
    {
        await InstallAsync(Good());
        await TurnAsync("enable");
        var technician = await clinic.AsAsync(Role.Administrator);
        using var early = await technician.DeleteAsync("/api/plugins/test.web/versions/1.0.0");
        Assert.That(early.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await early.Content.ReadAsStringAsync(), Does.Contain("Good web 1.0.0 is on. Turn it off before it is removed."));

        await TurnAsync("disable");
        using var removed = await technician.DeleteAsync("/api/plugins/test.web");

        Assert.That(removed.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(Directory.Exists(Folder), Is.False);
        Assert.That(clinic.Plugins.Select(p => p.Id), Has.No.Member("test.web"));
        Assert.That((await GetAsync("/api/plugins/packages")).EnumerateArray(), Is.Empty);
        // Installed again, it goes on with the tables that it had.
        await InstallAsync(Good());
        await TurnAsync("enable");
        Assert.That(State(), Is.EqualTo(PluginState.Enabled), Status().Reason);
    }

    [TestCase("/api/plugins/test.none")]
    [TestCase("/api/plugins/test.none/versions/1.0.0")]
    [TestCase("/api/plugins/..%2F..%2Fetc")]
    [TestCase("/api/plugins/%2E%2E/versions/keys")]
    public async Task What_is_not_installed_can_not_be_removed(string path)
    {
        using var answer = await (await clinic.AsAsync(Role.Administrator)).DeleteAsync(path);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(Directory.Exists(Path.Combine(data, "keys")), Is.True);
    }

    [Test]
    public async Task What_an_interrupted_installation_left_behind_is_gone_at_the_next_start()
    {
        Lay();
        var held = Path.Combine(data, "plugins", "test.held", "1.0.0");
        Directory.CreateDirectory(Path.Combine(data, "plugins", ".incoming-1", "files"));
        Directory.CreateDirectory(held);
        await File.WriteAllTextAsync(Path.Combine(held, ".removed"), "");

        await ReopenAsync();

        Assert.That(Directory.EnumerateDirectories(Path.Combine(data, "plugins")).Select(Path.GetFileName), Is.EquivalentTo(new[] { "test.held", "test.web" }));
        Assert.That(Directory.Exists(held), Is.False);
    }

    [Test]
    public async Task An_installation_is_in_the_audit_trail()
    {
        await InstallAsync(Good());

        var units = (await GetAsync("/api/audit?limit=5")).ToString();

        Assert.That(units, Does.Contain("Installed a module's version").Or.Contain("Installed a module\\u0027s version"));
    }

    [Test]
    public async Task On_the_page_what_is_in_a_package_is_shown_before_it_is_installed()
    {
        using var browser = clinic.Anonymous();
        (await browser.SignInAsync("admin", TestClinic.Password)).Dispose();

        using var looked = await UploadAsync(browser, Good());
        var page = await browser.GetStringAsync(looked.Headers.Location!);
        Assert.That(page, Does.Contain("Has one of everything, and all of it works.").And.Contain("GoodWeb.dll").And.Contain("It is off until it is turned on."));
        Assert.That(clinic.Plugins, Is.Empty);

        using var installed = await browser.PostAsync(looked.Headers.Location, new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "install", ["__RequestVerificationToken"] = await browser.FormTokenAsync(looked.Headers.Location!.ToString()),
        }));

        Assert.That(installed.Headers.Location?.ToString(), Does.EndWith("/modules/test.web"));
        Assert.That(Directory.Exists(Folder), Is.True);
    }

    [Test]
    public async Task On_the_page_a_package_that_is_refused_is_refused_in_words_beside_the_field()
    {
        using var browser = clinic.Anonymous();
        (await browser.SignInAsync("admin", TestClinic.Password)).Dispose();

        using var refused = await UploadAsync(browser, Good().With("../evil.dll"));

        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync()), Does.Contain("\"../evil.dll\" leads out of the package's own folder."));
    }

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient browser, MadePackage package)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("upload"), "_handler" },
            { new StringContent(await browser.FormTokenAsync("/modules/install")), "__RequestVerificationToken" },
            { new ByteArrayContent(package.Make()), "package", "good.nupkg" },
        };
        return await browser.PostAsync("/modules/install", form);
    }

    private string Folder => Path.Combine(data, "plugins", "test.web", "1.0.0");

    private static MadePackage Good() => new MadePackage().WithFolder(Repository.OutputOf("tests/plugins/GoodWeb"), "plugin/").With("plugin/README.md", "x");

    private static string Manifest(string id, string sdk) => $$"""
        {
          "id": "{{id}}", "name": "{{id}}", "version": "1.0.0", "description": "For tests.", "publisher": "The Smp authors",
          "assembly": "Future.dll", "sdk": "{{sdk}}"
        }
        """;

    private PluginStatus Status() => clinic.Plugins.Single(p => p.Id == "test.web");

    private PluginState State() => Status().State;

    private async Task OpenAsync() => clinic = await TestClinic.StartAsync(o =>
    {
        o.DataFolder = data;
        o.Clock = clock;
    });

    private async Task ReopenAsync()
    {
        await clinic.DisposeAsync();
        await OpenAsync();
    }

    private void Lay()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.OutputOf("tests/plugins/GoodWeb"), "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(Folder, Path.GetRelativePath(Repository.OutputOf("tests/plugins/GoodWeb"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }

    private async Task<(HttpStatusCode, JsonElement)> InstallAsync(MadePackage package)
    {
        using var body = new ByteArrayContent(package.Make());
        using var answer = await (await clinic.AsAsync(Role.Administrator)).PostAsync("/api/plugins/packages", body);
        return (answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()));
    }

    private async Task<string> RefusedAsync(MadePackage package)
    {
        var (status, answer) = await InstallAsync(package);
        Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity), answer.ToString());
        return string.Join(' ', answer.GetProperty("errors").GetProperty("package").EnumerateArray().Select(e => e.GetString()));
    }

    private async Task TurnAsync(string how)
    {
        using var answer = await (await clinic.AsAsync(Role.Administrator)).PostAsync($"/api/plugins/test.web/{how}", null);
        Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await (await clinic.AsAsync(Role.Administrator)).GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
