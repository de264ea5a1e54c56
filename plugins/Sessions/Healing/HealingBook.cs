using System.Data.Common;
using Dapper;
using Smp.Sdk;
using Smp.Sessions.Treating;

namespace Smp.Sessions.Healing;

/// <summary>Checks of healing: due on day 4, 10 and 28 after a session, with what was found.</summary>
public sealed class HealingBook(IStore<SessionsPlugin> store, SessionBook sessions, IComplications complications, IClinicClock clock, ISettings<SessionsPlugin> settings, ITimeline timeline)
{
    private const string Columns = "id, session_id, patient_id, checked_on, day, healed, note, missed_reason, checked_by, checked_at FROM sessions__healing_checks";

    /// <summary>The days of the clinic's checks.</summary>
    public HealingSchedule Schedule => new([.. new[] { settings.Get<int>("firstCheckDay"), settings.Get<int>("secondCheckDay"), settings.Get<int>("lastCheckDay") }.Distinct().Order()]);

    /// <summary>The checks of a session, the first first.</summary>
    public Task<IReadOnlyList<HealingCheck>> OfSessionAsync(long sessionId, CancellationToken token = default) => store.SnapshotAsync(db => OfSessionAsync(db, sessionId), token);

    /// <summary>The checks of every session of a plan, the first first; at most 500.</summary>
    public Task<IReadOnlyList<HealingCheck>> OfPlanAsync(long planId, CancellationToken token = default) => store.SnapshotAsync<IReadOnlyList<HealingCheck>>(async db =>
    {
        List<HealingCheck> checks = [];
        foreach (var session in await SessionRows.OfPlanAsync(db, planId)) checks.AddRange(await OfSessionAsync(db, session.Id));
        return checks;
    }, token);

    /// <summary>When the next check of a session is due; null when none is.</summary>
    public Task<DateOnly?> DueAsync(long sessionId, CancellationToken token = default) =>
        store.ReadAsync(db => db.ExecuteScalarAsync<DateOnly?>("SELECT due FROM sessions__healing_due WHERE session_id = @sessionId", new { sessionId }), token);

    /// <summary>The checks that are due by a day, the earliest first.</summary>
    public async Task<IReadOnlyList<DueCheck>> DueAsync(DateOnly by, long? patientId, int limit, CancellationToken token = default) => (await store.ReadAsync(db => db.QueryAsync<DueCheck>("""
        SELECT d.session_id, d.patient_id, c.family_name || ', ' || c.given_name AS patient, s.number, s.day, d.due
        FROM sessions__healing_due d JOIN sessions__sessions s ON s.id = d.session_id JOIN patients c ON c.id = d.patient_id
        WHERE d.due <= @by AND (@patientId IS NULL OR d.patient_id = @patientId) ORDER BY d.due, d.session_id LIMIT @limit
        """, new { by, patientId, limit }), token)).AsList();

    /// <summary>Records a check, or why it was missed.</summary>
    /// <exception cref="RefusedException">A field needs another look, no such session, or it didn't take place.</exception>
    public Task<HealingCheck> RecordAsync(long sessionId, HealingInput input, CancellationToken token = default) => store.WriteAsync(new("Checked the healing"), async unit =>
    {
        var db = unit.Connection;
        var session = await SessionRows.RequireAsync(db, sessionId);
        if (session.Day is not { } day || !SessionStates.TookPlace.Contains(session.State)) throw Refuse.Because($"This session isn't over, so there is nothing to heal. It stands at: {session.State}.");
        var check = Checked(session, input, day, clock.DayOf(unit.Now));
        var id = await db.ExecuteScalarAsync<long>("""
            INSERT INTO sessions__healing_checks (session_id, patient_id, checked_on, day, healed, note, missed_reason, checked_by, checked_at)
            VALUES (@sessionId, @PatientId, @CheckedOn, @day, @Healed, @Note, @MissedReason, @Name, @Now) RETURNING id
            """, new { sessionId, session.PatientId, check.CheckedOn, day = check.CheckedOn!.Value.DayNumber - day.DayNumber, check.Healed, check.Note, check.MissedReason, unit.Actor.Name, unit.Now });
        foreach (var finding in check.Findings!)
        {
            long? complication = HealingSchedule.Stops(finding)
                ? await complications.RecordAsync(unit, new(session.PatientId, finding is HealingFinding.Allergy ? ComplicationKind.Allergy : ComplicationKind.Infection, check.CheckedOn, check.Severity, check.Note)
                {
                    ProcedureId = session.ProcedureId,
                }, token)
                : null;
            await db.ExecuteAsync("INSERT INTO sessions__healing_findings (check_id, session_id, patient_id, finding, complication_id) VALUES (@id, @sessionId, @PatientId, @finding, @complication)",
                new { id, sessionId, session.PatientId, finding = finding.ToString(), complication });
        }

        if (check.Healed && session.State is SessionState.Closed)
        {
            await db.ExecuteAsync("UPDATE sessions__sessions SET healed_at = @Now WHERE id = @sessionId", new { sessionId, unit.Now });
            session = await sessions.GoAsync(unit, session, SessionEvent.Heal, null);
        }

        await ScheduleAsync(unit, session);
        if (check.MissedReason is null)
            await timeline.WriteAsync(unit, new(session.PatientId, unit.Now, "shield", Line(check, check.CheckedOn.Value.DayNumber - day.DayNumber), Links.Healing(sessionId)), token);
        return (await OfSessionAsync(db, sessionId)).First(c => c.Id == id);
    }, token);

