using Dapper;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Search;

/// <summary>Writes search entries for whichever plugin's unit of work it is.</summary>
internal sealed class PluginSearch : ISearch
{
    // FTS5 holds back what it writes until a later statement, and writes it with the rights of that one: a plugin's, which may not.
    private const string Flush = "INSERT INTO core__search (core__search) VALUES ('flush')";

    public async Task PutAsync(IUnitOfWork unit, SearchEntry entry, CancellationToken token = default)
    {
        var plugin = StoreEngine.OwnerOf(unit);
        var connection = StoreEngine.Join(Rights.Core, unit);
        var id = await connection.ExecuteScalarAsync<long>("""
            INSERT INTO core__search_entries (plugin, kind, key, title, detail, href, permission)
            VALUES (@plugin, @Kind, @Key, @Title, @Detail, @Href, @Permission)
            ON CONFLICT (plugin, kind, key) DO UPDATE SET
                title = excluded.title, detail = excluded.detail, href = excluded.href, permission = excluded.permission
            RETURNING id
            """, new { plugin, entry.Kind, entry.Key, entry.Title, entry.Detail, entry.Href, entry.Permission });
        await connection.ExecuteAsync("DELETE FROM core__search WHERE rowid = @id", new { id });
        await connection.ExecuteAsync("INSERT INTO core__search (rowid, words) VALUES (@id, @words)",
            new { id, words = $"{entry.Title} {entry.Detail}" });
        await connection.ExecuteAsync(Flush);
    }

    public async Task RemoveAsync(IUnitOfWork unit, string kind, string key, CancellationToken token = default)
    {
        var plugin = StoreEngine.OwnerOf(unit);
        var connection = StoreEngine.Join(Rights.Core, unit);
        var id = await connection.ExecuteScalarAsync<long?>(
            "SELECT id FROM core__search_entries WHERE plugin = @plugin AND kind = @kind AND key = @key", new { plugin, kind, key });
        if (id is null) return;
        await connection.ExecuteAsync("DELETE FROM core__search WHERE rowid = @id", new { id });
        await connection.ExecuteAsync("DELETE FROM core__search_entries WHERE id = @id", new { id });
        await connection.ExecuteAsync(Flush);
    }
}
