using Dapper;
using Smp.Needles.Items;
using Smp.Needles.Recalls;
using Smp.Needles.Scanning;
using Smp.Sdk;

namespace Smp.Needles.Lots;

/// <summary>What was received before of an item: the next box is likely the same.</summary>
/// <param name="Supplier">From whom.</param>
/// <param name="Sterilisation">How it was sterilised.</param>
public sealed record LastReceipt(string? Supplier, Sterilisation? Sterilisation);

/// <summary>Units that came in.</summary>
/// <param name="LotId">Into which lot.</param>
/// <param name="Number">Its number.</param>
/// <param name="Item">The item as shown.</param>
/// <param name="State">Where the lot stands today.</param>
/// <param name="Quantity">How many units.</param>
/// <param name="Actor">Who wrote it.</param>
/// <param name="RecordedAt">When it was written.</param>
public sealed record ReceivedUnits(long LotId, string Number, string Item, LotState State, long Quantity, string Actor, DateTimeOffset RecordedAt);

/// <summary>Receives boxes into lots.</summary>
public sealed class Receiving(IStore<NeedlesPlugin> store, IClinicClock clock, ISettings<NeedlesPlugin> settings, ISearch search)
{
    /// <summary>Receives boxes. More of a lot that is here already is added to it.</summary>
    /// <remarks>
    /// That a box arrived is a fact: one that is expired or recalled is recorded too, but never released. Each box is inspected: that another box of
    /// the lot passed says nothing of this one, whose units can't be picked until it passed too.
    /// </remarks>
    /// <exception cref="RefusedException">
    /// A field needs another look; the code names no item here (<c>scan</c> in the details says what it does say); or the lot is here
    /// with another use-by date.
    /// </exception>
    public Task<Lot> ReceiveAsync(Receipt receipt, CancellationToken token = default)
    {
        var releases = settings.Get<bool>("releaseOnReceipt");
        var code = string.IsNullOrWhiteSpace(receipt.Code) ? null : ScannedCode.Parse(receipt.Code, clock.Today);
        receipt = receipt.With(code);
        return store.WriteAsync(new("Received a lot"), async unit =>
        {
            var book = new StockBook(unit.Connection, unit, clock);
            var item = await ItemAsync(unit, receipt, code);
            var box = receipt.Checked(item, book.Today, unit.Now);
            var inspection = box.Inspected ?? (releases ? new Inspection(Passed: true) : null);

            var id = await LotAsync(unit, item, box, book.Today);
            await book.BookAsync(id, MovementKind.Receive, box.Quantity!.Value, new() { OnHand = box.Quantity.Value, At = box.ReceivedAt });
            await book.SettleAsync(id, LotEvent.Refill);
            await RecallCoverage.CoverAsync(book, id, item.Id);
            if (inspection is not { Passed: true })
                await unit.Connection.ExecuteAsync("UPDATE needles__lots SET to_inspect = to_inspect + @Quantity WHERE id = @id", new { id, box.Quantity });
            if (inspection is not null) await InspectAsync(book, id, inspection, box.ReceivedAt!.Value, box.Quantity);
            await search.PutAsync(unit, LotDirectory.SearchEntryOf(id, box.Number!, item.Title, item.Manufacturer), token);
            return await book.RequireAsync(id);
        }, token);
    }

