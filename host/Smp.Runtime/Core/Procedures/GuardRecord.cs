using System.Data.Common;
using Dapper;
using Smp.Runtime.Store;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Core.Procedures;

/// <summary>What became of a stage that guards were asked about.</summary>
public enum CheckOutcome
{
    /// <summary>Nothing stood in the way, or it was overridden.</summary>
    WentAhead,

    /// <summary>It was refused.</summary>
    Refused,

    /// <summary>It had taken place before it was entered.</summary>
    EnteredAfterwards,
}

/// <summary>What a guard said when a stage was carried out or refused.</summary>
public sealed record ProcedureCheck(
    long Id, GuardStage Stage, CheckOutcome Outcome, string Module, string ModuleName, GuardGrade Grade, string Code, string Sentence, string? UsedWhat,
    long? OverrideId, string Actor, DateTimeOffset At);

/// <summary>What a guard says, said: for pages, for the API, and as it is kept.</summary>
/// <param name="Module">The id of the module that answers.</param>
/// <param name="ModuleName">Its name.</param>
/// <param name="Grade">The name of the <see cref="GuardGrade"/>.</param>
/// <param name="Code">Which rule.</param>
/// <param name="Sentence">What is so, and what to do, in the clinic's language.</param>
/// <param name="Href">Where that can be done.</param>
/// <param name="OverrideId">The override that stands against it.</param>
public sealed record GuardLine(string Module, string ModuleName, string Grade, string Code, string Sentence, string? Href, long? OverrideId);

/// <summary>What was done with a procedure.</summary>
/// <param name="Act">What.</param>
/// <param name="State">The state it came to.</param>
/// <param name="Reason">Why, where a reason is asked for.</param>
/// <param name="Asked">The guards that were asked: <c>module/guard</c>, parted by spaces.</param>
/// <param name="Actor">By whom.</param>
/// <param name="At">When.</param>
public sealed record ProcedureDeed(ProcedureAct Act, ProcedureState State, string? Reason, string? Asked, string Actor, DateTimeOffset At);

/// <summary>A guard's stop that a physician overrode.</summary>
/// <param name="Id">Key.</param>
/// <param name="Stage">For which stage; it counts for no other.</param>
/// <param name="Module">Whose guard.</param>
/// <param name="Code">Which rule.</param>
/// <param name="Sentence">As it was shown to the physician.</param>
/// <param name="UsedWhat">What was to be used, at <see cref="GuardStage.Use"/>.</param>
/// <param name="Reason">Why, as typed.</param>
/// <param name="Physician">Who.</param>
/// <param name="MadeAt">When.</param>
/// <param name="UsedAt">When the stage went ahead with it; it counts once.</param>
public sealed record ProcedureOverride(
    long Id, GuardStage Stage, string Module, string Code, string Sentence, string? UsedWhat, string Reason, string Physician, DateTimeOffset MadeAt,
    DateTimeOffset? UsedAt)
{
    /// <summary>How long an override stands that isn't used.</summary>
    public static readonly TimeSpan StandsFor = TimeSpan.FromHours(24);

    /// <summary>Whether it stands: not used yet, and not too old.</summary>
    public bool StandsAt(DateTimeOffset now) => UsedAt is null && MadeAt > now - StandsFor;
}

/// <summary>Keeps what was known and what was done: nothing of it goes away.</summary>
internal sealed class GuardRecord(Words words)
{
    private const string OverrideColumns = """
        o.id, o.stage, o.module, o.code, o.sentence, o.used_what, o.reason, s.name AS physician, o.made_at, o.used_at
        FROM core__overrides o JOIN staff s ON s.id = o.physician_id
        """;

    /// <summary>Sets the standing overrides against the stops that they are bound to.</summary>
    public static async Task<GuardReport> WithOverridesAsync(DbConnection db, GuardReport report, long procedureId, GuardedUse? use, DateTimeOffset now)
    {
        if (report.Findings.All(f => f.Answer.Grade is not GuardGrade.Stop)) return report;
        var standing = (await OverridesAsync(db, procedureId)).Where(o => o.Stage == report.Stage && o.UsedWhat == use?.What && o.StandsAt(now)).ToList();
        return report with
        {
            Findings = [.. report.Findings.Select(f => f.Answer.Grade is GuardGrade.Stop
                ? f with { OverrideId = standing.Find(o => o.Module == f.Module && o.Code == f.Answer.Code)?.Id }
                : f)],
        };
    }

