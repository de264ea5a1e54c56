using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Audit;

/// <summary>Somebody's look at a patient's record.</summary>
/// <param name="Id">Key.</param>
/// <param name="At">When.</param>
/// <param name="StaffId">Who; null for the command line.</param>
/// <param name="Name">Who, by name.</param>
/// <param name="Route">Where: <c>GET /patients/{id}</c>.</param>
public sealed record PatientRead(long Id, DateTimeOffset At, long? StaffId, string? Name, string Route);

/// <summary>Who looked at which patient's record. <see cref="PatientLooks"/> writes it, the audit page shows it.</summary>
public sealed class PatientReads(IStore<CorePlugin> store, IClinicClock clock)
{
    /// <summary>What a look is called in the audit trail.</summary>
    internal const string Act = "Looked at a patient's record";

    /// <summary>The table that looks are kept in.</summary>
    internal const string Table = "core__patient_reads";

    /// <summary>Writes down that whoever acts in this request looked at these patients' records; those that aren't there are left out.</summary>
    internal Task<int> AddAsync(IReadOnlyCollection<long> patients, string route) => store.WriteAsync(new(Act), unit =>
        unit.Connection.ExecuteAsync("""
            INSERT INTO core__patient_reads (patient_id, at, staff_id, route)
            SELECT id, @Now, @StaffId, @route FROM patients WHERE id IN (SELECT value FROM json_each(@keys)) ORDER BY id
            """, new { unit.Now, unit.Actor.StaffId, route, keys = $"[{string.Join(',', patients)}]" }), CancellationToken.None);

    /// <summary>One page of the looks at a patient's record, the newest first.</summary>
    /// <param name="filter">Whose record; of its other parts, the person and the days count.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Stops the search.</param>
    /// <exception cref="RefusedException">The filter names no patient or makes no sense, or the cursor isn't one of this list.</exception>
    public async Task<Page<PatientRead>> PageAsync(AuditFilter filter, string? after, int limit, CancellationToken token = default)
    {
        if (filter.Patient is not { } patient) throw Refuse.Field("patient", $"Say which patient.");
        var (from, until) = filter.Bounds(clock);
        var last = Keyset.Decode(after, 1) is [var key] ? Keyset.Key(key) : long.MaxValue;
        var rows = await store.ReadAsync(connection => connection.QueryAsync<PatientRead>("""
            SELECT r.id, r.at, r.staff_id, s.name, r.route FROM core__patient_reads r LEFT JOIN staff s ON s.id = r.staff_id
            WHERE r.patient_id = @patient AND r.id < @last AND r.at >= @from AND r.at < @until AND (@Staff IS NULL OR r.staff_id = @Staff)
            ORDER BY r.id DESC LIMIT @limit + 1
            """, new { patient, last, from, until, filter.Staff, limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, read => [Keyset.Of(read.Id)]);
    }
}
