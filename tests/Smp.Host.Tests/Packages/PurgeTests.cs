using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Host.Tests.Shells;
using Smp.Runtime.Core.Settings;
using Smp.Runtime.Hosting;
using Smp.Runtime.Identity;
using Smp.Runtime.Shells;
using Smp.Runtime.Store;
using Smp.Runtime.Tests.Packages;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Packages;

/// <summary>A module goes with everything that it keeps, and nothing else goes.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PurgeTests : IAsyncDisposable
{
    private const string Id = "test.calls";
    private const string Setting = """, "settings": { "type": "object", "properties": { "line": { "type": "string", "title": "Line", "default": "1" } } }""";
    private readonly PluginShelf bundled = new();
    private readonly PluginShelf made = new();
    private TestClinic clinic = null!;

    public async ValueTask DisposeAsync()
    {
        await clinic.DisposeAsync();
        bundled.Dispose();
        made.Dispose();
    }

    [Test]
    public async Task A_purged_module_takes_along_all_that_is_its_own_and_what_happened_to_patients_stays()
    {
        await OpenInstalledAsync("1.0.0", "2.0.0");
        await CallAsync(3);
        var patient = await WriteAsPluginAsync();
        await clinic.RunAsync(async services =>
        {
            await services.GetRequiredService<ClinicSettings>().SetAsync(Id, new Dictionary<string, object> { ["line"] = "7" });
            await services.GetRequiredService<RolePermissions>().SetAsync(Role.Coordinator, "test.calls.call", granted: true);
            return true;
        });
        await clinic.TurnAsync(Id, on: false);

        var plan = await PlanAsync();
        Assert.That(Rows(plan.GetProperty("plan").GetProperty("purged")), Is.EqualTo(new[] { "test_calls__answers 0", "test_calls__calls 3" }));
        var (status, said) = await PurgeAsync(new { purge = Id, accept = plan.Text("fingerprint"), reason = "The line was given up." });

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), said.ToString());
        Assert.Multiple(async () =>
        {
            Assert.That(Rows(said.GetProperty("tables")), Is.EqualTo(new[] { "test_calls__answers 0", "test_calls__calls 3" }));
            Assert.That(said.GetProperty("versions").EnumerateArray().Select(v => v.Text("version")), Is.EqualTo(new[] { "1.0.0", "2.0.0" }));
            Assert.That(said.Text("backup"), Does.Contain("before-purge-test.calls"));
            Assert.That((await GetAsync("/api/backups"))[0].Text("name"), Is.EqualTo(said.Text("backup")));
            Assert.That(Versions(), Is.Empty);
            Assert.That(clinic.Plugins.Select(p => p.Id), Has.No.Member(Id));
            foreach (var left in new[] { "core__migrations", "core__plugin_reads", "core__plugin_states", "core__plugin_guards", "core__settings", "core__packages", "core__search_entries" })
                Assert.That(await CountAsync($"SELECT count(*) FROM {left} WHERE plugin = 'test.calls'"), Is.Zero, left);
            Assert.That(await CountAsync("SELECT count(*) FROM core__plugins WHERE id = 'test.calls'"), Is.Zero);
            Assert.That(await CountAsync("SELECT count(*) FROM core__role_permissions WHERE permission LIKE 'test.calls.%'"), Is.Zero);
            Assert.That(await CountAsync("SELECT count(*) FROM core__search WHERE core__search MATCH 'Switchboard'"), Is.Zero);
            Assert.That(await CountAsync($"SELECT count(*) FROM core__timeline WHERE patient_id = {patient}"), Is.EqualTo(1));
            Assert.That((await GetAsync("/api/audit?limit=20")).ToString(), Does.Contain("Purged a module of its records"));
            Assert.That((await clinic.RunAsync(services => services.GetRequiredService<Clinic>().VerifyAuditAsync([]))).Problems, Is.Empty);
        });
        Assert.That((await PurgeAsync(new { purge = Id })).Status, Is.EqualTo(HttpStatusCode.NotFound), "there is nothing of it any more");

        // Installed again it begins anew; what became of it is known.
        await InstallAsync("2.0.0");
        await clinic.TurnAsync(Id, on: true);
        Assert.That(await CallsAsync(), Is.Zero);
        Assert.That((await GetAsync($"/api/settings/{Id}"))[0].GetProperty("isSet").GetBoolean(), Is.False);
        var purged = (await clinic.HistoryAsync(Id)).Single(h => h.Text("kind") == "Purged");
        Assert.That(purged.Text("reason"), Is.EqualTo($"The line was given up. The backup {said.Text("backup")} was made before it."));
    }

    [Test]
    public async Task What_a_module_left_that_was_removed_before_is_purged_later()
    {
        await OpenInstalledAsync("1.0.0");
        await CallAsync(1);
        await clinic.TurnAsync(Id, on: false);
        using (await (await clinic.AsAsync(Role.Administrator)).DeleteAsync($"/api/plugins/{Id}")) Assert.That(clinic.Plugins, Is.Empty);
        using var browser = clinic.Anonymous();
        (await browser.SignInAsync("admin", TestClinic.Password)).Dispose();
        Assert.That(await browser.GetStringAsync("/modules"), Does.Contain("/modules/test.calls/remove"));

        var (status, said) = await PurgeAsync(new { purge = Id });

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), said.ToString());
        Assert.That((Rows(said.GetProperty("tables")), said.GetProperty("versions").GetArrayLength()), Is.EqualTo((new[] { "test_calls__calls 1" }, 0)));
        Assert.That(await browser.GetStringAsync("/modules"), Does.Not.Contain("/modules/test.calls/remove"));
    }

    [Test]
    public async Task Nothing_goes_while_it_is_on_or_the_id_is_mistyped_or_something_else_was_agreed_to()
    {
        await OpenInstalledAsync("1.0.0");
        await CallAsync(1);

        var (status, said) = await PurgeAsync(new { purge = Id });
        Assert.That((status, said.Text("detail")), Is.EqualTo((HttpStatusCode.Conflict, "Calls is on. Turn it off before its records are taken away.")));

        await clinic.TurnAsync(Id, on: false);
        foreach (var typed in new[] { null, "", "test.call", "Test.Calls" })
        {
            (status, said) = await PurgeAsync(new { purge = typed });
            Assert.That((status, said.GetProperty("errors").Texts("purge")), Is.EqualTo((HttpStatusCode.UnprocessableEntity, new[] { "Type the module's id, test.calls: all its records go." })));
        }

        (status, _) = await PurgeAsync(new { purge = Id, accept = new string('0', 64) });
        Assert.That(status, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        using (var refused = await (await clinic.AsAsync(Role.Physician)).PostAsJsonAsync($"/api/plugins/{Id}/purge", new { purge = Id })) Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        // The core isn't a module, whatever is typed.
        using (var core = await (await clinic.AsAsync(Role.Administrator)).PostAsJsonAsync("/api/plugins/core/purge", new { purge = "core" })) Assert.That(core.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));

        // A folder can have any name; these would begin the core's tables, and this module's.
        foreach (var odd in new[] { "core", "test_calls" })
        {
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(clinic.DataFolder, "plugins", odd, "1.0.0")).FullName, "plugin.json"), "{}");
            (status, said) = await clinic.DoAsync(odd, "purge", new { purge = odd });
            Assert.That((status, said.Text("detail")), Is.EqualTo((HttpStatusCode.Conflict, $"{odd} can't be a module's id, so no records are its own. Take its folder away.")));
        }

        await clinic.TurnAsync(Id, on: true);
        Assert.That(await CallsAsync(), Is.EqualTo(1));
        Assert.That((await GetAsync("/api/backups")).EnumerateArray().Select(b => b.Text("name")), Has.None.Contains("before-purge"));
    }

    [Test]
    public async Task A_module_that_came_with_the_host_loses_its_records_and_stays_off_until_it_begins_anew()
    {
        bundled.Calls("1.0.0");
        clinic = await bundled.OpenAsync();
        await CallAsync(2);
        await clinic.TurnAsync(Id, on: false);

        var (status, said) = await PurgeAsync(new { purge = Id });
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), said.ToString());
        Assert.That((Rows(said.GetProperty("tables")), said.GetProperty("versions").GetArrayLength()), Is.EqualTo((new[] { "test_calls__calls 2" }, 0)));
        Assert.That((await clinic.PluginsAsync())[Id].State, Is.EqualTo("Disabled"));

        await clinic.DisposeAsync();
        clinic = await bundled.OpenAsync();
        Assert.That((await clinic.PluginsAsync())[Id].State, Is.EqualTo("Disabled"), "it isn't on again by itself");
        Assert.That((await clinic.TurnAsync(Id, on: true)).State, Is.EqualTo("Enabled"));
        Assert.That(await CallsAsync(), Is.Zero);
    }

    [Test]
    public async Task While_a_module_that_reads_its_tables_is_on_that_one_is_named_and_nothing_goes()
    {
        bundled.Calls("1.0.0", """, "data": { "publishes": ["calls@1"] }""");
        var reader = bundled.Misbehaving("reader", more: """, "optional": { "test.calls": "[1.0,2.0)" }, "data": { "reads": ["test.calls.calls@1"] }""");
        clinic = await bundled.OpenAsync();
        Assert.That((await clinic.PluginsAsync())[reader].State, Is.EqualTo("Enabled"), (await clinic.PluginsAsync())[reader].Reason);
        await clinic.TurnAsync(Id, on: false);

        var (status, said) = await PurgeAsync(new { purge = Id });
        Assert.That((status, said.Text("detail")), Is.EqualTo((HttpStatusCode.Conflict, "reader reads its tables, and is on. Turn that off first.")));

        await clinic.TurnAsync(reader, on: false);
        Assert.That((await PurgeAsync(new { purge = Id })).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_purge_that_was_cut_off_after_the_records_leaves_a_module_as_newly_installed_and_another_one_does_the_rest()
    {
        await OpenInstalledAsync("1.0.0");
        await CallAsync(1);
        await clinic.TurnAsync(Id, on: false);
        await clinic.RunAsync(async services =>
        {
            var book = services.GetRequiredService<Clinic>().Book;
            return await book.PurgeAsync(await book.PlanAsync(new(Id, Runtime.Plugins.PluginAction.Remove, Purge: true)), "a backup", Actor.System);
        });
        await clinic.DisposeAsync();
        clinic = await bundled.OpenAsync();

        var left = clinic.Plugins.Single(p => p.Id == Id);
        Assert.That((left.State, left.Reason), Is.EqualTo((PluginState.Discovered, "It is new here. Turn it on to use it.")));
        Assert.That((await PurgeAsync(new { purge = Id })).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(Versions(), Is.Empty);
        Assert.That(clinic.Plugins, Is.Empty);
    }

    [Test]
    public async Task On_the_page_the_plan_is_shown_and_the_id_and_the_password_are_typed()
    {
        await OpenInstalledAsync("1.0.0");
        await CallAsync(4);
        await clinic.TurnAsync(Id, on: false);
        using var browser = clinic.Anonymous();
        (await browser.SignInAsync("admin", TestClinic.Password)).Dispose();
        var page = WebUtility.HtmlDecode(await browser.GetStringAsync($"/modules/{Id}/remove"));
        Assert.That(page, Does.Match("test_calls__calls</td><td class=\"num\">4<").And.Contain("Type test.calls to say which module you mean"));

        Assert.That(await TypeAsync("test.web", TestClinic.Password), Does.Contain("Type the module's id, test.calls: all its records go."));
        Assert.That(await TypeAsync(Id, "wrong horse battery"), Does.Contain("This isn’t your password."));
        Assert.That(Versions(), Is.EqualTo(new[] { "1.0.0" }));
        Assert.That(await TypeAsync(Id, TestClinic.Password), Is.EqualTo("/modules"));
        Assert.That(WebUtility.HtmlDecode(await browser.GetStringAsync("/modules")), Does.Match("Calls is gone with its records\\. The backup [^ ]*before-purge-test\\.calls was made before\\."));

        async Task<string> TypeAsync(string typed, string password)
        {
            var form = await browser.GetStringAsync($"/modules/{Id}/remove");
            var accept = System.Text.RegularExpressions.Regex.Match(form, "name=\"accept\" value=\"([0-9a-f]+)\"").Groups[1].Value;
            using var answer = await browser.PostAsync($"/modules/{Id}/remove", new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["_handler"] = "purge", ["__RequestVerificationToken"] = await browser.FormTokenAsync($"/modules/{Id}/remove"),
                ["accept"] = accept, ["purge"] = typed, ["reason"] = "Given up.", ["password"] = password,
            }));
            return answer.Headers.Location is { } to ? new Uri(clinic.Url, to).AbsolutePath : WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        }
    }

    private async Task OpenInstalledAsync(params string[] versions)
    {
        clinic = await bundled.OpenAsync();
        foreach (var version in versions) await InstallAsync(version);
        await clinic.TurnAsync(Id, on: true);
    }

    private async Task InstallAsync(string version)
    {
        var folder = made.FolderOf(Id, version);
        if (!Directory.Exists(folder)) made.Calls(version, Setting);
        using var body = new ByteArrayContent(new MadePackage().WithFolder(folder, "plugin/").Make());
        using var answer = await (await clinic.AsAsync(Role.Administrator)).PostAsync("/api/plugins/packages", body);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }

    // An entry of the search and a line of a timeline, as the module's own code would write them.
    private Task<long> WriteAsPluginAsync() => clinic.RunAsync(services => services.GetRequiredService<Clinic>().Store.WriteAsync(new Rights(Id), new Act("Called"), Actor.System, services, async unit =>
    {
        var patient = await StoreEngine.Join(Rights.Core, unit).ExecuteScalarAsync<long>(
            "INSERT INTO patients (given_name, family_name, birth_date, created_at, changed_at) VALUES ('Anna', 'Bell', '1970-01-01', @Now, @Now) RETURNING id", new { unit.Now });
        await services.GetRequiredService<ITimeline>().WriteAsync(unit, new(patient, unit.Now, "phone", "Was called."));
        await services.GetRequiredService<ISearch>().PutAsync(unit, new("Line", "1", "Switchboard", "", "/test.calls", "test.calls.call"));
        return patient;
    }, CancellationToken.None));

    private async Task CallAsync(int times)
    {
        var physician = await clinic.AsAsync(Role.Physician);
        for (var i = 0; i < times; i++)
        {
            using var answer = await physician.PostAsync("/api/test.calls/calls", null);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        }
    }

    private async Task<int> CallsAsync() => await (await clinic.AsAsync(Role.Physician)).GetFromJsonAsync<int>("/api/test.calls/calls");

    private async Task<(HttpStatusCode Status, JsonElement Said)> PurgeAsync(object order) => await clinic.DoAsync(Id, "purge", order);

    private Task<JsonElement> PlanAsync() => GetAsync($"/api/plugins/{Id}/plan?action=remove&purge=true");

    private async Task<JsonElement> GetAsync(string path) => await (await clinic.AsAsync(Role.Administrator)).GetFromJsonAsync<JsonElement>(path);

    private Task<long> CountAsync(string sql) => clinic.RunAsync(services => services.GetRequiredService<Clinic>().Store.ReadAsync(
        Rights.Core, oneMoment: false, connection => connection.ExecuteScalarAsync<long>(sql), CancellationToken.None));

    // Each version notes that it ran in a file beside its folder, which is nobody's to take away.
    private string?[] Versions() => [.. Directory.EnumerateDirectories(Path.Combine(clinic.DataFolder, "plugins", Id)).Select(Path.GetFileName)];

    private static string[] Rows(JsonElement tables) => [.. tables.EnumerateArray().Select(t => $"{t.Text("name")} {t.GetProperty("rows").GetInt64()}")];
}
