using Smp.Runtime.Loading;
using Smp.Runtime.Shells;
using Smp.Runtime.Store;

namespace Smp.Runtime.Plugins;

/// <summary>A plugin among all others.</summary>
/// <param name="Found">The version that was chosen.</param>
/// <param name="Versions">Every version that is there, the highest first.</param>
/// <param name="On">Whether it is wanted.</param>
/// <param name="Stand">How it stands.</param>
/// <param name="Reads">The tables of others that it reads, as the store names them.</param>
internal sealed record Member(FoundVersion Found, IReadOnlyList<FoundVersion> Versions, bool On, Stand Stand, IReadOnlyList<string> Reads)
{
    /// <summary>Its id.</summary>
    public string Id => Found.Id;
}

/// <summary>Who runs, in which version and why not: nothing but what was found and what the clinic wishes decides it.</summary>
internal sealed class Lineup
{
    private Lineup(IReadOnlyList<Member> members, IReadOnlyList<string> order) => (Members, Order) = (members, order);

    /// <summary>Every plugin, in the order of the ids.</summary>
    public IReadOnlyList<Member> Members { get; }

    /// <summary>The ids of those that run, what is required first.</summary>
    public IReadOnlyList<string> Order { get; }

    /// <summary>A plugin; null when there is none of this id.</summary>
    public Member? Of(string id) => Members.FirstOrDefault(m => m.Id == id);

    /// <summary>Judges what was found.</summary>
    /// <param name="found">Every version that is there, those of one id beside each other, the highest first.</param>
    /// <param name="wishes">What the clinic wants, and what failed.</param>
    /// <param name="guardians">The plugins that declared guards, so that they are missed when they are gone.</param>
    /// <param name="safeMode">Whether nothing runs.</param>
    /// <param name="inspect">Looks at the files of a version that would run.</param>
    /// <param name="running">The version that runs, by id: without a choice of the clinic's it stays, whatever is laid beside it.</param>
    public static Lineup Of(
        IReadOnlyList<FoundVersion> found, Wishes wishes, IEnumerable<string> guardians, bool safeMode, Func<FoundVersion, FoundVersion> inspect,
        Func<string, string?> running)
    {
        var versions = found.GroupBy(f => f.Id).ToDictionary(g => g.Key, g => g.ToList());
        var chosen = versions.ToDictionary(v => v.Key, v => Choose(v.Value, wishes.VersionOf(v.Key), running(v.Key)));
        // What is wanted, or protected the clinic, and is gone without having been turned off is missing, and says so until it is.
        var lost = wishes.Enabled.Concat(guardians.Where(id => wishes.IsOn(id, bundled: true))).Distinct().Where(id => !chosen.ContainsKey(id)).ToList();
        foreach (var id in lost)
            chosen[id] = new(id, wishes.VersionOf(id) ?? "", "", null, ["Its files aren't there any more. Put them back, or turn the module off."], true, null);

        List<(FoundVersion Found, bool On, Stand? Out, Stand? Objection, IReadOnlyList<string> Reads)> judged = [];
        foreach (var plugin in chosen.Values.OrderBy(f => f.Id, StringComparer.Ordinal))
        {
            var on = wishes.IsOn(plugin.Id, plugin.Bundled);
            var looked = on && !safeMode ? inspect(plugin) : plugin;
            List<string> reads = [];
            var its = looked.Manifest is null || looked.Reasons.Count > 0 ? null : Reads(looked, chosen, wishes, reads);
            judged.Add((looked, on, Alone(looked, on, wishes, safeMode), its, reads));
        }

        var none = new Dictionary<string, NuGet.Versioning.VersionRange>();
        var (stands, order) = Requirements.Solve(judged.Select(j => new Contender(
            j.Found.Id, j.Found.Manifest?.Version, j.Found.Manifest?.Requires ?? none, j.Found.Manifest?.Optional ?? none, j.Out, j.Objection)));
        return new([.. judged.Select(j => new Member(j.Found, versions.GetValueOrDefault(j.Found.Id, []), j.On, stands[j.Found.Id], j.Reads))], order);
    }

