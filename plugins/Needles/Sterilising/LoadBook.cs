using System.Data.Common;
using System.Globalization;
using Dapper;
using Smp.Needles.Items;
using Smp.Needles.Lots;
using Smp.Sdk;

namespace Smp.Needles.Sterilising;

/// <summary>Loads of the clinic's sterilisers: recorded, read, released, failed.</summary>
public sealed class LoadBook(IStore<NeedlesPlugin> store, IClinicClock clock, ISettings<NeedlesPlugin> settings, IIncidents incidents, ISearch search)
{
    internal const string Columns = """
        s.id, s.steriliser, s.cycle, s.program, s.started_at, s.ended_at, s.chemical, s.biological, s.state, s.recorded_by, s.recorded_at,
        s.released_by, s.released_at, s.failed_by, s.failed_at, s.note, s.row_version,
        (SELECT coalesce(sum(c.count), 0) FROM needles__load_sets c WHERE c.load_id = s.id) AS set_count,
        (SELECT coalesce(sum(l.on_hand), 0) FROM needles__lots l WHERE l.load_id = s.id) AS on_hand
        FROM needles__steriliser_loads s
        """;

    /// <summary>Whether a load may be released while its biological indicator is still in the incubator.</summary>
    public bool ReleasesBeforeBiological => settings.Get<bool>("releaseBeforeBiological");

    /// <summary>Writes down a load that was run. Its sets are here, and wait for the indicators.</summary>
    /// <exception cref="RefusedException">A field needs another look, no such item, or one that isn't sterilised here; or this cycle is here already.</exception>
    public Task<LoadDetails> AddAsync(LoadInput input, CancellationToken token = default)
    {
        var keeps = settings.Get<int>("setsKeepDays");
        return store.WriteAsync(new("Recorded a steriliser load"), async unit =>
        {
            var load = input.Checked(unit.Now);
            var book = new StockBook(unit.Connection, unit, clock);
            if (await unit.Connection.ExecuteScalarAsync<bool>(
                "SELECT EXISTS (SELECT 1 FROM needles__steriliser_loads WHERE steriliser = @Steriliser AND cycle = @Cycle)", new { load.Steriliser, load.Cycle }))
                throw Refuse.Field("cycle", $"Cycle {load.Cycle} of steriliser {load.Steriliser} is here already. Compare with the printout.");

            var id = await unit.Connection.ExecuteScalarAsync<long>("""
                INSERT INTO needles__steriliser_loads (steriliser, cycle, program, started_at, ended_at, recorded_by, recorded_at, note)
                VALUES (@Steriliser, @Cycle, @Program, @StartedAt, @EndedAt, @Name, @Now, @Note) RETURNING id
                """, new { load.Steriliser, load.Cycle, load.Program, load.StartedAt, load.EndedAt, unit.Actor.Name, unit.Now, load.Note });
            foreach (var sets in load.Sets!.GroupBy(s => s.ItemId!.Value))
                await AddSetsAsync(book, id, load, await ItemCatalogue.RequireAsync(unit.Connection, sets.Key), [.. sets], keeps, token);
            return await RequireAsync(unit.Connection, id, book.Today);
        }, token);
    }

    /// <summary>Writes down what the indicators say. One that fails puts every set of the load in quarantine, and opens an incident for each patient it touched.</summary>
    /// <param name="id">Which load.</param>
    /// <param name="chemical">What the chemical one says; null leaves it as it is.</param>
    /// <param name="biological">What the biological one says; null leaves it as it is.</param>
    /// <param name="note">What there is to say; at most 500 characters.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">No such load, nothing is said, or the load failed before: that stands.</exception>
    public Task<LoadDetails> ReadAsync(long id, IndicatorResult? chemical, IndicatorResult? biological, string? note, CancellationToken token = default)
    {
        var checks = new Checks();
        var text = checks.Optional(note, "note", 500);
        checks.That(chemical is not null || biological is not null, "chemical", $"Say what an indicator shows: Pass or Fail.");
        checks.Throw();
        return store.WriteAsync(new("Read a load's indicators", text), async unit =>
        {
            var book = new StockBook(unit.Connection, unit, clock);
            var load = (await RequireAsync(unit.Connection, id, book.Today)).Load;
            if (load.State is LoadState.Failed) throw Refuse.Because($"Load {load.Number} failed. That stands: sterilise the sets again, in a new load.");
            var (chemicalNow, biologicalNow) = (chemical ?? load.Chemical, biological ?? load.Biological);
            var failed = chemicalNow is IndicatorResult.Fail || biologicalNow is IndicatorResult.Fail;
            if (load.State is LoadState.Released && (Unread(load.Chemical, chemicalNow) || Unread(load.Biological, biologicalNow)))
                throw Refuse.Because($"Load {load.Number} is released. An indicator that was read stays read.");
            await unit.Connection.ExecuteAsync("""
                UPDATE needles__steriliser_loads SET chemical = @chemicalNow, biological = @biologicalNow, note = coalesce(@text, note),
                    state = CASE WHEN @failed THEN 'Failed' ELSE state END, failed_by = CASE WHEN @failed THEN @Name END,
                    failed_at = CASE WHEN @failed THEN @Now END, row_version = row_version + 1
                WHERE id = @id
                """, new { id, chemicalNow = chemicalNow.ToString(), biologicalNow = biologicalNow.ToString(), text, failed, unit.Actor.Name, unit.Now });
            if (failed) await HoldAsync(book, load, token);
            return await RequireAsync(unit.Connection, id, book.Today);
        }, token);
    }

