using System.Data.Common;
using System.Globalization;
using Dapper;
using Smp.Needles.Items;
using Smp.Needles.Scanning;
using Smp.Sdk;

namespace Smp.Needles.Lots;

/// <summary>Somebody whom a lot touched.</summary>
/// <param name="PatientId">Whom.</param>
/// <param name="Number">Their file number: <c>P-000123</c>.</param>
/// <param name="Name">Family name first.</param>
/// <param name="BirthDate">Date of birth.</param>
/// <param name="Phone">Phone, as given.</param>
/// <param name="Quantity">How many units.</param>
/// <param name="FirstUse">When first.</param>
/// <param name="LastUse">When last.</param>
public sealed record TracedPatient(
    long PatientId, string Number, string Name, DateOnly BirthDate, string? Phone, long Quantity, DateTimeOffset FirstUse, DateTimeOffset LastUse);

/// <summary>Finds lots: for lists, for taking from them, and whom they touched.</summary>
public sealed class LotDirectory(IStore<NeedlesPlugin> store, IClinicClock clock, StockLevels levels)
{
    /// <summary>A lot, or null.</summary>
    public Task<Lot?> FindAsync(long id, CancellationToken token = default)
    {
        var today = clock.Today;
        return store.ReadAsync(connection => StockBook.FindAsync(connection, id, today), token);
    }

