using System.Reflection;
using Dapper;
using Smp.Runtime.Core.Procedures;
using Smp.Runtime.Hosting;
using Smp.Runtime.Loading;
using Smp.Runtime.Packages;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Shells;

/// <summary>Which plugins there are, which the clinic wants, and which can run.</summary>
internal sealed class PluginBook(ClinicOptions options, DataFolder folder, StoreEngine store, PackageRecords packages)
{
    private readonly SharedAssemblies shared = SharedAssemblies.OfHost();
    private readonly Dictionary<string, string> failures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AssemblyReport> reports = new(StringComparer.Ordinal);
    private PluginContexts? contexts;
    private AssemblyCheck? check;

    /// <summary>How every plugin stands since the last <see cref="SelectAsync"/>.</summary>
    public IReadOnlyList<PluginStatus> Statuses { get; private set; } = [];

    /// <summary>The modules that the clinic has on and that owe their guards, whether they run or not.</summary>
    public IReadOnlyList<OwedGuards> OwedGuards { get; private set; } = [];

    /// <summary>The ids of the modules that the clinic has on.</summary>
    public IReadOnlySet<string> Wanted { get; private set; } = new HashSet<string>();

    /// <summary>
    /// Looks at the files of what may run, for the first <see cref="SelectAsync"/>, which must not begin before it returns. It needs no
    /// database, so a start does it while that is opened.
    /// </summary>
    public void Look()
    {
        foreach (var plugin in Find().Where(p => p is { Entry: null, Reasons.Count: 0 })) ReportOn(plugin);
    }

    /// <summary>Leaves a plugin out from now on, until the clinic turns it on again.</summary>
    public void Quarantine(string plugin, string reason) => failures[plugin] = reason;

    /// <summary>Remembers that the clinic turned a plugin on or off.</summary>
    /// <exception cref="RefusedException">There is no such plugin.</exception>
    public async Task SetEnabledAsync(string plugin, bool enabled, Actor actor, IServiceProvider scope, CancellationToken token)
    {
        var status = Statuses.FirstOrDefault(s => s.Id == plugin)
            ?? throw Refuse.Missing($"There is no module {plugin}. Here are: {string.Join(", ", Statuses.Select(s => s.Id))}.");
        var candidate = Find().FirstOrDefault(p => p.Id == plugin);
        var files = enabled && candidate is { Bundled: false, Folder.Length: > 0 } ? PackageRecords.Look(candidate.Folder) : [];
        var reads = candidate?.Manifest?.Reads.Select(r => r.ToString()).Distinct(StringComparer.Ordinal).ToList() ?? [];
        await store.WriteAsync(Rights.Core, new(enabled ? "Turned a module on" : "Turned a module off"), actor, scope, async unit =>
        {
            await unit.Connection.ExecuteAsync("""
                INSERT INTO core__plugins (id, version, enabled, changed_by, changed_at) VALUES (@plugin, @Version, @enabled, @Name, @Now)
                ON CONFLICT (id) DO UPDATE SET
                    version = excluded.version, enabled = excluded.enabled, changed_by = excluded.changed_by, changed_at = excluded.changed_at
                """, new { plugin, status.Version, enabled, unit.Actor.Name, unit.Now });
            if (enabled) await GrantAsync(plugin, reads, unit);
            if (files.Count > 0) await PackageRecords.AdoptAsync(unit, plugin, candidate!.Version, files);
            return true;
        }, token);
        failures.Remove(plugin);
    }

    // To turn a module on is to let it read what it asks for. A later version that asks for more is asked about again.
    private static async Task GrantAsync(string plugin, IReadOnlyList<string> reads, IUnitOfWork unit)
    {
        await unit.Connection.ExecuteAsync("DELETE FROM core__plugin_reads WHERE plugin = @plugin", new { plugin });
        foreach (var data in reads)
        {
            await unit.Connection.ExecuteAsync(
                "INSERT INTO core__plugin_reads (plugin, data, granted_by, granted_at) VALUES (@plugin, @data, @Name, @Now)",
                new { plugin, data, unit.Actor.Name, unit.Now });
        }
    }

