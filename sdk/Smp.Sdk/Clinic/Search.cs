namespace Smp.Sdk;

/// <summary>Something that the search over everything finds.</summary>
/// <param name="Kind">A word for what it is, as shown beside it: "Lot".</param>
/// <param name="Key">Names it within its plugin and kind; putting the same key again replaces it.</param>
/// <param name="Title">The first line: "A213B1". At most 200 characters.</param>
/// <param name="Detail">The second line; searched too. At most 500 characters.</param>
/// <param name="Href">Its page, as a path in this clinic.</param>
/// <param name="Permission">Who may see it: <c>needles.view</c>.</param>
public sealed record SearchEntry(string Kind, string Key, string Title, string Detail, string Href, string Permission);

/// <summary>What a module lets people find by the one search over everything.</summary>
public interface ISearch
{
    /// <summary>Adds or replaces an entry, inside a unit of work.</summary>
    Task PutAsync(IUnitOfWork unit, SearchEntry entry, CancellationToken token = default);

    /// <summary>Removes an entry, inside a unit of work. Removing what isn't there is fine.</summary>
    Task RemoveAsync(IUnitOfWork unit, string kind, string key, CancellationToken token = default);
}
