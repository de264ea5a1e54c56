using Smp.Needles.Containers;
using Smp.Needles.Lots;
using Smp.Needles.Reservations;
using Smp.Sdk;

namespace Smp.Needles.Uses;

/// <summary>The clinic's stock, as other modules take from it.</summary>
internal sealed class SupplyLedger(LotDirectory lots, ContainerBook containers, Picking picking, UseLog log, Reconciling reconciling, ReservationBook reservations) : ISupplyLedger
{
    public async Task<PickableLot?> ResolveAsync(string code, CancellationToken token = default) =>
        await lots.ResolveAsync(code, token) is { } lot ? LotDirectory.Pickable(lot) : null;

    public Task<IReadOnlyList<PickableLot>> ProposeAsync(SupplyKind kind, CancellationToken token = default) => lots.ProposeAsync(kind, token);

    public async Task<IReadOnlyList<OpenContainer>> ContainersAsync(SupplyKind kind, long patientId, CancellationToken token = default) =>
        [.. (await containers.UsableAsync(kind, patientId, token)).Select(ContainerBook.Shown)];

    public async Task<long> PickAsync(PickRequest request, CancellationToken token = default) => (await picking.PickAsync(request, token)).Id;

    public Task<RecordedUse> RecordUseAsync(IUnitOfWork unit, UseRecord use, CancellationToken token = default) => log.RecordAsync(unit, use, token);

    public Task<IReadOnlyList<OpenPick>> OpenPicksAsync(long? procedureId, long? patientId, IUnitOfWork? unit = null, CancellationToken token = default) =>
        reconciling.OpenAsync(procedureId, patientId, unit, token);

    public Task<IReadOnlyList<RecordedUse>> CloseOutAsync(
        IUnitOfWork unit, IReadOnlyList<CloseOutLine> lines, long performedBy, CancellationToken token = default) =>
        reconciling.CloseOutAsync(unit, lines, performedBy, token);

    public async Task<IReadOnlyList<long>> ReserveAsync(IUnitOfWork unit, ReserveRequest request, CancellationToken token = default) =>
        [.. (await reservations.ReserveAsync(unit, request, token)).Select(r => r.Id)];

    public Task ReleaseAsync(IUnitOfWork unit, long reservationId, CancellationToken token = default) => reservations.ReleaseAsync(unit, reservationId);

    public Task ReverseUseAsync(IUnitOfWork unit, long useId, string reason, CancellationToken token = default) =>
        log.VoidAsync(unit, useId, reason, token);
}
