using Smp.Runtime.Core.Procedures;
using Smp.Runtime.Hosting;
using Smp.Runtime.Loading;
using Smp.Runtime.Packages;
using Smp.Runtime.Shells;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Plugins;

/// <summary>The plugins that were chosen to run, and how all others stand.</summary>
/// <param name="Lineup">All of them.</param>
/// <param name="Running">Those that run, loaded, what is required first.</param>
/// <param name="Wishes">What decided it.</param>
/// <param name="Found">Every version that was there.</param>
/// <param name="Declared">The guards that were declared before.</param>
internal sealed record Selection(Lineup Lineup, IReadOnlyList<RunningPlugin> Running, Wishes Wishes, IReadOnlyList<FoundVersion> Found, DeclaredGuards Declared);

/// <summary>A plan, and what it was made of.</summary>
internal sealed record Planned(PluginPlan Plan, PluginOrder Order, Wishes Before, Wishes After, Lineup Now, Lineup Then, FoundVersion Target, VersionFiles Files);

/// <summary>Which plugins there are, which the clinic wants, and which can run.</summary>
internal sealed class PluginBook
{
    private readonly ClinicOptions options;
    private readonly StoreEngine store;
    private readonly PluginLoading loading;
    private readonly PluginRecords records;
    private readonly PackageRecords packages;
    private readonly string host;
    private readonly Dictionary<(string Plugin, string Version), (Failure Failure, bool IsPassing)> failures = [];
    private readonly Lock gate = new();
    private Selection? accepted;

    public PluginBook(ClinicOptions options, DataFolder folder, StoreEngine store, PackageRecords packages)
    {
        (this.options, this.store, this.packages) = (options, store, packages);
        var shared = SharedAssemblies.OfHost();
        host = shared.SdkVersion.ToFullString();
        Finder = new PluginFinder(options, folder, shared);
        loading = new PluginLoading(Finder, shared);
        records = new PluginRecords(store);
    }

    /// <summary>Finds the versions that there are; takes further objections to them.</summary>
    public PluginFinder Finder { get; }

    /// <summary>How every plugin stands since the last <see cref="Accept"/>.</summary>
    public IReadOnlyList<PluginStatus> Statuses { get; private set; } = [];

    /// <summary>The modules that the clinic has on and that owe their guards, whether they run or not.</summary>
    public IReadOnlyList<OwedGuards> OwedGuards { get; private set; } = [];

    /// <summary>How all stand since the last <see cref="Accept"/>; null before the first.</summary>
    public Lineup? Lineup => accepted?.Lineup;

    /// <summary>
    /// Looks at the files of what may run, for the first <see cref="SelectAsync"/>, which must not begin before it returns. It needs no
    /// database, so a start does it while that is opened.
    /// </summary>
    public void Look()
    {
        foreach (var plugin in Finder.Find().Where(p => p is { Entry: null, Reasons.Count: 0 })) Finder.ReportOn(plugin);
    }

    /// <summary>Leaves a version out from now on, until the clinic tries it again.</summary>
    public void Quarantine(Failure failure, bool isPassing) => failures[(failure.Plugin, failure.Version)] = (failure, isPassing);

    /// <summary>Finds and loads what shall run, those that are required first, and notes why the others don't.</summary>
    public async Task<Selection> SelectAsync()
    {
        var declared = await DeclaredGuards.ReadAsync(store);
        packages.LookAgain();
        var found = await FindAsync();
        var wishes = await ReadAsync(found);
        Dictionary<string, RunningPlugin> loaded = [];
        Lineup lineup;
        do lineup = Judge(found, wishes, declared);
        while (!IsLoaded());
        return new(lineup, [.. lineup.Order.Select(id => loaded[id])], wishes, found, declared);

        // What can't be loaded may have been required by others, so all are judged again.
        bool IsLoaded()
        {
            foreach (var id in lineup.Order.Where(id => !loaded.ContainsKey(id)))
            {
                var member = lineup.Of(id)!;
                var (plugin, reason) = loading.Load(member, loaded);
                if (plugin is not null)
                {
                    loaded[id] = plugin;
                    packages.Loaded(member.Found.Folder);
                    continue;
                }

                // Remembered, so that a constructor that hangs isn't waited for each time that something else changes.
                var failure = new Failure(id, member.Found.Version, reason);
                Quarantine(failure, isPassing: false);
                wishes = wishes.With(failure);
                return false;
            }

            return true;
        }
    }

