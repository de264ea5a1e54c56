using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Core;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Shells;

/// <summary>Several versions of a plugin lie side by side, and the clinic chooses among them while it is open.</summary>
[Parallelizable]
public sealed class UpgradeTests
{
    private PluginShelf shelf = null!;
    private TestClinic clinic = null!;

    [SetUp]
    public async Task Open()
    {
        shelf = PluginShelf.WithGoodOne();
        shelf.Calls("1.0.0");
        clinic = await shelf.OpenAsync();
    }

    [TearDown]
    public async Task Close()
    {
        await clinic.DisposeAsync();
        shelf.Dispose();
    }

    [Test]
    public async Task An_upgrade_runs_the_new_version_and_a_rollback_the_old_one_on_the_same_data_and_a_restart_keeps_the_choice()
    {
        await CallAsync();
        shelf.Calls("2.0.0");
        await clinic.TurnAsync("test.web", on: false);
        Assert.That(await VersionAsync(), Is.EqualTo("1.0.0"), "a version that is laid beside it changes nothing by itself");

        Assert.That((await clinic.DoAsync("test.calls", "upgrade")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await VersionAsync(), await CallsAsync()), Is.EqualTo(("2.0.0", 1)));
        await CallAsync();

        var (status, said) = await clinic.DoAsync("test.calls", "rollback");
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), said.ToString());
        Assert.That((await VersionAsync(), await CallsAsync()), Is.EqualTo(("1.0.0", 2)));
        var versions = said.GetProperty("versions").EnumerateArray().Select(v => (v.Text("version"), v.GetProperty("running").GetBoolean(), v.GetProperty("held").GetBoolean()));
        Assert.That(versions, Is.EqualTo(new[] { ("2.0.0", false, true), ("1.0.0", true, false) }));
        var doctor = await (await clinic.AsAsync(Role.Administrator)).GetFromJsonAsync<System.Text.Json.JsonElement>("/api/doctor");
        Assert.That(doctor.GetProperty("findings").EnumerateArray().Single(f => f.Text("check") == "versions").Text("text"),
            Is.EqualTo("Held in memory until the clinic is started again, some 1 MB each: test.calls 2.0.0."));

        await clinic.DisposeAsync();
        clinic = await shelf.OpenAsync();
        Assert.That((await VersionAsync(), await CallsAsync()), Is.EqualTo(("1.0.0", 2)));
    }

    [Test]
    public async Task An_upgrade_that_fails_leaves_the_old_version_running_and_says_so()
    {
        await CallAsync();
        await File.WriteAllTextAsync(Path.Combine(shelf.Calls("2.0.0"), "trouble.txt"), "");

        var (status, said) = await clinic.DoAsync("test.calls", "upgrade");

        Assert.That((status, said.Text("detail")), Is.EqualTo((HttpStatusCode.Conflict,
            "Calls 2.0.0 can't run: The constructor of Calls.CallsPlugin in Calls.dll failed: System.InvalidOperationException: The line is dead. Version 1.0.0 goes on.")));
        Assert.That((await VersionAsync(), await CallsAsync()), Is.EqualTo(("1.0.0", 1)));
        var module = (await (await clinic.AsAsync(Role.Administrator)).GetFromJsonAsync<System.Text.Json.JsonElement>("/api/plugins/test.calls")).GetProperty("module");
        Assert.That((module.Text("state"), module.Text("running")), Is.EqualTo(("Enabled", "1.0.0")));
        Assert.That(module.GetProperty("versions")[0].Text("problem"), Does.Contain("The line is dead."));

        var history = await clinic.HistoryAsync("test.calls");
        Assert.That(history.Select(h => (h.Text("kind"), h.Text("fromVersion"), h.Text("toVersion"))),
            Is.EqualTo(new[] { ("WentBack", "2.0.0", "1.0.0"), ("Upgraded", "1.0.0", "2.0.0"), ("Found", "", "1.0.0") }));
        Assert.That(history[0].Text("reason"), Does.Contain("The line is dead."));

        await clinic.DisposeAsync();
        clinic = await shelf.OpenAsync();
        Assert.That(await VersionAsync(), Is.EqualTo("1.0.0"));
    }

    [Test]
    public async Task An_upgrade_with_which_a_module_that_requires_it_fails_is_taken_back()
    {
        var above = shelf.Misbehaving("above", more: """, "requires": { "test.calls": "[1.0,3.0)" }""");
        await clinic.TurnAsync("test.web", on: true);
        Assert.That((await clinic.PluginsAsync())[above].State, Is.EqualTo("Enabled"));
        shelf.Calls("2.0.0");
        await File.WriteAllTextAsync(Path.Combine(shelf.FolderOf(above), "trouble.txt"), "map-throws");

        var (status, said) = await clinic.DoAsync("test.calls", "upgrade");

        Assert.That((status, said.Text("detail")), Is.EqualTo((HttpStatusCode.Conflict,
            "Calls 2.0.0 can't run: test.above can't run with it: MapRoutes failed: There is no map. Version 1.0.0 goes on.")));
        Assert.That(await VersionAsync(), Is.EqualTo("1.0.0"));
        Assert.That((await clinic.PluginsAsync())[above].State, Is.EqualTo("Enabled"));
    }

    [Test]
    public async Task A_rollback_past_a_marked_migration_is_refused_and_the_backup_named()
    {
        await CallAsync();
        shelf.Calls("3.0.0");
        Assert.That((await clinic.DoAsync("test.calls", "upgrade")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await VersionAsync(), await CallsAsync()), Is.EqualTo(("3.0.0", 1)));

        var (status, said) = await clinic.DoAsync("test.calls", "rollback");

        var backup = (await (await clinic.AsAsync(Role.Administrator)).GetFromJsonAsync<System.Text.Json.JsonElement[]>("/api/backups"))![0].Text("name");
        Assert.That(backup, Does.Contain("before-migration-test.calls"));
        Assert.That((status, said.Text("detail")), Is.EqualTo((HttpStatusCode.Conflict,
            $"The clinic's data was made by a newer version of test.calls: its migration 0003_said.sql changed it so that this version can't run on it. Install that version again. The backup {backup} was made before it.")));
        Assert.That(await VersionAsync(), Is.EqualTo("3.0.0"));
    }

    [Test]
    public async Task While_a_marked_migration_runs_the_module_alone_says_to_come_again_and_nothing_fails()
    {
        await CallAsync();
        shelf.Calls("3.0.0");
        var physician = await clinic.AsAsync(Role.Physician);
        using var done = new CancellationTokenSource();
        var asking = Task.Run(async () =>
        {
            List<(HttpStatusCode Module, HttpStatusCode Other, TimeSpan? Again)> answers = [];
            while (!done.IsCancellationRequested)
            {
                using var module = await physician.GetAsync("/api/test.calls/calls");
                using var other = await physician.GetAsync("/api/test.web/notes");
                answers.Add((module.StatusCode, other.StatusCode, module.Headers.RetryAfter?.Delta));
            }

            return answers;
        });

        var (status, said) = await clinic.DoAsync("test.calls", "upgrade");
        await done.CancelAsync();
        var all = await asking;

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), said.ToString());
        Assert.That(all.Select(a => a.Module).Distinct(), Is.SubsetOf(new[] { HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable }).And.Contains(HttpStatusCode.ServiceUnavailable));
        Assert.That(all.Where(a => a.Module == HttpStatusCode.ServiceUnavailable).Select(a => a.Again), Is.All.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(all.Select(a => a.Other).Distinct(), Is.EqualTo(new[] { HttpStatusCode.OK }));
        Assert.That((await VersionAsync(), await CallsAsync()), Is.EqualTo(("3.0.0", 1)));
    }

    [Test]
    public async Task A_marked_migration_that_fails_leaves_the_version_before_running_on_its_data()
    {
        await CallAsync();
        shelf.Calls("3.0.0");
        await clinic.RunAsync(async services =>
        {
            // Somebody's tool made a column that the migration is about to make.
            await using var file = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(clinic.DataFolder, "clinic.db")};Pooling=False");
            await file.OpenAsync();
            await using var alter = file.CreateCommand();
            alter.CommandText = "ALTER TABLE test_calls__calls ADD COLUMN said TEXT";
            return await alter.ExecuteNonQueryAsync();
        });

        var (status, said) = await clinic.DoAsync("test.calls", "upgrade");

        Assert.That(status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(said.Text("detail"), Does.StartWith("Calls 3.0.0 can't run: The migration 0003_said.sql of test.calls failed and was rolled back: ").And.EndsWith(" Version 1.0.0 goes on."));
        Assert.That((await VersionAsync(), await CallsAsync()), Is.EqualTo(("1.0.0", 1)));
        Assert.That((await clinic.PluginsAsync())["test.calls"].State, Is.EqualTo("Enabled"));
    }

    [Test]
    public async Task While_something_is_done_with_a_module_the_clinic_says_how_far_it_has_come_and_afterwards_nothing()
    {
        shelf.Calls("2.0.0");
        var admin = await clinic.AsAsync(Role.Administrator);
        var (begun, writer) = (new TaskCompletionSource(), new TaskCompletionSource());
        var busy = clinic.RunAsync(services => services.GetRequiredService<IStore<CorePlugin>>().WriteAsync(new("Kept the writer busy"), async _ =>
        {
            begun.TrySetResult();
            await writer.Task;
            return true;
        }));
        await begun.Task;

        // It can't write down what is wished before the writer is free.
        var upgrading = clinic.DoAsync("test.calls", "upgrade");
        await ShellSteps.UntilAsync(async () => (await ProgressAsync()).GetProperty("sentence").GetString() == "Calls: looking at its files", "it says so");
        var work = (await ProgressAsync()).GetProperty("work");
        Assert.That((work.Text("plugin"), work.Text("action"), work.Text("step")), Is.EqualTo(("test.calls", "Upgrade", "Looking")));
        writer.SetResult();
        await busy;

        Assert.That((await upgrading).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await ProgressAsync()).GetProperty("work").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));

        Task<System.Text.Json.JsonElement> ProgressAsync() => admin.GetFromJsonAsync<System.Text.Json.JsonElement>("/api/plugins/progress");
    }

    [Test]
    public async Task A_version_that_fails_to_start_after_its_marked_migration_is_quarantined_and_nothing_goes_back_but_the_backup()
    {
        await CallAsync();
        var folder = shelf.Calls("3.0.0");
        await File.WriteAllTextAsync(Path.Combine(folder, "trouble.txt"), "start");

        var (status, said) = await clinic.DoAsync("test.calls", "upgrade");

        // What it did to the tables can't be undone, so the version before can't go on.
        Assert.That((status, said.Text("state"), said.Text("version"), said.Text("reason")),
            Is.EqualTo((HttpStatusCode.OK, "Quarantined", "3.0.0", "Its service Exchange didn't start: Nobody picks up.")));
        using (var gone = await (await clinic.AsAsync(Role.Physician)).GetAsync("/api/test.calls/calls")) Assert.That(gone.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        await clinic.AssertGoodWorksAsync();

        var backup = (await (await clinic.AsAsync(Role.Administrator)).GetFromJsonAsync<System.Text.Json.JsonElement[]>("/api/backups"))![0].Text("name");
        Assert.That(backup, Does.Contain("before-migration-test.calls"));
        (status, said) = await clinic.DoAsync("test.calls", "rollback");
        Assert.That((status, said.Text("detail")), Is.EqualTo((HttpStatusCode.Conflict,
            $"The clinic's data was made by a newer version of test.calls: its migration 0003_said.sql changed it so that this version can't run on it. Install that version again. The backup {backup} was made before it.")));

        // Mended, it goes on with what there was; tried again by somebody.
        File.Delete(Path.Combine(folder, "trouble.txt"));
        Assert.That((await clinic.TurnAsync("test.calls", on: true)).State, Is.EqualTo("Enabled"));
        Assert.That((await VersionAsync(), await CallsAsync()), Is.EqualTo(("3.0.0", 1)));
    }

    [Test]
    public async Task A_rollback_that_is_sent_twice_with_one_key_goes_back_one_version()
    {
        shelf.Calls("2.0.0");
        shelf.Calls("2.1.0");
        Assert.That((await clinic.DoAsync("test.calls", "upgrade")).Said.Text("version"), Is.EqualTo("2.1.0"));
        var admin = await clinic.AsAsync(Role.Administrator);

        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/plugins/test.calls/rollback") { Headers = { { "Idempotency-Key", "back-once" } } };
            using var answer = await admin.SendAsync(request);
            Assert.That((answer.StatusCode, (await answer.JsonAsync()).Text("version"), answer.Headers.Contains("Idempotent-Replayed")), Is.EqualTo((HttpStatusCode.OK, "2.0.0", i == 1)));
        }

        Assert.That(await VersionAsync(), Is.EqualTo("2.0.0"));
    }

    [Test]
    public async Task A_choice_that_is_not_there_is_refused_with_what_is()
    {
        shelf.Calls("2.0.0");
        Assert.That((await clinic.DoAsync("test.calls", "upgrade", new { version = "7.0.0" })).Said.Text("detail"),
            Is.EqualTo("There is no version 7.0.0 of test.calls. Here are: 2.0.0, 1.0.0."));
        Assert.That((await clinic.DoAsync("test.calls", "rollback")).Said.Text("detail"), Is.EqualTo("There is no version of test.calls lower than 1.0.0 here."));
        Assert.That((await clinic.DoAsync("test.calls", "upgrade", new { version = "1.0.0" })).Said.Text("detail"),
            Is.EqualTo("Version 1.0.0 of test.calls isn't higher than 1.0.0, which is chosen."));
    }

    [Test]
    public async Task An_upgrade_that_asks_for_more_needs_a_yes_to_that_very_plan()
    {
        shelf.Calls("2.0.0", """, "data": { "reads": ["patients"] }, "permissions": [{ "id": "call", "name": "Note calls", "roles": ["Physician", "Administrator"] }, { "id": "drop", "name": "Drop calls", "roles": ["Physician"] }]""");

        var (status, said) = await clinic.DoAsync("test.calls", "upgrade");
        Assert.That((status, said.Text("detail")), Is.EqualTo((HttpStatusCode.Conflict,
            "Calls 2.0.0 asks for more than 1.0.0 was allowed: patients, test.calls.drop. Look at the plan and agree to it.")));
        Assert.That(said.Texts("asks"), Is.EqualTo(new[] { "patients", "test.calls.drop" }));

        (status, said) = await clinic.DoAsync("test.calls", "upgrade", new { accept = new string('0', 64) });
        Assert.That((status, said.Text("detail")), Is.EqualTo((HttpStatusCode.PreconditionFailed, "What would happen isn't what you agreed to any more. Look at the plan again.")));
        Assert.That(await VersionAsync(), Is.EqualTo("1.0.0"));

        var plan = await clinic.PlanAsync("test.calls", "upgrade");
        (status, said) = await clinic.DoAsync("test.calls", "upgrade", new { accept = plan.Text("fingerprint") });
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), said.ToString());
        Assert.That(await VersionAsync(), Is.EqualTo("2.0.0"));
    }

    private async Task<string> VersionAsync() => (await (await clinic.AsAsync(Role.Physician)).GetFromJsonAsync<string>("/api/test.calls/version"))!;

    private async Task<int> CallsAsync() => await (await clinic.AsAsync(Role.Physician)).GetFromJsonAsync<int>("/api/test.calls/calls");

    private async Task CallAsync()
    {
        using var answer = await (await clinic.AsAsync(Role.Physician)).PostAsync("/api/test.calls/calls", null);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }
}
