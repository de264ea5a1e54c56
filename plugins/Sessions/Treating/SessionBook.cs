using System.Data.Common;
using Dapper;
using Smp.Sdk;
using Smp.Sessions.Plans;

namespace Smp.Sessions.Treating;

/// <summary>The clinic's sessions, from their booking to the client's chair. What is recorded in them is <see cref="SessionLog"/>'s, how they end <see cref="SessionEnd"/>'s.</summary>
public sealed class SessionBook(
    IStore<SessionsPlugin> store, PlanBook plans, IProcedures procedures, IAppointments appointments, ICurrentActor actor, IClinicClock clock, ISupplyLedger? ledger = null)
{
    /// <summary>A session, or null.</summary>
    public Task<Session?> FindAsync(long id, CancellationToken token = default) => store.ReadAsync(db => SessionRows.FindAsync(db, id), token);

    /// <summary>The session that a procedure is, or null.</summary>
    public Task<Session?> OfProcedureAsync(long procedureId, CancellationToken token = default) => store.ReadAsync(db => SessionRows.OfProcedureAsync(db, procedureId), token);

    /// <summary>A session with all that was done and used in it, or null.</summary>
    public async Task<SessionDetails?> DetailsAsync(long id, CancellationToken token = default)
    {
        var details = await store.SnapshotAsync(async db => await SessionRows.FindAsync(db, id) is { } session
            ? new SessionDetails(session, await SessionRows.ZonesAsync(db, id), await SessionRows.PigmentsAsync(db, id), await SessionRows.NeedlesAsync(db, id), [],
                await SessionRows.StepsAsync(db, id), await SessionRows.AftercareGivenAsync(db, id))
            : null, token);
        return details is null || ledger is null ? details : details with { Open = await ledger.OpenPicksAsync(details.Session.ProcedureId, null, null, token) };
    }

    /// <summary>The sessions of a plan, the first first; at most 200.</summary>
    public Task<IReadOnlyList<Session>> OfPlanAsync(long planId, CancellationToken token = default) => store.ReadAsync(db => SessionRows.OfPlanAsync(db, planId), token);

    /// <summary>What the zones of a plan look like by now: the last record of each.</summary>
    public Task<IReadOnlyList<ZoneRecord>> CumulativeAsync(long planId, CancellationToken token = default) => store.ReadAsync(db => SessionRows.CumulativeAsync(db, planId), token);

    /// <summary>How dense each zone of a plan got in each session that wasn't voided.</summary>
    public async Task<IReadOnlyList<ZoneDensity>> DensitiesAsync(long planId, CancellationToken token = default) => (await store.ReadAsync(db => db.QueryAsync<ZoneDensity>("""
        SELECT session_id, zone, density_percent FROM sessions__zone_records WHERE density_percent IS NOT NULL AND id IN (
            SELECT max(z.id) FROM sessions__zone_records z JOIN sessions__sessions s ON s.id = z.session_id
            WHERE s.plan_id = @planId AND s.state <> 'Voided' AND z.removed_at IS NULL AND z.density_percent IS NOT NULL GROUP BY z.session_id, z.zone)
        """, new { planId }), token)).AsList();

    /// <summary>
    /// What the next record of a session most likely is: the first planned zone that has none yet, with the needle, shade and dilution that the hand holds, or else those of the zone's last session.
    /// </summary>
    public Task<ZoneInput> ProposeAsync(long id, CancellationToken token = default) => store.SnapshotAsync(async db =>
    {
        var session = await SessionRows.RequireAsync(db, id);
        var plan = await PlanRows.RequireAsync(db, session.PlanId);
        var here = (await SessionRows.ZonesAsync(db, id)).Where(z => z.RemovedAt is null).ToList();
        var before = await SessionRows.CumulativeAsync(db, session.PlanId);
        var next = plan.Zones.FirstOrDefault(z => here.TrueForAll(r => r.Zone != z.Zone))?.Zone;
        var like = here.LastOrDefault() ?? before.FirstOrDefault(z => z.Zone == next) ?? before.MaxBy(z => z.Id);
        return new ZoneInput
        {
            Zone = next, Pass = session.Pass, Needle = like?.Needle, PigmentParts = like?.PigmentParts, DiluentParts = like?.DiluentParts, DepthMicrometres = like?.DepthMicrometres,
            PigmentId = plan.Pigments.FirstOrDefault(p => p.Id == like?.PigmentId)?.Id ?? (plan.Pigments.Count == 1 ? plan.Pigments[0].Id : null),
            DensityPercent = Course.DensityOf(session.Number, plan.EstimatedSessions),
        };
    }, token);

    /// <summary>One page of sessions, the newest first.</summary>
    /// <param name="state">Only those that stand so; null for all.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<SessionRow>> PageAsync(SessionState? state, string? after, int limit, CancellationToken token = default)
    {
        var before = Keyset.Decode(after, 1) is [var row] ? Keyset.Key(row) : long.MaxValue;
        var rows = (await store.ReadAsync(db => db.QueryAsync<SessionRow>("""
            SELECT s.id, s.patient_id, c.family_name || ', ' || c.given_name AS patient, s.number, s.pass, s.state, coalesce(s.started_at, p.planned_for) AS at, f.name AS performer
            FROM sessions__sessions s JOIN patients c ON c.id = s.patient_id JOIN procedures p ON p.id = s.procedure_id LEFT JOIN staff f ON f.id = coalesce(s.performed_by, p.performed_by)
            WHERE s.id < @before AND (@state IS NULL OR s.state = @state) ORDER BY s.id DESC LIMIT @limit + 1
            """, new { before, state = state?.ToString(), limit }), token)).AsList();
        return Keyset.ToPage(rows, limit, s => [Keyset.Of(s.Id)]);
    }

    /// <summary>Books a session, with its appointment and its procedure. Guards are asked.</summary>
    /// <exception cref="RefusedException">No such plan, it can't be treated now, a guard or the calendar stands in the way.</exception>
    public Task<Session> BookAsync(long planId, AppointmentSlot slot, CancellationToken token = default) => store.WriteAsync(new("Booked a session"), async unit =>
    {
        var plan = await TreatableAsync(unit.Connection, planId);
        var number = await SessionRows.NextNumberAsync(unit.Connection, planId);
        var made = await appointments.BookAsync(unit, new(plan.PatientId, slot) { Plugin = "sessions", Kind = Session.Kind, Title = Title(number, plan) }, token);
        // The appointment's own event has made the session; that of another plan of the client's, where there are two.
        var session = (await SessionRows.OfProcedureAsync(unit.Connection, made.ProcedureId!.Value))!;
        if (session.PlanId == planId) return session;
        await unit.Connection.ExecuteAsync("DELETE FROM sessions__sessions WHERE id = @Id", new { session.Id });
        return await AddAsync(unit, plan, made.ProcedureId.Value);
    }, token);

    /// <summary>A session for a client who is here, without an appointment: checked in at once.</summary>
    /// <exception cref="RefusedException">No such plan, or it can't be treated now.</exception>
    public Task<Session> WalkInAsync(long planId, long? performedBy, CancellationToken token = default) => store.WriteAsync(new("Began a session without an appointment"), async unit =>
    {
        var plan = await TreatableAsync(unit.Connection, planId);
        var number = await SessionRows.NextNumberAsync(unit.Connection, planId);
        var procedure = await procedures.PlanAsync(unit, new(Session.Kind, Title(number, plan), plan.PatientId) { PlannedFor = unit.Now, PerformedBy = performedBy }, token);
        var session = await AddAsync(unit, plan, procedure.Id);
        return await GoAsync(unit, session, SessionEvent.CheckIn, null);
    }, token);

    /// <summary>The client is here.</summary>
    public Task<Session> CheckInAsync(long id, long rowVersion, CancellationToken token = default) => StepAsync(id, rowVersion, SessionEvent.CheckIn, null, new("Checked a client in"), token);

    /// <summary>Something has come up since it was cleared.</summary>
    public Task<Session> UnclearAsync(long id, long rowVersion, CancellationToken token = default) => StepAsync(id, rowVersion, SessionEvent.Unclear, null, new("Took back that a session is cleared"), token);

    /// <summary>Every guard is asked, and none stops it.</summary>
    /// <exception cref="RefusedException">A guard stands in the way, it can't be done now, or somebody changed it meanwhile.</exception>
    public Task<Session> ClearAsync(long id, long rowVersion, CancellationToken token = default) => store.WriteAsync(new("Cleared a session"), async unit =>
    {
        var session = await BeginAsync(unit, id, rowVersion);
        var report = await procedures.AskAsync(unit, session.ProcedureId, GuardStage.Start, null, token);
        if (report.Findings.FirstOrDefault(f => f.Blocks) is { } finding) throw Refuse.Because($"It can’t go ahead. {finding.Answer.Sentence}");
        return await GoAsync(unit, session, SessionEvent.Clear, null);
    }, token);

    /// <summary>It begins: guards are asked again, inside the unit that starts it.</summary>
    /// <exception cref="RefusedException">A guard stands in the way, it can't be done now, or somebody changed it meanwhile.</exception>
    public Task<Session> StartAsync(long id, long rowVersion, CancellationToken token = default) => store.WriteAsync(new("Started a session"), async unit =>
    {
        var session = await BeginAsync(unit, id, rowVersion);
        Require(session, SessionEvent.Start);
        var procedure = await procedures.StartAsync(unit, session.ProcedureId, token);
        var was = await PlanRows.RequireAsync(unit.Connection, session.PlanId);
        var plan = await plans.GoAsync(unit, session.PlanId, PlanEvent.Begin, null, null, token);
        var touchUp = plan.State is PlanState.TouchUpActive;
        var number = await SessionRows.NumberAsync(unit.Connection, session);
        await unit.Connection.ExecuteAsync("""
            UPDATE sessions__sessions SET number = @number, pass = @pass, touch_up = @touchUp, day = @day, started_at = @StartedAt, performed_by = @PerformedBy WHERE id = @id
            """, new { id, number, pass = Course.PassOf(number, was.EstimatedSessions, touchUp).ToString(), touchUp, day = clock.DayOf(procedure.StartedAt!.Value), procedure.StartedAt, procedure.PerformedBy });
        return await GoAsync(unit, session, SessionEvent.Start, null);
    }, token);

    /// <summary>It is called off.</summary>
    /// <exception cref="RefusedException">No reason, it can't be done now, or somebody changed it meanwhile.</exception>
    public Task<Session> CancelAsync(long id, long rowVersion, string? reason, CancellationToken token = default) => store.WriteAsync(new("Cancelled a session", reason?.Trim()), async unit =>
    {
        var session = await BeginAsync(unit, id, rowVersion);
        Require(session, SessionEvent.Cancel);
        await procedures.CancelAsync(unit, session.ProcedureId, reason, token);
        // Its appointment goes with it, and may have said so already.
        session = await SessionRows.RequireAsync(unit.Connection, id);
        return session.State is SessionState.Cancelled ? session : await GoAsync(unit, session, SessionEvent.Cancel, reason);
    }, token);

    /// <summary>Adds the session of a procedure that is there.</summary>
    internal static async Task<Session> AddAsync(IUnitOfWork unit, DbConnection db, TreatmentPlan plan, long procedureId)
    {
        var number = await SessionRows.NextNumberAsync(db, plan.Id);
        var touchUp = plan.State is PlanState.Completed or PlanState.TouchUpDue or PlanState.TouchUpActive;
        var id = await db.ExecuteScalarAsync<long>("""
            INSERT INTO sessions__sessions (plan_id, patient_id, procedure_id, number, pass, touch_up, created_at, changed_by, changed_at)
            VALUES (@Id, @PatientId, @procedureId, @number, @pass, @touchUp, @Now, @Name, @Now) RETURNING id
            """, new { plan.Id, plan.PatientId, procedureId, number, pass = Course.PassOf(number, plan.EstimatedSessions, touchUp).ToString(), touchUp, unit.Now, unit.Actor.Name });
        return await SessionRows.RequireAsync(db, id);
    }

    /// <summary>The session as somebody saw it.</summary>
    /// <exception cref="RefusedException">There is no such session, or somebody changed it meanwhile: the detail <c>current</c> says how it is.</exception>
    internal static async Task<Session> BeginAsync(IUnitOfWork unit, long id, long rowVersion)
    {
        var session = await SessionRows.RequireAsync(unit.Connection, id);
        return session.RowVersion == rowVersion ? session : throw Stale(session);
    }

    /// <summary>Somebody else was faster.</summary>
    internal static RefusedException Stale(Session session) =>
        new(RefusalKind.Stale, $"{session.ChangedBy} changed this session meanwhile. Look at it as it is now, and change it again.")
        {
            Details = new Dictionary<string, object?> { ["current"] = session },
        };

    /// <summary>The step, for whoever acts.</summary>
    /// <exception cref="RefusedException">It can't happen now, or they may not; the sentence says why.</exception>
    internal SessionStep Require(Session session, SessionEvent on, bool byCalendar = false)
    {
        var step = SessionStates.Find(session.State, on) ?? throw Refuse.Because((session.State, on) switch
        {
            (SessionState.Scheduled, SessionEvent.Clear or SessionEvent.Start) => Say($"The client hasn't been checked in yet."),
            (SessionState.CheckedIn, SessionEvent.Start) => Say($"It isn't cleared yet: look at what the guards say first."),
            (SessionState.InProgress, SessionEvent.Cancel) => Say($"This session has begun. Break it off instead: what was done until then stays."),
            (SessionState.Scheduled or SessionState.CheckedIn or SessionState.Cleared, SessionEvent.Close or SessionEvent.Abort) => Say($"This session hasn't begun."),
            (SessionState.Voided, _) => Say($"This session was entered in error and is void."),
            _ => Say($"This can't be done while the session stands at: {session.State}."),
        });
        // Who may move an appointment is the calendar's to say.
        return byCalendar || actor.May(step.Permission) ? step : throw Refuse.Forbidden($"Your role doesn't have the permission that this needs.");
    }

    /// <summary>Moves a session on.</summary>
    internal async Task<Session> GoAsync(IUnitOfWork unit, Session session, SessionEvent on, string? reason, bool byCalendar = false)
    {
        var db = store.Join(unit);
        var step = Require(session, on, byCalendar);
        var checks = new Checks();
        var why = step.Reason ? checks.Require(reason, "reason", 500) : checks.Optional(reason, "reason", 500);
        checks.Throw();
        await db.ExecuteAsync("""
            UPDATE sessions__sessions SET state = @to, state_reason = @why, changed_by = @Name, changed_at = @Now, row_version = row_version + 1 WHERE id = @Id
            """, new { session.Id, to = step.To.ToString(), why, unit.Actor.Name, unit.Now });
        return await SessionRows.RequireAsync(db, session.Id);
    }

    private Task<Session> AddAsync(IUnitOfWork unit, TreatmentPlan plan, long procedureId) => AddAsync(unit, store.Join(unit), plan, procedureId);

    private Task<Session> StepAsync(long id, long rowVersion, SessionEvent on, string? reason, Act act, CancellationToken token) =>
        store.WriteAsync(act, async unit => await GoAsync(unit, await BeginAsync(unit, id, rowVersion), on, reason), token);

    private static async Task<TreatmentPlan> TreatableAsync(DbConnection db, long planId)
    {
        var plan = await PlanRows.RequireAsync(db, planId);
        return PlanStates.Treatable.Contains(plan.State) ? plan
            : throw Refuse.Because($"No session can be made while the plan stands at: {plan.State}. Assess the client and record the consent first.");
    }

    private static string Title(int number, TreatmentPlan plan) =>
        plan.State is PlanState.Completed or PlanState.TouchUpDue or PlanState.TouchUpActive
            ? "SMP touch-up"
            : FormattableString.Invariant($"SMP session {number}, {Course.PassOf(number, plan.EstimatedSessions).ToString().ToLowerInvariant()}");

    // A switch of interpolated strings would be a switch of plain ones.
    private static FormattableString Say(FormattableString sentence) => sentence;
}
