using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Localization;

namespace Smp.Sdk.Web;

/// <summary>
/// Texts from a catalog, each looked up once for each culture: the framework's own localizer takes a lock at every word, and a page has hundreds.
/// </summary>
internal sealed class KeptTexts(IStringLocalizer catalog) : IStringLocalizer
{
    // Only what the catalog holds: whoever asks for made-up names would fill the memory.
    private readonly ConcurrentDictionary<(CultureInfo Culture, string Name), LocalizedString> kept = [];

    public LocalizedString this[string name]
    {
        get
        {
            var culture = CultureInfo.CurrentUICulture;
            if (kept.TryGetValue((culture, name), out var known)) return known;
            var found = catalog[name];
            if (!found.ResourceNotFound) kept[(culture, name)] = found;
            return found;
        }
    }

    public LocalizedString this[string name, params object[] arguments]
    {
        get
        {
            var format = this[name];
            return new(name, string.Format(CultureInfo.CurrentCulture, format.Value, arguments), format.ResourceNotFound, format.SearchedLocation);
        }
    }

    public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => catalog.GetAllStrings(includeParentCultures);
}

/// <summary>Makes <see cref="KeptTexts"/> over the framework's own localizers, one for each catalog.</summary>
internal sealed class KeptTextsFactory(ResourceManagerStringLocalizerFactory factory) : IStringLocalizerFactory
{
    private readonly ConcurrentDictionary<Type, KeptTexts> byType = [];
    private readonly ConcurrentDictionary<(string, string), KeptTexts> byName = [];

    public IStringLocalizer Create(Type resourceSource) => byType.GetOrAdd(resourceSource, type => new(factory.Create(type)));

    public IStringLocalizer Create(string baseName, string location) => byName.GetOrAdd((baseName, location), key => new(factory.Create(key.Item1, key.Item2)));
}
