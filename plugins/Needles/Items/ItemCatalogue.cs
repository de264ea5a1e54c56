using System.Data.Common;
using System.Globalization;
using Dapper;
using Smp.Needles.Lots;
using Smp.Needles.Scanning;
using Smp.Sdk;

namespace Smp.Needles.Items;

/// <summary>An item by its name alone.</summary>
/// <param name="Id">Key.</param>
/// <param name="Title">As shown.</param>
public sealed record ItemTitle(long Id, string Title);

/// <summary>The items of the clinic: made, changed, found.</summary>
public sealed class ItemCatalogue(IStore<NeedlesPlugin> store, IClinicClock clock, ISettings<NeedlesPlugin> settings, ISearch search)
{
    private const string Columns = """
        i.id, i.manufacturer, i.name, i.title, i.ref, i.gtin, i.kind, i.configuration, i.diameter_micrometres, i.units_per_box,
        i.sterile, i.active, i.discard_after_days, i.multi_patient, i.contents_microlitres, i.contents_pieces, i.row_version,
        (SELECT string_agg(s.substance, ',') FROM needles__item_substances s WHERE s.item_id = i.id) AS substances
        FROM needles__items i
        """;

    /// <summary>An item, or null.</summary>
    public Task<Item?> FindAsync(long id, CancellationToken token = default) =>
        store.ReadAsync(connection => FindAsync(connection, id), token);

    /// <summary>The item that a code names, by its GTIN or else by its REF; null when there is none, or the REF is that of several.</summary>
    public Task<Item?> FindAsync(ScannedCode code, CancellationToken token = default) =>
        store.SnapshotAsync(connection => FindAsync(connection, code), token);

