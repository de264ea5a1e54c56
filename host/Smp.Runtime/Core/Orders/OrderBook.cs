using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Orders;

/// <summary>Work that was ordered and isn't done.</summary>
/// <param name="Id">Key.</param>
/// <param name="Plugin">The module that ordered it, and does it.</param>
/// <param name="Kind">What it is called there.</param>
/// <param name="Key">What it is about; null when nothing was said.</param>
/// <param name="OrderedBy">In whose work it was ordered.</param>
/// <param name="OrderedAt">When.</param>
/// <param name="DueAt">When it is done next, or was to be done last.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">What the last try said.</param>
/// <param name="FailedAt">When it was given up; null while it waits.</param>
public sealed record OrderedWork(
    long Id, string Plugin, string Kind, string? Key, string OrderedBy, DateTimeOffset OrderedAt, DateTimeOffset DueAt, int Attempts, string? Error, DateTimeOffset? FailedAt);

/// <summary>The work that was ordered: added and taken back inside units of work, looked at, tried again and dropped by people.</summary>
public sealed class OrderBook(IStore<CorePlugin> store, IServiceProvider scope)
{
    private const int KeyLimit = 100;
    private const string Columns = "id, plugin, kind, key, ordered_by, ordered_at, due_at, attempts, error, failed_at";

    internal static async Task AddAsync(UnitOfWork unit, object order, DateTimeOffset dueAt, string? key)
    {
        if (key is { Length: 0 or > KeyLimit }) throw new ArgumentException($"A key has 1 to {KeyLimit} characters; this one has {key.Length}.", nameof(key));
        var services = unit.Run.Request.Services;
        var kind = services.GetRequiredService<JobKinds>().Find(unit.Owner.PluginId, order.GetType().Name);
        if (kind?.Order != order.GetType())
            throw new InvalidOperationException($"{unit.Owner.PluginId} registers no job for {order.GetType().Name}. Add one: services.AddJob<{order.GetType().Name}, …>().");
        await StoreEngine.Join(Rights.Core, unit).ExecuteAsync("""
            INSERT INTO core__orders (plugin, kind, key, body, ordered_by, ordered_at, due_at) VALUES (@Plugin, @Name, @key, @body, @By, @Now, @dueAt)
            ON CONFLICT (plugin, kind, key) WHERE key IS NOT NULL DO UPDATE SET
                body = excluded.body, ordered_by = excluded.ordered_by, ordered_at = excluded.ordered_at, due_at = excluded.due_at,
                version = version + 1, attempts = 0, error = NULL, failed_at = NULL
            """, new { kind.Plugin, kind.Name, key, body = kind.Write(order), By = unit.Actor.Name, unit.Now, dueAt = Moments.Cut(dueAt) });
        unit.Run.Request.Committed = services.GetRequiredService<Hosting.Clinic>().WakeJobs;
    }

    internal static async Task<bool> RemoveAsync(UnitOfWork unit, Type order, string key) => await StoreEngine.Join(Rights.Core, unit).ExecuteAsync(
        "DELETE FROM core__orders WHERE plugin = @Plugin AND kind = @Name AND key = @key", new { Plugin = unit.Owner.PluginId, order.Name, key }) > 0;

    /// <summary>One page of what waits, the next to be done first, or of what failed, the latest first.</summary>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<OrderedWork>> PageAsync(bool failed, string? after, int limit, CancellationToken token = default)
    {
        var key = Keyset.Decode(after, 2) ?? (failed ? ["9999", "0"] : ["", "0"]);
        var rows = await store.ReadAsync(connection => connection.QueryAsync<OrderedWork>(failed
            ? $"SELECT {Columns} FROM core__orders WHERE failed_at IS NOT NULL AND (failed_at, id) < (@at, @id) ORDER BY failed_at DESC, id DESC LIMIT @limit + 1"
            : $"SELECT {Columns} FROM core__orders WHERE failed_at IS NULL AND (due_at, id) > (@at, @id) ORDER BY due_at, id LIMIT @limit + 1",
            new { at = key[0], id = Keyset.Key(key[1]), limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, work => [Keyset.Of(work.FailedAt ?? work.DueAt), Keyset.Of(work.Id)]);
    }

    /// <summary>Ordered work.</summary>
    /// <exception cref="RefusedException">It was done or dropped.</exception>
    public async Task<OrderedWork> RequireAsync(long id, CancellationToken token = default) => await store.ReadAsync(connection =>
        connection.QuerySingleOrDefaultAsync<OrderedWork>($"SELECT {Columns} FROM core__orders WHERE id = @id", new { id }), token) ?? throw Gone(id);

    /// <summary>How much waits, and how much failed.</summary>
    public Task<(long Waiting, long Failed)> CountAsync(CancellationToken token = default) => store.ReadAsync(connection =>
        connection.QuerySingleAsync<(long, long)>("SELECT count(*) FILTER (WHERE failed_at IS NULL), count(failed_at) FROM core__orders"), token);

    /// <summary>Has it done as soon as possible, whether it waits or failed, as if it had never been tried.</summary>
    /// <exception cref="RefusedException">It was done or dropped meanwhile.</exception>
    public Task TryAgainAsync(long id, CancellationToken token = default) => store.WriteAsync(new("Had ordered work tried again"), async unit =>
    {
        if (await unit.Connection.ExecuteAsync("UPDATE core__orders SET due_at = @Now, attempts = 0, error = NULL, failed_at = NULL WHERE id = @id", new { id, unit.Now }) == 0) throw Gone(id);
        ((UnitOfWork)unit).Run.Request.Committed = scope.GetRequiredService<Hosting.Clinic>().WakeJobs;
        return true;
    }, token);

    /// <summary>Drops it: it isn't done.</summary>
    /// <exception cref="RefusedException">No reason; it was done or dropped meanwhile.</exception>
    public Task DropAsync(long id, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        var why = checks.Require(reason, "reason", 500);
        checks.Throw();
        return store.WriteAsync(new("Dropped ordered work", why), async unit =>
            await unit.Connection.ExecuteAsync("DELETE FROM core__orders WHERE id = @id", new { id }) > 0 ? true : throw Gone(id), token);
    }

    private static RefusedException Gone(long id) => Refuse.Missing($"There is no ordered work {id}. It was done or dropped.");
}