    /// <summary>New objects of what a selection runs, for one shell more.</summary>
    public IReadOnlyList<RunningPlugin> Again(Selection selection, Func<RunningPlugin, bool> which) =>
        [.. selection.Running.Where(which).Select(p => loading.Load(selection.Lineup.Of(p.Id)!, selection.Running.ToDictionary(r => r.Id)).Plugin).OfType<RunningPlugin>()];

    /// <summary>What was selected runs now.</summary>
    public void Accept(Selection selection)
    {
        lock (gate)
        {
            accepted = selection;
            Statuses = StatusesOf(selection, selection.Found);
            OwedGuards = [.. selection.Lineup.Members.Where(m => m.On).Select(m => Statuses.First(s => s.Id == m.Id)).Where(s => s.Guards.Count > 0)
                .Select(s => new OwedGuards(s.Id, s.Name))];
        }
    }

    /// <summary>Looks for versions that were laid beside the others since, and says how all stand.</summary>
    public IReadOnlyList<PluginStatus> Refresh()
    {
        lock (gate) return accepted is { } selection ? Statuses = StatusesOf(selection, Finder.Find()) : Statuses;
    }

    private List<PluginStatus> StatusesOf(Selection selection, IReadOnlyList<FoundVersion> found)
    {
        var others = found.Any(f => selection.Lineup.Of(f.Id) is null) ? Judge(found, selection.Wishes, selection.Declared).Members.Where(m => selection.Lineup.Of(m.Id) is null) : [];
        var held = loading.Held.Select(path => Path.GetDirectoryName(path)!).ToList();
        return [.. selection.Lineup.Members.Concat(others).OrderBy(m => m.Id, StringComparer.Ordinal).Select(m => Status(m, found, held, selection))];
    }

    private static PluginStatus Status(Member member, IReadOnlyList<FoundVersion> found, IReadOnlyList<string> held, Selection selection)
    {
        var manifest = member.Found.Manifest;
        var runs = member.Stand.State == PluginState.Enabled;
        var there = found.Where(f => f.Id == member.Id).ToList();
        var versions = there.Select(f => new PluginVersion(f.Version, f.Version == member.Found.Version, runs && f.Folder == member.Found.Folder,
            held.Contains(f.Folder) && f.Folder != member.Found.Folder, ProblemOf(f))).ToList();
        versions.AddRange(held.Where(h => Path.GetFileName(Path.GetDirectoryName(h)) == member.Id && there.TrueForAll(f => f.Folder != h))
            .Select(h => new PluginVersion(Path.GetFileName(h), h == member.Found.Folder, runs && h == member.Found.Folder, h != member.Found.Folder, "Its files aren't there any more.")));
        return new(member.Id, member.Found.Name, manifest?.Description ?? "", manifest?.Publisher ?? "", member.Found.Version, member.Stand.State, member.Stand.Reason)
        {
            Guards = manifest?.Guards ?? selection.Declared.Of(member.Id), On = member.On, Versions = versions,
        };

        string ProblemOf(FoundVersion version) => version.Reasons.Count > 0 ? string.Join(" ", version.Reasons) : selection.Wishes.FailureOf(version.Id, version.Version) ?? "";
    }

