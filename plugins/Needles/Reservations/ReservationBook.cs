using System.Data.Common;
using System.Globalization;
using Dapper;
using Smp.Needles.Items;
using Smp.Needles.Lots;
using Smp.Needles.Uses;
using Smp.Sdk;

namespace Smp.Needles.Reservations;

/// <summary>Units kept for patients: held, taken, let go. What is held can't be picked for anybody else.</summary>
public sealed class ReservationBook(IStore<NeedlesPlugin> store, IClinicClock clock, IPatients patients)
{
    /// <summary>What of a lot <c>l</c> is held from today on, in SQL. Needs <c>@today</c>.</summary>
    internal const string Held = """
        (SELECT coalesce(sum(h.quantity - h.taken), 0) FROM needles__reservations h WHERE h.lot_id = l.id AND h.state = 'Held' AND h.day >= @today)
        """;

    private static readonly string Columns = $"""
        r.id, r.lot_id, l.number AS lot_number, {StockBook.State} AS lot_state, l.expiry, i.title AS item, r.patient_id, r.procedure_id, r.day, r.quantity,
        r.taken, CASE WHEN r.state = 'Held' AND r.day < @today THEN 'Released' ELSE r.state END AS state, r.made_by, r.made_at
        FROM needles__reservations r JOIN needles__lots l ON l.id = r.lot_id JOIN needles__items i ON i.id = l.item_id
        """;

    /// <summary>Keeps units for a patient, in a unit of work of its own. Never more than there are, however many ask at a time.</summary>
    /// <returns>One for each lot that units are kept of.</returns>
    /// <exception cref="RefusedException">A field needs another look, no such item, lot, patient or procedure, or there aren't so many units for that day.</exception>
    public Task<IReadOnlyList<Reservation>> ReserveAsync(ReservationInput input, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.That(input.PatientId is not null, "patientId", $"Say which patient.");
        checks.Throw();
        var request = new ReserveRequest(input.PatientId!.Value, input.Quantity ?? 1)
        {
            ItemId = input.ItemId, LotId = input.LotId, Day = input.Day, ProcedureId = input.ProcedureId,
        };
        return store.WriteAsync(new("Reserved units"), unit => ReserveAsync(unit, request, token), token);
    }

    /// <summary>Keeps units for a patient, in somebody's unit of work.</summary>
    /// <exception cref="RefusedException">A field needs another look, no such item, lot, patient or procedure, or there aren't so many units for that day.</exception>
    public async Task<IReadOnlyList<Reservation>> ReserveAsync(IUnitOfWork unit, ReserveRequest request, CancellationToken token = default)
    {
        var book = new StockBook(store.Join(unit), unit, clock);
        if (await patients.FindAsync(unit, request.PatientId, token) is null)
            throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(request.PatientId)}.");
        await Procedures.CheckAsync(book.Connection, request.ProcedureId, request.PatientId);
        var planned = request.ProcedureId is { } procedure ? await Procedures.PlannedForAsync(book.Connection, procedure) : null;
        var day = request.Day ?? (planned is { } moment ? clock.DayOf(moment) : null);
        var checks = new Checks();
        checks.That(request.Quantity is >= 1 and <= 1000, "quantity", $"1 to 1,000 units can be reserved at a time.");
        checks.That((request.ItemId is null) != (request.LotId is null), "itemId", $"Say which item, or which lot.");
        checks.That(day is not null, "day", $"Say for which day.");
        checks.That(!(day < book.Today), "day", $"This day has passed.");
        checks.That(!(day > book.Today.AddYears(2)), "day", $"This is more than two years from now.");
        checks.Throw();

        var lots = await LotsAsync(book, request, day!.Value);
        var there = lots.Sum(lot => lot.Available);
        if (there < request.Quantity)
        {
            throw Refuse.Field("quantity",
                $"{there} can be reserved for {day:d MMMM yyyy}; you asked for {request.Quantity}. Reserve fewer, or receive more first.");
        }

        var (left, made) = ((long)request.Quantity, new List<Reservation>());
        foreach (var lot in lots.TakeWhile(_ => left > 0))
        {
            var quantity = Math.Min(left, lot.Available);
            left -= quantity;
            var id = await book.Connection.ExecuteScalarAsync<long>("""
                INSERT INTO needles__reservations (lot_id, patient_id, procedure_id, day, quantity, made_by, made_at)
                VALUES (@Id, @PatientId, @ProcedureId, @day, @quantity, @Name, @Now) RETURNING id
                """, new { lot.Id, request.PatientId, request.ProcedureId, day, quantity, unit.Actor.Name, unit.Now });
            made.Add((await FindAsync(book.Connection, id, book.Today))!);
        }

