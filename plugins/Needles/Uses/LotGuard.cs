using Smp.Needles.Lots;
using Smp.Sdk;

namespace Smp.Needles.Uses;

/// <summary>
/// Says whether a lot may be used in a procedure, and whether everything that was opened for it is accounted for. An expired, quarantined or recalled lot
/// is never used, whoever says so; a procedure isn't closed while opened units are neither used nor wasted.
/// </summary>
public sealed class LotGuard(IStore<NeedlesPlugin> store, IClinicClock clock, Reconciling reconciling) : IProcedureGuard
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token) => question.Stage switch
    {
        GuardStage.Use when question.Use?.LotId is { } lot => Of(await store.ReadAsync(unit, c => StockBook.FindAsync(c, lot, clock.DayOf(question.At)), token)),
        GuardStage.Close => Of(question.Procedure.Id, await reconciling.OpenAsync(question.Procedure.Id, null, unit, token)),
        _ => [],
    };

    /// <summary>What stands in the way of using a lot, as it stands on the day of the use.</summary>
    internal static IReadOnlyList<GuardAnswer> Of(Lot? lot)
    {
        if (lot is null) return [];
        var href = FormattableString.Invariant($"/needles/lots/{lot.Id}");
        return lot.State switch
        {
            LotState.Recalled => [new(GuardGrade.Never, "lotRecalled", $"Lot {lot.Number} was recalled. Choose another lot.", href)],
            LotState.Expired => [new(GuardGrade.Never, "lotExpired", $"Lot {lot.Number} expired on {lot.Expiry:d MMMM yyyy}. Choose another lot.", href)],
            LotState.Quarantined => [new(GuardGrade.Never, "lotQuarantined", $"Lot {lot.Number} is in quarantine. Choose another lot.", href)],
            LotState.Disposed => [new(GuardGrade.Never, "lotDisposed", $"Lot {lot.Number} was disposed of. Choose another lot.", href)],
            // By lot: who overrides it for one doesn't override it for another.
            LotState.Received => [new(GuardGrade.Stop, FormattableString.Invariant($"lotNotReleased-{lot.Id}"), $"Lot {lot.Number} hasn't passed its inspection yet. Inspect and release it first.", href)],
            _ => [],
        };
    }

    private static IReadOnlyList<GuardAnswer> Of(long procedureId, IReadOnlyList<OpenPick> open) => open.Count == 0
        ? []
        : [new(GuardGrade.Stop, "unreconciled", $"{open.Sum(p => p.Open)} opened units are neither used nor wasted. Account for them first.",
            FormattableString.Invariant($"/needles/use/close?patient={open[0].PatientId}&procedure={procedureId}"))];
}
