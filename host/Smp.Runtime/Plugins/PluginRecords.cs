using System.Data.Common;
using Dapper;
using Smp.Runtime.Api;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Plugins;

/// <summary>What is written down about plugins: what the clinic wishes, what failed, how each stands, and what became of it.</summary>
internal sealed class PluginRecords(StoreEngine store)
{
    /// <summary>A failure as it was written down.</summary>
    /// <param name="Plugin">Which.</param>
    /// <param name="Version">Of which version.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Tried">The fingerprint of what failed.</param>
    public sealed record KeptFailure(string Plugin, string Version, string Reason, string Tried);

    public async Task<(IReadOnlyList<Wish> Wishes, IReadOnlyList<string> Granted, IReadOnlyList<KeptFailure> Failures)> ReadAsync() =>
        await store.ReadAsync(Rights.Core, oneMoment: true, async db => (
            (IReadOnlyList<Wish>)(await db.QueryAsync<Wish>("SELECT id, enabled, version FROM core__plugins")).AsList(),
            (IReadOnlyList<string>)(await db.QueryAsync<string>("SELECT plugin || ' ' || data FROM core__plugin_reads")).AsList(),
            (IReadOnlyList<KeptFailure>)(await db.QueryAsync<KeptFailure>("SELECT plugin, version, reason, tried FROM core__plugin_failures")).AsList()),
            CancellationToken.None);

    public async Task<IReadOnlyList<Standing>> StandingsAsync() => (await store.ReadAsync(Rights.Core, oneMoment: false,
        db => db.QueryAsync<Standing>("SELECT plugin, version, state, reason FROM core__plugin_states"), CancellationToken.None)).AsList();

    /// <summary>What became of a plugin, the latest first.</summary>
    public async Task<IReadOnlyList<PluginChange>> HistoryAsync(string plugin, int limit, CancellationToken token) => (await store.ReadAsync(Rights.Core, oneMoment: false,
        db => db.QueryAsync<PluginChange>("""
            SELECT kind, from_version, to_version, from_state, to_state, reason, actor, at, manifest_sha256, assembly_sha256
            FROM core__plugin_changes WHERE plugin = @plugin ORDER BY id DESC LIMIT @limit
            """, new { plugin, limit }), token)).AsList();

