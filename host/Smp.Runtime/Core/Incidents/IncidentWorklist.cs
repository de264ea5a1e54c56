using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Incidents;

/// <summary>Incidents that wait for their review.</summary>
internal sealed class IncidentWorklist(IStore<CorePlugin> store, IClinicClock clock) : IWorklistSource
{
    public string Permission => Identity.CorePermissions.IncidentsView;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        // One of two statements, so that each is answered from its own index.
        var whose = query.PatientId is null ? "" : "AND patient_id = @PatientId";
        var open = await store.ReadAsync(connection => connection.QueryAsync<(long Id, string Text, DateTimeOffset At, long? PatientId)>($"""
            SELECT id, text, at, patient_id FROM core__incidents
            WHERE reviewed_at IS NULL {whose}
            ORDER BY at LIMIT @Limit
            """, new { query.PatientId, query.Limit }), token);
        return [.. open.Select(i => new WorklistEntry(
            "Review an incident", i.Text, $"/incidents/{i.Id}", DateOnly.FromDateTime(clock.ToLocal(i.At).DateTime), Urgency.Danger, i.PatientId))];
    }
}
