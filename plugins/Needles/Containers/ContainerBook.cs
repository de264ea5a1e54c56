using System.Data.Common;
using Dapper;
using Smp.Needles.Items;
using Smp.Needles.Lots;
using Smp.Needles.Uses;
using Smp.Sdk;

namespace Smp.Needles.Containers;

/// <summary>Bottles and boxes in use: opened, found, closed.</summary>
public sealed class ContainerBook(IStore<NeedlesPlugin> store, IClinicClock clock, IPatients patients)
{
    /// <summary>Reads a <see cref="Container"/>. Needs <c>@today</c>.</summary>
    internal static readonly string Columns = $"""
        c.id, c.lot_id, l.number AS lot_number, {StockBook.State} AS lot_state, i.title AS item, i.kind, c.actor AS opened_by, c.opened_at,
        c.discard_on, c.multi_patient, c.patient_id, c.contents_microlitres, c.contents_pieces, c.state, c.closed_by, c.closed_at, c.reason,
        (SELECT coalesce(sum(u.microlitres), 0) FROM needles__uses u WHERE u.container_id = c.id AND u.voided_at IS NULL) AS drawn_microlitres,
        (SELECT coalesce(sum(p.quantity), 0) FROM needles__picks p WHERE p.container_id = c.id)
            + (SELECT coalesce(sum(u.quantity - u.from_pick), 0) FROM needles__uses u WHERE u.container_id = c.id AND u.voided_at IS NULL) AS drawn,
        (SELECT coalesce(sum(p.quantity - p.used - p.wasted), 0) FROM needles__picks p WHERE p.container_id = c.id) AS open_picks
        FROM needles__containers c JOIN needles__lots l ON l.id = c.lot_id JOIN needles__items i ON i.id = l.item_id
        """;

