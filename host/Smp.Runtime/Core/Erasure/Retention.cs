using System.Data.Common;
using System.Text.Json;
using Dapper;
using Smp.Runtime.Store;
using Smp.Runtime.Store.Audit;
using Smp.Sdk;

namespace Smp.Runtime.Core.Erasure;

/// <summary>What must still be kept of a record, by when the last of each kind was written or changed: the audit trail knows that, for every table.</summary>
internal static class Retention
{
    /// <summary>The kinds that must still be kept.</summary>
    /// <param name="connection">Of one moment.</param>
    /// <param name="patients">The patient, and the records that were merged into theirs.</param>
    /// <param name="periods">How long each kind is kept.</param>
    /// <param name="clock">The clinic's.</param>
    public static async Task<IReadOnlyList<HeldRecords>> HeldAsync(DbConnection connection, IReadOnlyList<long> patients, RetentionSettings periods, IClinicClock clock)
    {
        var whose = JsonSerializer.Serialize(patients);
        Dictionary<RecordKind, (long Rows, HashSet<string> Tables)> kinds = [];
        // What may be without a patient's name loses it and stays.
        foreach (var key in (await PatientKeys.DirectAsync(connection)).Where(k => k.Required || RecordKinds.InWords.Contains(k.Table)))
        {
            var rows = await connection.ExecuteScalarAsync<long>(
                $"SELECT count(*) FROM {AuditedTable.Quote(key.Table)} AS t WHERE t.{AuditedTable.Quote(key.Field)} IN (SELECT value FROM json_each(@whose))", new { whose });
            if (rows == 0) continue;
            var kind = RecordKinds.Of(key.Table);
            if (!kinds.TryGetValue(kind, out var its)) its = (0, []);
            its.Tables.Add(key.Table);
            kinds[kind] = (its.Rows + rows, its.Tables);
        }

        // A merge moves rows, and adds nothing to them; a first image is older than the trail says.
        var last = await connection.QueryAsync<(string Object, DateTimeOffset At)>("""
            SELECT r.object, max(u.at) FROM core__audit_rows r JOIN core__audit_units u ON u.id = r.unit
            WHERE r.patient_id IN (SELECT value FROM json_each(@whose)) AND r.change <> 'B' AND u.act NOT IN ('Merged patients', 'Undid a merge of patients')
            GROUP BY r.object
            """, new { whose });
        var byTable = last.ToDictionary(l => l.Object, l => l.At, StringComparer.OrdinalIgnoreCase);
        var today = clock.Today;
        List<HeldRecords> held = [];
        foreach (var (kind, (rows, tables)) in kinds.OrderBy(k => k.Key))
        {
            if (kind is RecordKind.Master) continue;
            var years = periods.YearsOf(kind);
            var entry = tables.Where(byTable.ContainsKey).Select(t => byTable[t]).DefaultIfEmpty(clock.Now).Max();
            var until = DateOnly.FromDateTime(clock.ToLocal(entry).DateTime).AddYears(years);
            if (years > 0 && until > today) held.Add(new(kind, rows, entry, years, until));
        }

        return held;
    }
}
