using System.Data.Common;
using System.Text.Json;
using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Audit;

/// <summary>
/// Reads the audit trail, which grows for as long as the clinic is open: every list here goes along an index, from where the page begins, and
/// ends with the page.
/// </summary>
public sealed class AuditBook(IStore<CorePlugin> store, IClinicClock clock)
{
    // With NOT INDEXED the rows are read by their numbers, of which the unit has a range, and not by their patients.
    internal const string Columns = """
        u.id, u.at, u.plugin AS module, u.act, u.actor_kind, u.actor, u.staff_id, u.performed_by, p.name AS performed_by_name, u.reason,
        u.reason IS NULL AND u.reason_hash IS NOT NULL AS reason_erased, u.request, u.last_row - u.first_row + 1 AS changes,
        (SELECT CASE WHEN min(r.patient_id) = max(r.patient_id) THEN min(r.patient_id) END
         FROM core__audit_rows r NOT INDEXED WHERE r.id BETWEEN u.first_row AND min(u.last_row, u.first_row + 19)) AS patient_id
        """;

    internal const string PerformedBy = "LEFT JOIN staff p ON p.id = u.performed_by";
    private const string Span = "(u.at, u.id) < (@at, @id) AND u.at >= @from AND (@Looks OR u.act <> @look)";
    private const string OneModule = "(@Module IS NULL OR u.plugin = @Module)";
    private const string NewestFirst = "ORDER BY u.at DESC, u.id DESC LIMIT @limit + 1";

    private const string All = $"SELECT {Columns} FROM core__audit_units u {PerformedBy} WHERE {Span} {NewestFirst}";

    private const string OfModule = $"SELECT {Columns} FROM core__audit_units u {PerformedBy} WHERE u.plugin = @Module AND {Span} {NewestFirst}";

    private const string OfPerson = $"""
        WITH its AS (
            SELECT * FROM (SELECT * FROM core__audit_units u WHERE u.staff_id = @Staff AND {Span} AND {OneModule} {NewestFirst})
            UNION ALL
            SELECT * FROM (SELECT * FROM core__audit_units u WHERE u.performed_by = @Staff AND {Span} AND {OneModule} {NewestFirst}))
        SELECT {Columns} FROM its u {PerformedBy} {NewestFirst}
        """;

    // From one of the patient's rows to the next that another unit wrote: two steps in the index for each unit. CROSS keeps that order.
    private const string OfPatient = $"""
        WITH RECURSIVE touched (row, unit) AS (
            SELECT * FROM (
                SELECT r.id, r.unit FROM core__audit_rows r
                WHERE r.patient_id = @Patient AND r.id < coalesce((SELECT first_row FROM core__audit_units WHERE id = @id), 9223372036854775807)
                    AND (@Looks OR r.object <> '{PatientReads.Table}')
                ORDER BY r.id DESC LIMIT 1)
            UNION ALL
            SELECT r.id, r.unit FROM touched t CROSS JOIN core__audit_rows r ON r.id = (
                SELECT n.id FROM core__audit_rows n
                WHERE n.patient_id = @Patient AND n.id < coalesce((SELECT min(first_row, t.row) FROM core__audit_units WHERE id = t.unit), t.row)
                    AND (@Looks OR n.object <> '{PatientReads.Table}')
                ORDER BY n.id DESC LIMIT 1))
        SELECT {Columns} FROM touched t CROSS JOIN core__audit_units u ON u.id = t.unit {PerformedBy}
        WHERE u.at >= @from AND u.at < @until AND (@Staff IS NULL OR u.staff_id = @Staff OR u.performed_by = @Staff) AND {OneModule}
        LIMIT @limit + 1
        """;

