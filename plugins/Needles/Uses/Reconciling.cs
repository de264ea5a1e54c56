using Dapper;
using Smp.Needles.Lots;
using Smp.Sdk;

namespace Smp.Needles.Uses;

/// <summary>Accounts for opened units at the end of a procedure: opened = used + wasted.</summary>
public sealed class Reconciling(IStore<NeedlesPlugin> store, IClinicClock clock, UseLog log)
{
    /// <summary>Units that are opened and neither used nor wasted yet, the oldest first; at most 1,000.</summary>
    /// <param name="procedureId">In this procedure; null for any and none.</param>
    /// <param name="patientId">For this patient; null for everybody.</param>
    /// <param name="unit">The unit of work in which it is asked, where it is one.</param>
    /// <param name="token">Stops the search.</param>
    public async Task<IReadOnlyList<OpenPick>> OpenAsync(long? procedureId, long? patientId, IUnitOfWork? unit = null, CancellationToken token = default) =>
        (await store.ReadAsync(unit, connection => connection.QueryAsync<OpenPick>("""
            SELECT p.id AS pick_id, p.lot_id, l.number AS lot_number, i.title AS item, i.kind, p.patient_id, p.procedure_id, p.container_id,
                p.quantity - p.used - p.wasted AS open, p.picked_at
            FROM needles__picks p JOIN needles__lots l ON l.id = p.lot_id JOIN needles__items i ON i.id = l.item_id
            WHERE p.used + p.wasted < p.quantity AND (@procedureId IS NULL OR p.procedure_id = @procedureId)
              AND (@patientId IS NULL OR p.patient_id = @patientId)
            ORDER BY p.picked_at, p.id LIMIT 1000
            """, new { procedureId, patientId }), token)).AsList();

    /// <summary>Accounts for opened units in one step, in a unit of work of its own: all of it, or nothing.</summary>
    /// <exception cref="RefusedException">As <see cref="CloseOutAsync(IUnitOfWork, IReadOnlyList{CloseOutLine}, long, CancellationToken)"/>.</exception>
    public Task<IReadOnlyList<RecordedUse>> CloseOutAsync(IReadOnlyList<CloseOutLine> lines, long? performedBy, CancellationToken token = default)
    {
        if (performedBy is not { } by) throw Refuse.Field("performedBy", $"Say which member of staff used them.");
        return store.WriteAsync(new("Accounted for opened units") { PerformedBy = by }, unit => CloseOutAsync(unit, lines, by, token), token);
    }

    /// <summary>Accounts for opened units in somebody's unit of work. Every unit of each line is used or wasted.</summary>
    /// <exception cref="RefusedException">Nothing is said, no such pick or member of staff, a line leaves units open or has too many, or gives no reason for waste.</exception>
    public async Task<IReadOnlyList<RecordedUse>> CloseOutAsync(
        IUnitOfWork unit, IReadOnlyList<CloseOutLine> lines, long performedBy, CancellationToken token = default)
    {
        var book = new StockBook(store.Join(unit), unit, clock);
        var checks = new Checks();
        checks.That(lines is { Count: >= 1 and <= 1000 }, "lines", $"Say what became of the opened units: 1 to 1,000 lines.");
        checks.That(lines.All(l => l is not null), "lines", $"This is needed.");
        checks.Throw();
        checks.That(lines.DistinctBy(l => l.PickId).Count() == lines.Count, "lines", $"The same units stand in it twice.");
        var picks = new List<Pick>();
        for (var at = 0; at < lines.Count; at++)
        {
            var (line, pick) = (lines[at], await Picking.RequireAsync(book, lines[at].PickId));
            picks.Add(pick);
            checks.That(line.Used >= 0, $"lines[{at}].used", $"0 or more.");
            checks.That(line.Wasted >= 0, $"lines[{at}].wasted", $"0 or more.");
            checks.That(line.Used + line.Wasted == pick.Open, $"lines[{at}].used", $"{pick.Open} are open: used and wasted make {line.Used + line.Wasted}. Account for each.");
            checks.That(line.Wasted == 0 || Enum.GetNames<WasteReason>().Contains(line.Reason), $"lines[{at}].reason",
                $"Say why: PackageDamaged, Dropped, Contaminated, Expired or Surplus.");
        }

        checks.Throw();
        var uses = new List<RecordedUse>();
        foreach (var (line, pick) in lines.Zip(picks))
        {
            if (line.Used > 0)
                uses.Add(await log.RecordAsync(unit, new(pick.LotId, pick.PatientId, line.Used, performedBy, unit.Now, pick.Id), token));
            if (line.Wasted > 0)
                await Picking.WasteAsync(book, await Picking.RequireAsync(book, pick.Id), line.Wasted, Enum.Parse<WasteReason>(line.Reason!));
        }

        return uses;
    }
}
