using System.Data.Common;
using Dapper;
using Smp.Needles.Items;
using Smp.Needles.Lots;
using Smp.Sdk;

namespace Smp.Needles.Counting;

/// <summary>Counts the cupboard: a sheet is begun, counted blind, and its differences are booked at once.</summary>
public sealed class CountBook(IStore<NeedlesPlugin> store, IClinicClock clock)
{
    private const int Most = 2000;

    private const string Columns = """
        c.id, c.item_id, i.title AS item, c.state, c.begun_by, c.begun_at, c.counted_by, c.counted_at, c.confirmed_by, c.confirmed_at, c.reason,
        (SELECT count(*) FROM needles__count_lines n WHERE n.count_id = c.id) AS line_count,
        (SELECT count(n.counted) FROM needles__count_lines n WHERE n.count_id = c.id) AS counted_count
        FROM needles__counts c LEFT JOIN needles__items i ON i.id = c.item_id
        """;

    /// <summary>Begins a sheet over every lot that the book has units of, or says is to be counted.</summary>
    /// <param name="itemId">Of this item alone; null for the whole cupboard.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">No such item, or there is nothing to count.</exception>
    public Task<CountSheet> BeginAsync(long? itemId, CancellationToken token = default) => store.WriteAsync(new("Began a count"), async unit =>
    {
        if (itemId is { } item) await ItemCatalogue.RequireAsync(unit.Connection, item);
        var id = await unit.Connection.ExecuteScalarAsync<long>(
            "INSERT INTO needles__counts (item_id, begun_by, begun_at) VALUES (@itemId, @Name, @Now) RETURNING id", new { itemId, unit.Actor.Name, unit.Now });
        var lines = await unit.Connection.ExecuteAsync($"""
            INSERT INTO needles__count_lines (count_id, lot_id, expected, as_of)
            SELECT @id, l.id, l.on_hand, {LastMove} FROM needles__lots l
            WHERE (l.on_hand > 0 OR l.count_due = 1) AND (@itemId IS NULL OR l.item_id = @itemId) ORDER BY l.id LIMIT {Most + 1}
            """, new { id, itemId });
        if (lines == 0) throw Refuse.Because($"The book has nothing here to count.");
        if (lines > Most) throw Refuse.Because($"These are more than {Most} lots. Count item by item.");
        return await RequireAsync(unit.Connection, id);
    }, token);

    /// <summary>Writes down what was counted. A lot whose stock has moved since is shown, and is counted again.</summary>
    /// <exception cref="RefusedException">No such count, it isn't open any more, or a lot isn't on its sheet.</exception>
    public Task<CountSheet> EnterAsync(long id, IReadOnlyList<CountedLot> counted, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.That(counted is { Count: >= 1 and <= Most }, "lines", $"Say what was counted: 1 to {Most} lots.");
        for (var at = 0; at < counted.Count; at++) checks.That(counted[at] is { Counted: >= 0 and <= 100_000 }, $"lines[{at}].counted", $"0 to 100,000.");
        checks.Throw();
        return store.WriteAsync(new("Counted lots"), async unit =>
        {
            await RequireOpenAsync(unit.Connection, id);
            foreach (var lot in counted)
            {
                // The first count stands for the moment when the sheet was begun; one that is made because the lot moved since stands for now.
                var done = await unit.Connection.ExecuteAsync($"""
                    UPDATE needles__count_lines SET counted = @Counted,
                        expected = CASE WHEN counted IS NULL THEN expected ELSE l.on_hand END,
                        as_of = CASE WHEN counted IS NULL THEN as_of ELSE {LastMove} END
                    FROM needles__lots l WHERE l.id = needles__count_lines.lot_id AND count_id = @id AND lot_id = @LotId
                    """, new { id, lot.LotId, lot.Counted });
                if (done == 0) throw Refuse.Missing($"Lot {lot.LotId} isn't on this sheet.");
            }

            await unit.Connection.ExecuteAsync("""
                UPDATE needles__counts SET counted_by = @Name, counted_at = @Now, row_version = row_version + 1 WHERE id = @id
                """, new { id, unit.Actor.Name, unit.Now });
            return await RequireAsync(unit.Connection, id);
        }, token);
    }

