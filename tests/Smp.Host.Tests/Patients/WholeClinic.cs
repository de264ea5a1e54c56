using System.Data.Common;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Core;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Patients;

/// <summary>The rows of a clinic, all of them, beside its API.</summary>
internal static class WholeClinic
{
    public static Task<T> ReadAsync<T>(this TestClinic clinic, Func<DbConnection, Task<T>> read) =>
        clinic.RunAsync(s => s.GetRequiredService<IStore<CorePlugin>>().SnapshotAsync(read));

    public static Task<T> WriteAsync<T>(this TestClinic clinic, Func<DbConnection, Task<T>> write) =>
        clinic.RunAsync(s => s.GetRequiredService<IStore<CorePlugin>>().WriteAsync(new Act("Arranged a test"), unit => write(unit.Connection)));

    /// <summary>Every row of every table that a merge and its undoing must leave as they were, as "table: JSON".</summary>
    public static Task<IReadOnlyList<string>> RowsAsync(this TestClinic clinic, long timelineUpTo) => clinic.ReadAsync<IReadOnlyList<string>>(async db =>
    {
        List<string> rows = [];
        var tables = await db.QueryAsync<string>("""
            SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'core__audit%'
                AND name NOT IN ('core__patient_merges', 'core__patient_merge_rows', 'core__patient_reads', 'core__users', 'core__sessions', 'core__tokens')
            ORDER BY name
            """);
        foreach (var table in tables)
        {
            foreach (IDictionary<string, object?> row in await db.QueryAsync($"SELECT * FROM \"{table}\""))
            {
                if (table == "core__timeline" && (long)row["id"]! > timelineUpTo) continue;
                if (table == "patients") _ = row.Remove("changed_at") && row.Remove("row_version");
                rows.Add($"{table}: {JsonSerializer.Serialize(row)}");
            }
        }

        rows.AddRange((await db.QueryAsync<string>("SELECT 'search ' || rowid || ': ' || words FROM core__patient_search ORDER BY rowid")).AsList());
        return [.. rows.Order(StringComparer.Ordinal)];
    });

    public static Task<long> LastTimelineAsync(this TestClinic clinic) => clinic.ReadAsync(db => db.ExecuteScalarAsync<long>("SELECT max(id) FROM core__timeline"));
}
