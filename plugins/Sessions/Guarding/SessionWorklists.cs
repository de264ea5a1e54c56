using Dapper;
using Smp.Sdk;
using Smp.Sessions.Healing;
using Smp.Sessions.PatchTests;
using Smp.Sessions.Treating;

namespace Smp.Sessions.Guarding;

/// <summary>Checks of healing that are due.</summary>
internal sealed class HealingWorklist(HealingBook healing) : IWorklistSource
{
    private const int OverdueDays = 3;

    public string Permission => Permissions.View;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token) =>
    [
        .. (await healing.DueAsync(query.Today, query.PatientId, query.Limit, token)).Select(d => new WorklistEntry(
            FormattableString.Invariant($"Check the healing of {d.Patient}"), FormattableString.Invariant($"Session {d.Number} · day {query.Today.DayNumber - d.Day.DayNumber}"), Links.Healing(d.SessionId),
            d.Due, d.Due.AddDays(OverdueDays) < query.Today ? Urgency.Danger : Urgency.Warning, d.PatientId)),
    ];
}

/// <summary>Patch tests that can be read.</summary>
internal sealed class PatchTestWorklist(PatchTestBook tests, IClinicClock clock) : IWorklistSource
{
    public string Permission => Permissions.View;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token) =>
    [
        .. (await tests.UnreadAsync(query.PatientId, 500, token)).Where(t => t.ReadFrom is { } from && clock.DayOf(from) <= query.Today).Take(query.Limit).Select(t => new WorklistEntry(
            $"Read the patch test of {t.Pigment}", t.State is PatchTestState.Applied ? "First reading, at 48 hours" : "Second reading, at 72 to 96 hours", Links.Plan(t.PlanId), clock.DayOf(t.ReadFrom!.Value),
            t.AppliedAt.AddHours(96) < clock.Now ? Urgency.Danger : Urgency.Warning, t.PatientId)),
    ];
}

/// <summary>Sessions that nobody ended, and clients who are here.</summary>
internal sealed class SessionWorklist(IStore<SessionsPlugin> store, IClinicClock clock) : IWorklistSource
{
    public string Permission => Permissions.View;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        var rows = await store.ReadAsync(db => db.QueryAsync<(long Id, long PatientId, string Patient, int Number, SessionState State, DateTimeOffset At)>("""
            SELECT s.id, s.patient_id, c.family_name || ', ' || c.given_name, s.number, s.state, coalesce(s.started_at, s.changed_at)
            FROM sessions__sessions s JOIN patients c ON c.id = s.patient_id
            WHERE s.state IN ('InProgress', 'CheckedIn', 'Cleared') AND (@PatientId IS NULL OR s.patient_id = @PatientId) ORDER BY s.id LIMIT @Limit
            """, new { query.PatientId, query.Limit }), token);
        return [.. rows.Select(r => Entry(r.Id, r.PatientId, r.Patient, r.Number, r.State, clock.DayOf(r.At), query.Today))];
    }

    private static WorklistEntry Entry(long id, long patientId, string patient, int number, SessionState state, DateOnly day, DateOnly today) => new(
        state is SessionState.InProgress ? $"End the session of {patient}" : $"Begin the session of {patient}", FormattableString.Invariant($"Session {number}"), Links.Session(id), day,
        day < today ? Urgency.Danger : state is SessionState.InProgress ? Urgency.Notice : Urgency.Warning, patientId);
}

/// <summary>Touch-ups that are due.</summary>
internal sealed class TouchUpWorklist(IStore<SessionsPlugin> store) : IWorklistSource
{
    public string Permission => Permissions.View;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        var rows = await store.ReadAsync(db => db.QueryAsync<(long Id, long PatientId, string Patient, DateOnly Due)>("""
            SELECT p.id, p.patient_id, c.family_name || ', ' || c.given_name, p.touch_up_due FROM sessions__plans p JOIN patients c ON c.id = p.patient_id
            WHERE p.touch_up_due <= @Today AND p.state IN ('Completed', 'TouchUpDue') AND (@PatientId IS NULL OR p.patient_id = @PatientId) ORDER BY p.touch_up_due LIMIT @Limit
            """, new { query.Today, query.PatientId, query.Limit }), token);
        return [.. rows.Select(r => new WorklistEntry($"Offer {r.Patient} a touch-up", "SMP fades over the years", Links.Plan(r.Id), r.Due, Urgency.Notice, r.PatientId))];
    }
}