    /// <summary>Records how something that was found ended.</summary>
    /// <exception cref="RefusedException">No outcome, no such finding, or it is over already.</exception>
    public Task<HealingCheck> ResolveAsync(long findingId, string? outcome, CancellationToken token = default)
    {
        var checks = new Checks();
        var ended = checks.Require(outcome, "outcome", 500);
        checks.Throw();
        return store.WriteAsync(new("Recorded how a finding ended"), async unit =>
        {
            var db = unit.Connection;
            var (session, check, open) = await db.QuerySingleOrDefaultAsync<(long, long, bool)>("SELECT session_id, check_id, resolved_at IS NULL FROM sessions__healing_findings WHERE id = @findingId", new { findingId });
            if (session == 0) throw Refuse.Missing($"There is no finding {findingId}.");
            if (!open) throw Refuse.Because($"How this ended is on record already.");
            await db.ExecuteAsync("UPDATE sessions__healing_findings SET resolved_at = @Now, resolved_by = @Name, outcome = @ended WHERE id = @findingId", new { findingId, unit.Now, unit.Actor.Name, ended });
            return (await OfSessionAsync(db, session)).First(c => c.Id == check);
        }, token);
    }

    /// <summary>Sets when the next check is due, from what there is.</summary>
    internal async Task ScheduleAsync(IUnitOfWork unit, Session session)
    {
        var db = store.Join(unit);
        await db.ExecuteAsync("DELETE FROM sessions__healing_due WHERE session_id = @Id", new { session.Id });
        if (session.Day is not { } day || session.State is SessionState.Healed or SessionState.Voided || !await SessionRows.TookPlaceAsync(db, session.Id)) return;
        var made = await db.QueryAsync<DateOnly>("SELECT checked_on FROM sessions__healing_checks WHERE session_id = @Id", new { session.Id });
        if (Schedule.NextDue(day, made) is { } due)
            await db.ExecuteAsync("INSERT INTO sessions__healing_due (session_id, patient_id, due) VALUES (@Id, @PatientId, @due)", new { session.Id, session.PatientId, due });
    }

    /// <summary>The latest day after a session on which somebody looked; null when nobody did.</summary>
    internal static Task<int?> LastDayAsync(DbConnection db, long sessionId) =>
        db.ExecuteScalarAsync<int?>("SELECT max(day) FROM sessions__healing_checks WHERE session_id = @sessionId AND missed_reason IS NULL", new { sessionId });

    /// <summary>What is open on a patient and stops the next session.</summary>
    internal static async Task<IReadOnlyList<(HealingFinding Finding, long SessionId)>> OpenAsync(DbConnection db, long patientId) => (await db.QueryAsync<(HealingFinding, long)>("""
        SELECT f.finding, max(f.session_id) FROM sessions__healing_findings f JOIN sessions__sessions s ON s.id = f.session_id
        WHERE f.patient_id = @patientId AND f.resolved_at IS NULL AND f.finding IN ('Infection', 'Allergy') AND s.state <> 'Voided' GROUP BY f.finding
        """, new { patientId })).AsList();

    private static HealingInput Checked(Session session, HealingInput input, DateOnly day, DateOnly today)
    {
        var checks = new Checks();
        var on = input.CheckedOn ?? today;
        checks.That(on >= day, "checkedOn", $"This is before the session, which was on {day}.");
        checks.That(on <= today, "checkedOn", $"This is in the future.");
        if (checks.Optional(input.MissedReason, "missedReason", 500) is { } missed)
        {
            checks.Throw();
            return new() { CheckedOn = on, MissedReason = missed, Findings = [] };
        }

        List<HealingFinding> findings = [.. (input.Findings ?? []).Distinct()];
        checks.That(findings.All(Enum.IsDefined), "findings", $"Choose one from the list.");
        var grave = findings.Any(HealingSchedule.Stops);
        var note = grave ? checks.Require(input.Note, "note", 1000) : checks.Optional(input.Note, "note", 1000);
        checks.That(!grave || input.Severity is not null, "severity", $"Say how grave it is.");
        checks.That(!input.Healed || on.DayNumber - day.DayNumber >= HealingSchedule.CountsFromDay, "healed", $"Nobody can say so before day {HealingSchedule.CountsFromDay}.");
        checks.That(!input.Healed || !grave, "healed", $"Skin with an infection or an allergic reaction hasn't healed.");
        checks.Throw();
        return input with { CheckedOn = on, Findings = findings, Note = note, MissedReason = null };
    }

    private static string Line(HealingInput check, int day) => check.Findings!.Count == 0
        ? FormattableString.Invariant($"Healing checked on day {day}: nothing to see")
        : FormattableString.Invariant($"Healing checked on day {day}: {string.Join(", ", check.Findings.Select(f => f.ToString().ToLowerInvariant()))}");

    private static async Task<IReadOnlyList<HealingCheck>> OfSessionAsync(DbConnection db, long sessionId)
    {
        var checks = (await db.QueryAsync<HealingCheck>($"SELECT {Columns} WHERE session_id = @sessionId ORDER BY checked_on, id LIMIT 200", new { sessionId })).AsList();
        var findings = (await db.QueryAsync<FoundInHealing>(
            "SELECT id, check_id, finding, resolved_at, resolved_by, outcome FROM sessions__healing_findings WHERE session_id = @sessionId", new { sessionId })).ToLookup(f => f.CheckId);
        return [.. checks.Select(c => c with { Findings = [.. findings[c.Id].OrderBy(f => f.Finding)] })];
    }
}
