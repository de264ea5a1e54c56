using System.Data.Common;
using System.Globalization;
using Dapper;
using Smp.Runtime.Store.Audit;

namespace Smp.Runtime.Store;

/// <summary>A foreign key to <c>patients</c>.</summary>
/// <param name="Table">The table that has it.</param>
/// <param name="Field">Its column.</param>
/// <param name="Required">Whether each row must say whose it is.</param>
/// <param name="Key">What names a row among a patient's, as SQL over the alias <c>t</c>.</param>
internal sealed record PatientKey(string Table, string Field, bool Required, string Key);

/// <summary>A foreign key to another table than <c>patients</c>.</summary>
/// <param name="Table">The table that has it.</param>
/// <param name="From">Its column.</param>
/// <param name="Parent">The table that it refers to.</param>
/// <param name="To">The column there.</param>
internal sealed record ChildKey(string Table, string From, string Parent, string To);

/// <summary>
/// Where a patient's data lies: found by foreign keys, so that the tables of modules that are off, and of modules nobody here has heard of, are among them.
/// </summary>
internal static class PatientKeys
{
    // Not the patient's data but the host's about it: kept with the record that it was written for.
    private static readonly HashSet<string> OfTheRecord = new(StringComparer.OrdinalIgnoreCase)
    {
        "patients", "core__patient_keys", "core__patient_reads", "core__patient_merges", "core__patient_erasures",
    };

    /// <summary>Every column that refers to <c>patients</c>, by table.</summary>
    public static async Task<IReadOnlyList<PatientKey>> DirectAsync(DbConnection connection)
    {
        var found = await connection.QueryAsync<(string Table, string Field, long Required, long WithoutRowId)>("""
            SELECT t.name, c.name, c."notnull", t.wr
            FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) f JOIN pragma_table_xinfo(t.name) c ON c.name = f."from" COLLATE NOCASE
            WHERE t.schema = 'main' AND t.type = 'table' AND lower(f."table") = 'patients' AND f.seq = 0
            ORDER BY t.name, c.cid
            """);
        List<PatientKey> keys = [];
        foreach (var (table, field, required, withoutRowId) in found.Distinct())
        {
            if (OfTheRecord.Contains(table)) continue;
            var parts = (await connection.QueryAsync<string>("SELECT name FROM pragma_table_xinfo(@table) WHERE pk > 0 ORDER BY pk", new { table })).AsList();
            var named = parts.Where(p => !p.Equals(field, StringComparison.OrdinalIgnoreCase)).Select(p => $"t.{AuditedTable.Quote(p)}").ToList();
            keys.Add(new(table, field, required != 0, (parts.Count, named.Count) switch
            {
                (0, _) => "t._rowid_",
                // The patient is the key: there is one row.
                (_, 0) => "0",
                (_, 1) => named[0],
                _ => $"json_array({string.Join(", ", named)})",
            }));
        }

        return keys;
    }

    /// <summary>Every foreign key between tables, but those to <c>patients</c> and those of the host's own about records.</summary>
    public static async Task<IReadOnlyList<ChildKey>> ChildrenAsync(DbConnection connection) => [.. (await connection.QueryAsync<ChildKey>("""
        SELECT t.name AS "table", f."from" AS "from", f."table" AS parent, coalesce(f."to", 'id') AS "to"
        FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) f
        WHERE t.schema = 'main' AND t.type = 'table' AND lower(f."table") <> 'patients' AND f.seq = 0
        ORDER BY t.name, f.id
        """)).Where(k => !OfTheRecord.Contains(k.Table) && k.Table != "core__patient_merge_rows")];

    /// <summary>Whose table it is, and what it holds, in words as good as its name: <c>needles__recall_notices</c> is <c>needles</c>, "Recall notices".</summary>
    public static (string Owner, string Words) Describe(string table)
    {
        var cut = table.IndexOf("__", StringComparison.Ordinal);
        var words = (cut < 0 ? table : table[(cut + 2)..]).Replace('_', ' ');
        return (cut < 0 ? Rights.Core.PluginId : table[..cut].Replace('_', '.'), string.Concat(words[..1].ToUpper(CultureInfo.InvariantCulture), words[1..]));
    }
}
