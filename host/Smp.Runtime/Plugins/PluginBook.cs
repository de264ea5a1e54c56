using Dapper;
using Smp.Runtime.Core.Procedures;
using Smp.Runtime.Hosting;
using Smp.Runtime.Loading;
using Smp.Runtime.Shells;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.LifeCycle;

/// <summary>Which plugins there are, which the clinic wants, and which can run.</summary>
internal sealed class PluginBook
{
    private readonly ClinicOptions options;
    private readonly StoreEngine store;
    private readonly PluginLoading loading;
    private readonly Dictionary<string, Failure> failures = new(StringComparer.Ordinal);

    public PluginBook(ClinicOptions options, DataFolder folder, StoreEngine store)
    {
        (this.options, this.store) = (options, store);
        var shared = SharedAssemblies.OfHost();
        Finder = new PluginFinder(options, folder, shared);
        loading = new PluginLoading(Finder, shared);
    }

    /// <summary>Finds the versions that there are; takes further objections to them.</summary>
    public PluginFinder Finder { get; }

    /// <summary>How every plugin stands since the last <see cref="SelectAsync"/>.</summary>
    public IReadOnlyList<PluginStatus> Statuses { get; private set; } = [];

    /// <summary>The modules that the clinic has on and that owe their guards, whether they run or not.</summary>
    public IReadOnlyList<OwedGuards> OwedGuards { get; private set; } = [];

    /// <summary>
    /// Looks at the files of what may run, for the first <see cref="SelectAsync"/>, which must not begin before it returns. It needs no
    /// database, so a start does it while that is opened.
    /// </summary>
    public void Look()
    {
        foreach (var plugin in Finder.Find().Where(p => p is { Entry: null, Reasons.Count: 0 })) Finder.ReportOn(plugin);
    }

    /// <summary>Leaves a plugin out from now on, until the clinic turns it on again.</summary>
    public void Quarantine(string plugin, string reason) =>
        failures[plugin] = new(plugin, Statuses.FirstOrDefault(s => s.Id == plugin)?.Version ?? "", reason);

    /// <summary>Remembers that the clinic turned a plugin on or off.</summary>
    /// <exception cref="RefusedException">There is no such plugin.</exception>
    public async Task SetEnabledAsync(string plugin, bool enabled, Actor actor, IServiceProvider scope, CancellationToken token)
    {
        var status = Statuses.FirstOrDefault(s => s.Id == plugin)
            ?? throw Refuse.Missing($"There is no module {plugin}. Here are: {string.Join(", ", Statuses.Select(s => s.Id))}.");
        var reads = Finder.Find().FirstOrDefault(p => p.Id == plugin)?.Manifest?.Reads.Select(r => r.ToString()).Distinct(StringComparer.Ordinal).ToList() ?? [];
        await store.WriteAsync(Rights.Core, new(enabled ? "Turned a module on" : "Turned a module off"), actor, scope, async unit =>
        {
            await unit.Connection.ExecuteAsync("""
                INSERT INTO core__plugins (id, version, enabled, changed_by, changed_at) VALUES (@plugin, @Version, @enabled, @Name, @Now)
                ON CONFLICT (id) DO UPDATE SET
                    version = excluded.version, enabled = excluded.enabled, changed_by = excluded.changed_by, changed_at = excluded.changed_at
                """, new { plugin, status.Version, enabled, unit.Actor.Name, unit.Now });
            if (enabled) await GrantAsync(plugin, reads, unit);
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
        var declared = await DeclaredGuards.ReadAsync(store);
        var wishes = await ReadAsync();
        var found = Finder.Find();
        Dictionary<string, RunningPlugin> loaded = [];
        Lineup lineup;
        do lineup = Lineup.Of(found, wishes, declared.Plugins, options.SafeMode, Finder.Inspect);
        while (!IsLoaded());

        Statuses = [.. lineup.Members.Select(m => new PluginStatus(
            m.Id, m.Found.Name, m.Found.Manifest?.Description ?? "", m.Found.Manifest?.Publisher ?? "", m.Found.Version, m.Stand.State, m.Stand.Reason)
            { Guards = m.Found.Manifest?.Guards ?? declared.Of(m.Id) })];
        OwedGuards = [.. lineup.Members.Zip(Statuses).Where(p => p.Second.Guards.Count > 0 && p.First.On).Select(p => new OwedGuards(p.Second.Id, p.Second.Name))];
        await declared.KeepAsync(store, lineup.Members.Where(m => m.Found.Manifest is not null && m.On).Select(m => (m.Id, m.Found.Manifest!.Guards)));
        return [.. lineup.Order.Select(id => loaded[id])];

        // What can't be loaded may have been required by others, so all are judged again.
        bool IsLoaded()
        {
            foreach (var id in lineup.Order.Where(id => !loaded.ContainsKey(id)))
            {
                var member = lineup.Of(id)!;
                var (plugin, reason) = loading.Load(member);
                if (plugin is not null)
                {
                    loaded[id] = plugin;
                    continue;
                }

                // Remembered, so that a constructor that hangs isn't waited for each time that something else changes.
                wishes = wishes.With(failures[id] = new(id, member.Found.Version, reason));
                return false;
            }

            return true;
        }
    }

    private async Task<Wishes> ReadAsync()
    {
        var wishes = await store.ReadAsync(Rights.Core, oneMoment: false,
            connection => connection.QueryAsync<Wish>("SELECT id, enabled, '' AS version FROM core__plugins"), CancellationToken.None);
        var granted = await store.ReadAsync(Rights.Core, oneMoment: false,
            connection => connection.QueryAsync<string>("SELECT plugin || ' ' || data FROM core__plugin_reads"), CancellationToken.None);
        return new(wishes, granted, failures.Values);
    }
}