    /// <summary>Confirms a count: its differences are booked at once, all or none.</summary>
    /// <param name="id">Which count.</param>
    /// <param name="reason">What explains the differences, 1 to 500 characters; nothing needs to be said where there are none.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">
    /// No such count, it isn't open, a lot isn't counted yet or moved since, fewer were counted than are opened, or there are differences and no reason.
    /// </exception>
    public Task<CountSheet> ConfirmAsync(long id, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        var why = checks.Optional(reason, "reason", 500);
        checks.Throw();
        return store.WriteAsync(new("Confirmed a count", why), async unit =>
        {
            var sheet = await RequireOpenAsync(unit.Connection, id);
            var blank = sheet.Lines.Count(l => l.Counted is null);
            if (blank > 0) throw Refuse.Because($"{blank} lots aren't counted yet.");
            if (sheet.Lines.FirstOrDefault(l => l.Changed) is { } moved)
                throw Refuse.Because($"The stock of lot {moved.LotNumber} has moved since it was counted. Count it again.");
            if (why is null && sheet.Lines.Any(l => l.Difference != 0)) throw Refuse.Field("reason", $"Say what explains the differences.");

            var book = new StockBook(unit.Connection, unit, clock);
            foreach (var line in sheet.Lines) await BookAsync(book, line, why);
            await EndAsync(unit, id, CountState.Confirmed, why);
            return await RequireAsync(unit.Connection, id);
        }, token);
    }

    /// <summary>Gives a count up: the book stays as it was.</summary>
    /// <exception cref="RefusedException">No such count, or it isn't open any more.</exception>
    public Task<CountSheet> CancelAsync(long id, CancellationToken token = default) => store.WriteAsync(new("Gave a count up"), async unit =>
    {
        await RequireOpenAsync(unit.Connection, id);
        await EndAsync(unit, id, CountState.Cancelled, null);
        return await RequireAsync(unit.Connection, id);
    }, token);

    /// <summary>A count with its sheet, or null.</summary>
    public Task<CountSheet?> FindAsync(long id, CancellationToken token = default) => store.SnapshotAsync(connection => FindAsync(connection, id), token);

    /// <summary>One page of the counts, newest first.</summary>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<StockCount>> PageAsync(string? after, int limit, CancellationToken token = default)
    {
        var last = Keyset.Decode(after, 1) is [var key] ? Keyset.Key(key) : long.MaxValue;
        var rows = await store.ReadAsync(connection => connection.QueryAsync<StockCount>(
            $"SELECT {Columns} WHERE c.id < @last ORDER BY c.id DESC LIMIT @limit + 1", new { last, limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, c => [Keyset.Of(c.Id)]);
    }

    /// <summary>The last line of a lot's book that moved what is here, in SQL.</summary>
    private const string LastMove =
        "(SELECT coalesce(max(m.id), 0) FROM needles__movements m WHERE m.lot_id = l.id AND m.on_hand_delta <> 0)";

    private static async Task BookAsync(StockBook book, CountLine line, string? why)
    {
        var lot = await book.RequireAsync(line.LotId);
        if (line.Counted < lot.Opened)
        {
            throw Refuse.Because(
                $"{lot.Opened} units of lot {lot.Number} are opened, more than were counted. Record them as used or wasted, and close open containers, first.");
        }

        if (line.Difference is { } difference and not 0)
            await book.BookAsync(lot.Id, MovementKind.Adjust, Math.Abs(difference), new() { OnHand = difference, Reason = why });
        await book.Connection.ExecuteAsync("UPDATE needles__lots SET count_due = 0 WHERE id = @Id AND count_due = 1", new { lot.Id });
        if (line.Counted > 0) await book.SettleAsync(lot.Id, LotEvent.GiveBack);
        else await book.SettleAsync(lot.Id);
    }

    private static Task<int> EndAsync(IUnitOfWork unit, long id, CountState state, string? why) => unit.Connection.ExecuteAsync("""
        UPDATE needles__counts SET state = @state, confirmed_by = @Name, confirmed_at = @Now, reason = @why, row_version = row_version + 1 WHERE id = @id
        """, new { id, state = state.ToString(), unit.Actor.Name, unit.Now, why });

    private static async Task<CountSheet> RequireOpenAsync(DbConnection connection, long id)
    {
        var sheet = await RequireAsync(connection, id);
        return sheet.Count.State is CountState.Open ? sheet : throw Refuse.Because($"This count isn't open any more: {sheet.Count.State}.");
    }

    private static async Task<CountSheet> RequireAsync(DbConnection connection, long id) =>
        await FindAsync(connection, id) ?? throw Refuse.Missing($"There is no count {id}.");

    private static async Task<CountSheet?> FindAsync(DbConnection connection, long id)
    {
        var count = await connection.QuerySingleOrDefaultAsync<StockCount>($"SELECT {Columns} WHERE c.id = @id", new { id });
        if (count is null) return null;
        // What was booked by the count itself is no change since.
        var lines = await connection.QueryAsync<CountLine>($"""
            SELECT n.lot_id, l.number AS lot_number, i.title AS item, l.expiry, n.counted, CASE WHEN n.counted IS NOT NULL THEN n.expected END AS expected,
                @open AND {LastMove} > n.as_of AS changed
            FROM needles__count_lines n JOIN needles__lots l ON l.id = n.lot_id JOIN needles__items i ON i.id = l.item_id
            WHERE n.count_id = @id ORDER BY i.title COLLATE NOCASE, l.number, l.id
            """, new { id, open = count.State is CountState.Open });
        return new(count, lines.AsList());
    }
}