    /// <summary>What was received last of an item; null when nothing was.</summary>
    public Task<LastReceipt?> LastOfAsync(long itemId, CancellationToken token = default) =>
        store.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<LastReceipt>("""
            SELECT supplier, sterilisation FROM needles__lots WHERE item_id = @itemId ORDER BY received_at DESC, id DESC LIMIT 1
            """, new { itemId }), token);

    /// <summary>What was received last of everything, the latest first.</summary>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Gives up waiting.</param>
    public async Task<IReadOnlyList<ReceivedUnits>> LatestAsync(int limit, CancellationToken token = default)
    {
        var today = clock.Today;
        return (await store.ReadAsync(connection => connection.QueryAsync<ReceivedUnits>($"""
            SELECT m.lot_id, l.number, i.title AS item, {StockBook.State} AS state, m.quantity, m.actor, m.recorded_at
            FROM needles__movements m JOIN needles__lots l ON l.id = m.lot_id JOIN needles__items i ON i.id = l.item_id
            WHERE m.kind = 'Receive' ORDER BY m.id DESC LIMIT @limit
            """, new { today, limit }), token)).AsList();
    }

    private static async Task<Item> ItemAsync(IUnitOfWork unit, Receipt receipt, ScannedCode? code)
    {
        var scanned = code is null ? null : await ItemCatalogue.FindAsync(unit.Connection, code);
        if (receipt.ItemId is { } id)
        {
            var item = await ItemCatalogue.RequireAsync(unit.Connection, id);
            if (scanned is not null && scanned.Id != id)
                throw Refuse.Field("itemId", $"The barcode is that of {scanned.Title}, not of {item.Title}. Compare with the box.");
            return item;
        }

        if (scanned is not null) return scanned;
        if (code is null || (code.Gtin ?? code.Ref) is not { } named) throw Refuse.Field("itemId", $"Say which item it is, or scan the box.");
        throw new RefusedException(RefusalKind.Missing, $"No item here has the number {named}. Add the item first, then receive the box.")
        {
            Details = new Dictionary<string, object?> { ["scan"] = ScanAnswer.Of(code) },
        };
    }

    /// <summary>The key of the lot, made when it isn't here yet.</summary>
    private static async Task<long> LotAsync(IUnitOfWork unit, Item item, Receipt receipt, DateOnly today)
    {
        var here = await unit.Connection.QuerySingleOrDefaultAsync<Here>(
            "SELECT id, expiry, load_id FROM needles__lots WHERE item_id = @Id AND number = @Number", new { item.Id, receipt.Number });
        if (here is null)
        {
            return await unit.Connection.ExecuteScalarAsync<long>("""
                INSERT INTO needles__lots
                    (item_id, number, expiry, manufactured, sterilisation, supplier, state, state_since, received_by, received_at)
                VALUES (@Id, @Number, @Expiry, @Manufactured, @sterilisation, @Supplier, @state, @ReceivedAt, @StaffId, @ReceivedAt)
                RETURNING id
                """, new
            {
                item.Id, receipt.Number, receipt.Expiry, receipt.Manufactured, sterilisation = receipt.Sterilisation?.ToString(), receipt.Supplier,
                state = (receipt.Expiry < today ? LotState.Expired : LotState.Received).ToString(), unit.Actor.StaffId, receipt.ReceivedAt,
            });
        }

        if (here.LoadId is not null) throw Refuse.Field("number", $"Lot {receipt.Number} came out of a steriliser load here. Nothing is received into it.");
        if (here.Expiry != receipt.Expiry)
        {
            throw (here.Expiry, receipt.Expiry) switch
            {
                (null, { } said) => Refuse.Field("expiry",
                    $"Lot {receipt.Number} is here without a use-by date; this box says {said:d MMMM yyyy}. Compare the boxes."),
                ({ } before, null) => Refuse.Field("expiry",
                    $"Lot {receipt.Number} is here with the use-by date {before:d MMMM yyyy}; this box says none. Compare the boxes."),
                var (before, said) => Refuse.Field("expiry",
                    $"Lot {receipt.Number} is here with the use-by date {before:d MMMM yyyy}; this box says {said:d MMMM yyyy}. Compare the boxes."),
            };
        }

        await unit.Connection.ExecuteAsync("""
            UPDATE needles__lots SET manufactured = coalesce(manufactured, @Manufactured), sterilisation = coalesce(sterilisation, @sterilisation),
                supplier = coalesce(supplier, @Supplier)
            WHERE id = @Id
            """, new { here.Id, receipt.Manufactured, sterilisation = receipt.Sterilisation?.ToString(), receipt.Supplier });
        return here.Id;
    }

    /// <summary>Writes what an inspection found, and lets it have its effect as far as the lot's state allows.</summary>
    /// <param name="book">The book.</param>
    /// <param name="lotId">Of which lot.</param>
    /// <param name="inspection">What was found.</param>
    /// <param name="at">When.</param>
    /// <param name="units">How many units were looked at; null for all that wait, which wait no more when they passed.</param>
    internal static async Task<Lot> InspectAsync(StockBook book, long lotId, Inspection inspection, DateTimeOffset at, long? units)
    {
        var lot = await book.RequireAsync(lotId);
        await book.Connection.ExecuteAsync("""
            UPDATE needles__lots SET inspected_by = @StaffId, inspected_at = @at, inspection_note = @Note, row_version = row_version + 1,
                to_inspect = CASE WHEN @all THEN 0 ELSE to_inspect END
            WHERE id = @lotId
            """, new { lotId, book.Unit.Actor.StaffId, at, inspection.Note, all = inspection.Passed && units is null });
        var stepped = inspection.Passed
            ? await book.TryStepAsync(lot, LotEvent.InspectionPassed)
            : await book.TryStepAsync(lot, LotEvent.InspectionFailed) ?? await book.TryStepAsync(lot, LotEvent.Quarantine);
        if (stepped is not null || (inspection.Passed && lot.State is LotState.Released or LotState.InUse))
        {
            await book.BookAsync(lotId, inspection.Passed ? MovementKind.Release : MovementKind.Quarantine,
                inspection.Passed ? units ?? lot.ToInspect : lot.OnHand, new() { Reason = inspection.Note ?? "Inspection passed", At = at });
        }

        return await book.SettleAsync(lotId);
    }

    private sealed record Here(long Id, DateOnly? Expiry, long? LoadId);
}
