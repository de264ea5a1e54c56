using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Needles.Lots;

/// <summary>The lots' book inside one unit of work: every change of stock and state goes through here.</summary>
/// <param name="connection">A connection with this module's rights in the unit.</param>
/// <param name="unit">The unit.</param>
/// <param name="clock">Says which day the unit falls on: the unit's own moment counts, which is the same when it runs again.</param>
internal sealed class StockBook(DbConnection connection, IUnitOfWork unit, IClinicClock clock)
{
    private readonly DateOnly today = clock.DayOf(unit.Now);

    /// <summary>Where a lot stands today, in SQL: the same rule as <see cref="Lot.StateOn"/>, from the same table. Needs <c>@today</c>.</summary>
    public static readonly string State = $"""
        CASE WHEN l.expiry < @today AND l.state IN ({string.Join(", ", LotStates.Steps.Where(s => s.On == LotEvent.Expire).Select(s => $"'{s.From}'"))})
        THEN 'Expired' ELSE l.state END
        """;

    /// <summary>Reads a <see cref="Lot"/>. Needs <c>@today</c>.</summary>
    public static readonly string Columns = $"""
        l.id, l.item_id, i.title AS item, i.kind, l.number, l.expiry, l.manufactured, l.sterilisation, l.supplier,
        {State} AS state, l.state_since, l.held_from, r.name AS received_by, l.received_at, n.name AS inspected_by, l.inspected_at,
        l.inspection_note, l.received, l.on_hand, l.opened, l.count_due, l.row_version,
        {Reservations.ReservationBook.Held} AS held, l.to_inspect, l.load_id, coalesce(s.state = 'Failed', 0) AS load_failed
        FROM needles__lots l JOIN needles__items i ON i.id = l.item_id
        LEFT JOIN needles__steriliser_loads s ON s.id = l.load_id
        LEFT JOIN staff r ON r.id = l.received_by LEFT JOIN staff n ON n.id = l.inspected_by
        """;

    /// <summary>Reads a <see cref="Movement"/>.</summary>
    public const string MovementColumns = """
        id, lot_id, kind, quantity, on_hand_delta, opened_delta, reason, use_id, pick_id, container_id, reverses, actor, at, recorded_at
        FROM needles__movements
        """;

    public DbConnection Connection => connection;

    public DateOnly Today => today;

    public IUnitOfWork Unit => unit;

    public static Task<Lot?> FindAsync(DbConnection connection, long id, DateOnly today) =>
        connection.QuerySingleOrDefaultAsync<Lot>($"SELECT {Columns} WHERE l.id = @id", new { id, today });

    /// <exception cref="RefusedException">There is no such lot.</exception>
    public async Task<Lot> RequireAsync(long id) =>
        await FindAsync(connection, id, today) ?? throw Refuse.Missing($"There is no lot {id}.");

    /// <summary>Writes a line of the book. Returns its key.</summary>
    public Task<long> BookAsync(long lotId, MovementKind kind, long quantity, Booking booking) => connection.ExecuteScalarAsync<long>("""
        INSERT INTO needles__movements
            (lot_id, kind, quantity, on_hand_delta, opened_delta, reason, use_id, pick_id, container_id, reverses, staff_id, actor, at, recorded_at)
        VALUES (@lotId, @kind, @quantity, @OnHand, @Opened, @Reason, @UseId, @PickId, @ContainerId, @Reverses, @StaffId, @Name, @at, @Now)
        RETURNING id
        """, new
    {
        lotId, kind = kind.ToString(), quantity, booking.OnHand, booking.Opened, booking.Reason, booking.UseId, booking.PickId,
        booking.ContainerId, booking.Reverses, unit.Actor.StaffId, unit.Actor.Name, at = booking.At ?? unit.Now, unit.Now,
    });

    /// <summary>Takes a lot where an event leads it, and reads it again. Null when that can't happen to it now.</summary>
    public async Task<Lot?> TryStepAsync(Lot lot, LotEvent on)
    {
        if (LotStates.Next(lot.State, on, lot.HeldFrom) is not { } to) return null;
        if (to == lot.State) return await RequireAsync(lot.Id);
        var heldFrom = to is LotState.Quarantined ? lot.State.ToString() : null;
        await connection.ExecuteAsync("""
            UPDATE needles__lots SET state = @to, held_from = @heldFrom, state_since = @Now, row_version = row_version + 1 WHERE id = @Id
            """, new { lot.Id, to = to.ToString(), heldFrom, unit.Now });
        return await RequireAsync(lot.Id);
    }

    /// <summary>Takes a lot through events as far as they apply: for facts, which leave a state alone that they don't change.</summary>
    public async Task<Lot> SettleAsync(long lotId, params LotEvent[] events)
    {
        var lot = await RequireAsync(lotId);
        foreach (var on in events) lot = await TryStepAsync(lot, on) ?? lot;
        return lot.OnHand == 0 ? await TryStepAsync(lot, LotEvent.RunOut) ?? lot : lot;
    }

    /// <summary>Puts a use back where the units came from. Whatever was booked for it is taken back.</summary>
    public async Task TakeBackAsync(long useId, string reason)
    {
        var booked = (await connection.QueryAsync<Movement>($"""
            SELECT {MovementColumns} WHERE use_id = @useId AND kind IN ('Use', 'Adjust') ORDER BY kind DESC, id
            """, new { useId })).AsList();
        foreach (var line in booked)
        {
            await BookAsync(line.LotId, line.Kind is MovementKind.Use ? MovementKind.Return : MovementKind.Adjust, line.Quantity, new()
            {
                OnHand = -line.OnHandDelta, Opened = -line.OpenedDelta, Reason = reason, UseId = useId, PickId = line.PickId, Reverses = line.Id,
            });
        }
    }
}

/// <summary>What a line of the book says besides its lot, kind and quantity.</summary>
internal readonly record struct Booking
{
    public long OnHand { get; init; }

    public long Opened { get; init; }

    public string? Reason { get; init; }

    public long? UseId { get; init; }

    public long? PickId { get; init; }

    public long? ContainerId { get; init; }

    public long? Reverses { get; init; }

    /// <summary>When it happened, where that isn't now.</summary>
    public DateTimeOffset? At { get; init; }
}
