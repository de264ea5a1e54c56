using Dapper;
using Smp.Needles.Lots;
using Smp.Sdk;

namespace Smp.Needles.Uses;

/// <summary>Takes sterile units for patients, and accounts for those that were opened in vain.</summary>
public sealed class Picking(IStore<NeedlesPlugin> store, IClinicClock clock, IPatients patients)
{
    private const string Columns = "p.id, p.lot_id, p.patient_id, p.quantity, p.used, p.wasted, p.actor, p.picked_at FROM needles__picks p";

    /// <summary>Takes units for a patient, in a unit of work of its own. Exact however many ask at a time.</summary>
    /// <exception cref="RefusedException">No such lot or patient; or the lot can't be used or hasn't so many units, which is logged.</exception>
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

                obstacle = PickRules.Obstacle(lot, request.Quantity);
                if (obstacle is { } found) throw PickRules.Refusal(found, lot, request.Quantity);

                var id = await unit.Connection.ExecuteScalarAsync<long>("""
                    INSERT INTO needles__picks (lot_id, patient_id, quantity, picked_by, actor, picked_at)
                    VALUES (@LotId, @PatientId, @Quantity, @StaffId, @Name, @Now) RETURNING id
                    """, new { request.LotId, request.PatientId, request.Quantity, unit.Actor.StaffId, unit.Actor.Name, unit.Now });
                await book.BookAsync(lot.Id, MovementKind.Open, request.Quantity, new() { Opened = request.Quantity, PickId = id });
                await book.SettleAsync(lot.Id, LotEvent.Take);
                return (await FindAsync(book, id))!;
            }, token);
        }
        catch (RefusedException refusal) when (obstacle is not null)
        {
            // The refused unit is rolled back, and a record in it would be too. Written down even if whoever asked is gone by now.
            await store.WriteAsync(new("Refused a pick") { Refusal = true }, unit => LogAsync(unit, request, obstacle.Value, refusal), CancellationToken.None);
            throw;
        }
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
            var wasted = quantity ?? pick.Open;
            if (pick.Open == 0) throw Refuse.Because($"Every unit of this pick is accounted for already.");
            if (wasted > pick.Open) throw Refuse.Because($"{pick.Open} units of this pick are open; {wasted} can't be wasted.");
            await unit.Connection.ExecuteAsync("UPDATE needles__picks SET wasted = wasted + @wasted WHERE id = @pickId", new { pickId, wasted });
            await book.BookAsync(pick.LotId, MovementKind.Waste, wasted, new()
            {
                OnHand = -wasted, Opened = -wasted, Reason = reason.ToString(), PickId = pickId,
            });
            await book.SettleAsync(pick.LotId);
            return await RequireAsync(book, pickId);
        }, token);
    }

    internal static Task<Pick?> FindAsync(StockBook book, long id) =>
        book.Connection.QuerySingleOrDefaultAsync<Pick>($"SELECT {Columns} WHERE p.id = @id", new { id });

    internal static async Task<Pick> RequireAsync(StockBook book, long id) =>
        await FindAsync(book, id) ?? throw Refuse.Missing($"There is no pick {id}.");

    private static Task<int> LogAsync(IUnitOfWork unit, PickRequest request, PickObstacle obstacle, RefusedException refusal) =>
        unit.Connection.ExecuteAsync("""
            INSERT INTO needles__refused_picks (lot_id, patient_id, quantity, obstacle, sentence, staff_id, actor, at)
            VALUES (@LotId, @PatientId, @Quantity, @obstacle, @Message, @StaffId, @Name, @Now)
            """, new
        {
            request.LotId, request.PatientId, request.Quantity, obstacle = obstacle.ToString(), refusal.Message, unit.Actor.StaffId,
            unit.Actor.Name, unit.Now,
        });
}
