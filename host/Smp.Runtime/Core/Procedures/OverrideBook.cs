using Dapper;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Core.Procedures;

/// <summary>What a physician overrides.</summary>
public sealed record OverrideInput
{
    /// <summary>At which stage.</summary>
    public GuardStage? Stage { get; init; }

    /// <summary>Whose guard.</summary>
    public string? Module { get; init; }

    /// <summary>Which rule.</summary>
    public string? Code { get; init; }

    /// <summary>The sentence as it was shown: what is overridden was read.</summary>
    public string? Sentence { get; init; }

    /// <summary>What would be used, at <see cref="GuardStage.Use"/>.</summary>
    public GuardedUse? Use { get; init; }

    /// <summary>Why. At most 500 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>The physician's password, typed again.</summary>
    public string? Password { get; init; }
}

/// <summary>
/// Overrides: a physician takes it on themselves that a procedure goes ahead although a guard says stop. Bound to that procedure, stage, guard and rule,
/// it counts once, within 24 hours, and stays on the record for ever. Nobody overrides a never.
/// </summary>
public sealed class OverrideBook(IStore<CorePlugin> store, IProcedures procedures, SignIn signIn, ITimeline timeline, ICurrentActor actor, Words words)
{
    /// <summary>Overrides one stop. Returns the override's key.</summary>
    /// <exception cref="RefusedException">
    /// No physician who is signed in by password and may; the password is wrong (counted as at signing in); no reason; no such procedure; the guard
    /// doesn't say that any more, or says never; it is overridden already.
    /// </exception>
    public async Task<long> AddAsync(long procedureId, OverrideInput input, CancellationToken token = default)
    {
        if (actor.Actor is not { Kind: ActorKind.Person, StaffId: { } physician } || !actor.May(CorePermissions.ProceduresOverride))
            throw Refuse.Forbidden($"Only a physician who is signed in here can override this, not a program.");
        var checks = new Checks();
        checks.That(input.Stage is not null, "stage", $"Say which stage it is about.");
        var module = checks.Require(input.Module, "module", 64);
        var code = checks.Require(input.Code, "code", 100);
        var sentence = checks.Require(input.Sentence, "sentence", 2000);
        var reason = checks.Require(input.Reason, "reason", 500);
        checks.That(!string.IsNullOrEmpty(input.Password), "password", $"This is needed.");
        checks.That(input.Stage is not GuardStage.Use || input.Use is not null, "use", $"Say what would be used.");
        checks.Throw();

        await store.ReadAsync(async db => await IsPhysicianAsync(db, physician) ? true : throw NoPhysician(), token);
        await signIn.DemandAsync(input.Password, token);
        var use = input.Stage is GuardStage.Use ? input.Use : null;
        return await store.WriteAsync(new("Overrode a guard", reason), async unit =>
        {
            if (!await IsPhysicianAsync(unit.Connection, physician)) throw NoPhysician();
            var procedure = await procedures.FindAsync(unit, procedureId, token) ?? throw Refuse.Missing($"There is no procedure {procedureId}.");
            if (!CanStillHappen(procedure.State, input.Stage!.Value))
                throw Refuse.Because($"That stage isn’t next for this procedure, so there is nothing to override.");
            var said = (await procedures.AskAsync(unit, procedureId, input.Stage.Value, use, token)).Findings
                .Where(f => f.Module == module && f.Answer.Code == code).ToList();
            if (said.Find(f => f.Answer.Grade is GuardGrade.Never) is { } never)
                throw Refuse.Because($"Nobody can override this: {never.Answer.Sentence}");
            var stop = said.Find(f => f.Answer.Grade is GuardGrade.Stop && words.Say(f.Answer.Sentence).Trim() == sentence)
                ?? throw Refuse.Because($"What stands in the way has changed since it was shown. Look at it again before you decide.");
            if (stop.OverrideId is not null) throw Refuse.Because($"This is overridden already.");

            var id = await unit.Connection.ExecuteScalarAsync<long>("""
                INSERT INTO core__overrides (procedure_id, patient_id, stage, module, code, sentence, used_what, reason, physician_id, made_at)
                VALUES (@procedureId, @PatientId, @stage, @module, @code, @sentence, @What, @reason, @physician, @Now)
                RETURNING id
                """, new
            {
                procedureId, procedure.PatientId, stage = input.Stage.Value.ToString(), module, code, sentence, use?.What, reason, physician, unit.Now,
            });
            await timeline.WriteAsync(unit, new(procedure.PatientId, unit.Now, "shield", Excerpt.Of($"Overridden for {procedure.Title}: {sentence} Reason: {reason}"),
                ProcedureRows.HrefOf(procedureId)), token);
            return id;
        }, token);
    }

    private static bool CanStillHappen(ProcedureState state, GuardStage stage) =>
        stage is GuardStage.Use ? state is ProcedureState.InProgress : ProcedureSteps.Asking(state, stage) is not null;

    private static Task<bool> IsPhysicianAsync(System.Data.Common.DbConnection db, long staffId) => db.ExecuteScalarAsync<bool>(
        "SELECT count(*) FROM staff WHERE id = @staffId AND role = 'Physician' AND active = 1", new { staffId });

    private static RefusedException NoPhysician() => Refuse.Forbidden($"Only a physician can override this.");
}