    /// <summary>Releases a load: its sets may be used.</summary>
    /// <exception cref="RefusedException">No such load, or its indicators haven't passed.</exception>
    public Task<LoadDetails> ReleaseAsync(long id, CancellationToken token = default)
    {
        var early = ReleasesBeforeBiological;
        return store.WriteAsync(new("Released a steriliser load"), async unit =>
        {
            var book = new StockBook(unit.Connection, unit, clock);
            var (load, sets) = await RequireAsync(unit.Connection, id, book.Today);
            if (load.State is LoadState.Released) throw Refuse.Because($"Load {load.Number} is released already.");
            if (load.State is LoadState.Failed) throw Refuse.Because($"Load {load.Number} failed. It can't be released: sterilise the sets again, in a new load.");
            if (load.Chemical is not IndicatorResult.Pass) throw Refuse.Because($"The chemical indicator of load {load.Number} hasn't been read yet. Read it first.");
            if (load.Biological is not IndicatorResult.Pass && !early)
                throw Refuse.Because($"The biological indicator of load {load.Number} hasn't been read yet. The load waits for it, as the clinic's settings say.");
            await unit.Connection.ExecuteAsync("""
                UPDATE needles__steriliser_loads SET state = 'Released', released_by = @Name, released_at = @Now, row_version = row_version + 1 WHERE id = @id
                """, new { id, unit.Actor.Name, unit.Now });
            foreach (var lot in sets.Select(s => s.LotId).Distinct())
                await Receiving.InspectAsync(book, lot, new(Passed: true, "Indicators passed"), unit.Now, units: null);
            return await RequireAsync(unit.Connection, id, book.Today);
        }, token);
    }

    /// <summary>A load with what was in it, or null.</summary>
    public Task<LoadDetails?> FindAsync(long id, CancellationToken token = default)
    {
        var today = clock.Today;
        return store.SnapshotAsync(connection => FindAsync(connection, id, today), token);
    }

