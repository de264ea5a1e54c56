using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Sessions.Plans;

/// <summary>The clinic's treatment plans.</summary>
public sealed class PlanBook(
    IStore<SessionsPlugin> store, IPatients patients, IClinicClock clock, ICurrentActor actor, ITimeline timeline, ISearch search, ISettings<SessionsPlugin> settings)
{
    private const string Kind = "SMP plan";

    /// <summary>A plan, or null.</summary>
    public Task<TreatmentPlan?> FindAsync(long id, CancellationToken token = default) => store.SnapshotAsync(db => PlanRows.FindAsync(db, id), token);

    /// <summary>A patient's plans, the newest first; at most 50.</summary>
    public Task<IReadOnlyList<TreatmentPlan>> OfPatientAsync(long patientId, CancellationToken token = default) =>
        store.SnapshotAsync(db => PlanRows.OfPatientAsync(db, patientId), token);

    /// <summary>What happened to a plan, the first step first.</summary>
    public async Task<IReadOnlyList<PlanHistory>> HistoryAsync(long id, CancellationToken token = default) =>
        (await store.ReadAsync(db => db.QueryAsync<PlanHistory>("SELECT event, state, reason, actor, at FROM sessions__plan_steps WHERE plan_id = @id ORDER BY id LIMIT 500", new { id }), token)).AsList();

    /// <summary>One page of plans, the one changed last first.</summary>
    /// <param name="state">Only those that stand so; null for all.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<PlanRow>> PageAsync(PlanState? state, string? after, int limit, CancellationToken token = default)
    {
        var key = Keyset.Decode(after, 2);
        var (at, id) = key is [var moment, var row] ? (moment, Keyset.Key(row)) : ("9999", long.MaxValue);
        var rows = (await store.ReadAsync(db => db.QueryAsync<PlanRow>("""
            SELECT p.id, p.patient_id, c.family_name || ', ' || c.given_name AS patient, p.indication, p.state,
                (SELECT count(*) FROM sessions__sessions s WHERE s.plan_id = p.id AND s.state IN ('Closed', 'Healed', 'Aborted')) AS sessions,
                p.estimated_sessions, p.touch_up_due, p.changed_at
            FROM sessions__plans p JOIN patients c ON c.id = p.patient_id
            WHERE (p.changed_at, p.id) < (@at, @id) AND (@state IS NULL OR p.state = @state)
            ORDER BY p.changed_at DESC, p.id DESC LIMIT @limit + 1
            """, new { at, id, state = state?.ToString(), limit }), token)).AsList();
        return Keyset.ToPage(rows, limit, p => [Keyset.Of(p.ChangedAt), Keyset.Of(p.Id)]);
    }

    /// <summary>Makes a plan: an enquiry at first.</summary>
    /// <exception cref="RefusedException">A field needs another look, or there is no such patient.</exception>
    public Task<TreatmentPlan> AddAsync(PlanInput input, CancellationToken token = default)
    {
        var plan = input.Checked();
        return store.WriteAsync(new("Made a treatment plan"), async unit =>
        {
            var patient = await patients.FindAsync(unit, plan.PatientId!.Value, token)
                ?? throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(plan.PatientId.Value)}.");
            var db = unit.Connection;
            var id = await db.ExecuteScalarAsync<long>("""
                INSERT INTO sessions__plans (patient_id, indication, hairline, target, estimated_sessions, created_by, created_at, changed_at)
                VALUES (@Id, @indication, @hairline, @Target, @EstimatedSessions, @Name, @Now, @Now) RETURNING id
                """, new { patient.Id, indication = plan.Indication.ToString(), hairline = plan.Hairline?.ToString(), plan.Target, plan.EstimatedSessions, unit.Actor.Name, unit.Now });
            await PartsAsync(db, id, plan);
            await timeline.WriteAsync(unit, new(patient.Id, unit.Now, "pigment", "Treatment plan made (SMP)", Links.Plan(id)), token);
            await search.PutAsync(unit, EntryOf(id, patient.Id, plan), token);
            return await PlanRows.RequireAsync(db, id);
        }, token);
    }

    /// <summary>Changes a plan. What the client signed before isn't signed any more where zones, hairline or pigments change.</summary>
    /// <param name="id">Which.</param>
    /// <param name="rowVersion">The version that was seen.</param>
    /// <param name="input">All of it.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="RefusedException">A field needs another look, there is no such plan, or somebody changed it meanwhile.</exception>
    public Task<TreatmentPlan> ChangeAsync(long id, long rowVersion, PlanInput input, CancellationToken token = default) =>
        store.WriteAsync(new("Changed a treatment plan"), async unit =>
        {
            var db = unit.Connection;
            var was = await PlanRows.RequireAsync(db, id);
            var plan = (input with { PatientId = was.PatientId }).Checked();
            RequireVersion(was, rowVersion);
            if (was.State is PlanState.Abandoned) throw Refuse.Because($"This plan was given up. Take it up again first.");
            var redesigned = was.Hairline != plan.Hairline || !was.Zones.OrderBy(z => z.Zone).SequenceEqual(plan.Zones!.OrderBy(z => z.Zone))
                || !was.Pigments.Select(p => p.Name).Order().SequenceEqual(plan.Pigments!.Select(p => p.Name).Order());
            await db.ExecuteAsync("""
                UPDATE sessions__plans SET indication = @indication, hairline = @hairline, target = @Target, estimated_sessions = @EstimatedSessions,
                    design_version = design_version + @redesigned, changed_at = @Now, row_version = row_version + 1
                WHERE id = @id
                """, new { id, indication = plan.Indication.ToString(), hairline = plan.Hairline?.ToString(), plan.Target, plan.EstimatedSessions, redesigned = redesigned ? 1 : 0, unit.Now });
            await PartsAsync(db, id, plan);
            await search.PutAsync(unit, EntryOf(id, was.PatientId, plan), token);
            return await PlanRows.RequireAsync(db, id);
        }, token);

    /// <summary>Moves a plan on, by somebody's act.</summary>
    /// <param name="id">Which.</param>
    /// <param name="rowVersion">The version that was seen.</param>
    /// <param name="input">What happens, and why.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="RefusedException">It can't happen now, this person may not, no reason, or somebody changed it meanwhile.</exception>
    public Task<TreatmentPlan> StepAsync(long id, long rowVersion, PlanStepInput input, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.That(input.Event is not null, "event", $"Say what happens.");
        checks.That(input.Event is not (PlanEvent.Assess or PlanEvent.Defer), "event", $"An assessment does that: record one.");
        checks.That(input.Event is not PlanEvent.Begin, "event", $"A session does that: start one.");
        checks.That(input.Satisfaction is null or >= 1 and <= 5, "satisfaction", $"From 1, not at all, to 5, very content.");
        checks.Throw();
        return store.WriteAsync(new("Moved a treatment plan on", input.Reason?.Trim()), async unit =>
        {
            RequireVersion(await PlanRows.RequireAsync(unit.Connection, id), rowVersion);
            return await GoAsync(unit, id, input.Event!.Value, input.Reason, input.Satisfaction, token);
        }, token);
    }

    /// <summary>Moves a plan on inside a unit of work; by a rule of the clinic's, whoever acts.</summary>
    internal async Task<TreatmentPlan> GoAsync(IUnitOfWork unit, long id, PlanEvent on, string? reason, int? satisfaction, CancellationToken token, bool byRule = false)
    {
        var db = store.Join(unit);
        var was = await PlanRows.RequireAsync(db, id);
        var step = PlanStates.Find(was.State, on, was.HeldFrom) ?? throw Refuse.Because(Obstacle(was.State, on));
        if (!byRule && step.Permission is { } permission && !actor.May(permission)) throw Refuse.Forbidden($"Your role doesn't have the permission that this needs.");
        var checks = new Checks();
        var why = step.Reason ? checks.Require(reason, "reason", 500) : checks.Optional(reason, "reason", 500);
        checks.Throw();
        var completes = step.To is PlanState.Completed && was.State is not PlanState.Completed;
        DateOnly? due = completes ? clock.DayOf(unit.Now).AddYears(settings.Get<int>("touchUpYears")) : step.To is PlanState.TouchUpActive or PlanState.Abandoned ? null : was.TouchUpDue;
        await db.ExecuteAsync("""
            UPDATE sessions__plans SET state = @to, held_from = @held, state_reason = @why, touch_up_due = @due, completed_at = CASE WHEN @completes THEN @Now ELSE completed_at END,
                satisfaction = coalesce(@satisfaction, satisfaction), changed_at = @Now, row_version = row_version + 1
            WHERE id = @id
            """, new { id, to = step.To.ToString(), held = step.To is PlanState.OnHold ? was.State.ToString() : null, why, due, completes, satisfaction, unit.Now });
        await db.ExecuteAsync("INSERT INTO sessions__plan_steps (plan_id, event, state, reason, actor, at) VALUES (@id, @on, @to, @why, @Name, @Now)",
            new { id, on = on.ToString(), to = step.To.ToString(), why, unit.Actor.Name, unit.Now });
        if (completes) await unit.OrderAsync(new TouchUpFallsDue(id), clock.StartOf(due!.Value), FormattableString.Invariant($"touch-up {id}"), token);
        if (Line(step, why) is { } line) await timeline.WriteAsync(unit, new(was.PatientId, unit.Now, "pigment", line, Links.Plan(id)), token);
        return await PlanRows.RequireAsync(db, id);
    }

    private static FormattableString Obstacle(PlanState state, PlanEvent on) => (state, on) switch
    {
        (PlanState.Enquiry, PlanEvent.Consent or PlanEvent.Begin) => Say($"Nobody has assessed yet whether this client is a candidate. Record an assessment first."),
        (PlanState.Assessed, PlanEvent.Begin) => Say($"Nobody has recorded yet that the client consented. Record it on the plan first."),
        (PlanState.OnHold, _) => Say($"This plan is on hold. Resume it first."),
        (PlanState.Abandoned, _) => Say($"This plan was given up. Take it up again first."),
        (_, PlanEvent.Complete) => Say($"No session of this plan took place yet, so it can't be completed."),
        (_, PlanEvent.Resume) => Say($"This plan isn't on hold."),
        (_, PlanEvent.Reopen) => Say($"This plan wasn't given up."),
        _ => Say($"This can't be done while the plan stands at: {state}."),
    };

    // A switch of interpolated strings would be a switch of plain ones.
    private static FormattableString Say(FormattableString sentence) => sentence;

    private static string? Line(PlanStep step, string? why) => (step.On, step.To) switch
    {
        (PlanEvent.Consent, _) => "Consent to SMP recorded",
        (PlanEvent.Complete, _) => "SMP treatment completed",
        (PlanEvent.FallDue, _) => "SMP touch-up due",
        (PlanEvent.Hold, _) => Excerpt.Of($"SMP plan on hold: {why}"),
        (PlanEvent.Resume, _) => "SMP plan resumed",
        (PlanEvent.Abandon, _) => Excerpt.Of($"SMP plan given up: {why}"),
        (PlanEvent.Reopen, _) => Excerpt.Of($"SMP plan taken up again: {why}"),
        _ => null,
    };

    // By the file's number and what was chosen, without the name: that is the patient's own entry.
    private static SearchEntry EntryOf(long id, long patientId, PlanInput plan) => new(Kind, Keyset.Of(id), FormattableString.Invariant($"SMP plan {id}"),
        $"{PatientSummary.NumberOf(patientId)} · {string.Join(", ", plan.Pigments!.Select(p => p.Name))}", Links.Plan(id), Permissions.View);

    private static async Task PartsAsync(DbConnection db, long id, PlanInput plan)
    {
        await db.ExecuteAsync("DELETE FROM sessions__plan_zones WHERE plan_id = @id", new { id });
        foreach (var zone in plan.Zones!)
            await db.ExecuteAsync("INSERT INTO sessions__plan_zones (plan_id, zone, density_percent) VALUES (@id, @zone, @DensityPercent)", new { id, zone = zone.Zone.ToString(), zone.DensityPercent });
        await db.ExecuteAsync("UPDATE sessions__plan_pigments SET active = 0 WHERE plan_id = @id", new { id });
        foreach (var pigment in plan.Pigments!)
        {
            await db.ExecuteAsync("""
                INSERT INTO sessions__plan_pigments (plan_id, shade, brand) VALUES (@id, @Shade, @Brand)
                ON CONFLICT (plan_id, shade, brand) DO UPDATE SET active = 1
                """, new { id, pigment.Shade, pigment.Brand });
        }
    }

    private static void RequireVersion(TreatmentPlan plan, long rowVersion)
    {
        if (plan.RowVersion != rowVersion) throw Refuse.Stale($"This plan was changed by somebody else after you opened it. Load it again.");
    }
}