    /// <summary>The answers of a report, said.</summary>
    public IReadOnlyList<GuardLine> Lines(GuardReport report) => [.. report.Findings.Select(f => new GuardLine(
        f.Module, f.ModuleName, f.Answer.Grade.ToString(), f.Answer.Code, words.Say(f.Answer.Sentence), f.Answer.Href, f.OverrideId))];

    /// <summary>Keeps every answer, and uses up the overrides where the stage went ahead.</summary>
    public static async Task KeepAsync(
        IUnitOfWork unit, Procedure procedure, GuardStage stage, IReadOnlyList<GuardLine> lines, CheckOutcome outcome, GuardedUse? use = null)
    {
        var db = StoreEngine.Join(Rights.Core, unit);
        foreach (var line in lines)
        {
            await db.ExecuteAsync("""
                INSERT INTO core__procedure_checks
                    (procedure_id, patient_id, stage, outcome, module, module_name, grade, code, sentence, used_what, override_id, actor, at)
                VALUES (@Id, @PatientId, @stage, @outcome, @Module, @ModuleName, @Grade, @Code, @Sentence, @What, @OverrideId, @Name, @Now)
                """, new
            {
                procedure.Id, procedure.PatientId, stage = stage.ToString(), outcome = outcome.ToString(), line.Module, line.ModuleName, line.Grade,
                line.Code, line.Sentence, use?.What, line.OverrideId, unit.Actor.Name, unit.Now,
            });
        }

        if (outcome is not CheckOutcome.WentAhead) return;
        foreach (var used in lines.Select(l => l.OverrideId).OfType<long>().Distinct())
            await db.ExecuteAsync("UPDATE core__overrides SET used_at = @Now WHERE id = @used", new { used, unit.Now });
    }

    /// <summary>Keeps what was done.</summary>
    public static Task KeepAsync(IUnitOfWork unit, Procedure procedure, ProcedureAct act, string? reason, GuardReport? report) =>
        StoreEngine.Join(Rights.Core, unit).ExecuteAsync("""
            INSERT INTO core__procedure_acts (procedure_id, patient_id, act, state, reason, asked, actor, at)
            VALUES (@Id, @PatientId, @act, @state, @reason, @asked, @Name, @Now)
            """, new
        {
            procedure.Id, procedure.PatientId, act = act.ToString(), state = procedure.State.ToString(), reason,
            asked = report is null ? null : string.Join(' ', report.Asked), unit.Actor.Name, unit.Now,
        });

    /// <summary>All that guards said of a procedure, in the order in which they were asked.</summary>
    public static async Task<IReadOnlyList<ProcedureCheck>> ChecksAsync(DbConnection db, long procedureId) => (await db.QueryAsync<ProcedureCheck>("""
        SELECT id, stage, outcome, module, module_name, grade, code, sentence, used_what, override_id, actor, at FROM core__procedure_checks
        WHERE procedure_id = @procedureId ORDER BY id LIMIT 1000
        """, new { procedureId })).AsList();

    /// <summary>All that was done with a procedure, in its order.</summary>
    public static async Task<IReadOnlyList<ProcedureDeed>> DeedsAsync(DbConnection db, long procedureId) => (await db.QueryAsync<ProcedureDeed>("""
        SELECT act, state, reason, asked, actor, at FROM core__procedure_acts WHERE procedure_id = @procedureId ORDER BY id LIMIT 1000
        """, new { procedureId })).AsList();

    /// <summary>All overrides of a procedure, in their order.</summary>
    public static async Task<IReadOnlyList<ProcedureOverride>> OverridesAsync(DbConnection db, long procedureId) =>
        (await db.QueryAsync<ProcedureOverride>($"SELECT {OverrideColumns} WHERE o.procedure_id = @procedureId ORDER BY o.id", new { procedureId })).AsList();
}