    /// <summary>One page of the loads, newest first.</summary>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<SteriliserLoad>> PageAsync(string? after, int limit, CancellationToken token = default)
    {
        var last = Keyset.Decode(after, 1) is [var key] ? Keyset.Key(key) : long.MaxValue;
        var rows = await store.ReadAsync(connection => connection.QueryAsync<SteriliserLoad>(
            $"SELECT {Columns} WHERE s.id < @last ORDER BY s.id DESC LIMIT @limit + 1", new { last, limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, l => [Keyset.Of(l.Id)]);
    }

    /// <summary>Whom a load touched, by name, each with the sum over its sets.</summary>
    /// <exception cref="RefusedException">There is no such load.</exception>
    public Task<IReadOnlyList<TracedPatient>> TraceAsync(long id, CancellationToken token = default)
    {
        var today = clock.Today;
        return store.SnapshotAsync(async connection =>
        {
            await RequireAsync(connection, id, today);
            return await LotDirectory.TraceAsync(connection, await LotsOfAsync(connection, id));
        }, token);
    }

    private async Task AddSetsAsync(
        StockBook book, long loadId, LoadInput load, Item item, IReadOnlyList<LoadSetInput> sets, int keepsDays, CancellationToken token)
    {
        if (item.Kind is not SupplyKind.SterilisedSet)
            throw Refuse.Field("sets", $"{item.Title} isn't a set that is sterilised here. Choose an item of that kind.");
        var (number, quantity) = (SteriliserLoad.NumberOf(load.Steriliser!, load.Cycle!.Value), sets.Sum(s => s.Count!.Value));
        if (await book.Connection.ExecuteScalarAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM needles__lots WHERE item_id = @Id AND number = @number)", new { item.Id, number }))
            throw Refuse.Because($"{item.Title} has a lot {number} already.");
        var endedOn = clock.DayOf(load.EndedAt!.Value);
        var lot = await book.Connection.ExecuteScalarAsync<long>("""
            INSERT INTO needles__lots (item_id, number, expiry, manufactured, sterilisation, state, state_since, received_by, received_at, load_id)
            VALUES (@Id, @number, @expiry, @endedOn, 'SteamDryHeat', 'Received', @Now, @StaffId, @EndedAt, @loadId) RETURNING id
            """, new { item.Id, number, expiry = endedOn.AddDays(keepsDays), endedOn, book.Unit.Now, book.Unit.Actor.StaffId, load.EndedAt, loadId });
        foreach (var set in sets)
        {
            await book.Connection.ExecuteAsync("INSERT INTO needles__load_sets (load_id, lot_id, label, count) VALUES (@loadId, @lot, @Label, @Count)",
                new { loadId, lot, set.Label, set.Count });
        }

        await book.BookAsync(lot, MovementKind.Receive, quantity, new() { OnHand = quantity, At = load.EndedAt, Reason = $"Steriliser load {number}" });
        await book.Connection.ExecuteAsync("UPDATE needles__lots SET to_inspect = @quantity WHERE id = @lot", new { lot, quantity });
        await Recalls.RecallCoverage.CoverAsync(book, lot, item.Id);
        await search.PutAsync(book.Unit, LotDirectory.SearchEntryOf(lot, number, item.Title, item.Manufacturer), token);
    }

    /// <summary>Takes every set of a load out of use, and opens an incident for each patient it touched.</summary>
    private async Task HoldAsync(StockBook book, SteriliserLoad load, CancellationToken token)
    {
        var lots = await LotsOfAsync(book.Connection, load.Id);
        foreach (var id in lots)
        {
            var lot = await book.RequireAsync(id);
            if ((await book.TryStepAsync(lot, LotEvent.InspectionFailed) ?? await book.TryStepAsync(lot, LotEvent.Quarantine)) is not null)
                await book.BookAsync(id, MovementKind.Quarantine, lot.OnHand, new() { Reason = $"An indicator of steriliser load {load.Number} failed" });
        }

        foreach (var patient in await LotDirectory.TraceAsync(book.Connection, lots))
        {
            await incidents.OpenAsync(book.Unit, new("FailedLoadUsed",
                string.Create(CultureInfo.InvariantCulture, $"{patient.Quantity} sets of steriliser load {load.Number} used, an indicator of which failed afterwards."),
                book.Unit.Now, patient.PatientId, string.Create(CultureInfo.InvariantCulture, $"/needles/loads/{load.Id}")), token);
        }
    }

    private static bool Unread(IndicatorResult before, IndicatorResult now) => before is not IndicatorResult.Pending && now is IndicatorResult.Pending;

    private static async Task<List<long>> LotsOfAsync(DbConnection connection, long id) =>
        (await connection.QueryAsync<long>("SELECT id FROM needles__lots WHERE load_id = @id ORDER BY id", new { id })).AsList();

    private static async Task<LoadDetails> RequireAsync(DbConnection connection, long id, DateOnly today) =>
        await FindAsync(connection, id, today) ?? throw Refuse.Missing($"There is no steriliser load {id}.");

    private static async Task<LoadDetails?> FindAsync(DbConnection connection, long id, DateOnly today)
    {
        var load = await connection.QuerySingleOrDefaultAsync<SteriliserLoad>($"SELECT {Columns} WHERE s.id = @id", new { id });
        if (load is null) return null;
        var sets = await connection.QueryAsync<LoadSet>($"""
            SELECT l.id AS lot_id, l.item_id, i.title AS item, c.label, c.count, {StockBook.State} AS lot_state, l.on_hand
            FROM needles__load_sets c JOIN needles__lots l ON l.id = c.lot_id JOIN needles__items i ON i.id = l.item_id
            WHERE c.load_id = @id ORDER BY i.title, l.id, c.label
            """, new { id, today });
        return new(load, sets.AsList());
    }
}
