using Smp.Needles.Containers;
using Smp.Needles.Lots;
using Smp.Sdk;

namespace Smp.Needles.Uses;

/// <summary>The clinic's stock, as other modules take from it.</summary>
internal sealed class SupplyLedger(LotDirectory lots, ContainerBook containers, Picking picking, UseLog log) : ISupplyLedger
{
    public async Task<PickableLot?> ResolveAsync(string code, CancellationToken token = default) =>
        await lots.ResolveAsync(code, token) is { } lot ? LotDirectory.Pickable(lot) : null;

    public Task<IReadOnlyList<PickableLot>> ProposeAsync(SupplyKind kind, CancellationToken token = default) => lots.ProposeAsync(kind, token);

    public async Task<IReadOnlyList<OpenContainer>> ContainersAsync(SupplyKind kind, long patientId, CancellationToken token = default) =>
        [.. (await containers.UsableAsync(kind, patientId, token)).Select(ContainerBook.Shown)];

    public async Task<long> PickAsync(PickRequest request, CancellationToken token = default) => (await picking.PickAsync(request, token)).Id;

    public Task<RecordedUse> RecordUseAsync(IUnitOfWork unit, UseRecord use, CancellationToken token = default) => log.RecordAsync(unit, use, token);

    public Task ReverseUseAsync(IUnitOfWork unit, long useId, string reason, CancellationToken token = default) =>
        log.VoidAsync(unit, useId, reason, token);
}
