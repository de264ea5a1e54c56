namespace Smp.Runtime.Plugins;

/// <summary>What the clinic decided about a plugin.</summary>
/// <param name="Id">Which.</param>
/// <param name="Enabled">Whether it shall run.</param>
/// <param name="Version">In which version; empty for the highest that can.</param>
internal sealed record Wish(string Id, bool Enabled, string Version);

/// <summary>A version of a plugin that failed and isn't tried again by itself.</summary>
/// <param name="Plugin">Which.</param>
/// <param name="Version">Of which version.</param>
/// <param name="Reason">Why, as a sentence.</param>
internal sealed record Failure(string Plugin, string Version, string Reason);

/// <summary>What the clinic wants of its plugins, and what it knows of their failures. Immutable.</summary>
internal sealed class Wishes(IEnumerable<Wish> wishes, IEnumerable<string> granted, IEnumerable<Failure> failures)
{
    private readonly Dictionary<string, Wish> wishes = wishes.ToDictionary(w => w.Id);
    private readonly HashSet<string> granted = granted.ToHashSet(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), Failure> failures = failures.GroupBy(f => (f.Plugin, f.Version)).ToDictionary(g => g.Key, g => g.Last());

    /// <summary>The ids of those that the clinic turned on.</summary>
    public IEnumerable<string> Enabled => wishes.Values.Where(w => w.Enabled).Select(w => w.Id);

    /// <summary>Whether the clinic decided about it.</summary>
    public bool IsDecided(string id) => wishes.ContainsKey(id);

    /// <summary>Whether it shall run: what came with the host until the clinic says otherwise, all else once it says so.</summary>
    public bool IsOn(string id, bool bundled) => wishes.TryGetValue(id, out var wish) ? wish.Enabled : bundled;

    /// <summary>The version that was chosen; null when none was.</summary>
    public string? VersionOf(string id) => wishes.TryGetValue(id, out var wish) && wish.Version.Length > 0 ? wish.Version : null;

    /// <summary>Why a version isn't tried again; null when it may be.</summary>
    public string? FailureOf(string id, string version) => failures.TryGetValue((id, version), out var failure) ? failure.Reason : null;

    /// <summary>Whether it may read what it asks for.</summary>
    public bool MayRead(string id, bool bundled, string data) => granted.Contains($"{id} {data}") || (bundled && !IsDecided(id));

    /// <summary>The same, but for one plugin.</summary>
    /// <param name="wish">What is wanted of it now.</param>
    /// <param name="reads">What it may read now; null for what it could before.</param>
    public Wishes With(Wish wish, IEnumerable<string>? reads = null) => new(
        wishes.Values.Where(w => w.Id != wish.Id).Append(wish),
        reads is null ? granted : granted.Where(g => !g.StartsWith(wish.Id + " ", StringComparison.Ordinal)).Concat(reads.Select(r => $"{wish.Id} {r}")),
        failures.Values.Where(f => f.Plugin != wish.Id || !wish.Enabled));

    /// <summary>The same, and what failed.</summary>
    public Wishes With(Failure failure) => new(wishes.Values, granted, failures.Values.Append(failure));
}
