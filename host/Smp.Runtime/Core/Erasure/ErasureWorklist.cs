using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Erasure;

/// <summary>Records that were erased in part, and whose rest needn't be kept any longer.</summary>
internal sealed class ErasureWorklist(IStore<CorePlugin> store) : IWorklistSource
{
    public string Permission => Identity.CorePermissions.PatientsErase;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        var whose = query.PatientId is null ? "" : "AND e.patient_id = @PatientId";
        var due = await store.ReadAsync(db => db.QueryAsync<(long PatientId, DateOnly RestOn)>($"""
            SELECT e.patient_id, max(e.rest_on) FROM core__patient_erasures e
            WHERE e.rest_on IS NOT NULL {whose} AND NOT EXISTS (SELECT 1 FROM core__patient_erasures w WHERE w.patient_id = e.patient_id AND w.whole = 1)
                AND NOT EXISTS (SELECT 1 FROM core__patient_merges m WHERE m.merged_id = e.patient_id AND m.undone_at IS NULL)
            GROUP BY e.patient_id HAVING max(e.rest_on) <= @Today
            ORDER BY max(e.rest_on), e.patient_id LIMIT @Limit
            """, new { query.PatientId, query.Today, query.Limit }), token);
        return [.. due.Select(d => new WorklistEntry(
            "Erase the rest of a record", "What had to be kept of it needn’t be kept any longer", $"/patients/{d.PatientId}/erase", d.RestOn, Urgency.Notice, d.PatientId))];
    }
}
