using System.Globalization;
using Smp.Sdk;

namespace Smp.Needles.Reservations;

/// <summary>Units that are kept for a patient of a lot that can't be used on that day.</summary>
internal sealed class ReservationWorklist(IStore<NeedlesPlugin> store) : IWorklistSource
{
    public string Permission => Permissions.View;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        var rows = await store.ReadAsync(connection => ReservationBook.BrokenAsync(connection, query.PatientId, query.Today, query.Limit), token);
        return [.. rows.Select(r => new WorklistEntry(
            $"Reserve other units for {PatientSummary.NumberOf(r.PatientId)}",
            string.Create(CultureInfo.InvariantCulture, $"{r.Quantity - r.Taken} × {r.Item} held, lot {r.LotNumber}, which can't be used on that day"),
            string.Create(CultureInfo.InvariantCulture, $"/needles/reservations?patient={r.PatientId}"), r.Day,
            r.Day <= query.Today.AddDays(1) ? Urgency.Danger : Urgency.Warning, r.PatientId))];
    }
}
