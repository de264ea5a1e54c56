using Smp.Needles.Lots;
using Smp.Sdk;

namespace Smp.Needles.Tests.Lots;

/// <summary>A lot to vary.</summary>
internal static class Some
{
    public static readonly DateOnly Expiry = new(2026, 7, 7);

    public static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static Lot Lot(LotState state = LotState.InUse, long onHand = 10, long opened = 0) => new()
    {
        Id = 1, ItemId = 1, Item = "Kwadron 3RL 0.30 mm", Kind = SupplyKind.NeedleCartridge, Number = "A213B1", Expiry = Expiry, State = state,
        StateSince = Noon, ReceivedAt = Noon, Received = 20, OnHand = onHand, Opened = opened, Held = 0, ToInspect = 0, CountDue = false, RowVersion = 1,
    };
}