    /// <summary>Finds and loads what shall run, those that are required first, and notes why the others don't.</summary>
    public async Task<IReadOnlyList<RunningPlugin>> SelectAsync()
    {
        var wanted = (await store.ReadAsync(Rights.Core, oneMoment: false,
                connection => connection.QueryAsync<Wish>("SELECT id, enabled FROM core__plugins"), CancellationToken.None))
            .ToDictionary(r => r.Id, r => r.Enabled);
        var granted = (await store.ReadAsync(Rights.Core, oneMoment: false,
                connection => connection.QueryAsync<string>("SELECT plugin || ' ' || data FROM core__plugin_reads"), CancellationToken.None))
            .ToHashSet(StringComparer.Ordinal);
        var declared = await DeclaredGuards.ReadAsync(store);
        var recorded = await packages.ReadAsync();
        var found = Find();
        for (var i = 0; i < found.Count; i++)
        {
            if (found[i] is { Bundled: false, Reasons.Count: 0 } own && IsOn(own))
                found[i] = own with { Reasons = packages.Objections(recorded, own.Id, own.Version, own.Folder) };
        }

        // What protected the clinic and is gone without having been turned off is missing, and says so until it is.
        foreach (var lost in declared.Plugins.Where(id => wanted.GetValueOrDefault(id, true) && !found.Exists(f => f.Id == id)).ToList())
            found.Add(new(lost, "", "", null, ["Its files aren't there any more. Put them back, or turn the module off."], true, null));
        Dictionary<string, (PluginState State, string Reason)> stands = [];
        Dictionary<string, Candidate> candidates = [];
        foreach (var plugin in found)
        {
            var on = IsOn(plugin);
            if (plugin.Reasons.Count > 0) stands[plugin.Id] = (PluginState.Incompatible, string.Join(" ", plugin.Reasons));
            else if (!on) stands[plugin.Id] = (PluginState.Disabled, "The clinic doesn't use it.");
            else if (options.SafeMode) stands[plugin.Id] = (PluginState.Blocked, "The clinic was started in safe mode, without modules.");
            else if (failures.TryGetValue(plugin.Id, out var failure)) stands[plugin.Id] = (PluginState.Quarantined, failure);
            else candidates[plugin.Id] = plugin;
        }

        Wanted = found.Where(IsOn).Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        List<RunningPlugin> running = [];
        foreach (var id in candidates.Keys.Order(StringComparer.Ordinal)) Place(id, []);
        Statuses = [.. found.Select(p => new PluginStatus(
            p.Id, p.Manifest?.Name ?? p.Id, p.Manifest?.Description ?? "", p.Manifest?.Publisher ?? "", p.Version, stands[p.Id].State, stands[p.Id].Reason)
            { Guards = p.Manifest?.Guards ?? declared.Of(p.Id) })];
        OwedGuards = [.. found.Zip(Statuses).Where(p => p.Second.Guards.Count > 0 && IsOn(p.First)).Select(p => new OwedGuards(p.Second.Id, p.Second.Name))];
        await declared.KeepAsync(store, found.Where(p => p.Manifest is not null && IsOn(p)).Select(p => (p.Id, p.Manifest!.Guards)));
        return running;

        bool IsOn(Candidate plugin) => wanted.TryGetValue(plugin.Id, out var said) ? said : plugin.Bundled;

        // Depth first: what a plugin requires is placed before it.
        bool Place(string id, List<string> above)
        {
            if (stands.TryGetValue(id, out var known)) return known.State == PluginState.Enabled;
            if (above.IndexOf(id) is var begin and >= 0)
            {
                foreach (var member in above[begin..])
                {
                    var from = above.IndexOf(member);
                    var circle = string.Join(", which requires ", above[from..].Concat(above[begin..from]).Append(member).Skip(1));
                    stands[member] = (PluginState.Blocked, $"It requires {circle}: in a circle none of them can be the first.");
                }

                return false;
            }

            above.Add(id);
            var stand = Judge(candidates[id], above);
            above.RemoveAt(above.Count - 1);
            return stands.TryAdd(id, stand) ? stand.State == PluginState.Enabled : stands[id].State == PluginState.Enabled;
        }

        (PluginState State, string Reason) Judge(Candidate plugin, List<string> above)
        {
            foreach (var (required, range) in plugin.Manifest!.Requires)
            {
                var other = found.FirstOrDefault(f => f.Id == required);
                if (other is null) return (PluginState.Blocked, $"It requires {required}, which isn't installed.");
                if (other.Manifest is { } its && !range.Satisfies(its.Version))
                    return (PluginState.Blocked, $"It requires {required} {range.OriginalString}, and version {its.Version} is installed.");
                if (!Place(required, above)) return (PluginState.Blocked, $"It requires {required}, which isn't running.");
            }

            // Company that is liked but not required comes first where it can: not where it has to wait for this very plugin.
            foreach (var optional in plugin.Manifest.Optional.Keys)
            {
                if (candidates.ContainsKey(optional) && !WaitsFor(optional, above, [])) Place(optional, above);
            }

            if (Reads(plugin, out var reads) is { } objection) return objection;
            var (loaded, stand) = Load(plugin, new Rights(plugin.Id, reads));
            if (loaded is not null) running.Add(loaded);
            return stand;
        }

        // What comes with the host may read what it asks for until the clinic decides; of what the clinic turned on itself, what it said yes to.
        (PluginState, string)? Reads(Candidate plugin, out List<string> tables)
        {
            tables = [];
            foreach (var read in plugin.Manifest!.Reads)
            {
                var said = read.ToString();
                if (read.Plugin is null && !ContractTables.Names.Contains(read.Table))
                    return (PluginState.Incompatible, $"It reads {said}, which isn't one of the tables that this host offers: {string.Join(", ", ContractTables.Names.Order(StringComparer.Ordinal))}.");
                if (!granted.Contains($"{plugin.Id} {said}") && !(plugin.Bundled && !wanted.ContainsKey(plugin.Id)))
                    return (PluginState.Blocked, $"It asks to read {said}, which the clinic hasn't allowed. Turn it on again to allow it.");
                var publisher = read.Plugin is null ? null : found.FirstOrDefault(f => f.Id == read.Plugin);
                if (read.Plugin is null) tables.Add(read.Table);
                else if (publisher?.Manifest?.Publishes.Any(p => p.Table == read.Table && p.Version == read.Version) == true)
                    tables.Add(Rights.PrefixOf(read.Plugin) + read.Table);
                else if (plugin.Manifest.Requires.ContainsKey(read.Plugin))
                    return (PluginState.Blocked, $"It reads {said}, which {read.Plugin} doesn't publish here.");
            }

            return null;
        }

        bool WaitsFor(string id, List<string> above, HashSet<string> asked) => above.Contains(id)
            || (asked.Add(id) && candidates.TryGetValue(id, out var plugin) && plugin.Manifest!.Requires.Keys.Any(r => WaitsFor(r, above, asked)));
    }