    /// <summary>Says what would follow from what somebody wants. None of the plugin's code runs for it.</summary>
    /// <exception cref="RefusedException">There is no such plugin.</exception>
    public async Task<Planned> PlanAsync(PluginOrder order)
    {
        packages.LookAgain();
        var declared = await DeclaredGuards.ReadAsync(store);
        var found = await FindAsync();
        // What was removed without its records can be purged of them later.
        if (order.Purge && found.All(f => f.Id != order.Plugin) && (await records.WithRecordsAsync()).Contains(order.Plugin))
            found = [.. found, new(order.Plugin, "", "", null, ["Its files aren't here."], false, null)];
        var wishes = await ReadAsync(found);
        var now = Judge(found, wishes, declared);
        if (now.Of(order.Plugin) is null)
            throw Refuse.Missing($"There is no module {order.Plugin}. Here are: {string.Join(", ", now.Members.Select(m => m.Id))}.");
        var facts = new PlanFacts(found, wishes, now, (versions, wish) => Judge(versions, wish, declared));
        var (target, problem) = Planner.Target(order, facts);
        target = target is null ? null : Finder.Inspect(target);
        var next = target ?? now.Of(order.Plugin)!.Found;
        var files = VersionFiles.Of(next);
        var data = await records.DataOfAsync(order.Plugin);
        if (order.Purge)
        {
            var (tables, reference) = await store.CountAsync(new Rights(order.Plugin));
            data = data with { Rows = tables, Reference = reference };
        }

        var (plan, after) = Planner.Plan(order, facts, target, problem, files, data);
        return new(plan, order, wishes, after, now, Judge(found, after, declared), next, files);
    }

    /// <summary>Writes down what somebody wants, and how all will stand then, in one unit of work.</summary>
    public async Task WriteAsync(Planned planned, Actor actor, IServiceProvider scope, CancellationToken token)
    {
        var (plan, order) = (planned.Plan, planned.Order);
        var before = (await records.StandingsAsync()).ToDictionary(s => s.Plugin);
        var byHand = order.Action is not PluginAction.Disable && planned.Target is { Bundled: false, Entry: null, Folder.Length: > 0 } ? PackageRecords.Look(planned.Target.Folder) : [];
        await records.WriteAsync(new(Said(order.Action), order.Reason), actor, scope, async unit =>
        {
            foreach (var id in plan.AlsoDisabled.Prepend(order.Plugin))
                await PluginRecords.WishAsync(unit, new(id, planned.After.IsOn(id, bundled: false), planned.After.VersionOf(id) ?? ""));
            if (order.Action is not PluginAction.Disable)
            {
                if (planned.After.IsOn(order.Plugin, bundled: false)) await PluginRecords.GrantAsync(unit, order.Plugin, [.. planned.Target.Manifest?.Reads.Select(r => r.ToString()) ?? []]);
                await PluginRecords.ForgetFailuresAsync(unit, order.Plugin);
                if (byHand.Count > 0) await PackageRecords.AdoptAsync(unit, order.Plugin, planned.Target.Version, byHand);
            }

            foreach (var was in planned.Now.Members)
            {
                var (from, to) = (before.GetValueOrDefault(was.Id), Of(planned.Then.Of(was.Id)));
                if (was.Id == order.Plugin) await PluginRecords.ChangeAsync(unit, was.Id, KindOf(order.Action), from, to, order.Reason ?? "", planned.Files);
                else if (from is not null && from != to && to is not null)
                {
                    var kind = plan.AlsoDisabled.Contains(was.Id) ? PluginChangeKind.TurnedOff : PluginChangeKind.Followed;
                    var reason = kind == PluginChangeKind.TurnedOff ? $"Turned off with {order.Plugin}, which it requires." : to.Reason;
                    await PluginRecords.ChangeAsync(unit, was.Id, kind, from, to, reason, VersionFiles.Of(was.Found));
                }
            }
        }, token);
        foreach (var key in failures.Keys.Where(k => k.Plugin == order.Plugin).ToList()) failures.Remove(key);
    }

    /// <summary>Takes away all that the database has of a plugin, at once and whole. Its files stay where they are.</summary>
    /// <exception cref="RefusedException">It can't be done; nothing was changed then.</exception>
    public async Task<IReadOnlyList<TableRows>> PurgeAsync(Planned planned, string backup, Actor actor)
    {
        var (id, why) = (planned.Order.Plugin, planned.Order.Reason is { Length: > 0 } said ? $"{said} " : "");
        try
        {
            var gone = await store.PurgeAsync(new Rights(id), new Act("Purged a module of its records", planned.Order.Reason), actor, (db, now) => PluginRecords.Forget(
                db, id, planned.Now.Of(id)!.Versions.Any(v => v.Bundled), $"{why}The backup {backup} was made before it.", actor, now));
            foreach (var key in failures.Keys.Where(k => k.Plugin == id).ToList()) failures.Remove(key);
            return gone;
        }
        catch (MigrationException error)
        {
            throw Refuse.Because($"{error.Message}");
        }
    }

