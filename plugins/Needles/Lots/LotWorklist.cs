using System.Globalization;
using Dapper;
using Smp.Sdk;

namespace Smp.Needles.Lots;

/// <summary>Lots that want something done: inspected, used up in time, disposed of, counted; and items to order.</summary>
[ForTheClinic]
internal sealed class LotWorklist(IStore<NeedlesPlugin> store, ISettings<NeedlesPlugin> settings) : IWorklistSource
{
    public string Permission => Permissions.View;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        var until = query.Today.AddDays(settings.Get<int>("expiryWarningDays"));
        var percent = settings.Get<int>("lowStockPercent");
        var (lots, low) = await store.SnapshotAsync(async connection => (
            await connection.QueryAsync<Lot>($"""
                SELECT {StockBook.Columns}
                WHERE l.id IN (
                    SELECT id FROM needles__lots WHERE count_due = 1
                    UNION ALL
                    SELECT id FROM needles__lots WHERE on_hand > 0 AND (
                        state IN ('Received', 'Recalled', 'Disposed') OR to_inspect > 0
                        OR (state IN ('Received', 'Released', 'InUse', 'Quarantined', 'Expired') AND expiry <= @until)))
                ORDER BY coalesce(l.expiry, '9999-12-31'), l.id LIMIT @Limit
                """, new { today = query.Today, until, query.Limit }),
            await connection.QueryAsync<StockLevel>(Low, new { today = query.Today, percent, query.Limit })), token);
        return [.. lots.SelectMany(lot => Entries(lot, query.Today, until)).Concat(low.Select(l => Entry(l, query.Today)))
            .OrderByDescending(entry => entry.Urgency).ThenBy(entry => entry.Due).Take(query.Limit)];
    }

    private const string Low = $"""
        WITH {StockLevels.Stock}
        SELECT i.id AS item_id, i.title, s.available, s.received
        FROM stock s JOIN needles__items i ON i.id = s.item_id
        WHERE {StockLevels.IsLow}
        ORDER BY s.available, i.title LIMIT @Limit
        """;

    private static IEnumerable<WorklistEntry> Entries(Lot lot, DateOnly today, DateOnly until)
    {
        var href = string.Create(CultureInfo.InvariantCulture, $"/needles/lots/{lot.Id}");
        if (lot.CountDue)
            yield return new($"Count lot {lot.Number}", $"{lot.Item} · more was used than the book had", href, today, Urgency.Warning);
        if (lot.OnHand == 0) yield break;
        var units = string.Create(CultureInfo.InvariantCulture, $"{lot.Item} · {lot.OnHand} here");
        switch (lot)
        {
            case { State: LotState.Recalled }:
                yield return new($"Dispose of lot {lot.Number}", $"{units} · recalled", href, today, Urgency.Danger);
                break;
            case { State: LotState.Disposed }:
                yield return new($"Dispose of lot {lot.Number}", $"{units} · came after the lot was disposed of", href, today, Urgency.Danger);
                break;
            case { State: LotState.Expired, Expiry: { } expired }:
                yield return new($"Dispose of lot {lot.Number}",
                    string.Create(CultureInfo.InvariantCulture, $"{units} · expired on {expired:d MMMM yyyy}"), href, expired, Urgency.Danger);
                break;
            // The sets of a steriliser load wait for its indicators, which have entries of their own.
            case { State: LotState.Received, LoadId: not null }:
                break;
            case { State: LotState.Received }:
                yield return new($"Inspect lot {lot.Number}", units, href, today, Urgency.Notice);
                break;
            case { State: LotState.Released or LotState.InUse, ToInspect: > 0 }:
                yield return new($"Inspect the new box of lot {lot.Number}",
                    string.Create(CultureInfo.InvariantCulture, $"{lot.Item} · {lot.ToInspect} of {lot.OnHand} wait"), href, today, Urgency.Notice);
                break;
            case { Expiry: { } expiry } when expiry <= until:
                yield return new($"Use lot {lot.Number} first",
                    string.Create(CultureInfo.InvariantCulture, $"{units} · expires on {expiry:d MMMM yyyy}"), href, expiry, Urgency.Notice);
                break;
        }
    }

    private static WorklistEntry Entry(StockLevel low, DateOnly today) => new($"Order {low.Title}",
        low.Available == 0
            ? "Nothing is left that can be used"
            : string.Create(CultureInfo.InvariantCulture, $"{low.Available} left of {low.Received}"),
        string.Create(CultureInfo.InvariantCulture, $"/needles/items/{low.ItemId}"), today, low.Available == 0 ? Urgency.Warning : Urgency.Notice);
}