    // Without a choice what came with the host, else the highest that can run. A choice that came with an older host gives way to what came with this one.
    private static FoundVersion Choose(List<FoundVersion> versions, string? wanted, string? running)
    {
        if (wanted is not null && versions.Where(v => v.Version == wanted).MinBy(v => v.Reasons.Count) is { } its) return its;
        var best = versions.FirstOrDefault(v => v.Reasons.Count == 0) ?? versions[0];
        if (wanted is null && versions.Find(v => v.Version == running) is { } runs) return runs;
        // Before what is merely laid beside it: that isn't on until somebody says so, and would turn the module off, with its guards, at the next start.
        if (versions.Where(v => v.Bundled).OrderBy(v => v.Reasons.Count > 0).FirstOrDefault() is { } bundled) return bundled;
        if (wanted is null) return best;
        return new(best.Id, wanted, "", null,
            [$"Version {wanted} of {best.Id} is to run, and its files aren't there any more. Put them back, or choose another: {string.Join(", ", versions.Select(v => v.Version))}."], false, null);
    }

    private static Stand? Alone(FoundVersion plugin, bool on, Wishes wishes, bool safeMode)
    {
        if (plugin.Reasons.Count > 0) return new(PluginState.Incompatible, string.Join(" ", plugin.Reasons));
        if (!on && !wishes.IsDecided(plugin.Id)) return new(PluginState.Discovered, "It is new here. Turn it on to use it.");
        if (!on) return new(PluginState.Disabled, "The clinic doesn't use it.");
        if (safeMode) return new(PluginState.Blocked, "The clinic was started in safe mode, without modules.");
        return wishes.FailureOf(plugin.Id, plugin.Version) is { } failure ? new(PluginState.Quarantined, failure) : null;
    }

    // What comes with the host may read what it asks for until the clinic decides; of what the clinic turned on itself, what it said yes to.
    private static Stand? Reads(FoundVersion plugin, Dictionary<string, FoundVersion> chosen, Wishes wishes, List<string> tables)
    {
        foreach (var read in plugin.Manifest!.Reads)
        {
            var said = read.ToString();
            if (read.Plugin is null && !ContractTables.Names.Contains(read.Table))
                return new(PluginState.Incompatible, $"It reads {said}, which isn't one of the tables that this host offers: {string.Join(", ", ContractTables.Names.Order(StringComparer.Ordinal))}.");
            if (!wishes.MayRead(plugin.Id, plugin.Bundled, said))
                return new(PluginState.Blocked, $"It asks to read {said}, which the clinic hasn't allowed. Turn it on again to allow it.");
            if (read.Plugin is null) tables.Add(read.Table);
            else if (chosen.GetValueOrDefault(read.Plugin)?.Manifest?.Publishes.Any(p => p.Table == read.Table && p.Version == read.Version) == true)
                tables.Add(Rights.PrefixOf(read.Plugin) + read.Table);
            else if (plugin.Manifest.Requires.ContainsKey(read.Plugin))
                return new(PluginState.Blocked, $"It reads {said}, which {read.Plugin} doesn't publish here.");
        }

        return Contracts(plugin, chosen) is { } misfit ? new(PluginState.Blocked, misfit) : null;
    }

    private static string? Contracts(FoundVersion plugin, Dictionary<string, FoundVersion> chosen)
    {
        var company = plugin.Manifest!.Requires.Concat(plugin.Manifest.Optional)
            .Select(c => chosen.GetValueOrDefault(c.Key) is { Manifest: { } its } other && c.Value.Satisfies(its.Version) ? other : null).ToList();
        return ContractCheck.Objection(plugin.Manifest, plugin.Folder, [.. company.Where(c => c?.Manifest?.Exports is not null).Select(c =>
            new ContractFile(c!.Id, c.Version, c.Manifest!.Exports!, c.Folder))], company.Contains(null), plugin.References);
    }
}
