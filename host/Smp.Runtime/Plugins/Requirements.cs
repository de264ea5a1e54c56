using NuGet.Versioning;
using Smp.Runtime.Shells;

namespace Smp.Runtime.Plugins;

/// <summary>How a plugin stands, and why.</summary>
/// <param name="State">What it is doing, or would.</param>
/// <param name="Reason">A sentence that says what to do; empty when it runs.</param>
internal sealed record Stand(PluginState State, string Reason)
{
    /// <summary>It runs.</summary>
    public static Stand Running { get; } = new(PluginState.Enabled, "");

    /// <summary>Whether it requires itself, through others: nothing that others do can help.</summary>
    public bool IsCircle { get; init; }
}

/// <summary>A plugin that is judged together with others.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">The version it would run in; null when that is unknown.</param>
/// <param name="Requires">What it can't run without.</param>
/// <param name="Optional">What it likes to come after.</param>
/// <param name="Out">Why it doesn't run whatever others do; null when it may.</param>
/// <param name="Objection">Why it doesn't run although all that it requires does; null when nothing is against it.</param>
internal sealed record Contender(
    string Id, NuGetVersion? Version, IReadOnlyDictionary<string, VersionRange> Requires, IReadOnlyDictionary<string, VersionRange> Optional,
    Stand? Out = null, Stand? Objection = null);

/// <summary>
/// Who runs, and in which order: what is required before what requires it, and what is liked before what likes it, where that doesn't have to wait for it.
/// Says the same whatever order the plugins are given in.
/// </summary>
internal sealed class Requirements
{
    private readonly SortedDictionary<string, Contender> contenders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Stand> stands = new(StringComparer.Ordinal);
    private readonly List<string> order = [];
    private readonly HashSet<string> placed = new(StringComparer.Ordinal);

    private Requirements(IEnumerable<Contender> all)
    {
        foreach (var contender in all) contenders.Add(contender.Id, contender);
    }

    /// <summary>Judges all of them. Their ids must be distinct.</summary>
    public static (IReadOnlyDictionary<string, Stand> Stands, IReadOnlyList<string> Order) Solve(IEnumerable<Contender> all)
    {
        var solving = new Requirements(all);
        solving.Judge();
        return (solving.stands, solving.order);
    }

    private void Judge()
    {
        foreach (var contender in contenders.Values)
        {
            if (contender.Out is { } known) stands[contender.Id] = known;
        }

        // First, so that whoever is reached while others are judged isn't waited for in vain.
        foreach (var id in contenders.Keys.Where(id => !stands.ContainsKey(id)).ToList())
        {
            if (CircleOf(id) is not { } circle) continue;
            stands[id] = new(PluginState.Blocked, $"It requires {string.Join(", which requires ", circle)}: in a circle none of them can be the first.") { IsCircle = true };
        }

        foreach (var id in contenders.Keys) Stands(id);
        foreach (var id in contenders.Keys) Place(id, []);
    }

    private Stand Stands(string id)
    {
        if (stands.TryGetValue(id, out var known)) return known;
        var contender = contenders[id];
        foreach (var (required, range) in Sorted(contender.Requires))
        {
            if (Lacks(required, range) is { } lacks) return stands[id] = new(PluginState.Blocked, lacks);
        }

        return stands[id] = contender.Objection ?? Stand.Running;
    }

    private string? Lacks(string required, VersionRange range)
    {
        if (!contenders.TryGetValue(required, out var other)) return $"It requires {required}, which isn't installed.";
        if (other.Version is { } version && !range.Satisfies(version))
            return $"It requires {required} {range.OriginalString ?? range.ToNormalizedString()}, and version {version} is installed.";
        return Stands(required).State switch
        {
            PluginState.Enabled => null,
            PluginState.Disabled or PluginState.Discovered => $"It requires {required}, which is off. Turn that on first.",
            _ => $"It requires {required}, which isn't running.",
        };
    }

    // The shortest way from it back to itself, without its first stop.
    private List<string>? CircleOf(string id)
    {
        Dictionary<string, string> from = new(StringComparer.Ordinal);
        var next = new Queue<string>([id]);
        while (next.TryDequeue(out var at))
        {
            foreach (var (required, _) in Sorted(contenders[at].Requires))
            {
                if (required == id)
                {
                    List<string> back = [id];
                    for (var step = at; step != id; step = from[step]) back.Insert(0, step);
                    return back;
                }

                if (contenders.TryGetValue(required, out var other) && other.Out is null && from.TryAdd(required, at)) next.Enqueue(required);
            }
        }

        return null;
    }

    private void Place(string id, List<string> above)
    {
        if (stands[id].State != PluginState.Enabled || placed.Contains(id) || above.Contains(id)) return;
        above.Add(id);
        foreach (var (required, _) in Sorted(contenders[id].Requires)) Place(required, above);
        foreach (var (liked, range) in Sorted(contenders[id].Optional))
        {
            if (contenders.TryGetValue(liked, out var other) && other.Version is { } version && range.Satisfies(version) && !WaitsFor(liked, above, [])) Place(liked, above);
        }

        above.RemoveAt(above.Count - 1);
        placed.Add(id);
        order.Add(id);
    }

    private bool WaitsFor(string id, List<string> above, HashSet<string> asked) => above.Contains(id)
        || (asked.Add(id) && stands[id].State == PluginState.Enabled && contenders[id].Requires.Keys.Any(r => WaitsFor(r, above, asked)));

    private static IEnumerable<KeyValuePair<string, VersionRange>> Sorted(IReadOnlyDictionary<string, VersionRange> of) => of.OrderBy(r => r.Key, StringComparer.Ordinal);
}
