using System.Net;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Host.Tests.Shells;
using Smp.Needles;
using Smp.Sdk;

namespace Smp.Host.Tests.Procedures;

/// <summary>What modules do with procedures, in their own units of work.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ModuleProcedureTests
{
    [Test]
    public async Task A_modules_procedure_goes_on_in_the_module_and_while_it_isnt_running_in_the_clinic()
    {
        await using var clinic = await ProcedureClinic.OpenAsync();
        var id = (await AsNeedles(clinic, (procedures, unit) =>
            procedures.PlanAsync(unit, new("Session", "Session 1", ProcedureClinic.Patient) { PerformedBy = 3, Href = "/needles/session" }))).Id;

        Assert.That((await clinic.DoAsync(id, "start")).Answer.GetProperty("detail").GetString(), Is.EqualTo("This procedure belongs to Needle lots. Go on with it there."));
        await AsNeedles(clinic, (procedures, unit) => procedures.StartAsync(unit, id));
        Assert.That((await clinic.DoAsync(id, "close")).Status, Is.EqualTo(HttpStatusCode.Conflict));

        await clinic.Clinic.TurnAsync("needles", on: false);
        Assert.That((await clinic.DoAsync(id, "close")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_module_cant_move_another_ones_procedure_on()
    {
        await using var clinic = await ProcedureClinic.OpenAsync();
        var id = await clinic.PlanAsync("the clinic's own");

        Assert.That(async () => await AsNeedles(clinic, (procedures, unit) => procedures.StartAsync(unit, id)),
            Throws.InstanceOf<RefusedException>().With.Message.Contains("belongs to"));
    }

    [Test]
    public async Task A_use_is_refused_by_a_guard_and_one_that_goes_ahead_keeps_what_was_said()
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var id = await clinic.PlanAsync("fine");
        var use = new GuardedUse("3RL 0.30 mm, lot A213B1", SupplyKind.NeedleCartridge, 1);
        Assert.That(async () => await RequireAsync(clinic, id, use), Throws.InstanceOf<RefusedException>().With.Message.Contains("isn’t in progress"));
        Assert.That((await clinic.DoAsync(id, "start")).Status, Is.EqualTo(HttpStatusCode.OK));

        await RenameAsync(clinic, id, "never warn");
        Assert.That(async () => await RequireAsync(clinic, id, use),
            Throws.InstanceOf<RefusedException>().With.Message.EqualTo("It can’t go ahead. There is no valid consent."));
        var asked = await AsNeedles(clinic, (procedures, unit) => procedures.AskAsync(unit, id, GuardStage.Use, use));
        Assert.That((asked.Grade, asked.MayGoAhead), Is.EqualTo((GuardGrade.Never, false)));

        await RenameAsync(clinic, id, "warn");
        Assert.That((await RequireAsync(clinic, id, use)).Grade, Is.EqualTo(GuardGrade.Warn));
        var check = (await clinic.FileAsync(id)).GetProperty("checks").EnumerateArray().Single();
        Assert.That((check.GetProperty("stage").GetString(), check.GetProperty("usedWhat").GetString()), Is.EqualTo(("Use", use.What)));
    }

    [TestCase("unstartable", "start", "Planned")]
    [TestCase("unendable", "close", "InProgress")]
    [TestCase("unendable", "abort", "InProgress")]
    [TestCase("unvoidable", "void", "InProgress")]
    public async Task Modules_take_part_in_the_unit_that_starts_ends_or_voids(string title, string step, string stays)
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var id = await clinic.PlanAsync(title);
        if (step != "start") Assert.That((await clinic.DoAsync(id, "start")).Status, Is.EqualTo(HttpStatusCode.OK));

        var (status, problem) = await clinic.DoAsync(id, step, "She felt faint.", Role.Physician);

        Assert.That((status, problem.GetProperty("detail").GetString()), Is.EqualTo((HttpStatusCode.Conflict, "The module has something of its own to do first.")));
        Assert.That(await clinic.StateAsync(id), Is.EqualTo(stays));
    }

    private static Task<GuardReport> RequireAsync(ProcedureClinic clinic, long id, GuardedUse use) =>
        clinic.Clinic.RunAsync(s => s.GetRequiredService<IStore<Smp.Runtime.Core.CorePlugin>>().WriteAsync(
            new Act("Took a needle"), unit => s.GetRequiredService<IProcedures>().RequireAsync(unit, id, use)));

    private static Task<T> AsNeedles<T>(ProcedureClinic clinic, Func<IProcedures, IUnitOfWork, Task<T>> act) =>
        clinic.Clinic.RunAsync(s => s.GetRequiredService<IStore<NeedlesPlugin>>().WriteAsync(new Act("Tested"), unit => act(s.GetRequiredService<IProcedures>(), unit)));

    private static Task<int> RenameAsync(ProcedureClinic clinic, long id, string title) =>
        clinic.Clinic.RunAsync(s => s.GetRequiredService<IStore<Smp.Runtime.Core.CorePlugin>>().WriteAsync(
            new Act("Renamed"), unit => unit.Connection.ExecuteAsync("UPDATE procedures SET title = @title WHERE id = @id", new { id, title })));
}