        return made;
    }

    /// <summary>Lets a reservation go, in a unit of work of its own.</summary>
    /// <exception cref="RefusedException">No such reservation, or it isn't held any more.</exception>
    public Task<Reservation> ReleaseAsync(long id, CancellationToken token = default) =>
        store.WriteAsync(new("Released a reservation"), unit => ReleaseAsync(unit, id), token);

    /// <summary>Lets a reservation go, in somebody's unit of work.</summary>
    /// <exception cref="RefusedException">No such reservation, or it isn't held any more.</exception>
    public async Task<Reservation> ReleaseAsync(IUnitOfWork unit, long id)
    {
        var book = new StockBook(store.Join(unit), unit, clock);
        var found = await FindAsync(book.Connection, id, book.Today) ?? throw Refuse.Missing($"There is no reservation {id}.");
        if (found.State is not ReservationState.Held) throw Refuse.Because($"This reservation isn't held any more: {found.State}.");
        await book.Connection.ExecuteAsync("""
            UPDATE needles__reservations SET state = 'Released', ended_by = @Name, ended_at = @Now WHERE id = @id
            """, new { id, unit.Actor.Name, unit.Now });
        return (await FindAsync(book.Connection, id, book.Today))!;
    }

    /// <summary>One page of the reservations, the next day first.</summary>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<Reservation>> PageAsync(ReservationQuery query, string? after, int limit, CancellationToken token = default)
    {
        var key = Keyset.Decode(after, 2) ?? ["", "0"];
        var today = clock.Today;
        var rows = await store.ReadAsync(connection => connection.QueryAsync<Reservation>($"""
            SELECT {Columns}
            WHERE (r.day, r.id) > (@day, @id) AND (@PatientId IS NULL OR r.patient_id = @PatientId) AND (@LotId IS NULL OR r.lot_id = @LotId)
              AND (NOT @HeldOnly OR (r.state = 'Held' AND r.day >= @today))
            ORDER BY r.day, r.id LIMIT @limit + 1
            """, new { day = key[0], id = Keyset.Key(key[1]), query.PatientId, query.LotId, query.HeldOnly, today, limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, r => [r.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Keyset.Of(r.Id)]);
    }

    /// <summary>Future bookings that would use the lots of a recall, the next day first; at most 1,000.</summary>
    public async Task<IReadOnlyList<Reservation>> OfRecallAsync(long noticeId, CancellationToken token = default)
    {
        var today = clock.Today;
        return (await store.ReadAsync(connection => connection.QueryAsync<Reservation>($"""
            SELECT {Columns}
            WHERE r.state = 'Held' AND r.day >= @today AND r.lot_id IN (SELECT lot_id FROM needles__recall_lots WHERE notice_id = @noticeId)
            ORDER BY r.day, r.id LIMIT 1000
            """, new { noticeId, today }), token)).AsList();
    }

    /// <summary>Those that are held of lots that can't be used on their day, the next day first.</summary>
    internal static async Task<IReadOnlyList<Reservation>> BrokenAsync(DbConnection connection, long? patientId, DateOnly today, int limit) =>
        (await connection.QueryAsync<Reservation>($"""
            SELECT {Columns}
            WHERE r.state = 'Held' AND r.day >= @today {(patientId is null ? "" : "AND r.patient_id = @patientId")} AND ({StockBook.State} NOT IN ('Released', 'InUse') OR l.expiry < r.day)
            ORDER BY r.day, r.id LIMIT @limit
            """, new { patientId, today, limit })).AsList();

    /// <summary>How many units of a lot are held for a patient.</summary>
    internal static Task<long> HeldForAsync(StockBook book, long lotId, long patientId) => book.Connection.ExecuteScalarAsync<long>($"""
        SELECT coalesce(sum(quantity - taken), 0) FROM needles__reservations
        WHERE lot_id = @lotId AND patient_id = @patientId AND state = 'Held' AND day >= @Today
        """, new { lotId, patientId, book.Today });

    /// <summary>What was picked for a patient counts against what is held of the lot for them: that of the procedure first, then the next day's.</summary>
    internal static async Task TakeAsync(StockBook book, long lotId, long patientId, long? procedureId, long quantity)
    {
        var held = await book.Connection.QueryAsync<(long Id, long Left)>("""
            SELECT id, quantity - taken FROM needles__reservations
            WHERE lot_id = @lotId AND patient_id = @patientId AND state = 'Held' AND day >= @Today
            ORDER BY procedure_id IS @procedureId DESC, day, id
            """, new { lotId, patientId, procedureId, book.Today });
        foreach (var (id, left) in held.TakeWhile(_ => quantity > 0))
        {
            var taken = Math.Min(left, quantity);
            quantity -= taken;
            await book.Connection.ExecuteAsync("""
                UPDATE needles__reservations SET taken = taken + @taken, state = CASE WHEN taken + @taken = quantity THEN 'Taken' ELSE 'Held' END,
                    ended_by = CASE WHEN taken + @taken = quantity THEN @Name END, ended_at = CASE WHEN taken + @taken = quantity THEN @Now END
                WHERE id = @id
                """, new { id, taken, book.Unit.Actor.Name, book.Unit.Now });
        }
    }

    private static async Task<IReadOnlyList<Lot>> LotsAsync(StockBook book, ReserveRequest request, DateOnly day)
    {
        if (request.LotId is { } id)
        {
            var lot = await book.RequireAsync(id);
            if (PickRules.Obstacle(lot, 0) is { } obstacle) throw PickRules.Refusal(obstacle, lot, request.Quantity);
            if (lot.IsExpiredOn(day)) throw Refuse.Field("day", $"Lot {lot.Number} expires on {lot.Expiry:d MMMM yyyy}, before that day. Choose another lot.");
            return [lot];
        }

        await ItemCatalogue.RequireAsync(book.Connection, request.ItemId!.Value);
        return (await book.Connection.QueryAsync<Lot>($"""
            SELECT {StockBook.Columns}
            WHERE l.item_id = @ItemId AND l.state IN ('Released', 'InUse') AND (l.expiry IS NULL OR l.expiry >= @day)
            ORDER BY l.expiry NULLS LAST, l.received_at, l.id
            """, new { request.ItemId, day, today = book.Today })).Where(lot => lot.Available > 0).ToList();
    }

    private static Task<Reservation?> FindAsync(DbConnection connection, long id, DateOnly today) =>
        connection.QuerySingleOrDefaultAsync<Reservation>($"SELECT {Columns} WHERE r.id = @id", new { id, today });
}
