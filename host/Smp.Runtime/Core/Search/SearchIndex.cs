using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Search;

/// <summary>What the search over everything found.</summary>
/// <param name="Kind">What it is, in a word.</param>
/// <param name="Title">The first line.</param>
/// <param name="Detail">The second line.</param>
/// <param name="Href">Its page.</param>
public sealed record Found(string Kind, string Title, string Detail, string Href);

/// <summary>Finds what modules let people find.</summary>
public sealed class SearchIndex(IStore<CorePlugin> store, ICurrentActor actor)
{
    /// <summary>At most <paramref name="limit"/> entries that the actor may see, those entered last first.</summary>
    public async Task<IReadOnlyList<Found>> FindAsync(string text, int limit, CancellationToken token = default)
    {
        if (SearchText.ToMatch(text) is not { } match) return [];
        // Asked for more than is shown: what this person may not see is left out afterwards.
        var rows = await store.ReadAsync(connection => connection.QueryAsync<Row>("""
            SELECT e.kind, e.title, e.detail, e.href, e.permission
            FROM core__search s JOIN core__search_entries e ON e.id = s.rowid
            WHERE core__search MATCH @match ORDER BY s.rowid DESC LIMIT @many
            """, new { match, many = limit * 4 }), token);
        return [.. rows.Where(r => actor.May(r.Permission)).Take(limit).Select(r => new Found(r.Kind, r.Title, r.Detail, r.Href))];
    }

    private sealed record Row(string Kind, string Title, string Detail, string Href, string Permission);
}