    /// <summary>Opens a bottle or box: one unit of the lot is opened, and taken from until it is gone.</summary>
    /// <param name="lotId">Of which lot.</param>
    /// <param name="multiPatient">Whether it may serve several patients; as the item says where nothing is said, and never more than it allows.</param>
    /// <param name="patientId">For whom, where it is for one patient and that is known.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">No such lot or patient, the item comes in no containers, or no unit of the lot can be taken.</exception>
    public Task<Container> OpenAsync(long lotId, bool? multiPatient, long? patientId, CancellationToken token = default) =>
        store.WriteAsync(new("Opened a container"), async unit =>
        {
            var book = new StockBook(unit.Connection, unit, clock);
            var lot = await book.RequireAsync(lotId);
            var item = await ItemCatalogue.RequireAsync(unit.Connection, lot.ItemId);
            if (!item.ComesInContainers) throw Refuse.Because($"{item.Title} isn't taken from bit by bit: each unit is for one patient. Take units of it instead.");
            if (multiPatient is true && !item.MultiPatient)
                throw Refuse.Field("multiPatient", $"A container of {item.Title} is for one patient. If its label says otherwise, change the item first.");
            var shared = multiPatient ?? (item.MultiPatient && patientId is null);
            if (shared && patientId is not null) throw Refuse.Field("patientId", $"A container for several patients is nobody's own.");
            if (patientId is { } whose && await patients.FindAsync(unit, whose, token) is null)
                throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(whose)}.");
            if (PickRules.Obstacle(lot, 1) is { } obstacle) throw PickRules.Refusal(obstacle, lot, 1);

            var id = await unit.Connection.ExecuteScalarAsync<long>("""
                INSERT INTO needles__containers
                    (lot_id, opened_by, actor, opened_at, discard_on, multi_patient, patient_id, contents_microlitres, contents_pieces)
                VALUES (@lotId, @StaffId, @Name, @Now, @discardOn, @shared, @patientId, @ContentsMicrolitres, @ContentsPieces) RETURNING id
                """, new
            {
                lotId, unit.Actor.StaffId, unit.Actor.Name, unit.Now, discardOn = ContainerRules.DiscardOn(book.Today, item.DiscardAfterDays, lot.Expiry),
                shared, patientId, item.ContentsMicrolitres, item.ContentsPieces,
            });
            await book.BookAsync(lotId, MovementKind.Open, 1, new() { Opened = 1, ContainerId = id });
            await book.SettleAsync(lotId, LotEvent.Take);
            return await RequireAsync(book, id);
        }, token);

    /// <summary>Closes a container: it is empty, or thrown away. Its unit leaves the book: as used when it touched a patient, else as wasted.</summary>
    /// <param name="id">Which.</param>
    /// <param name="state">Empty or Discarded.</param>
    /// <param name="reason">Why it was discarded, 1 to 500 characters; nothing needs to be said of an empty one.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">No such container, no reason, it is closed already, or what was taken from it isn't accounted for yet.</exception>
    public Task<Container> CloseAsync(long id, ContainerState? state, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.That(state is ContainerState.Empty or ContainerState.Discarded, "state", $"Say what became of it: Empty or Discarded.");
        var why = state is ContainerState.Discarded ? checks.Require(reason, "reason", 500) : checks.Optional(reason, "reason", 500);
        checks.Throw();
        return store.WriteAsync(new(state is ContainerState.Empty ? "Used up a container" : "Discarded a container", why), async unit =>
        {
            var book = new StockBook(unit.Connection, unit, clock);
            var container = await RequireAsync(book, id);
            if (container.State is not ContainerState.Open)
                throw Refuse.Because($"This container is closed already, by {container.ClosedBy} on {clock.ToLocal(container.ClosedAt!.Value):d MMMM yyyy}.");
            if (container.OpenPicks > 0)
                throw Refuse.Because($"{container.OpenPicks} taken from this container are neither used nor wasted yet. Record them first.");
            await unit.Connection.ExecuteAsync("""
                UPDATE needles__containers SET state = @state, closed_by = @Name, closed_at = @Now, reason = @why WHERE id = @id
                """, new { id, state = state.ToString(), unit.Actor.Name, unit.Now, why });
            var touched = await unit.Connection.ExecuteScalarAsync<bool>(
                "SELECT EXISTS (SELECT 1 FROM needles__uses WHERE container_id = @id AND voided_at IS NULL)", new { id });
            await book.BookAsync(container.LotId, touched ? MovementKind.Use : MovementKind.Waste, 1, new()
            {
                OnHand = -1, Opened = -1, ContainerId = id, Reason = why ?? "Used up",
            });
            await book.SettleAsync(container.LotId);
            return await RequireAsync(book, id);
        }, token);
    }

    /// <summary>A container, or null.</summary>
    public Task<Container?> FindAsync(long id, CancellationToken token = default)
    {
        var today = clock.Today;
        return store.ReadAsync(connection => FindAsync(connection, id, today), token);
    }

    /// <summary>Containers by their keys; those that aren't here are missing.</summary>
    public async Task<IReadOnlyDictionary<long, Container>> OfAsync(IEnumerable<long> ids, CancellationToken token = default)
    {
        var today = clock.Today;
        var rows = await store.ReadAsync(connection => connection.QueryAsync<Container>($"SELECT {Columns} WHERE c.id IN @ids", new { ids, today }), token);
        return rows.ToDictionary(c => c.Id);
    }

    /// <summary>One page of the containers, those to discard first before the others.</summary>
    /// <param name="query">Which.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Stops the search.</param>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<Container>> PageAsync(ContainerQuery query, string? after, int limit, CancellationToken token = default)
    {
        var key = Keyset.Decode(after, 2) ?? ["", "0"];
        var today = clock.Today;
        var rows = await store.ReadAsync(connection => connection.QueryAsync<Container>($"""
            SELECT {Columns}
            WHERE (coalesce(c.discard_on, '9999-12-31'), c.id) > (@day, @id)
              AND (@LotId IS NULL OR c.lot_id = @LotId) AND {(query.OpenOnly ? "c.state = 'Open'" : "1")}
            ORDER BY coalesce(c.discard_on, '9999-12-31'), c.id LIMIT @limit + 1
            """, new { day = key[0], id = Keyset.Key(key[1]), query.LotId, today, limit }), token);
        return Keyset.ToPage(rows.AsList(), limit,
            c => [(c.DiscardOn ?? DateOnly.MaxValue).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), Keyset.Of(c.Id)]);
    }

    /// <summary>The open containers that can be taken from for a patient now, those to discard first before the others; at most 200.</summary>
    /// <param name="kind">Of which kind; null for all.</param>
    /// <param name="patientId">For whom.</param>
    /// <param name="token">Stops the search.</param>
    public async Task<IReadOnlyList<Container>> UsableAsync(SupplyKind? kind, long patientId, CancellationToken token = default)
    {
        var today = clock.Today;
        return (await store.ReadAsync(connection => connection.QueryAsync<Container>($"""
            SELECT {Columns}
            WHERE c.state = 'Open' AND (c.discard_on IS NULL OR c.discard_on >= @today) AND (@kind IS NULL OR i.kind = @kind)
              AND (c.multi_patient = 1 OR c.patient_id IS NULL OR c.patient_id = @patientId) AND {StockBook.State} IN ('Released', 'InUse')
            ORDER BY coalesce(c.discard_on, '9999-12-31'), c.id LIMIT 200
            """, new { kind = kind?.ToString(), patientId, today }), token)).AsList();
    }

    internal static OpenContainer Shown(Container c) =>
        new(c.Id, c.LotId, c.LotNumber, c.Item, c.Kind, c.DiscardOn, c.LeftMicrolitres, c.LeftPieces);

    internal static Task<Container?> FindAsync(DbConnection connection, long id, DateOnly today) =>
        connection.QuerySingleOrDefaultAsync<Container>($"SELECT {Columns} WHERE c.id = @id", new { id, today });

    /// <exception cref="RefusedException">There is no such container.</exception>
    internal static async Task<Container> RequireAsync(StockBook book, long id) =>
        await FindAsync(book.Connection, id, book.Today) ?? throw Refuse.Missing($"There is no container {id}.");

    /// <summary>The container that something is taken from, checked to be of its lot; null when it is from none.</summary>
    internal static async Task<Container?> OfLotAsync(StockBook book, long? id, long lotId)
    {
        if (id is not { } key) return null;
        var container = await RequireAsync(book, key);
        if (container.LotId != lotId) throw Refuse.Field("containerId", $"This container is of lot {container.LotNumber}. Say the lot that it is of.");
        return container;
    }

    /// <summary>Makes a container for one patient theirs, when it is nobody's yet.</summary>
    internal static Task ClaimAsync(StockBook book, Container container, long patientId) => book.Connection.ExecuteAsync(
        "UPDATE needles__containers SET patient_id = @patientId WHERE id = @Id AND multi_patient = 0 AND patient_id IS NULL", new { container.Id, patientId });
}
