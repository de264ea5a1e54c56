using Dapper;
using Smp.Sdk;

namespace Smp.Needles.Lots;

/// <summary>What can be taken of an item now.</summary>
/// <param name="ItemId">Of which item.</param>
/// <param name="Title">The item as shown.</param>
/// <param name="Available">Units that can be taken from its usable lots.</param>
/// <param name="Received">Units that were received in those lots.</param>
public sealed record StockLevel(long ItemId, string Title, long Available, long Received);

/// <summary>What wants somebody's attention on the shelf, as counts.</summary>
/// <param name="Expiring">Lots with stock that expire within the days of the warning.</param>
/// <param name="ToDispose">Lots that can't be used any more, and are still here.</param>
/// <param name="ToInspect">Lots with stock that wait for their inspection.</param>
/// <param name="Low">Items that are low.</param>
public sealed record StockGlance(long Expiring, long ToDispose, long ToInspect, long Low);

/// <summary>How much there is, by item and at a glance.</summary>
public sealed class StockLevels(IStore<NeedlesPlugin> store, IClinicClock clock, ISettings<NeedlesPlugin> settings)
{
    /// <summary>What of a lot <c>l</c> can be taken for anybody: sealed, inspected, kept for nobody. Needs <c>@today</c>.</summary>
    internal const string Available = $"max(0, l.on_hand - l.opened - l.to_inspect - {Reservations.ReservationBook.Held})";

    /// <summary>
    /// Units by item that has lots, as the table <c>stock</c>. Usable lots are those released or in use and not expired. Needs <c>@today</c>.
    /// </summary>
    internal const string Stock = $"""
        usable AS (
            SELECT l.item_id, sum({Available}) AS available, sum(l.received) AS received FROM needles__lots l
            WHERE l.state IN ('Released', 'InUse') AND (l.expiry IS NULL OR l.expiry >= @today) GROUP BY l.item_id),
        stock AS (
            SELECT i.id AS item_id, coalesce(u.available, 0) AS available, coalesce(u.received, 0) AS received
            FROM needles__items i LEFT JOIN usable u ON u.item_id = i.id WHERE EXISTS (SELECT 1 FROM needles__lots l WHERE l.item_id = i.id))
        """;

    /// <summary>
    /// An item is low when the units that can still be taken from its usable lots are at most the given percent of what was received in
    /// those lots; when it has no usable lot, nothing can be taken, and it is low whatever the percent. Items out of use, and those that
    /// never were received, aren't looked at. Needs <c>@percent</c> too.
    /// </summary>
    internal const string IsLow = "i.active = 1 AND s.available * 100 <= s.received * @percent";

    /// <summary>The days before expiry from which a lot is warned of.</summary>
    public int WarningDays => settings.Get<int>("expiryWarningDays");

    /// <summary>The units at or below which a lot or item is low, of those received.</summary>
    public long ThresholdOf(long received) => received * settings.Get<int>("lowStockPercent") / 100;

    /// <summary>What there is of some items, by their keys; those that were never received are missing.</summary>
    public async Task<IReadOnlyDictionary<long, StockLevel>> OfAsync(IEnumerable<long> items, CancellationToken token = default)
    {
        var rows = await store.ReadAsync(connection => connection.QueryAsync<StockLevel>($"""
            WITH {Stock}
            SELECT i.id AS item_id, i.title, s.available, s.received FROM stock s JOIN needles__items i ON i.id = s.item_id WHERE i.id IN @items
            """, new { items, today = clock.Today }), token);
        return rows.ToDictionary(level => level.ItemId);
    }

    /// <summary>What wants somebody's attention.</summary>
    public Task<StockGlance> GlanceAsync(CancellationToken token = default)
    {
        var today = clock.Today;
        return store.ReadAsync(connection => connection.QuerySingleAsync<StockGlance>($"""
            WITH here AS (SELECT {StockBook.State} AS state, l.expiry, l.to_inspect FROM needles__lots l WHERE l.on_hand > 0), {Stock}
            SELECT (SELECT count(*) FROM here WHERE state IN ('Received', 'Released', 'InUse', 'Quarantined') AND expiry <= @until) AS expiring,
                (SELECT count(*) FROM here WHERE state IN ('Expired', 'Recalled', 'Disposed')) AS to_dispose,
                (SELECT count(*) FROM here WHERE state = 'Received' OR (state IN ('Released', 'InUse') AND to_inspect > 0)) AS to_inspect,
                (SELECT count(*) FROM stock s JOIN needles__items i ON i.id = s.item_id WHERE {IsLow}) AS low
            """, new { today, until = today.AddDays(WarningDays), percent = settings.Get<int>("lowStockPercent") }), token);
    }
}
