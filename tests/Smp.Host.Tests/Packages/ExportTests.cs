using System.Net.Http.Json;
using System.Text.Json;
using Smp.Host.Tests.Shells;
using Smp.Runtime.Shells;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Packages;

/// <summary>Modules share interfaces and events, as one type.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ExportTests : IAsyncDisposable
{
    private const string Requires = """, "requires": { "test.tally": "[1.0,2.0)" }""";
    private const string Optional = """, "optional": { "test.tally": "[1.0,2.0)" }""";
    private const string Exports = ""","exports": { "assembly": "Tally.Contracts.dll", "version": "1.1.0" }""";
    private readonly PluginShelf shelf = new();
    private TestClinic? clinic;

    public async ValueTask DisposeAsync()
    {
        if (clinic is not null) await clinic.DisposeAsync();
        shelf.Dispose();
    }

    [Test]
    public async Task An_event_that_one_module_exports_reaches_the_handler_of_another_and_services_are_shared()
    {
        Lay("Tally", Exports);
        var reader = Lay("TallyReader", Requires);
        Assert.That(File.Exists(Path.Combine(reader, "Tally.Contracts.dll")), Is.True, "A private copy that must not be used.");
        await OpenAsync();

        var heard = await PostAsync("/api/test.tally/count");
        var read = await GetAsync("/api/test.tallyreader/count");

        Assert.That(heard.EnumerateArray().Select(h => h.GetString()), Is.EqualTo(new[] { "The reader heard 3." }));
        // Each unit of work runs twice in tests.
        Assert.That(read.GetProperty("count").GetInt32(), Is.EqualTo(6));
        Assert.That(read.GetProperty("from").GetString(), Is.EqualTo("test.tally"));
    }

    [Test]
    public async Task A_module_that_requires_one_that_is_not_there_is_blocked()
    {
        Lay("TallyReader", Requires);
        await OpenAsync();

        Assert.That(Status("test.tallyreader").State, Is.EqualTo(PluginState.Blocked));
        Assert.That(Status("test.tallyreader").Reason, Is.EqualTo("It requires test.tally, which isn't installed."));
    }

    [Test]
    public async Task A_module_to_which_another_is_optional_uses_it_where_it_runs_and_does_without_it_where_it_does_not()
    {
        Lay("Tally", Exports);
        Lay("TallyFriend", Optional);
        await OpenAsync();
        Assert.That((await GetAsync("/api/test.tallyfriend/hello")).GetString(), Is.EqualTo("Counted so far: 0."));

        await PostAsync("/api/plugins/test.tally/disable");

        Assert.That((await GetAsync("/api/test.tallyfriend/hello")).GetString(), Is.EqualTo("Nobody counts here."));
    }

    [Test]
    public async Task A_module_to_which_another_is_optional_runs_where_that_was_never_installed()
    {
        Lay("TallyFriend", Optional);
        await OpenAsync();

        Assert.That((await GetAsync("/api/test.tallyfriend/hello")).GetString(), Is.EqualTo("Nobody counts here."));
    }

    [Test]
    public async Task A_module_that_was_built_with_a_newer_export_is_blocked_and_both_are_named()
    {
        Lay("Tally", Exports);
        Lay("TallyNewer", Requires);
        await OpenAsync();

        Assert.That(Status("test.tallynewer").State, Is.EqualTo(PluginState.Blocked));
        Assert.That(Status("test.tallynewer").Reason, Is.EqualTo(
            "TallyNewer.dll was built with Tally.Contracts 1.2.0; test.tally 1.0.0 exports 1.1.0. Install a version of one of them that fits the other."));
    }

    [Test]
    public async Task A_module_that_uses_what_an_export_does_not_have_is_blocked_and_what_is_missing_is_named()
    {
        // An export that forgot to count its version up, or that lost something.
        var tally = Lay("Tally", ""","exports": { "assembly": "Tally.Contracts.dll", "version": "1.2.0" }""");
        await File.WriteAllBytesAsync(Path.Combine(tally, "Tally.Contracts.dll"), await File.ReadAllBytesAsync(Path.Combine(Repository.OutputOf("tests/plugins/Tally.Contracts.Lost"), "Tally.Contracts.dll")));
        Lay("TallyNewer", Requires);
        await OpenAsync();

        Assert.That(Status("test.tallynewer").Reason, Is.EqualTo(
            "TallyNewer.dll uses what Tally.Contracts 1.2.0 of test.tally 1.0.0 doesn't have: Tally.Contracts.Cleared; Tally.Contracts.ITally.Clear(string). Install a version of one of them that fits the other."));
    }

    [Test]
    public async Task A_module_puts_nothing_in_the_place_of_what_another_one_exports_and_provides()
    {
        Lay("Tally", Exports);
        await File.WriteAllTextAsync(Path.Combine(Lay("TallyReader", Requires), "trouble.txt"), "");
        await OpenAsync();

        Assert.That(Status("test.tallyreader").State, Is.EqualTo(PluginState.Quarantined));
        Assert.That(Status("test.tallyreader").Reason, Does.StartWith("It registers Tally.Contracts.ITally, which Tally exports and provides itself."));
        Assert.That(Status("test.tally").State, Is.EqualTo(PluginState.Enabled));
    }

    [Test]
    public async Task A_module_that_does_not_name_the_exporter_gets_none_of_its_types()
    {
        Lay("Tally", Exports);
        Lay("TallyReader", "");
        await OpenAsync();

        // It has its own copy, which is another type: nobody provides that.
        Assert.That(Status("test.tallyreader").State, Is.EqualTo(PluginState.Quarantined));
        Assert.That(Status("test.tallyreader").Reason, Does.Contain("Tally.Contracts.ITally"));
    }

    [Test]
    public async Task A_manifest_that_exports_another_version_than_the_assembly_has_is_refused()
    {
        Lay("Tally", ""","exports": { "assembly": "Tally.Contracts.dll", "version": "2.0.0" }""");
        await OpenAsync();

        Assert.That(Status("test.tally").State, Is.EqualTo(PluginState.Incompatible));
        Assert.That(Status("test.tally").Reason, Is.EqualTo("Tally.Contracts.dll has the version 1.1.0, and plugin.json exports it as 2.0.0. Both must be the same."));
    }

    [Test]
    public async Task An_exporter_that_is_turned_off_and_on_with_its_consumer_still_shares_one_type()
    {
        Lay("Tally", Exports);
        Lay("TallyReader", Requires);
        await OpenAsync();

        for (var i = 0; i < 2; i++)
        {
            using (var off = await (await clinic!.AsAsync(Role.Administrator)).PostAsJsonAsync("/api/plugins/test.tally/disable", new { alsoDisable = true })) Assert.That(off.IsSuccessStatusCode, Is.True);
            Assert.That((Status("test.tally").State, Status("test.tallyreader").State), Is.EqualTo((PluginState.Disabled, PluginState.Disabled)));
            await PostAsync("/api/plugins/test.tally/enable");
            await PostAsync("/api/plugins/test.tallyreader/enable");
        }

        var heard = await PostAsync("/api/test.tally/count");
        Assert.That(heard.EnumerateArray().Select(h => h.GetString()), Is.EqualTo(new[] { "The reader heard 3." }));
        Assert.That((await GetAsync("/api/test.tallyreader/count")).GetProperty("count").GetInt32(), Is.EqualTo(6));
    }

    [Test]
    public async Task An_exporter_is_upgraded_to_another_content_of_its_export_while_its_consumer_answers()
    {
        Lay("Tally", Exports);
        Lay("TallyReader", Requires);
        await OpenAsync();
        var next = shelf.Lay("Tally", "test.tally", PluginShelf.Manifest("test.tally", "Tally", "Tally", ""","exports": { "assembly": "Tally.Contracts.dll", "version": "1.2.0" }""")
            .Replace("\"version\": \"1.0.0\"", "\"version\": \"1.1.0\"", StringComparison.Ordinal), "1.1.0");
        await File.WriteAllBytesAsync(Path.Combine(next, "Tally.Contracts.dll"), await File.ReadAllBytesAsync(Path.Combine(Repository.OutputOf("tests/plugins/Tally.Contracts.Lost"), "Tally.Contracts.dll")));
        var reader = await clinic!.AsAsync(Role.Administrator);
        using var done = new CancellationTokenSource();
        var answered = 0;
        var asking = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                using var answer = await reader.GetAsync("/api/test.tallyreader/count");
                Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync());
                Interlocked.Increment(ref answered);
            }
        });
        await ShellSteps.UntilAsync(() => Task.FromResult(Volatile.Read(ref answered) > 0), "the consumer answers");

        await PostAsync("/api/plugins/test.tally/upgrade");
        var until = Volatile.Read(ref answered) + 5;
        await ShellSteps.UntilAsync(() => Task.FromResult(asking.IsCompleted || Volatile.Read(ref answered) >= until), "and goes on answering");
        await done.CancelAsync();
        await asking;

        Assert.That(((await GetAsync("/api/plugins/test.tally")).GetProperty("module").Text("running"), Status("test.tallyreader").State), Is.EqualTo(("1.1.0", PluginState.Enabled)));
        var heard = await PostAsync("/api/test.tally/count");
        Assert.That(heard.EnumerateArray().Select(h => h.GetString()), Is.EqualTo(new[] { "The reader heard 3." }), "one type again");
        Assert.That((await GetAsync("/api/test.tallyreader/count")).GetProperty("count").GetInt32(), Is.EqualTo(6));
    }

    private PluginStatus Status(string id) => clinic!.Plugins.Single(p => p.Id == id);

    private string Lay(string project, string more)
    {
        var id = $"test.{project.ToLowerInvariant()}";
        return shelf.Lay(project, id, PluginShelf.Manifest(id, project, project, more));
    }

    private async Task OpenAsync() => clinic = await shelf.OpenAsync();

    private async Task<JsonElement> PostAsync(string path)
    {
        using var answer = await (await clinic!.AsAsync(Role.Administrator)).PostAsync(path, null);
        Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await (await clinic!.AsAsync(Role.Administrator)).GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.IsSuccessStatusCode, Is.True, text + string.Join(' ', clinic.Plugins));
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