    /// <summary>The lot of an item with a number, or null.</summary>
    public Task<Lot?> FindAsync(long itemId, string number, CancellationToken token = default)
    {
        var today = clock.Today;
        return store.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<Lot>(
            $"SELECT {StockBook.Columns} WHERE l.item_id = @itemId AND l.number = @number", new { itemId, number, today }), token);
    }

    /// <summary>Lots by their keys; those that aren't here are missing.</summary>
    public async Task<IReadOnlyDictionary<long, Lot>> OfAsync(IEnumerable<long> ids, CancellationToken token = default)
    {
        var today = clock.Today;
        var rows = await store.ReadAsync(connection => connection.QueryAsync<Lot>($"SELECT {StockBook.Columns} WHERE l.id IN @ids", new { ids, today }), token);
        return rows.ToDictionary(lot => lot.Id);
    }

    /// <summary>One page of the lots, those that expire first before the others.</summary>
    /// <param name="query">Which.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Stops the search.</param>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<Lot>> PageAsync(LotQuery query, string? after, int limit, CancellationToken token = default)
    {
        var key = Keyset.Decode(after, 2) ?? ["", "0"];
        // In the statement itself: the index of what is here is found only by a condition that stands there.
        var view = query.View switch
        {
            LotView.Here => "l.on_hand > 0",
            LotView.Expiring => $"l.on_hand > 0 AND {StockBook.State} IN ('Received', 'Released', 'InUse', 'Quarantined') AND l.expiry <= @until",
            LotView.ToInspect => $"l.on_hand > 0 AND ({StockBook.State} = 'Received' OR (l.to_inspect > 0 AND {StockBook.State} IN ('Released', 'InUse')))",
            LotView.ToDispose => $"l.on_hand > 0 AND {StockBook.State} IN ('Expired', 'Recalled', 'Disposed')",
            _ => "1",
        };
        var rows = await store.ReadAsync(connection => connection.QueryAsync<Lot>($"""
            SELECT {StockBook.Columns}
            WHERE (coalesce(l.expiry, '9999-12-31'), l.id) > (@expiry, @id)
              AND (@state IS NULL OR {StockBook.State} = @state)
              AND (@ItemId IS NULL OR l.item_id = @ItemId)
              AND ({view})
              AND (@search IS NULL OR instr(lower(l.number || ' ' || i.title || ' ' || i.manufacturer), lower(@search)) > 0)
            ORDER BY coalesce(l.expiry, '9999-12-31'), l.id LIMIT @limit + 1
            """, new
        {
            expiry = key[0], id = Keyset.Key(key[1]), state = query.State?.ToString(), query.ItemId,
            until = clock.Today.AddDays(levels.WarningDays),
            search = string.IsNullOrWhiteSpace(query.Search) ? null : query.Search.Trim(), today = clock.Today, limit,
        }), token);
        return Keyset.ToPage(rows.AsList(), limit,
            l => [(l.Expiry ?? DateOnly.MaxValue).ToString("O", CultureInfo.InvariantCulture), Keyset.Of(l.Id)]);
    }

    /// <summary>A lot's book, the first line first.</summary>
    /// <exception cref="RefusedException">There is no such lot, or the cursor isn't one of this list.</exception>
    public async Task<Page<Movement>> MovementsAsync(long lotId, string? after, int limit, CancellationToken token = default)
    {
        var last = Keyset.Decode(after, 1) is [var key] ? Keyset.Key(key) : 0;
        await RequireAsync(lotId, token);
        var rows = await store.ReadAsync(connection => connection.QueryAsync<Movement>($"""
            SELECT {StockBook.MovementColumns} WHERE lot_id = @lotId AND id > @last ORDER BY id LIMIT @limit + 1
            """, new { lotId, last, limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, m => [Keyset.Of(m.Id)]);
    }

    /// <summary>A lot's whole book, the first line first; at most 10,000 lines.</summary>
    public async Task<IReadOnlyList<Movement>> LifeAsync(long lotId, CancellationToken token = default) =>
        (await store.ReadAsync(connection => connection.QueryAsync<Movement>($"""
            SELECT {StockBook.MovementColumns} WHERE lot_id = @lotId ORDER BY id LIMIT 10000
            """, new { lotId }), token)).AsList();

    /// <summary>Whom a lot touched, by name: uses that were voided don't count.</summary>
    /// <exception cref="RefusedException">There is no such lot.</exception>
    public async Task<IReadOnlyList<TracedPatient>> TraceAsync(long lotId, CancellationToken token = default)
    {
        await RequireAsync(lotId, token);
        return await store.ReadAsync(connection => TraceAsync(connection, [lotId]), token);
    }

    /// <summary>Whom some lots touched, by name, each with the sum over the lots.</summary>
    internal static async Task<IReadOnlyList<TracedPatient>> TraceAsync(DbConnection connection, IReadOnlyList<long> lots)
    {
        var rows = await connection.QueryAsync<Traced>("""
            WITH touched AS (
                SELECT patient_id, sum(quantity) AS quantity, min(used_at) AS first_use, max(used_at) AS last_use
                FROM needles__uses WHERE lot_id IN @lots AND voided_at IS NULL GROUP BY patient_id)
            SELECT p.id, p.given_name, p.family_name, p.birth_date, p.phone, t.quantity, t.first_use, t.last_use
            FROM touched t JOIN patients p ON p.id = t.patient_id
            ORDER BY p.family_name COLLATE NOCASE, p.given_name COLLATE NOCASE, p.id
            """, new { lots });
        return [.. rows.Select(r => new TracedPatient(
            r.Id, PatientSummary.NumberOf(r.Id), $"{r.FamilyName}, {r.GivenName}", r.BirthDate, r.Phone, r.Quantity, r.FirstUse, r.LastUse))];
    }

    /// <summary>The lots of a kind that can be picked now, first-expired-first-out: by use-by date (those without one last), then by receipt.</summary>
    public async Task<IReadOnlyList<PickableLot>> ProposeAsync(SupplyKind kind, CancellationToken token = default)
    {
        var today = clock.Today;
        var rows = await store.ReadAsync(connection => connection.QueryAsync<Lot>($"""
            SELECT {StockBook.Columns}
            WHERE i.kind = @kind AND l.state IN ('Released', 'InUse') AND {StockLevels.Available} > 0 AND (l.expiry IS NULL OR l.expiry >= @today)
            ORDER BY l.expiry NULLS LAST, l.received_at, l.id LIMIT 200
            """, new { kind = kind.ToString(), today }), token);
        return [.. rows.Select(Pickable)];
    }

    /// <summary>The kinds of which something can be picked now.</summary>
    public async Task<IReadOnlyList<SupplyKind>> KindsAsync(CancellationToken token = default)
    {
        var today = clock.Today;
        var kinds = await store.ReadAsync(connection => connection.QueryAsync<string>($"""
            SELECT DISTINCT i.kind FROM needles__lots l JOIN needles__items i ON i.id = l.item_id
            WHERE l.state IN ('Released', 'InUse') AND {StockLevels.Available} > 0 AND (l.expiry IS NULL OR l.expiry >= @today)
            """, new { today }), token);
        return [.. kinds.Select(Enum.Parse<SupplyKind>).Order()];
    }

    /// <summary>The lot that a scanned code names, usable or not; null when no lot here matches it.</summary>
    /// <exception cref="RefusedException">The code can't be read; the field <c>code</c> says why.</exception>
    public Task<Lot?> ResolveAsync(string? code, CancellationToken token = default)
    {
        var today = clock.Today;
        var scanned = ScannedCode.Parse(code, today);
        return store.SnapshotAsync(async connection =>
            scanned.Lot is null || await ItemCatalogue.FindAsync(connection, scanned) is not { } item
                ? null
                : await connection.QuerySingleOrDefaultAsync<Lot>(
                    $"SELECT {StockBook.Columns} WHERE l.item_id = @Id AND l.number = @Lot", new { item.Id, scanned.Lot, today }), token);
    }

    /// <summary>The lot that a scanned code names, or whose number somebody typed; null when none matches, or several have that number.</summary>
    /// <exception cref="RefusedException">It is no lot number that is here, and can't be read as a code either; the field <c>code</c> says why.</exception>
    public async Task<Lot?> NamedAsync(string code, CancellationToken token = default)
    {
        var today = clock.Today;
        var typed = (await store.ReadAsync(connection => connection.QueryAsync<Lot>(
            $"SELECT {StockBook.Columns} WHERE l.number = @code COLLATE NOCASE LIMIT 2", new { code, today }), token)).AsList();
        return typed switch
        {
            [var only] => only,
            // Letters and a few digits are no barcode: what is wrong with it as one would only confuse.
            [] when code.Length is > 0 and <= 20 && char.IsAsciiLetter(code[0]) => throw Refuse.Field("code", $"No lot here has the number {code}."),
            [] => await ResolveAsync(code, token),
            _ => throw Refuse.Field("code", $"Several items have a lot {code}. Scan the package, or take from the lots below."),
        };
    }

    internal static PickableLot Pickable(Lot lot) => new(lot.Id, lot.Number, lot.Item, lot.Kind, lot.Expiry, lot.Available) { ItemId = lot.ItemId };

    internal static SearchEntry SearchEntryOf(long id, string number, string item, string manufacturer) => new(
        "Lot", Keyset.Of(id), number, $"{item} · {manufacturer}", string.Create(CultureInfo.InvariantCulture, $"/needles/lots/{id}"), Permissions.View);

    private async Task RequireAsync(long id, CancellationToken token)
    {
        if (await FindAsync(id, token) is null) throw Refuse.Missing($"There is no lot {id}.");
    }

    private sealed record Traced(
        long Id, string GivenName, string FamilyName, DateOnly BirthDate, string? Phone, long Quantity, DateTimeOffset FirstUse, DateTimeOffset LastUse);
}

/// <summary>A part of the shelf.</summary>
public enum LotView
{
    /// <summary>Every lot there ever was.</summary>
    All,

    /// <summary>Those with units on hand.</summary>
    Here,

    /// <summary>Those here that expire within the days of the warning, and haven't yet.</summary>
    Expiring,

    /// <summary>Those here of which something waits for an inspection.</summary>
    ToInspect,

    /// <summary>Those here that can't be used any more: expired, recalled, or come after they were disposed of.</summary>
    ToDispose,
}

/// <summary>Which lots a list shows; null shows all.</summary>
/// <param name="State">Where they stand today.</param>
/// <param name="Search">Part of the number, the item or the manufacturer.</param>
/// <param name="ItemId">Of this item.</param>
/// <param name="View">Of this part of the shelf.</param>
public sealed record LotQuery(LotState? State = null, string? Search = null, long? ItemId = null, LotView View = LotView.All);
