using Dapper;
using Smp.Sdk;
using Smp.Sessions.Healing;

namespace Smp.Sessions.Treating;

/// <summary>How sessions end: closed, broken off, or entered in error. All that belongs to it commits in one unit of work with the stock.</summary>
public sealed class SessionEnd(
    IStore<SessionsPlugin> store, SessionBook sessions, IProcedures procedures, IPhotos photos, IDoses doses, HealingBook healing, ISupplyLedger? ledger = null)
{
    /// <summary>What is done by now of what a session needs to be over.</summary>
    public async Task<ClosingFacts> FactsAsync(SessionDetails details, CancellationToken token = default) => new(
        details.Open.Sum(p => p.Open), details.Needles.Count, [.. details.Counting.Select(z => z.PigmentId).OfType<long>().Distinct()], [.. details.Pigments.Select(p => p.PigmentId).Distinct()],
        (await photos.OfProcedureAsync(null, details.Session.ProcedureId, token)).Count, details.AftercareGiven);

    /// <summary>Closes or breaks off a session: every step is done, or not done with a reason.</summary>
    /// <param name="id">Which.</param>
    /// <param name="rowVersion">The version that was seen.</param>
    /// <param name="input">What became of the needles, what wasn't done and why, and why it is broken off where it is.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="RefusedException">A step is neither done nor has a reason, a guard stands in the way of closing it, it can't be done now, or somebody changed it meanwhile.</exception>
    public Task<Session> EndAsync(long id, long rowVersion, ClosingInput input, CancellationToken token = default)
    {
        var aborts = input.AbortReason is not null;
        return store.WriteAsync(new(aborts ? "Broke off a session" : "Closed a session", input.AbortReason?.Trim()), async unit =>
        {
            var db = unit.Connection;
            var session = await SessionBook.BeginAsync(unit, id, rowVersion);
            sessions.Require(session, aborts ? SessionEvent.Abort : SessionEvent.Close);
            await CloseOutAsync(unit, session, input.Needles ?? [], token);
            var steps = Closing.Settle(await FactsAsync(unit, session, token), input.NotDone);
            foreach (var step in steps)
                await db.ExecuteAsync("INSERT INTO sessions__closing_steps (session_id, step, done, reason) VALUES (@id, @step, @Done, @Reason)", new { id, step = step.Step.ToString(), step.Done, step.Reason });
            var procedure = aborts
                ? await procedures.AbortAsync(unit, session.ProcedureId, input.AbortReason, token)
                : await procedures.CloseAsync(unit, session.ProcedureId, token);
            await db.ExecuteAsync("UPDATE sessions__sessions SET ended_at = @EndedAt WHERE id = @id", new { id, procedure.EndedAt });
            session = await sessions.GoAsync(unit, session, aborts ? SessionEvent.Abort : SessionEvent.Close, input.AbortReason);
            await healing.ScheduleAsync(unit, session);
            return session;
        }, token);
    }

    /// <summary>
    /// Marks a session as entered in error: it stays, marked. What it took from stock goes back, its doses don't count any more; needles that were picked for it are open again, to be used or wasted.
    /// </summary>
    /// <exception cref="RefusedException">No reason, no such session, it is void already, this person may not, or somebody changed it meanwhile.</exception>
    public Task<Session> VoidAsync(long id, long rowVersion, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        var why = checks.Require(reason, "reason", 500);
        checks.Throw();
        return store.WriteAsync(new("Voided a session", why), async unit =>
        {
            var db = unit.Connection;
            var session = await SessionBook.BeginAsync(unit, id, rowVersion);
            sessions.Require(session, SessionEvent.Void);
            await procedures.VoidAsync(unit, session.ProcedureId, why, token);
            foreach (var use in await db.QueryAsync<long>("""
                SELECT use_id FROM sessions__pigment_uses WHERE session_id = @id AND use_id IS NOT NULL
                UNION ALL SELECT diluent_use_id FROM sessions__pigment_uses WHERE session_id = @id AND diluent_use_id IS NOT NULL
                UNION ALL SELECT use_id FROM sessions__needle_uses WHERE session_id = @id AND use_id IS NOT NULL
                """, new { id }))
            {
                var stock = ledger ?? throw Refuse.Because($"The module that keeps the stock is off, so what this session took can't go back. Turn it on first.");
                await stock.ReverseUseAsync(unit, use, why, token);
            }

            foreach (var dose in await db.QueryAsync<long>("SELECT dose_id FROM sessions__doses WHERE session_id = @id", new { id })) await doses.VoidAsync(unit, dose, why, token);
            await db.ExecuteAsync("DELETE FROM sessions__healing_due WHERE session_id = @id", new { id });
            return await sessions.GoAsync(unit, await SessionRows.RequireAsync(db, id), SessionEvent.Void, why);
        }, token);
    }

    private async Task CloseOutAsync(IUnitOfWork unit, Session session, IReadOnlyList<CloseOutLine> lines, CancellationToken token)
    {
        if (lines.Count == 0) return;
        var stock = ledger ?? throw Refuse.Field("needles", $"No module keeps a stock here.");
        var open = (await stock.OpenPicksAsync(session.ProcedureId, null, unit, token)).ToDictionary(p => p.PickId);
        if (lines.FirstOrDefault(l => l is null || !open.ContainsKey(l.PickId)) is { } other) throw Refuse.Field("needles", $"Pick {other.PickId} isn't open in this session.");
        var performer = session.PerformedBy ?? throw Refuse.Field("performedBy", $"Say who performs it.");
        var uses = new Queue<RecordedUse>(await stock.CloseOutAsync(unit, lines, performer, token));
        foreach (var line in lines)
        {
            var pick = open[line.PickId];
            await unit.Connection.ExecuteAsync("""
                INSERT INTO sessions__needle_uses (session_id, key, needle, lot, lot_id, pick_id, use_id, used, wasted, reason, recorded_by, recorded_at)
                VALUES (@Id, @key, @Item, @LotNumber, @LotId, @PickId, @use, @Used, @Wasted, @Reason, @Name, @Now)
                """, new
            {
                session.Id, key = FormattableString.Invariant($"pick-{pick.PickId}"), pick.Item, pick.LotNumber, pick.LotId, pick.PickId,
                use = line.Used > 0 ? uses.Dequeue().UseId : (long?)null, line.Used, line.Wasted, line.Reason, unit.Actor.Name, unit.Now,
            });
        }
    }

    private async Task<ClosingFacts> FactsAsync(IUnitOfWork unit, Session session, CancellationToken token)
    {
        var db = unit.Connection;
        var open = ledger is null ? 0 : (await ledger.OpenPicksAsync(session.ProcedureId, null, unit, token)).Sum(p => p.Open);
        var zones = (await SessionRows.ZonesAsync(db, session.Id)).Where(z => z.RemovedAt is null).Select(z => z.PigmentId).OfType<long>().Distinct().ToList();
        return new(open, (await SessionRows.NeedlesAsync(db, session.Id)).Count, zones, [.. (await SessionRows.PigmentsAsync(db, session.Id)).Select(p => p.PigmentId).Distinct()],
            (await photos.OfProcedureAsync(unit, session.ProcedureId, token)).Count, await SessionRows.AftercareGivenAsync(db, session.Id));
    }
}
