using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Sessions.Treating;

/// <summary>Reads sessions.</summary>
internal static class SessionRows
{
    /// <summary>What took place, on the row <c>s</c>: one that was broken off before anything was put in left nothing that heals.</summary>
    public const string TookPlace = """
        (s.state IN ('Closed', 'Healed') OR (s.state = 'Aborted' AND (
            EXISTS (SELECT 1 FROM sessions__zone_records z WHERE z.session_id = s.id AND z.removed_at IS NULL) OR EXISTS (SELECT 1 FROM sessions__pigment_uses u WHERE u.session_id = s.id))))
        """;

    private const string Columns = """
        s.id, s.plan_id, s.patient_id, s.procedure_id, s.number, s.pass, s.touch_up, s.state, s.state_reason, s.day, p.planned_for, s.started_at, s.ended_at,
        coalesce(s.performed_by, p.performed_by) AS performed_by, f.name AS performer, r.name AS recorder, s.pain, s.notes, s.told_pigments, s.changed_by, s.changed_at, s.row_version
        FROM sessions__sessions s JOIN procedures p ON p.id = s.procedure_id
        LEFT JOIN staff f ON f.id = coalesce(s.performed_by, p.performed_by) LEFT JOIN staff r ON r.id = p.recorded_by
        """;

    public static Task<Session?> FindAsync(DbConnection db, long id) => db.QuerySingleOrDefaultAsync<Session>($"SELECT {Columns} WHERE s.id = @id", new { id });

    public static Task<Session?> OfProcedureAsync(DbConnection db, long procedure) =>
        db.QuerySingleOrDefaultAsync<Session>($"SELECT {Columns} WHERE s.procedure_id = @procedure", new { procedure });

    /// <exception cref="RefusedException">There is no such session.</exception>
    public static async Task<Session> RequireAsync(DbConnection db, long id) => await FindAsync(db, id) ?? throw Missing(id);

    public static RefusedException Missing(long id) => Refuse.Missing($"There is no session {id}.");

    /// <summary>The sessions of a plan, the first first.</summary>
    public static async Task<IReadOnlyList<Session>> OfPlanAsync(DbConnection db, long planId) =>
        (await db.QueryAsync<Session>($"SELECT {Columns} WHERE s.plan_id = @planId ORDER BY s.number, s.id LIMIT 200", new { planId })).AsList();

    /// <summary>The last session on a patient that took place until a day; null where none did.</summary>
    /// <param name="db">The connection.</param>
    /// <param name="patientId">On whom.</param>
    /// <param name="exceptProcedure">Which one isn't meant.</param>
    /// <param name="until">The last day that counts: what is entered afterwards is judged as it was then.</param>
    public static Task<Session?> LastAsync(DbConnection db, long patientId, long exceptProcedure, DateOnly until) => db.QueryFirstOrDefaultAsync<Session>($"""
        SELECT {Columns} WHERE s.patient_id = @patientId AND s.procedure_id <> @exceptProcedure AND {TookPlace} AND s.day <= @until
        ORDER BY s.day DESC, s.id DESC LIMIT 1
        """, new { patientId, exceptProcedure, until });

    /// <summary>Which number the next session of a plan has: those that were called off don't count.</summary>
    public static Task<int> NextNumberAsync(DbConnection db, long planId) => db.ExecuteScalarAsync<int>($"""
        SELECT 1 + count(*) FROM sessions__sessions s WHERE s.plan_id = @planId AND (s.state IN ('Scheduled', 'CheckedIn', 'Cleared', 'InProgress') OR {TookPlace})
        """, new { planId });

    /// <summary>Which number a session that begins now has: only what took place and what is in progress counts.</summary>
    public static Task<int> NumberAsync(DbConnection db, Session session) => db.ExecuteScalarAsync<int>($"""
        SELECT 1 + count(*) FROM sessions__sessions s WHERE s.plan_id = @PlanId AND s.id <> @Id AND (s.state = 'InProgress' OR {TookPlace})
        """, new { session.PlanId, session.Id });