    /// <summary>The plugins whose records are here and whose files aren't.</summary>
    public async Task<IReadOnlyList<string>> LeftBehindAsync() => [.. (await records.WithRecordsAsync()).Except(Refresh().Select(s => s.Id))];

    /// <summary>Writes down what became of all that runs now, where that isn't written down yet.</summary>
    public async Task SettleAsync(Selection selection, Actor actor, IServiceProvider scope)
    {
        var before = (await records.StandingsAsync()).ToDictionary(s => s.Plugin);
        var changed = selection.Lineup.Members.Where(m => Of(m) != before.GetValueOrDefault(m.Id)).ToList();
        var gone = before.Values.Where(b => selection.Lineup.Of(b.Plugin) is null).ToList();
        var lasting = failures.Values.Where(f => !f.IsPassing).Select(f => f.Failure).ToList();
        if (changed.Count + gone.Count + lasting.Count > 0)
        {
            var files = changed.ToDictionary(m => m.Id, m => VersionFiles.Of(m.Found));
            var tried = lasting.ToDictionary(f => f, f => TriedOf(f, selection.Lineup));
            await records.WriteAsync(new("Noted how modules stand"), actor, scope, async unit =>
            {
                foreach (var failure in lasting) await PluginRecords.FailAsync(unit, failure, tried[failure]);
                foreach (var member in changed)
                {
                    var (from, to) = (before.GetValueOrDefault(member.Id), Of(member)!);
                    var kind = from is null ? PluginChangeKind.Found : to.State == PluginState.Quarantined ? PluginChangeKind.Failed : PluginChangeKind.Followed;
                    await PluginRecords.ChangeAsync(unit, member.Id, kind, from, to, to.Reason, files[member.Id]);
                }

                foreach (var lost in gone) await PluginRecords.ChangeAsync(unit, lost.Plugin, PluginChangeKind.Gone, lost, null, "", VersionFiles.None);
            }, CancellationToken.None);
            foreach (var failure in lasting) failures.Remove((failure.Plugin, failure.Version));
        }

        await selection.Declared.KeepAsync(store, selection.Lineup.Members.Where(m => m.Found.Manifest is not null && m.On).Select(m => (m.Id, m.Found.Manifest!.Guards)));
    }

    /// <summary>Takes back what was written down of an upgrade that failed: the version before goes on.</summary>
    public async Task GoBackAsync(Planned planned, string reason, Actor actor, IServiceProvider scope)
    {
        var (id, was) = (planned.Order.Plugin, planned.Now.Of(planned.Order.Plugin)!);
        var failure = new Failure(id, planned.Target.Version, reason);
        var before = (await records.StandingsAsync()).ToDictionary(s => s.Plugin);
        var tried = VersionFiles.Fingerprint(planned.Target, host);
        var reads = was.Found.Manifest?.Reads.Select(r => r.ToString()).Where(r => planned.Before.MayRead(id, was.Found.Bundled, r)).ToList() ?? [];
        await records.WriteAsync(new("Went back to the version before"), actor, scope, async unit =>
        {
            foreach (var other in planned.Plan.AlsoDisabled.Prepend(id))
                await PluginRecords.WishAsync(unit, new(other, planned.Before.IsOn(other, planned.Now.Of(other)!.Found.Bundled), planned.Before.VersionOf(other) ?? (other == id ? was.Found.Version : "")));
            await PluginRecords.GrantAsync(unit, id, reads);
            await PluginRecords.FailAsync(unit, failure, tried);
            foreach (var member in planned.Now.Members.Where(m => m.Id == id || before.GetValueOrDefault(m.Id) != Of(m)))
            {
                var kind = member.Id == id ? PluginChangeKind.WentBack : PluginChangeKind.Followed;
                await PluginRecords.ChangeAsync(unit, member.Id, kind, before.GetValueOrDefault(member.Id), Of(member), member.Id == id ? reason : member.Stand.Reason, VersionFiles.Of(member.Found));
            }
        }, CancellationToken.None);
        // What ran before runs on, whatever it did in the shell that came to nothing.
        foreach (var key in failures.Keys.Where(k => planned.Now.Of(k.Plugin)?.Stand.State == PluginState.Enabled).ToList()) failures.Remove(key);
        if (accepted is { } runs) Accept(runs with { Wishes = await ReadAsync(Finder.Find()) });
    }