    /// <summary>One page of the units of work, the newest first.</summary>
    /// <exception cref="RefusedException">The filter makes no sense, or the cursor isn't one of this list.</exception>
    public async Task<Page<AuditUnit>> PageAsync(AuditFilter filter, string? after, int limit, CancellationToken token = default)
    {
        var (from, until) = filter.Bounds(clock);
        // One bound, for the index: where the page before ended, or the end of the last day. A patient's list goes by the numbers of the units alone.
        var (at, id) = Keyset.Decode(after, 2) is [var moment, var key] ? (moment, Keyset.Key(key)) : (until, filter.Patient is null ? 0 : long.MaxValue);
        var module = string.IsNullOrEmpty(filter.Module) ? null : filter.Module;
        var sql = filter switch
        {
            { Patient: not null } => OfPatient,
            { Staff: not null } => OfPerson,
            _ => module is null ? All : OfModule,
        };
        var rows = await store.ReadAsync(connection => connection.QueryAsync<AuditUnit>(sql,
            new { filter.Patient, filter.Staff, Module = module, filter.Looks, look = PatientReads.Act, from, until, at, id, limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, unit => [Keyset.Of(unit.At), Keyset.Of(unit.Id)]);
    }

    /// <summary>A unit of work, or null.</summary>
    public Task<AuditUnit?> FindAsync(long id, CancellationToken token = default) => store.ReadAsync(connection =>
        connection.QuerySingleOrDefaultAsync<AuditUnit>($"SELECT {Columns} FROM core__audit_units u {PerformedBy} WHERE u.id = @id", new { id }), token);

    /// <summary>One page of what a unit of work changed, in the order it was done.</summary>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public Task<Page<AuditChange>> ChangesAsync(long unit, string? after, int limit, CancellationToken token = default)
    {
        var row = Keyset.Decode(after, 1) is [var key] ? Keyset.Key(key) : 0;
        return store.SnapshotAsync(async connection =>
        {
            var found = await ReadAsync(connection, unit, row, limit + 1);
            return Keyset.ToPage(await WithErasuresAsync(connection, found), limit, change => [Keyset.Of(change.Row)]);
        }, token);
    }

    /// <summary>Everybody who works here or did, those who do first.</summary>
    public async Task<IReadOnlyList<StaffMember>> PeopleAsync(CancellationToken token = default) =>
        (await store.ReadAsync(connection => connection.QueryAsync<StaffMember>(
            "SELECT id, name, role, active FROM staff ORDER BY active DESC, name COLLATE NOCASE, id"), token)).AsList();

    /// <summary>The modules that are in the trail, also those that are gone.</summary>
    public async Task<IReadOnlyList<string>> ModulesAsync(CancellationToken token = default) =>
        (await store.ReadAsync(connection => connection.QueryAsync<string>("""
            WITH RECURSIVE modules (plugin) AS (
                SELECT min(plugin) FROM core__audit_units
                UNION ALL
                SELECT (SELECT min(u.plugin) FROM core__audit_units u WHERE u.plugin > m.plugin) FROM modules m WHERE m.plugin IS NOT NULL)
            SELECT plugin FROM modules WHERE plugin IS NOT NULL
            """), token)).AsList();

    /// <summary>What a unit changed, from after a row on.</summary>
    internal static async Task<IReadOnlyList<ChangeRow>> ReadAsync(DbConnection connection, long unit, long after, int limit) =>
        (await connection.QueryAsync<ChangeRow>("""
            SELECT r.id, r.object, r.change, CAST(r.key AS TEXT) AS key, r.patient_id, r.old, r.new, r.erased_by
            FROM core__audit_units u CROSS JOIN core__audit_rows r NOT INDEXED ON r.id BETWEEN max(u.first_row, @after + 1) AND u.last_row
            WHERE u.id = @unit ORDER BY r.id LIMIT @limit
            """, new { unit, after, limit })).AsList();

    // An erasure's row doesn't say who did it; its unit is dated with the same moment.
    private static async Task<IReadOnlyList<AuditChange>> WithErasuresAsync(DbConnection connection, IReadOnlyList<ChangeRow> rows)
    {
        var keys = rows.Select(r => r.ErasedBy).OfType<long>().Distinct().ToList();
        if (keys.Count == 0) return [.. rows.Select(r => r.ToChange(null))];
        var erased = (await connection.QueryAsync<AuditErased>("""
            SELECT e.id, e.at, u.actor AS "by", u.id AS unit FROM core__audit_erasures e LEFT JOIN core__audit_units u ON u.at = e.at AND u.act = @act
            WHERE e.id IN (SELECT value FROM json_each(@keys)) ORDER BY u.id
            """, new { act = AuditErasure.Act, keys = $"[{string.Join(',', keys)}]" })).ToLookup(e => e.Id);
        return [.. rows.Select(r => r.ToChange(r.ErasedBy is { } by ? erased[by].FirstOrDefault() : null))];
    }
}

/// <summary>A changed row as the store has it.</summary>
internal sealed record ChangeRow(long Id, string Object, string Change, string Key, long? PatientId, string? Old, string? New, long? ErasedBy)
{
    public ChangeKind Kind => Change switch
    {
        "I" => ChangeKind.Inserted,
        "U" => ChangeKind.Updated,
        "D" => ChangeKind.Deleted,
        "B" => ChangeKind.ThereBefore,
        "R" => ChangeKind.Renamed,
        _ => throw new InvalidOperationException($"The audit trail has a change of a kind that isn't known: {Change}."),
    };

    public AuditChange ToChange(AuditErased? erased) => new()
    {
        Row = Id, Table = Object, Change = Kind, Key = Key, PatientId = PatientId, Old = Parse(Old), New = Parse(New), Erased = erased,
    };

    // What somebody wrote into the file past the store may be anything, and is shown as it is.
    private static JsonElement? Parse(string? json)
    {
        if (json is null) return null;
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(json);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(json);
        }
    }
}
