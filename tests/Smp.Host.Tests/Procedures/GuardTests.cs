using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Smp.Host.Tests.Shells;
using Smp.Sdk;

namespace Smp.Host.Tests.Procedures;

/// <summary>What guards say, and what becomes of it. The guards are real plugins; what each says is in the title of the procedure.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class GuardTests
{
    [Test]
    public async Task Answers_come_gravest_first_and_only_stop_and_never_stand_in_the_way()
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var id = await clinic.PlanAsync("yes warn");

        var report = await clinic.GuardsAsync(id, "Book");
        Assert.That(ProcedureClinic.Said(report.GetProperty("said")), Is.EqualTo(new[] { "Warn test.guardstops warn", "Yes test.guardstops yes" }));
        Assert.That(report.GetProperty("mayGoAhead").GetBoolean(), Is.True);
        Assert.That((await clinic.DoAsync(id, "book")).Status, Is.EqualTo(HttpStatusCode.OK));

        var grave = await clinic.GuardsAsync(await clinic.PlanAsync("warn stop never"), "Start");
        Assert.That(ProcedureClinic.Said(grave.GetProperty("said")),
            Is.EqualTo(new[] { "Never test.guardstops consent", "Stop test.guardstops interval", "Warn test.guardstops warn" }));
        Assert.That((grave.GetProperty("grade").GetString(), grave.GetProperty("mayGoAhead").GetBoolean()), Is.EqualTo(("Never", false)));
    }

    [TestCase("stop", "book")]
    [TestCase("stop", "start")]
    [TestCase("never", "book")]
    [TestCase("never", "start")]
    public async Task What_a_guard_stands_against_is_refused_with_every_answer_and_kept_as_refused(string title, string step)
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var id = await clinic.PlanAsync($"{title} warn");

        var (status, problem) = await clinic.DoAsync(id, step);

        Assert.That(status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(problem.GetProperty("answers").EnumerateArray().Select(a => a.GetProperty("code").GetString()),
            Is.EqualTo(new[] { title == "stop" ? "interval" : "consent", "warn" }));
        if (title == "stop") Assert.That(problem.GetProperty("detail").GetString(), Is.EqualTo("It can’t go ahead. The last session was 5 days ago; 7 are needed."));
        var file = await clinic.FileAsync(id);
        Assert.That(file.GetProperty("procedure").GetProperty("state").GetString(), Is.EqualTo("Planned"));
        Assert.That(file.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("outcome").GetString()), Is.EqualTo(new[] { "Refused", "Refused" }));
    }

    [Test]
    public async Task A_guard_that_turns_between_the_page_and_the_start_stops_it_inside_the_unit()
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var id = await clinic.PlanAsync("turns");

        Assert.That((await clinic.GuardsAsync(id, "Start")).GetProperty("mayGoAhead").GetBoolean(), Is.True);
        var (status, problem) = await clinic.DoAsync(id, "start");

        Assert.That(status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(problem.GetProperty("detail").GetString(), Is.EqualTo("It can’t go ahead. The consent was withdrawn."));
        Assert.That(await clinic.StateAsync(id), Is.EqualTo("Planned"));
    }

    [Test]
    public async Task What_was_known_is_kept_for_ever_with_who_was_asked()
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var id = await clinic.PlanAsync("warn");

        Assert.That((await clinic.DoAsync(id, "start")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await clinic.DoAsync(id, "close")).Status, Is.EqualTo(HttpStatusCode.OK));
        await clinic.Clinic.TurnAsync("test.guardstops", on: false);

        var file = await clinic.FileAsync(id);
        Assert.That(file.GetProperty("checks").EnumerateArray().Select(c => (c.GetProperty("stage").GetString(), c.GetProperty("outcome").GetString(),
                c.GetProperty("moduleName").GetString(), c.GetProperty("grade").GetString(), c.GetProperty("sentence").GetString())),
            Is.EqualTo(new[] { ("Start", "WentAhead", "GuardStops", "Warn", "Think of it first."), ("Close", "WentAhead", "GuardStops", "Warn", "Think of it first.") }));
        Assert.That(file.GetProperty("deeds").EnumerateArray().Select(d => d.GetProperty("act").GetString()), Is.EqualTo(new[] { "Plan", "Start", "Close" }));
        Assert.That(file.GetProperty("deeds")[1].GetProperty("asked").GetString(),
            Does.Contain("core/performer").And.Contain("core/place").And.Contain("test.guardstops/as-titled"));
    }

    [TestCase("throws")]
    [TestCase("null")]
    [TestCase("codeless")]
    public async Task A_guard_that_fails_stops_for_display_and_in_the_unit(string title)
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardThrows");
        var id = await clinic.PlanAsync(title);

        Assert.That(ProcedureClinic.Said((await clinic.GuardsAsync(id, "Start")).GetProperty("said")), Is.EqualTo(new[] { "Stop test.guardthrows guard-failed:test.guardthrows" }));
        var (status, problem) = await clinic.DoAsync(id, "start");
        Assert.That(status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("failed").And.Not.Contain("crystal ball"));
    }

    [TestCase("writes")]
    [TestCase("around")]
    public async Task A_guard_that_writes_fails_and_nothing_of_it_is_written(string title)
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardThrows");
        var id = await clinic.PlanAsync(title);

        var (status, problem) = await clinic.DoAsync(id, "start");

        Assert.That(status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(ProcedureClinic.Said(problem.GetProperty("answers")), Is.EqualTo(new[] { "Stop test.guardthrows guard-failed:test.guardthrows" }));
        var audit = await (await clinic.AsAsync(Role.Administrator)).GetStringAsync("/api/audit");
        Assert.That(audit, Does.Not.Contain("Went around the unit").And.Not.Contain("test_guardthrows__marks"));
    }

    // How long a guard may take is measured by the clock on the wall, so other tests aren't to take its time.
    [NonParallelizable]
    [TestCase("waits")]
    [TestCase("blocks")]
    [TestCase("counts")]
    public async Task A_guard_that_is_slow_stops_and_harms_neither_the_unit_nor_the_next(string title)
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardSlow");
        // The core's own guards are compiled when they are asked for the first time, which isn't what is measured here.
        await clinic.GuardsAsync(await clinic.PlanAsync("something of no interest"), "Start");
        var id = await clinic.PlanAsync(title);

        Assert.That(ProcedureClinic.Said((await clinic.GuardsAsync(id, "Start")).GetProperty("said")), Is.EqualTo(new[] { "Stop test.guardslow guard-slow:test.guardslow" }));
        var (status, problem) = await clinic.DoAsync(id, "start");
        Assert.That(status, Is.EqualTo(HttpStatusCode.Conflict), problem.ToString());
        Assert.That(ProcedureClinic.Said(problem.GetProperty("answers")), Is.EqualTo(new[] { "Stop test.guardslow guard-slow:test.guardslow" }));

        // Entered afterwards, nothing stops it: the very unit in which the guard's statement was stopped is committed.
        var entered = await clinic.EnterAsync(title);
        Assert.That((await clinic.FileAsync(entered)).GetProperty("checks").GetArrayLength(), Is.EqualTo(2));
        var next = await clinic.PlanAsync("something else");
        Assert.That((await clinic.DoAsync(next, "start")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_module_that_is_on_and_not_running_stops_until_it_is_turned_off()
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var id = await clinic.PlanAsync("anything");
        Assert.That((await clinic.GuardsAsync(id, "Start")).GetProperty("mayGoAhead").GetBoolean(), Is.True);

        // Its manifest can't be read any more: what it protects is known all the same.
        var manifest = Path.Combine(clinic.Shelf.Root, "test.guardstops", "1.0.0", "plugin.json");
        await File.WriteAllTextAsync(manifest, "{");
        await clinic.ReopenAsync();
        Assert.That(ProcedureClinic.Said((await clinic.GuardsAsync(id, "Start")).GetProperty("said")), Is.EqualTo(new[] { "Stop test.guardstops module-not-running:test.guardstops" }));
        Assert.That((await clinic.DoAsync(id, "start")).Status, Is.EqualTo(HttpStatusCode.Conflict));

        // Nor when all of it is gone.
        clinic.Shelf.Remove("test.guardstops");
        await clinic.ReopenAsync();
        Assert.That((await clinic.Clinic.PluginsAsync())["test.guardstops"].State, Is.EqualTo("Incompatible"));
        Assert.That((await clinic.DoAsync(id, "start")).Status, Is.EqualTo(HttpStatusCode.Conflict));

        await clinic.Clinic.TurnAsync("test.guardstops", on: false);
        Assert.That(await clinic.Clinic.PluginsAsync(), Does.Not.ContainKey("test.guardstops"));
        Assert.That((await clinic.DoAsync(id, "start")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_module_that_is_quarantined_or_kept_out_by_safe_mode_stops_too()
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var id = await clinic.PlanAsync("anything");

        await clinic.ReopenAsync(o => o.SafeMode = true);
        Assert.That((await clinic.Clinic.PluginsAsync())["test.guardstops"].State, Is.EqualTo("Blocked"));
        Assert.That(ProcedureClinic.Said((await clinic.GuardsAsync(id, "Start")).GetProperty("said")), Does.Contain("Stop test.guardstops module-not-running:test.guardstops"));
        Assert.That((await clinic.DoAsync(id, "start")).Status, Is.EqualTo(HttpStatusCode.Conflict));

        var manifest = Path.Combine(clinic.Shelf.Root, "test.guardstops", "1.0.0", "plugin.json");
        var whole = await File.ReadAllTextAsync(manifest);
        await File.WriteAllTextAsync(manifest, whole.Replace("\"as-titled\"", "\"as-titled\", \"absent\"", StringComparison.Ordinal));
        await clinic.ReopenAsync();
        Assert.That((await clinic.Clinic.PluginsAsync())["test.guardstops"].State, Is.EqualTo("Quarantined"));
        Assert.That((await clinic.DoAsync(id, "start")).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task A_guard_that_the_manifest_doesnt_declare_and_one_that_isnt_there_leave_the_module_out_by_name()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var undeclared = shelf.Broken("GuardUndeclared");
        shelf.Lay("GuardThrows", "test.guardthrows",
            PluginShelf.Manifest("test.guardthrows", "Throws", "GuardThrows", """, "guards": ["failing", "absent"]"""));
        await using var clinic = await shelf.OpenAsync();

        var standings = await clinic.PluginsAsync();
        Assert.That((standings[undeclared].State, standings[undeclared].Reason), Is.EqualTo(("Quarantined",
            "It registers the guard SecretGuard, which its manifest doesn't declare: \"secret\" is missing in \"guards\".")));
        Assert.That((standings["test.guardthrows"].State, standings["test.guardthrows"].Reason), Is.EqualTo(("Quarantined",
            "Its manifest declares the guard \"absent\", which it doesn't register.")));
        await clinic.AssertGoodWorksAsync();
    }

    [Test]
    public async Task A_role_that_doesnt_treat_is_stopped_by_the_clinic_itself()
    {
        await using var clinic = await ProcedureClinic.OpenAsync();
        var staff = await (await clinic.AsAsync(Role.Coordinator)).GetFromJsonAsync<JsonElement>("/api/staff");
        var desk = staff.EnumerateArray().First(s => s.GetProperty("role").GetString() == "Coordinator").GetProperty("id").GetInt64();
        var id = await clinic.PlanAsync("", new { kind = "Consultation", patientId = ProcedureClinic.Patient, performedBy = desk });

        var (status, problem) = await clinic.DoAsync(id, "start");

        Assert.That(status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(problem.GetProperty("detail").GetString(),
            Is.EqualTo("It can’t go ahead. Sofia Lang is here as Coordinator, a role that doesn’t treat. Choose a physician or a technician."));
    }
}
