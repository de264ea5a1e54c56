using Dapper;
using Smp.Sdk;
using Smp.Sessions.Healing;
using Smp.Sessions.Plans;

namespace Smp.Sessions.Treating;

/// <summary>A session that took place and wasn't recorded then.</summary>
public sealed record HistoricalSession
{
    /// <summary>When it began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended: not before it began, and not in the future.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whose hands.</summary>
    public long? PerformedBy { get; init; }

    /// <summary>Why it is entered only now; 1 to 500 characters. It is also why photos and aftercare aren't on record.</summary>
    public string? Because { get; init; }

    /// <summary>Pain, 0 to 10.</summary>
    public int? Pain { get; init; }

    /// <summary>Notes; at most 4,000 characters.</summary>
    public string? Notes { get; init; }

    /// <summary>What was done, zone by zone; at most 100.</summary>
    public IReadOnlyList<ZoneInput>? Zones { get; init; }

    /// <summary>What went into the skin, by lots as printed; at most 20.</summary>
    public IReadOnlyList<PigmentUseInput>? Pigments { get; init; }

    /// <summary>With which needles, by lots as printed; at most 20.</summary>
    public IReadOnlyList<NeedleInput>? Needles { get; init; }
}

/// <summary>Sessions of before: entered afterwards, closed at once. What guards say of then is kept, stops nothing, and opens an incident where a rule stood against it.</summary>
public sealed class HistoricalSessions(IStore<SessionsPlugin> store, IProcedures procedures, PlanBook plans, SessionLog log, HealingBook healing, IClinicClock clock)
{
    /// <summary>Enters a session of before.</summary>
    /// <exception cref="RefusedException">A field needs another look, or there is no such plan, or it can't be treated.</exception>
    public Task<Session> EnterAsync(long planId, HistoricalSession input, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.That(input.StartedAt is not null, "startedAt", $"Say when it began.");
        checks.That(input.EndedAt is not null, "endedAt", $"Say when it ended.");
        checks.That(input.PerformedBy is not null, "performedBy", $"Say who performed it.");
        checks.That(input.Pain is null or >= 0 and <= 10, "pain", $"From 0, none, to 10, the worst there can be.");
        checks.That(input.Zones is null or { Count: <= 100 }, "zones", $"At most 100.");
        checks.That(input.Pigments is null or { Count: <= 20 } && (input.Pigments ?? []).All(p => p is { LotId: null, DiluentLotId: null, ContainerId: null }), "pigments", $"At most 20, each by its lot as printed.");
        checks.That(input.Needles is null or { Count: <= 20 }, "needles", $"At most 20.");
        var because = checks.Require(input.Because, "because", 500);
        var notes = checks.Optional(input.Notes, "notes", 4000);
        checks.Throw();
        return store.WriteAsync(new("Entered a session afterwards", because) { PerformedBy = input.PerformedBy }, async unit =>
        {
            var db = unit.Connection;
            var plan = await PlanRows.RequireAsync(db, planId);
            var number = await SessionRows.NextNumberAsync(db, planId);
            var entered = await procedures.EnterHistoricalAsync(unit, new(Session.Kind, FormattableString.Invariant($"SMP session {number}"), plan.PatientId, input.PerformedBy!.Value, input.StartedAt!.Value, input.EndedAt!.Value, because), token);
            await plans.GoAsync(unit, planId, PlanEvent.Begin, because, null, token);
            var session = await SessionBook.AddAsync(unit, db, plan, entered.Id);
            await db.ExecuteAsync("""
                UPDATE sessions__sessions SET state = 'Closed', day = @day, started_at = @StartedAt, ended_at = @EndedAt, performed_by = @PerformedBy, pain = @Pain, notes = @notes WHERE id = @Id
                """, new { session.Id, day = clock.DayOf(entered.StartedAt!.Value), entered.StartedAt, entered.EndedAt, entered.PerformedBy, input.Pain, notes });
            await log.EnterAsync(unit, session, plan, input, entered.StartedAt.Value);
            var done = new[] { (ClosingStep.Needles, input.Needles is { Count: > 0 }), (ClosingStep.Pigments, input.Pigments is { Count: > 0 }), (ClosingStep.Photos, false), (ClosingStep.Aftercare, false) };
            foreach (var (step, was) in done)
                await db.ExecuteAsync("INSERT INTO sessions__closing_steps (session_id, step, done, reason) VALUES (@Id, @step, @was, @reason)", new { session.Id, step = step.ToString(), was, reason = was ? null : because });
            session = await SessionRows.RequireAsync(db, session.Id);
            await healing.ScheduleAsync(unit, session);
            return session;
        }, token);
    }
}