    /// <summary>One page of the items by title, those out of use last.</summary>
    /// <param name="text">Part of the title, the manufacturer, the REF or the GTIN; empty for all.</param>
    /// <param name="kind">Only this kind; null for all.</param>
    /// <param name="low">Only those that are low.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Stops the search.</param>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<Item>> PageAsync(
        string? text, SupplyKind? kind, bool low, string? after, int limit, CancellationToken token = default)
    {
        var key = Keyset.Decode(after, 3) ?? ["0", "", "0"];
        var rows = await store.ReadAsync(connection => ReadAsync(connection, $"""
            SELECT {Columns}
            WHERE (1 - i.active, i.title COLLATE NOCASE, i.id) > (@retired, @title, @id)
              AND (@kind IS NULL OR i.kind = @kind)
              AND (NOT @low OR EXISTS (WITH {StockLevels.Stock} SELECT 1 FROM stock s WHERE s.item_id = i.id AND {StockLevels.IsLow}))
              AND (@text IS NULL OR instr(lower(i.title || ' ' || i.manufacturer || ' ' || coalesce(i.ref, '') || ' ' || coalesce(i.gtin, '')), lower(@text)) > 0)
            ORDER BY 1 - i.active, i.title COLLATE NOCASE, i.id LIMIT @limit + 1
            """, new
        {
            retired = Keyset.Key(key[0]), title = key[1], id = Keyset.Key(key[2]), kind = kind?.ToString(),
            text = string.IsNullOrWhiteSpace(text) ? null : text.Trim(), limit,
            low, today = clock.Today, percent = settings.Get<int>("lowStockPercent"),
        }), token);
        return Keyset.ToPage(rows, limit, i => [i.Active ? "0" : "1", i.Title, Keyset.Of(i.Id)]);
    }

    /// <summary>What every item is called, for a choice: by title, those out of use last. The first 1,000.</summary>
    public async Task<IReadOnlyList<ItemTitle>> TitlesAsync(CancellationToken token = default) => (await store.ReadAsync(connection => connection.QueryAsync<ItemTitle>(
        "SELECT id, title FROM needles__items ORDER BY 1 - active, title COLLATE NOCASE, id LIMIT 1000"), token)).AsList();

    /// <summary>Makes an item.</summary>
    /// <exception cref="RefusedException">A field needs another look, or another item has its GTIN or REF.</exception>
    public Task<Item> AddAsync(ItemInput input, CancellationToken token = default)
    {
        var item = input.Checked();
        return store.WriteAsync(new("Added an item"), async unit =>
        {
            await RefuseTakenAsync(unit.Connection, item, except: 0);
            var id = await unit.Connection.ExecuteScalarAsync<long>("""
                INSERT INTO needles__items
                    (manufacturer, name, title, ref, gtin, kind, configuration, diameter_micrometres, units_per_box, sterile, active,
                     discard_after_days, multi_patient, contents_microlitres, contents_pieces)
                VALUES (@Manufacturer, @Name, @Title, @Ref, @Gtin, @Kind, @Configuration, @DiameterMicrometres, @UnitsPerBox, @Sterile, @Active,
                    @DiscardAfterDays, @MultiPatient, @ContentsMicrolitres, @ContentsPieces)
                RETURNING id
                """, Values(item));
            await ContainAsync(unit.Connection, id, item);
            return await ShowAsync(unit, id, token);
        }, token);
    }

    /// <summary>Changes an item.</summary>
    /// <param name="id">Which.</param>
    /// <param name="rowVersion">The version the change was made from.</param>
    /// <param name="input">The whole item as it shall be.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">A field needs another look, no such item, or somebody changed it meanwhile.</exception>
    public Task<Item> ChangeAsync(long id, long rowVersion, ItemInput input, CancellationToken token = default)
    {
        var item = input.Checked();
        return store.WriteAsync(new("Changed an item"), async unit =>
        {
            var before = await RequireAsync(unit.Connection, id);
            if (before.RowVersion != rowVersion)
                throw Refuse.Stale($"This item was changed by somebody else after you opened it. Load it again, and make your change there.");
            await RefuseTakenAsync(unit.Connection, item, id);
            await unit.Connection.ExecuteAsync("""
                UPDATE needles__items SET manufacturer = @Manufacturer, name = @Name, title = @Title, ref = @Ref, gtin = @Gtin, kind = @Kind,
                    configuration = @Configuration, diameter_micrometres = @DiameterMicrometres, units_per_box = @UnitsPerBox,
                    sterile = @Sterile, active = @Active, discard_after_days = @DiscardAfterDays, multi_patient = @MultiPatient,
                    contents_microlitres = @ContentsMicrolitres, contents_pieces = @ContentsPieces, row_version = row_version + 1
                WHERE id = @Id
                """, Values(item, id));
            await ContainAsync(unit.Connection, id, item);
            if (item.Title != before.Title)
            {
                var lots = await unit.Connection.QueryAsync<(long Id, string Number)>("SELECT id, number FROM needles__lots WHERE item_id = @id", new { id });
                foreach (var lot in lots) await search.PutAsync(unit, LotDirectory.SearchEntryOf(lot.Id, lot.Number, item.Title, item.Manufacturer!), token);
            }

            return await ShowAsync(unit, id, token);
        }, token);
    }

    /// <summary>Removes an item that was never received.</summary>
    /// <exception cref="RefusedException">No such item, or it has lots: those are kept, and the item with them.</exception>
    public Task RemoveAsync(long id, CancellationToken token = default) => store.WriteAsync(new("Removed an item"), async unit =>
    {
        var item = await RequireAsync(unit.Connection, id);
        if (await unit.Connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM needles__lots WHERE item_id = @id)", new { id }))
            throw Refuse.Because($"{item.Title} has lots, which are kept for the record. Take it out of use instead (active: no).");
        await unit.Connection.ExecuteAsync("DELETE FROM needles__item_substances WHERE item_id = @id", new { id });
        await unit.Connection.ExecuteAsync("DELETE FROM needles__items WHERE id = @id", new { id });
        await search.RemoveAsync(unit, "Item", Keyset.Of(id), token);
        return true;
    }, token);

    /// <summary>The item that a code names, by its GTIN or else by its REF; null when there is none, or the REF is that of several.</summary>
    internal static async Task<Item?> FindAsync(DbConnection connection, ScannedCode code)
    {
        if (code.Gtin is { } gtin
            && (await ReadAsync(connection, $"SELECT {Columns} WHERE i.gtin = @gtin", new { gtin })) is [var item]) return item;
        if (code.Ref is not { } number) return null;
        var named = await ReadAsync(connection, $"SELECT {Columns} WHERE i.ref = @number LIMIT 2", new { number });
        return named is [var only] ? only : null;
    }

    internal static async Task<Item> RequireAsync(DbConnection connection, long id) =>
        await FindAsync(connection, id) ?? throw Refuse.Missing($"There is no item {id}.");

    private static async Task<Item?> FindAsync(DbConnection connection, long id) =>
        (await ReadAsync(connection, $"SELECT {Columns} WHERE i.id = @id", new { id })).SingleOrDefault();

    private static async Task<List<Item>> ReadAsync(DbConnection connection, string sql, object values) =>
        (await connection.QueryAsync<Item, string?, Item>(sql, (item, substances) => item with
        {
            Contains = [.. (substances ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<Substance>).Order()],
        }, values, splitOn: "substances")).AsList();

    private static async Task ContainAsync(DbConnection connection, long id, ItemInput item)
    {
        var names = item.Contains!.Select(s => s.ToString()).ToList();
        await connection.ExecuteAsync("DELETE FROM needles__item_substances WHERE item_id = @id AND substance NOT IN @names", new { id, names });
        foreach (var name in names)
            await connection.ExecuteAsync("INSERT INTO needles__item_substances (item_id, substance) VALUES (@id, @name) ON CONFLICT DO NOTHING", new { id, name });
    }

    private static async Task RefuseTakenAsync(DbConnection connection, ItemInput item, long except)
    {
        var checks = new Checks();
        var byGtin = await connection.QuerySingleOrDefaultAsync<string>(
            "SELECT title FROM needles__items WHERE gtin = @Gtin AND id <> @except", new { item.Gtin, except });
        checks.That(byGtin is null, "gtin", $"{byGtin} has this GTIN already.");
        var byRef = await connection.QuerySingleOrDefaultAsync<string>(
            "SELECT title FROM needles__items WHERE manufacturer = @Manufacturer AND ref = @Ref AND id <> @except",
            new { item.Manufacturer, item.Ref, except });
        checks.That(byRef is null, "ref", $"{byRef} of this manufacturer has this REF already.");
        checks.Throw();
    }

    private async Task<Item> ShowAsync(IUnitOfWork unit, long id, CancellationToken token)
    {
        var item = await RequireAsync(unit.Connection, id);
        await search.PutAsync(unit, new("Item", Keyset.Of(id), item.Title,
            string.Join(" · ", new[] { item.Manufacturer, item.Ref, item.Gtin }.Where(part => part is not null)),
            string.Create(CultureInfo.InvariantCulture, $"/needles/items/{id}"), Permissions.View), token);
        return item;
    }

    private static object Values(ItemInput i, long id = 0) => new
    {
        Id = id, i.Manufacturer, i.Name, i.Title, i.Ref, i.Gtin, Kind = i.Kind?.ToString(), i.Configuration, i.DiameterMicrometres,
        i.UnitsPerBox, i.Sterile, i.Active, i.DiscardAfterDays, i.MultiPatient, i.ContentsMicrolitres, i.ContentsPieces,
    };
}
