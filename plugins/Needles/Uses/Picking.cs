using Dapper;
using Smp.Needles.Containers;
using Smp.Needles.Lots;
using Smp.Needles.Reservations;
using Smp.Sdk;

namespace Smp.Needles.Uses;

/// <summary>Takes sterile units for patients, and accounts for those that were opened in vain.</summary>
public sealed class Picking(IStore<NeedlesPlugin> store, IClinicClock clock, IPatients patients)
{
    private const string Columns = "p.id, p.lot_id, p.container_id, p.procedure_id, p.patient_id, p.quantity, p.used, p.wasted, p.actor, p.picked_at FROM needles__picks p";

    /// <summary>Takes units for a patient, in a unit of work of its own. Exact however many ask at a time.</summary>
    /// <exception cref="RefusedException">
    /// No such lot, patient, container or procedure; or the lot or container can't be used or hasn't so many units, or the patient is allergic to what
    /// is in it and nobody confirmed it, all of which is logged.
    /// </exception>
    public async Task<Pick> PickAsync(PickRequest request, CancellationToken token = default)
    {
        if (request.Quantity is < 1 or > 1000) throw Refuse.Field("quantity", $"1 to 1,000 units can be picked at a time.");
        PickObstacle? obstacle = null;
        try
        {
            return await store.WriteAsync(new("Picked from a lot"), async unit =>
            {
                obstacle = null;
                var book = new StockBook(unit.Connection, unit, clock);
                var lot = await book.RequireAsync(request.LotId);
                if (await patients.FindAsync(unit, request.PatientId, token) is null)
                    throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(request.PatientId)}.");
                await Procedures.CheckAsync(unit.Connection, request.ProcedureId, request.PatientId);
                var container = await ContainerBook.OfLotAsync(book, request.ContainerId, lot.Id);

                obstacle = container is null
                    ? PickRules.Obstacle(lot, request.Quantity, await ReservationBook.HeldForAsync(book, lot.Id, request.PatientId))
                    : PickRules.Obstacle(lot, container, request.PatientId, request.Quantity, book.Today);
                if (obstacle is { } found)
                    throw container is null ? PickRules.Refusal(found, lot, request.Quantity) : PickRules.Refusal(found, lot, container, request.Quantity);
                if (!request.ConfirmAllergy && await Allergies.OfAsync(unit.Connection, lot.ItemId, request.PatientId) is { Count: > 0 } allergies)
                {
                    obstacle = PickObstacle.Allergy;
                    throw PickRules.Refusal(lot, allergies);
                }

                return await TakeAsync(book, request, container);
            }, token);
        }
        catch (RefusedException refusal) when (obstacle is not null)
        {
            // The refused unit is rolled back, and a record in it would be too. Written down even if whoever asked is gone by now.
            await store.WriteAsync(new("Refused a pick") { Refusal = true }, unit => LogAsync(unit, request, obstacle.Value, refusal), CancellationToken.None);
            throw;
        }
    }

    private static async Task<Pick> TakeAsync(StockBook book, PickRequest request, Container? container)
    {
        var id = await book.Connection.ExecuteScalarAsync<long>("""
            INSERT INTO needles__picks (lot_id, container_id, procedure_id, patient_id, quantity, picked_by, actor, picked_at)
            VALUES (@LotId, @ContainerId, @ProcedureId, @PatientId, @Quantity, @StaffId, @Name, @Now) RETURNING id
            """, new
        {
            request.LotId, request.ContainerId, request.ProcedureId, request.PatientId, request.Quantity, book.Unit.Actor.StaffId,
            book.Unit.Actor.Name, book.Unit.Now,
        });
        if (container is not null)
        {
            await ContainerBook.ClaimAsync(book, container, request.PatientId);
        }
        else
        {
            await book.BookAsync(request.LotId, MovementKind.Open, request.Quantity, new() { Opened = request.Quantity, PickId = id });
            await ReservationBook.TakeAsync(book, request.LotId, request.PatientId, request.ProcedureId, request.Quantity);
            await book.SettleAsync(request.LotId, LotEvent.Take);
        }

        return (await FindAsync(book, id))!;
    }

    /// <summary>Units that were picked for somebody and are neither used nor wasted yet, the oldest first.</summary>
    /// <param name="patientId">For whom; null for everybody.</param>
    /// <param name="token">Gives up waiting.</param>
    public async Task<IReadOnlyList<Pick>> OpenAsync(long? patientId, CancellationToken token = default) =>
        (await store.ReadAsync(connection => connection.QueryAsync<Pick>($"""
            SELECT {Columns}
            WHERE p.used + p.wasted < p.quantity AND (@patientId IS NULL OR p.patient_id = @patientId)
            ORDER BY p.picked_at, p.id LIMIT 200
            """, new { patientId }), token)).AsList();

    /// <summary>Accounts for picked units that went without touching the patient.</summary>
    /// <param name="pickId">Which pick.</param>
    /// <param name="quantity">How many of its open units; all of them where nothing is said.</param>
    /// <param name="reason">Why.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">No such pick, no reason, or it has fewer open units.</exception>
    public Task<Pick> WasteAsync(long pickId, int? quantity, WasteReason? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.That(reason is not null, "reason", $"Say why: PackageDamaged, Dropped, Contaminated, Expired or Surplus.");
        checks.That(quantity is null or >= 1 and <= 1000, "quantity", $"1 to 1,000 units can be wasted at a time.");
        checks.Throw();
        return store.WriteAsync(new("Wasted picked units", reason.ToString()), async unit =>
        {
            var book = new StockBook(unit.Connection, unit, clock);
            var pick = await RequireAsync(book, pickId);
            if (pick.Open == 0) throw Refuse.Because($"Every unit of this pick is accounted for already.");
            return await WasteAsync(book, pick, quantity ?? pick.Open, reason!.Value);
        }, token);
    }

    /// <summary>Accounts for open units of a pick in somebody's unit of work.</summary>
    internal static async Task<Pick> WasteAsync(StockBook book, Pick pick, long wasted, WasteReason reason)
    {
        if (wasted > pick.Open) throw Refuse.Because($"{pick.Open} units of this pick are open; {wasted} can't be wasted.");
        await book.Connection.ExecuteAsync("UPDATE needles__picks SET wasted = wasted + @wasted WHERE id = @Id", new { pick.Id, wasted });
        // What was taken from a container left the book with it, or will.
        if (pick.ContainerId is null)
        {
            await book.BookAsync(pick.LotId, MovementKind.Waste, wasted, new()
            {
                OnHand = -wasted, Opened = -wasted, Reason = reason.ToString(), PickId = pick.Id,
            });
            await book.SettleAsync(pick.LotId);
        }

        return await RequireAsync(book, pick.Id);
    }

    internal static Task<Pick?> FindAsync(StockBook book, long id) =>
        book.Connection.QuerySingleOrDefaultAsync<Pick>($"SELECT {Columns} WHERE p.id = @id", new { id });

    internal static async Task<Pick> RequireAsync(StockBook book, long id) =>
        await FindAsync(book, id) ?? throw Refuse.Missing($"There is no pick {id}.");

    private static Task<int> LogAsync(IUnitOfWork unit, PickRequest request, PickObstacle obstacle, RefusedException refusal) =>
        unit.Connection.ExecuteAsync("""
            INSERT INTO needles__refused_picks (lot_id, patient_id, container_id, quantity, obstacle, sentence, staff_id, actor, at)
            VALUES (@LotId, @PatientId, @ContainerId, @Quantity, @obstacle, @Message, @StaffId, @Name, @Now)
            """, new
        {
            request.LotId, request.PatientId, request.ContainerId, request.Quantity, obstacle = obstacle.ToString(), refusal.Message, unit.Actor.StaffId,
            unit.Actor.Name, unit.Now,
        });
}
