using System.Globalization;
using Dapper;
using Smp.Sdk;

namespace Smp.Needles.Uses;

/// <summary>Units that were opened for somebody before today, and are neither used nor wasted.</summary>
internal sealed class PickWorklist(IStore<NeedlesPlugin> store, IClinicClock clock) : IWorklistSource
{
    public string Permission => Permissions.View;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        var since = clock.StartOf(query.Today);
        // One of two statements, so that each is answered from its own index.
        var whose = query.PatientId is null ? "" : "AND patient_id = @PatientId";
        var rows = await store.ReadAsync(connection => connection.QueryAsync<Left>($"""
            SELECT patient_id, sum(quantity - used - wasted) AS open, min(picked_at) AS since
            FROM needles__picks
            WHERE used + wasted < quantity AND picked_at < @since {whose}
            GROUP BY patient_id ORDER BY min(picked_at) LIMIT @Limit
            """, new { since, query.PatientId, query.Limit }), token);
        return [.. rows.Select(left => new WorklistEntry(
            $"Account for the units opened for {PatientSummary.NumberOf(left.PatientId)}",
            string.Create(CultureInfo.InvariantCulture, $"{left.Open} neither used nor wasted"),
            string.Create(CultureInfo.InvariantCulture, $"/needles/use/close?patient={left.PatientId}"), clock.DayOf(left.Since), Urgency.Warning, left.PatientId))];
    }

    private sealed record Left(long PatientId, long Open, DateTimeOffset Since);
}
