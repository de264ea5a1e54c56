using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Health;
using Smp.Runtime.Shells;
using Smp.Runtime.Store;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Core.Jobs;

/// <summary>
/// Does what was ordered, a few at a time, as soon as it is due. Nothing of what runs is kept but the order itself, which goes when it is done: what a crash
/// interrupts is done again.
/// </summary>
internal sealed class JobRunner(StoreEngine store, ShellHost shells, ClinicHealth health, TimeProvider time, ILogger<JobRunner> log) : IAsyncDisposable
{
    private const int AtOnce = 4;
    private const int ErrorLimit = 500;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    // What is due by the clock alone is found this much later at most.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(4), TimeSpan.FromHours(12), TimeSpan.FromHours(24),
    ];

    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly SemaphoreSlim slots = new(AtOnce, AtOnce);
    private Task loop = Task.CompletedTask;
    private Task<bool>? waking;

    /// <summary>Looks for what is due whenever something is ordered, and every few seconds.</summary>
    public void Start() => loop = Task.Run(LoopAsync);

    /// <summary>Something was ordered.</summary>
    public void Wake()
    {
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake.
        }
    }

    /// <summary>Does all that is due now, and what that orders in turn. Returns how much was done.</summary>
    public async Task<int> RunDueAsync(CancellationToken token)
    {
        await turn.WaitAsync(token);
        try
        {
            // What has to wait for its module, or makes way for a swap, isn't begun a second time here.
            HashSet<(long, long, int)> seen = [];
            List<Task<bool>> running = [];
            var done = 0;
            while (true)
            {
                foreach (var order in (await DueAsync(token)).Where(o => seen.Add((o.Id, o.Version, o.Attempts))))
                {
                    await slots.WaitAsync(token);
                    running.Add(RunInSlotAsync(order, token));
                }

                foreach (var ended in running.Where(r => r.IsCompleted).ToList())
                {
                    running.Remove(ended);
                    if (await ended) done++;
                }

                // While one takes long, others that are ordered meanwhile are done beside it.
                if (running.Count == 0 && !await HasNewAsync(seen, token)) break;
                if (running.Count > 0) await Task.WhenAny([.. running, AwakeAsync()]);
            }

            return done;
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
        wake.Dispose();
        turn.Dispose();
        slots.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                try
                {
                    await RunDueAsync(stopping.Token);
                }
                catch (Exception error) when (!stopping.IsCancellationRequested)
                {
                    log.LogError(error, "What was ordered can't be looked for");
                }

                await AwakeAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The clinic closes.
        }
    }

    private async Task<IReadOnlyList<Order>> DueAsync(CancellationToken token)
    {
        var kinds = JsonSerializer.Serialize(shells.Current.Services.GetRequiredService<JobKinds>().Names);
        return (await store.ReadAsync(Rights.Core, oneMoment: false, connection => connection.QueryAsync<Order>("""
            SELECT id, plugin, kind, body, version, attempts FROM core__orders
            WHERE failed_at IS NULL AND due_at <= @now AND plugin || '/' || kind IN (SELECT value FROM json_each(@kinds))
            ORDER BY due_at, id LIMIT 100
            """, new { now = Moments.Cut(time.GetUtcNow()), kinds }), token)).AsList();
    }

    // One wait for all that wait: a call that a wait takes which nobody is interested in any more would be lost.
    private Task<bool> AwakeAsync() => waking is { IsCompleted: false } ? waking : waking = wake.WaitAsync(Interval, stopping.Token);

    private async Task<bool> HasNewAsync(HashSet<(long, long, int)> seen, CancellationToken token) =>
        (await DueAsync(token)).Any(o => !seen.Contains((o.Id, o.Version, o.Attempts)));

    private async Task<bool> RunInSlotAsync(Order order, CancellationToken token)
    {
        try
        {
            return await RunAsync(order, token);
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task<bool> RunAsync(Order order, CancellationToken token)
    {
        Shell shell;
        do shell = shells.Current;
        while (!shell.TryEnter());
        try
        {
            var kind = shell.Services.GetRequiredService<JobKinds>().Find(order.Plugin, order.Kind);
            if (kind is null) return false;
            var gauge = order.Plugin == Rights.Core.PluginId ? null : health.Gauge(order.Plugin, PluginCall.Job);
            if (gauge is { IsStuck: true }) return false;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(token, shell.Services.GetRequiredService<IPluginLifetime>().Stopping);
            if (await TryAsync(shell, kind, order, gauge, end.Token) is not { } error)
            {
                await EndAsync(order, "Did what was ordered", "DELETE FROM core__orders WHERE id = @Id AND version = @Version", new { order.Id, order.Version });
                return true;
            }

            // What had to make way didn't fail.
            if (end.IsCancellationRequested) return false;
            await FailAsync(order, kind, error);
            return false;
        }
        finally
        {
            shell.Leave();
        }
    }

    private static async Task<Exception?> TryAsync(Shell shell, JobKind kind, Order order, CallGauge? gauge, CancellationToken token)
    {
        var began = CallGauge.Begin();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Limit);
        Task? running = null;
        try
        {
            running = Task.Run(async () =>
            {
                await using var scope = shell.Services.CreateAsyncScope();
                await kind.RunAsync(scope.ServiceProvider, order.Body, patience.Token);
            }, CancellationToken.None);
            // One that doesn't heed its token is left to itself.
            await running.WaitAsync(Limit + TimeSpan.FromSeconds(5), token);
            return null;
        }
        catch (Exception error)
        {
            if (!token.IsCancellationRequested && error is not RefusedException) gauge?.Failed(kind.Job.Name, error);
            return error is OperationCanceledException && patience.IsCancellationRequested ? new TimeoutException($"It took longer than {Limit.TotalMinutes:0} minutes.", error) : error;
        }
        finally
        {
            gauge?.Ended(began);
            if (running is { IsCompleted: false }) gauge?.Lost(running);
        }
    }

    private async Task FailAsync(Order order, JobKind kind, Exception error)
    {
        // Trying again helps neither what was refused nor what isn't understood.
        var forGood = error is RefusedException or JsonException || order.Attempts >= Pauses.Length;
        log.LogWarning(error, "{Job} of {Plugin} failed, for the {Attempt}. time; order {Order}", kind.Job.Name, order.Plugin, order.Attempts + 1, order.Id);
        var now = Moments.Cut(time.GetUtcNow());
        await EndAsync(order, forGood ? "Gave up what was ordered" : "Put off what was ordered", """
            UPDATE core__orders SET attempts = attempts + 1, error = @said, due_at = @dueAt, failed_at = @failedAt WHERE id = @Id AND version = @Version
            """, new
        {
            order.Id, order.Version, said = error.Message.Length > ErrorLimit ? error.Message[..ErrorLimit] : error.Message,
            dueAt = forGood ? now : now + Pauses[order.Attempts], failedAt = forGood ? now : (DateTimeOffset?)null,
        });
    }

    private Task<int> EndAsync(Order order, string what, string sql, object values) => store.WriteAsync(
        Rights.Core, new Act(what, $"{order.Plugin}/{order.Kind} {order.Id}"), Actor.System, NoServices.Instance, unit => unit.Connection.ExecuteAsync(sql, values), CancellationToken.None);

    private sealed record Order(long Id, string Plugin, string Kind, string Body, long Version, int Attempts);

    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