    /// <summary>Whether a session left something that heals.</summary>
    public static Task<bool> TookPlaceAsync(DbConnection db, long id) =>
        db.ExecuteScalarAsync<bool>($"SELECT EXISTS (SELECT 1 FROM sessions__sessions s WHERE s.id = @id AND (s.state = 'InProgress' OR {TookPlace}))", new { id });

    public static async Task<IReadOnlyList<ZoneRecord>> ZonesAsync(DbConnection db, long sessionId) => (await db.QueryAsync<ZoneRecord>("""
        SELECT z.id, z.key, z.zone, z.pass, z.needle, z.pigment_id, p.shade || ', ' || p.brand AS pigment, z.pigment_parts, z.diluent_parts, z.density_percent, z.depth_micrometres,
            z.note, z.recorded_by, z.recorded_at, z.removed_at, z.removed_reason, z.row_version
        FROM sessions__zone_records z LEFT JOIN sessions__plan_pigments p ON p.id = z.pigment_id WHERE z.session_id = @sessionId ORDER BY z.id LIMIT 1000
        """, new { sessionId })).AsList();

    public static async Task<IReadOnlyList<PigmentUse>> PigmentsAsync(DbConnection db, long sessionId) => (await db.QueryAsync<PigmentUse>("""
        SELECT u.id, u.key, u.pigment_id, p.shade || ', ' || p.brand AS pigment, u.lot, u.lot_id, u.container_id, u.use_id, u.pigment_parts, u.diluent_parts, u.diluent, u.diluent_lot,
            u.microlitres, u.recorded_by, u.recorded_at
        FROM sessions__pigment_uses u JOIN sessions__plan_pigments p ON p.id = u.pigment_id WHERE u.session_id = @sessionId ORDER BY u.id LIMIT 200
        """, new { sessionId })).AsList();

    public static async Task<IReadOnlyList<NeedleUse>> NeedlesAsync(DbConnection db, long sessionId) => (await db.QueryAsync<NeedleUse>("""
        SELECT id, key, needle, lot, lot_id, use_id, used, wasted, reason, recorded_by, recorded_at FROM sessions__needle_uses WHERE session_id = @sessionId ORDER BY id LIMIT 500
        """, new { sessionId })).AsList();

    public static async Task<IReadOnlyList<ClosedStep>> StepsAsync(DbConnection db, long sessionId) => [.. (await db.QueryAsync<(ClosingStep Step, bool Done, string? Reason)>(
        "SELECT step, done, reason FROM sessions__closing_steps WHERE session_id = @sessionId", new { sessionId })).Select(s => new ClosedStep(s.Step, s.Done, s.Reason)).OrderBy(s => s.Step)];

    public static Task<bool> AftercareGivenAsync(DbConnection db, long sessionId) =>
        db.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM sessions__aftercare WHERE session_id = @sessionId)", new { sessionId });

    /// <summary>What zones of a plan look like by now: the last record of each that counts, from sessions that weren't voided.</summary>
    public static async Task<IReadOnlyList<ZoneRecord>> CumulativeAsync(DbConnection db, long planId) => (await db.QueryAsync<ZoneRecord>("""
        SELECT z.id, z.key, z.zone, z.pass, z.needle, z.pigment_id, p.shade || ', ' || p.brand AS pigment, z.pigment_parts, z.diluent_parts, z.density_percent, z.depth_micrometres,
            z.note, z.recorded_by, z.recorded_at, z.removed_at, z.removed_reason, z.row_version
        FROM sessions__zone_records z LEFT JOIN sessions__plan_pigments p ON p.id = z.pigment_id
        WHERE z.id IN (SELECT max(y.id) FROM sessions__zone_records y JOIN sessions__sessions s ON s.id = y.session_id
            WHERE s.plan_id = @planId AND s.state <> 'Voided' AND y.removed_at IS NULL GROUP BY y.zone)
        """, new { planId })).AsList();
}
