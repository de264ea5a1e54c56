using System.Text.Json;
using Dapper;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Audit;

/// <summary>Takes out of the audit trail what it holds about a patient, where law demands that. The chain stays whole, and says that it was done.</summary>
public sealed class AuditErasure(IStore<CorePlugin> store, StoreEngine engine)
{
    internal const string Act = "Erased a patient's values from the audit trail";

    /// <summary>
    /// Erases the old and new values of every change that was about a patient so far, and the reasons that were given with them. That they were
    /// made, when, and by whom stays. Returns how many changes lost their values.
    /// </summary>
    /// <param name="patient">Whose. The record itself may be gone already.</param>
    /// <param name="reason">The ground in law, for the trail: 1 to 500 characters. It stays there, so it names nobody.</param>
    /// <param name="token">Gives up before it begins.</param>
    /// <exception cref="RefusedException">There is no ground given, or nothing is known of such a patient.</exception>
    public async Task<int> EraseAsync(long patient, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        var ground = checks.Optional(reason, "reason", 500);
        checks.That(ground is not null, "reason", $"Say why the values are erased: the trail keeps the ground.");
        checks.Throw();
        var erased = await store.WriteAsync(new(Act, ground), async unit =>
        {
            if (await TakeAsync(unit, patient) is > 0 and var rows) return rows;
            var known = await unit.Connection.ExecuteScalarAsync<bool>("""
                SELECT EXISTS (SELECT 1 FROM patients WHERE id = @patient) OR EXISTS (SELECT 1 FROM core__audit_rows WHERE patient_id = @patient)
                """, new { patient });
            return known ? 0 : throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(patient)}.");
        }, token);
        // Values that were overwritten still stand in the log.
        await engine.EmptyLogAsync();
        return erased;
    }

    /// <summary>Erases every change that was about a patient so far, in somebody else's unit of work. Returns how many lost their values.</summary>
    internal static async Task<int> TakeAsync(IUnitOfWork unit, long patient) => await TakeAsync(unit, patient, (await unit.Connection.QueryAsync<long>(
        "SELECT id FROM core__audit_rows WHERE patient_id = @patient AND erased_by IS NULL ORDER BY id", new { patient })).AsList());

    /// <summary>
    /// Erases what the trail holds of rows, whoever it says they are about: also of those that name nobody and hung on a patient's. Returns how many changes
    /// lost their values.
    /// </summary>
    /// <param name="unit">It happens in.</param>
    /// <param name="patient">Whose erasure it is.</param>
    /// <param name="rows">Each as the trail names it: table, and key.</param>
    internal static async Task<int> TakeAsync(IUnitOfWork unit, long patient, IReadOnlyCollection<(string Table, object Key)> rows)
    {
        if (rows.Count == 0) return 0;
        // The trail has no index by key: whatever the number of rows, it is read once.
        var keys = JsonSerializer.Serialize(rows.Select(r => new[] { r.Table, r.Key }));
        var found = await unit.Connection.QueryAsync<(long Id, long? PatientId)>("""
            SELECT id, patient_id FROM core__audit_rows
            WHERE erased_by IS NULL AND (object, key) IN (SELECT value ->> 0, value ->> 1 FROM json_each(@keys)) ORDER BY id
            """, new { keys });
        var taken = 0;
        foreach (var its in found.GroupBy(r => r.PatientId ?? patient)) taken += await TakeAsync(unit, its.Key, [.. its.Select(r => r.Id)]);
        return taken;
    }

    private static async Task<int> TakeAsync(IUnitOfWork unit, long patient, List<long> ids)
    {
        if (ids.Count == 0) return 0;
        var (connection, now) = (unit.Connection, unit.Now);
        var those = $"[{string.Join(',', ids)}]";
        var erasure = await connection.ExecuteScalarAsync<long>("""
            INSERT INTO core__audit_erasures (patient_id, through_row, rows, at) VALUES (@patient, @through, @rows, @now) RETURNING id
            """, new { patient, through = ids[^1], rows = ids.Count, now });
        await connection.ExecuteAsync("""
            UPDATE core__audit_units SET reason = NULL, reason_salt = NULL
            WHERE reason IS NOT NULL AND id IN (SELECT unit FROM core__audit_rows WHERE id IN (SELECT value FROM json_each(@those)));
            UPDATE core__audit_rows SET payload_hash = smp_payload(salt, old, new), salt = NULL, old = NULL, new = NULL, erased_by = @erasure
            WHERE id IN (SELECT value FROM json_each(@those));
            """, new { those, erasure });
        return ids.Count;
    }
}