    /// <summary>What became of a plugin, the latest first; 100 entries at most.</summary>
    public Task<IReadOnlyList<PluginChange>> HistoryAsync(string plugin, CancellationToken token) => records.HistoryAsync(plugin, 100, token);

    /// <summary>Whether a version could run on the plugin's data as it is.</summary>
    public async Task<bool> FitsDataAsync(FoundVersion version)
    {
        var data = await records.DataOfAsync(version.Id);
        return AppliedMigrations.Objection(version.Id, data.Applied, data.Breaking, VersionFiles.Of(version).Migrations) is null;
    }

    /// <summary>Whether a plugin has migrations to come after which the version before couldn't run.</summary>
    public async Task<bool> WillBreakAsync(RunningPlugin plugin)
    {
        // Most have none at all, and needn't be asked about.
        try
        {
            var marked = Migration.In(plugin.Assembly).Where(m => m.IsBreaking).ToList();
            return marked.Count > 0 && marked[^1].Number > (await records.DataOfAsync(plugin.Id)).Applied.Count;
        }
        catch (MigrationException error)
        {
            throw new PluginFailure(plugin.Id, error.Message, error);
        }
    }

    private Lineup Judge(IReadOnlyList<FoundVersion> found, Wishes wishes, DeclaredGuards declared) =>
        Lineup.Of(found, wishes, declared.Plugins, options.SafeMode, Finder.Inspect,
            id => accepted?.Lineup.Of(id) is { Stand.State: PluginState.Enabled } runs ? runs.Found.Version : null);

    // With what is recorded of their files.
    private async Task<IReadOnlyList<FoundVersion>> FindAsync()
    {
        Finder.Objections = packages.Judge(await packages.ReadAsync());
        return Finder.Find();
    }

    private async Task<Wishes> ReadAsync(IReadOnlyList<FoundVersion> found)
    {
        var (wishes, granted, kept) = await records.ReadAsync();
        var same = kept.Where(k => found.FirstOrDefault(f => f.Id == k.Plugin && f.Version == k.Version) is not { } its || VersionFiles.Fingerprint(its, host) == k.Tried)
            .Select(k => new Failure(k.Plugin, k.Version, k.Reason));
        return new(wishes, granted, same.Concat(failures.Values.Select(f => f.Failure)));
    }

    private string TriedOf(Failure failure, Lineup lineup) =>
        lineup.Of(failure.Plugin)?.Versions.FirstOrDefault(v => v.Version == failure.Version) is { } version ? VersionFiles.Fingerprint(version, host) : "";

    private static Standing? Of(Member? member) => member is null ? null : new(member.Id, member.Found.Version, member.Stand.State, member.Stand.Reason);

    private static PluginChangeKind KindOf(PluginAction action) => action switch
    {
        PluginAction.Enable => PluginChangeKind.TurnedOn,
        PluginAction.Disable => PluginChangeKind.TurnedOff,
        PluginAction.Upgrade => PluginChangeKind.Upgraded,
        PluginAction.Rollback => PluginChangeKind.RolledBack,
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "Files are taken away elsewhere."),
    };

    private static string Said(PluginAction action) => action switch
    {
        PluginAction.Enable => "Turned a module on",
        PluginAction.Disable => "Turned a module off",
        PluginAction.Upgrade => "Upgraded a module",
        _ => "Rolled a module back",
    };
}