    public Task<PluginData> DataOfAsync(string plugin) => store.ReadAsync(Rights.Core, oneMoment: true, async db => new PluginData(
        (await db.QueryAsync<AppliedMigration>("SELECT number, name, sha256 FROM core__migrations WHERE plugin = @plugin ORDER BY number", new { plugin })).AsList(),
        (await db.QueryAsync<BreakingMigration>(
            "SELECT number, name, backup, applied_at FROM core__breaking_migrations WHERE plugin = @plugin ORDER BY number", new { plugin })).AsList(),
        (await db.QueryAsync<string>(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, length(@prefix)) = @prefix ORDER BY name",
            new { prefix = Rights.PrefixOf(plugin) })).AsList()), CancellationToken.None);

    /// <summary>The plugins that have anything a purge would take, in the order of their ids, whether their files are there or not.</summary>
    public Task<IReadOnlyList<string>> WithRecordsAsync() => store.ReadAsync(Rights.Core, oneMoment: true, async db => (IReadOnlyList<string>)(await db.QueryAsync<string>("""
        SELECT plugin FROM core__migrations WHERE plugin <> 'core'
        UNION SELECT plugin FROM core__settings WHERE plugin <> 'core'
        UNION SELECT plugin FROM core__search_entries WHERE plugin <> 'core' ORDER BY plugin
        """)).AsList(), CancellationToken.None);

    /// <summary>
    /// Forgets what is written down about a plugin, in the transaction that takes its tables; what became of it stays, with one entry more. Timelines stay
    /// too: they say what happened to patients. Entries of the search go: they would lead nowhere.
    /// </summary>
    /// <param name="db">The writer's connection.</param>
    /// <param name="plugin">Which.</param>
    /// <param name="bundled">Whether its files stay, since they came with the host: then it stays off.</param>
    /// <param name="reason">For the history.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="now">When.</param>
    public static void Forget(DbConnection db, string plugin, bool bundled, string reason, Actor actor, DateTimeOffset now) => db.Execute("""
        DELETE FROM core__migrations WHERE plugin = @plugin;
        DELETE FROM core__breaking_migrations WHERE plugin = @plugin;
        DELETE FROM core__plugin_failures WHERE plugin = @plugin;
        DELETE FROM core__plugin_guards WHERE plugin = @plugin;
        DELETE FROM core__plugin_reads WHERE plugin = @plugin;
        DELETE FROM core__settings WHERE plugin = @plugin;
        DELETE FROM core__orders WHERE plugin = @plugin;
        -- A permission's own name has no dot, and a module's id may go on where another's ends.
        DELETE FROM core__role_permissions
        WHERE substr(permission, 1, length(@plugin) + 1) = @plugin || '.' AND instr(substr(permission, length(@plugin) + 2), '.') = 0;
        DELETE FROM core__search WHERE rowid IN (SELECT id FROM core__search_entries WHERE plugin = @plugin);
        DELETE FROM core__search_entries WHERE plugin = @plugin;
        -- What came with the host would be on without it.
        DELETE FROM core__plugins WHERE id = @plugin AND NOT @bundled;
        INSERT INTO core__plugin_changes (plugin, kind, from_version, to_version, from_state, to_state, reason, actor, at)
        SELECT @plugin, 'Purged', coalesce(max(version), ''), coalesce(max(version), ''), max(state), max(state), @reason, @Name, @now
        FROM core__plugin_states WHERE plugin = @plugin;
        """, new { plugin, bundled, reason, actor.Name, now });

    public Task WriteAsync(Act act, Actor actor, IServiceProvider scope, Func<IUnitOfWork, Task> write, CancellationToken token) =>
        store.WriteAsync(Rights.Core, act, actor, scope, async unit =>
        {
            await IdempotencyClaim.TakeForAsync(scope, unit);
            await write(unit);
            return true;
        }, token);

    public static Task WishAsync(IUnitOfWork unit, Wish wish) => unit.Connection.ExecuteAsync("""
        INSERT INTO core__plugins (id, version, enabled, changed_by, changed_at) VALUES (@Id, @Version, @Enabled, @Name, @Now)
        ON CONFLICT (id) DO UPDATE SET
            version = excluded.version, enabled = excluded.enabled, changed_by = excluded.changed_by, changed_at = excluded.changed_at
        """, new { wish.Id, wish.Version, wish.Enabled, unit.Actor.Name, unit.Now });

    // To turn a module on is to let it read what it asks for. A later version that asks for more is asked about again.
    public static async Task GrantAsync(IUnitOfWork unit, string plugin, IReadOnlyCollection<string> reads)
    {
        foreach (var lost in (await unit.Connection.QueryAsync<string>("SELECT data FROM core__plugin_reads WHERE plugin = @plugin", new { plugin })).Except(reads).ToList())
            await unit.Connection.ExecuteAsync("DELETE FROM core__plugin_reads WHERE plugin = @plugin AND data = @lost", new { plugin, lost });
        foreach (var data in reads)
        {
            await unit.Connection.ExecuteAsync(
                "INSERT INTO core__plugin_reads (plugin, data, granted_by, granted_at) VALUES (@plugin, @data, @Name, @Now) ON CONFLICT DO NOTHING",
                new { plugin, data, unit.Actor.Name, unit.Now });
        }
    }

    public static Task ForgetFailuresAsync(IUnitOfWork unit, string plugin) =>
        unit.Connection.ExecuteAsync("DELETE FROM core__plugin_failures WHERE plugin = @plugin", new { plugin });

    public static Task FailAsync(IUnitOfWork unit, Failure failure, string tried) => unit.Connection.ExecuteAsync("""
        INSERT INTO core__plugin_failures (plugin, version, reason, tried, at) VALUES (@Plugin, @Version, @Reason, @tried, @Now)
        ON CONFLICT (plugin, version) DO UPDATE SET reason = excluded.reason, tried = excluded.tried, at = excluded.at
        """, new { failure.Plugin, failure.Version, failure.Reason, tried, unit.Now });

    /// <summary>Writes down how a plugin stands from now on, and that it came to that.</summary>
    public static async Task ChangeAsync(
        IUnitOfWork unit, string plugin, PluginChangeKind kind, Standing? from, Standing? to, string reason, VersionFiles files)
    {
        if (to is null) await unit.Connection.ExecuteAsync("DELETE FROM core__plugin_states WHERE plugin = @plugin", new { plugin });
        else if (to != from)
        {
            await unit.Connection.ExecuteAsync("""
                INSERT INTO core__plugin_states (plugin, version, state, reason, since) VALUES (@Plugin, @Version, @State, @Reason, @Now)
                ON CONFLICT (plugin) DO UPDATE SET
                    version = excluded.version, state = excluded.state, reason = excluded.reason,
                    since = CASE WHEN state = excluded.state THEN since ELSE excluded.since END
                """, new { to.Plugin, to.Version, State = to.State.ToString(), to.Reason, unit.Now });
        }

        await unit.Connection.ExecuteAsync("""
            INSERT INTO core__plugin_changes (plugin, kind, from_version, to_version, from_state, to_state, reason, actor, at, manifest_sha256, assembly_sha256)
            VALUES (@plugin, @kind, @fromVersion, @toVersion, @fromState, @toState, @reason, @Name, @Now, @ManifestSha256, @AssemblySha256)
            """, new
        {
            plugin, kind = kind.ToString(), fromVersion = from?.Version ?? "", toVersion = to?.Version ?? "", fromState = from?.State.ToString(), toState = to?.State.ToString(),
            reason, unit.Actor.Name, unit.Now, files.ManifestSha256, files.AssemblySha256,
        });
    }
}
