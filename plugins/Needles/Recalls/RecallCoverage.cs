using System.Data.Common;
using Dapper;
using Smp.Needles.Lots;

namespace Smp.Needles.Recalls;

/// <summary>Keeps what recalls cover true while stock and uses go on.</summary>
internal static class RecallCoverage
{
    /// <summary>Since when a lot is under recall; null when it isn't.</summary>
    public static Task<DateTimeOffset?> SinceAsync(DbConnection connection, long lotId) => connection.ExecuteScalarAsync<DateTimeOffset?>("""
        SELECT min(n.opened_at) FROM needles__recall_lots r JOIN needles__recall_notices n ON n.id = r.notice_id WHERE r.lot_id = @lotId
        """, new { lotId });

    /// <summary>Puts a lot that arrives under the open recalls of every lot of its item.</summary>
    public static async Task CoverAsync(StockBook book, long lotId, long itemId)
    {
        await book.Connection.ExecuteAsync("""
            INSERT INTO needles__recall_lots (notice_id, lot_id)
            SELECT id, @lotId FROM needles__recall_notices WHERE item_id = @itemId AND all_lots = 1 AND closed_at IS NULL
            ON CONFLICT DO NOTHING
            """, new { lotId, itemId });
        if (await SinceAsync(book.Connection, lotId) is not null) await HoldAsync(book, lotId, "Recalled before it arrived");
    }

    /// <summary>Takes a lot out of use for good, unless it is already.</summary>
    public static async Task HoldAsync(StockBook book, long lotId, string reason)
    {
        var lot = await book.RequireAsync(lotId);
        if (await book.TryStepAsync(lot, LotEvent.Recall) is not null)
            await book.BookAsync(lotId, MovementKind.Quarantine, lot.OnHand, new() { Reason = reason });
    }

    /// <summary>Somebody who was told of a recall before a use of one of its lots is to be told again.</summary>
    public static Task AgainAsync(DbConnection connection, long lotId, long patientId, DateTimeOffset usedAt) => connection.ExecuteAsync("""
        UPDATE needles__affected_patients SET outcome = 'NotYet', outcome_by = NULL, outcome_at = NULL, again = 1
        WHERE patient_id = @patientId AND outcome <> 'NotYet' AND outcome_at < @usedAt
          AND notice_id IN (SELECT notice_id FROM needles__recall_lots WHERE lot_id = @lotId)
        """, new { lotId, patientId, usedAt });

    /// <summary>
    /// Counts anew what a patient had of the lots of every recall that a lot is under. Who had nothing of them is taken off the list, unless
    /// they were told; a closed recall that gains a patient is open again.
    /// </summary>
    public static async Task RecountAsync(DbConnection connection, long lotId, long patientId, bool openOnly)
    {
        await connection.ExecuteAsync("""
            INSERT INTO needles__affected_patients (notice_id, patient_id, quantity, first_use, last_use)
            SELECT n.id, @patientId, coalesce(sum(u.quantity), 0), min(u.used_at), max(u.used_at)
            FROM needles__recall_notices n
            JOIN needles__recall_lots this ON this.notice_id = n.id AND this.lot_id = @lotId
            JOIN needles__recall_lots r ON r.notice_id = n.id
            LEFT JOIN needles__uses u ON u.lot_id = r.lot_id AND u.patient_id = @patientId AND u.voided_at IS NULL
            WHERE n.closed_at IS NULL OR NOT @openOnly
            GROUP BY n.id
            ON CONFLICT (notice_id, patient_id) DO UPDATE SET
                quantity = excluded.quantity, first_use = excluded.first_use, last_use = excluded.last_use
            """, new { lotId, patientId, openOnly });
        await connection.ExecuteAsync(
            "DELETE FROM needles__affected_patients WHERE patient_id = @patientId AND quantity = 0 AND outcome = 'NotYet'", new { patientId });
        await connection.ExecuteAsync("""
            UPDATE needles__recall_notices SET closed_at = NULL, closed_by = NULL
            WHERE closed_at IS NOT NULL
              AND id IN (SELECT notice_id FROM needles__affected_patients WHERE patient_id = @patientId AND outcome = 'NotYet')
            """, new { patientId });
    }
}
