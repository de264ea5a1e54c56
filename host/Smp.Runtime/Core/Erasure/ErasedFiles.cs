using System.Data.Common;
using System.Text.Json;
using Dapper;
using Smp.Runtime.Hosting;
using Smp.Runtime.Store.Audit;
using Smp.Sdk;

namespace Smp.Runtime.Core.Erasure;

/// <summary>Removes files that no row names any more.</summary>
/// <param name="Sha256">Which.</param>
internal sealed record RemoveFiles(IReadOnlyList<string> Sha256);

/// <summary>Removes them from the disk, after the rows are gone for good.</summary>
internal sealed class FileRemover(IStore<CorePlugin> store, Clinic clinic) : IJob<RemoveFiles>
{
    public async Task RunAsync(RemoveFiles order, CancellationToken token)
    {
        foreach (var sha256 in order.Sha256)
        {
            // Somebody may have brought the same file again since.
            if (!await store.ReadAsync(db => db.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM core__files WHERE sha256 = @sha256)", new { sha256 }), token)) clinic.Files.Remove(sha256);
        }
    }
}

/// <summary>The files of rows that go.</summary>
internal static class ErasedFiles
{
    /// <summary>Forgets those that no row names any more. Returns which.</summary>
    /// <param name="connection">The unit's; the rows are gone in it.</param>
    /// <param name="hashes">What may be the name of a file.</param>
    /// <param name="columns">Where such names stood.</param>
    public static async Task<IReadOnlyList<string>> ForgetAsync(DbConnection connection, IReadOnlySet<string> hashes, IReadOnlySet<(string Table, string Column)> columns)
    {
        var left = (await connection.QueryAsync<string>("SELECT sha256 FROM core__files WHERE sha256 IN (SELECT value FROM json_each(@all)) ORDER BY 1", new { all = JsonSerializer.Serialize(hashes) })).ToHashSet();
        if (left.Count == 0) return [];
        // Where a name of a file may stand: where one stood, where a foreign key says so, and where a column is called so.
        var places = (await connection.QueryAsync<(string Table, string Column)>("""
            SELECT t.name, c.name FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c
            WHERE t.schema = 'main' AND t.type = 'table' AND t.name <> 'core__files' AND t.name NOT LIKE 'core\_\_audit%' ESCAPE '\' AND c.hidden = 0
                AND (lower(c.name) LIKE '%sha256%'
                    OR EXISTS (SELECT 1 FROM pragma_foreign_key_list(t.name) f WHERE f."from" = c.name COLLATE NOCASE AND lower(f."table") = 'core__files'))
            """)).Concat(columns).Distinct();
        foreach (var (table, column) in places)
        {
            if (left.Count == 0) break;
            var named = await connection.QueryAsync<string>(
                $"SELECT DISTINCT {AuditedTable.Quote(column)} FROM {AuditedTable.Quote(table)} WHERE {AuditedTable.Quote(column)} IN (SELECT value FROM json_each(@left))", new { left = JsonSerializer.Serialize(left) });
            left.ExceptWith(named);
        }

        await connection.ExecuteAsync("DELETE FROM core__files WHERE sha256 IN (SELECT value FROM json_each(@left))", new { left = JsonSerializer.Serialize(left) });
        return [.. left.Order(StringComparer.Ordinal)];
    }
}
