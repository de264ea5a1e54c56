using System.Globalization;
using Dapper;
using Smp.Sdk;

namespace Smp.Needles.Recalls;

/// <summary>Patients treated from recalled lots whom nobody has tried to tell yet.</summary>
internal sealed class RecallWorklist(IStore<NeedlesPlugin> store, IClinicClock clock, ICurrentActor actor) : IWorklistSource
{
    public string Permission => Permissions.View;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        // One of two statements, so that each is answered from its own index.
        var whose = query.PatientId is null ? "" : "AND a.patient_id = @PatientId";
        var rows = await store.ReadAsync(connection => connection.QueryAsync<NotTold>($"""
            SELECT n.id, n.class, i.title AS item, n.opened_at, a.patient_id, p.family_name || ', ' || p.given_name AS name, a.again, a.quantity
            FROM needles__affected_patients a JOIN needles__recall_notices n ON n.id = a.notice_id
            JOIN needles__items i ON i.id = n.item_id JOIN patients p ON p.id = a.patient_id
            WHERE a.outcome = 'NotYet' {whose}
            ORDER BY n.class, n.opened_at, a.last_use DESC LIMIT @Limit
            """, new { query.PatientId, query.Limit }), token);
        var names = actor.May(Permissions.SeePatients);
        return [.. rows.Select(r => new WorklistEntry(
            r.Again ? $"Tell {Who(r)} about a recall again" : $"Tell {Who(r)} about a recall",
            string.Create(CultureInfo.InvariantCulture, $"Class {r.Class} · {r.Quantity} × {r.Item} used"),
            string.Create(CultureInfo.InvariantCulture, $"/needles/recalls/{r.Id}"),
            clock.DayOf(r.OpenedAt), Urgency.Danger, r.PatientId))];

        // Whoever sees this may see the stock, and not always the patients.
        string Who(NotTold one) => names ? one.Name : PatientSummary.NumberOf(one.PatientId);
    }

    private sealed record NotTold(long Id, RecallClass Class, string Item, DateTimeOffset OpenedAt, long PatientId, string Name, bool Again, long Quantity);
}
