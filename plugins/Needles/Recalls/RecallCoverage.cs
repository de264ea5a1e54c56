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
        UPDATE needles__affected_patients SET outcome = 'NotYet', note = NULL, outcome_by = NULL, outcome_at = NULL, again = 1
        WHERE patient_id = @patientId AND outcome <> 'NotYet' AND outcome_at <= @usedAt
          AND notice_id IN (SELECT notice_id FROM needles__recall_lots WHERE lot_id = @lotId)
        """, new { lotId, patientId, usedAt });

    /// <summary>
    /// Lists everybody whom the lots of a new recall touched: patients treated from them, and staff injured with them. Who else a recall must
    /// reach is listed here too, in the same unit.
    /// </summary>
    public static async Task ListAsync(DbConnection connection, long noticeId)
    {
        await connection.ExecuteAsync("""
            INSERT INTO needles__affected_patients (notice_id, patient_id, quantity, first_use, last_use)
            SELECT r.notice_id, u.patient_id, sum(u.quantity), min(u.used_at), max(u.used_at)
            FROM needles__recall_lots r JOIN needles__uses u ON u.lot_id = r.lot_id AND u.voided_at IS NULL
            WHERE r.notice_id = @noticeId GROUP BY r.notice_id, u.patient_id
            """, new { noticeId });
        await connection.ExecuteAsync("""
            INSERT INTO needles__affected_staff (notice_id, injury_id)
            SELECT r.notice_id, j.id FROM needles__recall_lots r JOIN needles__sharps_injuries j ON j.lot_id = r.lot_id WHERE r.notice_id = @noticeId
            """, new { noticeId });
    }

    /// <summary>Puts an injury on the list of every recall that its lot is under; a closed recall is open again.</summary>
    public static async Task AddInjuryAsync(DbConnection connection, long lotId, long injuryId)
    {
        await connection.ExecuteAsync("""
            INSERT INTO needles__affected_staff (notice_id, injury_id) SELECT notice_id, @injuryId FROM needles__recall_lots WHERE lot_id = @lotId
            """, new { lotId, injuryId });
        await connection.ExecuteAsync("""
            UPDATE needles__recall_notices SET closed_at = NULL, closed_by = NULL
            WHERE closed_at IS NOT NULL AND id IN (SELECT notice_id FROM needles__affected_staff WHERE injury_id = @injuryId)
            """, new { injuryId });
    }

    /// <summary>
    /// Counts anew what a patient had of the lots of every recall that a lot is under. Who had nothing of them is taken off the list, unless
    /// they were told; a closed recall with somebody to tell is open again.
    /// </summary>
    /// <param name="connection">A connection with this module's rights in a unit.</param>
    /// <param name="lotId">The lot.</param>
    /// <param name="patientId">The patient.</param>
    /// <param name="openOnly">Whether a use was taken back, which concerns open recalls alone; otherwise there is one more use.</param>
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
        // When every use was taken back, what they were told before stands again: it stayed among the attempts.
        if (openOnly)
        {
            await connection.ExecuteAsync("""
                UPDATE needles__affected_patients SET outcome = a.outcome, note = a.note, outcome_by = a.actor, outcome_at = a.at, again = 0
                FROM needles__notification_attempts a
                WHERE needles__affected_patients.patient_id = @patientId AND quantity = 0 AND needles__affected_patients.outcome = 'NotYet'
                  AND a.id = (SELECT max(t.id) FROM needles__notification_attempts t
                    WHERE t.patient_id = @patientId AND t.notice_id = needles__affected_patients.notice_id)
                """, new { patientId });
        }

        await connection.ExecuteAsync(
            "DELETE FROM needles__affected_patients WHERE patient_id = @patientId AND quantity = 0 AND outcome = 'NotYet'", new { patientId });
        await connection.ExecuteAsync("""
            UPDATE needles__recall_notices SET closed_at = NULL, closed_by = NULL
            WHERE closed_at IS NOT NULL
              AND id IN (SELECT notice_id FROM needles__affected_patients WHERE patient_id = @patientId AND outcome = 'NotYet')
            """, new { patientId });
    }
}