    private List<Candidate> Find()
    {
        List<Candidate> found = [];
        foreach (var entry in options.InProcessPlugins)
        {
            var (manifest, reasons) = ReadEmbedded(entry);
            found.Add(new(manifest?.Id ?? entry.Name, manifest?.Version.ToNormalizedString() ?? "",
                Path.GetDirectoryName(entry.Assembly.Location)!, manifest, reasons, true, entry));
        }

        var bundled = options.BundledPlugins.Select(Path.GetFullPath).ToList();
        foreach (var plugin in new PluginFolders([.. bundled, folder.Plugins], shared.SdkVersion).Discover().Chosen.Values)
        {
            if (found.Exists(f => f.Id == plugin.Id)) continue;
            found.Add(new(plugin.Id, plugin.Version, plugin.Folder, plugin.Manifest, plugin.Reasons,
                bundled.Exists(b => plugin.Folder.StartsWith(b + Path.DirectorySeparatorChar, StringComparison.Ordinal)), null));
        }

        return [.. found.OrderBy(f => f.Id, StringComparer.Ordinal)];
    }

    private static ManifestReading ReadEmbedded(Type entry)
    {
        using var stream = entry.Assembly.GetManifestResourceStream("plugin.json");
        if (stream is null) return new(null, [$"{entry.Assembly.GetName().Name} has no resource plugin.json."]);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return ManifestReader.Parse(bytes.ToArray());
    }

    private (RunningPlugin? Plugin, (PluginState State, string Reason) Stand) Load(Candidate candidate, Rights rights)
    {
        var manifest = candidate.Manifest!;
        try
        {
            if (candidate.Entry is { } type) return Runs(type.Assembly, (IPlugin)Activator.CreateInstance(type)!);

            contexts ??= new PluginContexts(shared);
            var report = ReportOn(candidate);
            if (report.EntryType is not { } entry) return (null, (PluginState.Incompatible, string.Join(" ", report.Reasons)));
            var loader = contexts.Get(candidate.Folder, manifest.Assembly);
            var instance = loader.Instantiate(entry);
            return instance.Plugin is { } plugin ? Runs(loader.LoadDefaultAssembly(), plugin) : Fails(instance.Reason!);
        }
        catch (Exception error)
        {
            // Whatever a plugin's files or constructor throw is a reason to leave it out, never one to stop the clinic.
            return Fails($"It can't be loaded: {error.Message}");
        }

        (RunningPlugin?, (PluginState, string)) Runs(Assembly assembly, IPlugin plugin) =>
            (new(manifest, candidate.Folder, assembly, plugin, rights), (PluginState.Enabled, ""));

        (RunningPlugin?, (PluginState, string)) Fails(string reason)
        {
            // Remembered, so that a constructor that hangs isn't waited for each time that something else changes.
            Quarantine(candidate.Id, reason);
            return (null, (PluginState.Quarantined, reason));
        }
    }

    // Once for each folder: it holds one version for good.
    private AssemblyReport ReportOn(Candidate candidate)
    {
        if (reports.TryGetValue(candidate.Folder, out var known)) return known;
        check ??= new AssemblyCheck(shared);
        try
        {
            return reports[candidate.Folder] = check.Check(candidate.Folder, candidate.Manifest!.Assembly);
        }
        catch (Exception error)
        {
            // Whatever its files do to the check is a reason to leave it out. They may be there the next time.
            return new(null, [$"Its files can't be read: {error.Message}"]);
        }
    }

    private sealed record Wish(string Id, bool Enabled);

    private sealed record Candidate(
        string Id, string Version, string Folder, PluginManifest? Manifest, IReadOnlyList<string> Reasons, bool Bundled, Type? Entry);
}
