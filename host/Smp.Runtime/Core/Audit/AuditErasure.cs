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
            var (connection, now) = (unit.Connection, unit.Now);
            var (through, rows) = await connection.QuerySingleAsync<(long, int)>("""
                SELECT coalesce(max(id), 0), count(*) FROM core__audit_rows WHERE patient_id = @patient AND erased_by IS NULL
                """, new { patient });
            if (rows == 0)
            {
                var known = await connection.ExecuteScalarAsync<bool>("""
                    SELECT EXISTS (SELECT 1 FROM patients WHERE id = @patient) OR EXISTS (SELECT 1 FROM core__audit_rows WHERE patient_id = @patient)
                    """, new { patient });
                return known ? 0 : throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(patient)}.");
            }

            var erasure = await connection.ExecuteScalarAsync<long>("""
                INSERT INTO core__audit_erasures (patient_id, through_row, rows, at) VALUES (@patient, @through, @rows, @now) RETURNING id
                """, new { patient, through, rows, now });
            await connection.ExecuteAsync("""
                UPDATE core__audit_units SET reason = NULL, reason_salt = NULL
                WHERE reason IS NOT NULL AND id IN (SELECT unit FROM core__audit_rows WHERE patient_id = @patient AND id <= @through);
                UPDATE core__audit_rows SET payload_hash = smp_payload(salt, old, new), salt = NULL, old = NULL, new = NULL, erased_by = @erasure
                WHERE patient_id = @patient AND id <= @through AND erased_by IS NULL;
                """, new { patient, through, erasure });
            return rows;
        }, token);
        // Values that were overwritten still stand in the log.
        await engine.EmptyLogAsync();
        return erased;
    }
}
