using System.Text.Json;
using System.Threading.Channels;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Health;
using Smp.Runtime.Shells;
using Smp.Runtime.Store;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Core.Orders;

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

    // How long something that was told to stop may take to do so.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim turn = new(1, 1);

    // Called from the writer's own thread: what it does never fails and never waits.
    private readonly Channel<bool> calls = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Task loop = Task.CompletedTask;

    private enum Outcome
    {
        Done,
        Failed,
        Later,
    }

    /// <summary>Looks for what is due whenever something is ordered, and every few seconds.</summary>
    public void Start() => loop = Task.Run(LoopAsync);

    /// <summary>Something was ordered.</summary>
    public void Wake() => calls.Writer.TryWrite(true);

    /// <summary>Does all that is due now, what that orders in turn, and what others order meanwhile. Returns how much was done.</summary>
    public async Task<int> RunDueAsync(CancellationToken token)
    {
        await turn.WaitAsync(token);
        Dictionary<long, Task<Outcome>> running = [];
        // What has to wait for its module, or for the set of modules that comes next.
        HashSet<long> aside = [];
        try
        {
            var (done, rest) = (0, Task.CompletedTask);
            while (true)
            {
                // No more than there is room for, so that nothing waits that somebody takes back or replaces meanwhile.
                if (running.Count < AtOnce)
                {
                    foreach (var order in await DueAsync([.. running.Keys, .. aside], AtOnce - running.Count, token)) running[order.Id] = RunAsync(order, token);
                }

                if (running.Count == 0) return done;
                if (rest.IsCompleted) rest = RestAsync(token);
                await Task.WhenAny([.. running.Values, rest]);
                foreach (var (id, ended) in running.Where(r => r.Value.IsCompleted).ToList())
                {
                    running.Remove(id);
                    var outcome = await ended;
                    if (outcome is Outcome.Done) done++;
                    if (outcome is Outcome.Later) aside.Add(id);
                }
            }
        }
        finally
        {
            // The token has told them to stop. None throws.
            await Task.WhenAll(running.Values);
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
        turn.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await RunDueAsync(stopping.Token);
            }
            catch (Exception error)
            {
                if (!stopping.IsCancellationRequested) log.LogError(error, "What was ordered can't be looked for");
            }

            await RestAsync(stopping.Token);
        }
    }

    /// <summary>Until something is ordered, or it is time to look at the clock.</summary>
    private async Task RestAsync(CancellationToken token)
    {
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(token);
        rest.CancelAfter(Interval);
        try
        {
            if (await calls.Reader.WaitToReadAsync(rest.Token)) calls.Reader.TryRead(out _);
        }
        catch (OperationCanceledException)
        {
            // It is time.
        }
    }

    private async Task<IReadOnlyList<Order>> DueAsync(IReadOnlyList<long> except, int limit, CancellationToken token)
    {
        // A module whose jobs don't come back isn't given more of them.
        var kinds = shells.Current.Services.GetRequiredService<JobKinds>().All.Where(k => GaugeOf(k.Plugin) is not { IsStuck: true }).Select(k => $"{k.Plugin}/{k.Name}");
        return (await store.ReadAsync(Rights.Core, oneMoment: false, connection => connection.QueryAsync<Order>("""
            SELECT id, plugin, kind, body, version, attempts FROM core__orders
            WHERE failed_at IS NULL AND due_at <= @now AND plugin || '/' || kind IN (SELECT value FROM json_each(@kinds)) AND id NOT IN (SELECT value FROM json_each(@except))
            ORDER BY due_at, id LIMIT @limit
            """, new { now = Moments.Cut(time.GetUtcNow()), kinds = JsonSerializer.Serialize(kinds), except = JsonSerializer.Serialize(except), limit }), token)).AsList();
    }

    private CallGauge? GaugeOf(string plugin) => plugin == Rights.Core.PluginId ? null : health.Gauge(plugin, PluginCall.Job);

    private async Task<Outcome> RunAsync(Order order, CancellationToken token)
    {
        Shell shell;
        do shell = shells.Current;
        while (!shell.TryEnter());
        try
        {
            if (shell.Services.GetRequiredService<JobKinds>().Find(order.Plugin, order.Kind) is not { } kind) return Outcome.Later;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(token, shell.Services.GetRequiredService<IPluginLifetime>().Stopping);
            if (await TryAsync(shell, kind, order, end.Token) is not { } error)
            {
                await EndAsync(order, "Did what was ordered", "DELETE FROM core__orders WHERE id = @Id AND version = @Version", new { order.Id, order.Version });
                return Outcome.Done;
            }

            // What had to make way didn't fail.
            if (end.IsCancellationRequested) return Outcome.Later;
            await FailAsync(order, kind, error);
            return Outcome.Failed;
        }
        catch (Exception error)
        {
            log.LogError(error, "What became of order {Order} can't be written down; it is done again", order.Id);
            return Outcome.Later;
        }
        finally
        {
            shell.Leave();
        }
    }

    private async Task<Exception?> TryAsync(Shell shell, JobKind kind, Order order, CancellationToken token)
    {
        var (gauge, began) = (GaugeOf(order.Plugin), CallGauge.Begin());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var given = new CancellationTokenSource();
        await using var stopped = patience.Token.UnsafeRegister(static given => ((CancellationTokenSource)given!).CancelAfter(Grace), given);
        patience.CancelAfter(Limit);
        var running = Task.Run(async () =>
        {
            await using var scope = shell.Services.CreateAsyncScope();
            await kind.RunAsync(scope.ServiceProvider, order.Body, patience.Token);
        }, CancellationToken.None);
        try
        {
            // One that doesn't heed its token is left to itself.
            await running.WaitAsync(given.Token);
            return null;
        }
        catch (Exception thrown)
        {
            var madeWay = token.IsCancellationRequested;
            var error = thrown is OperationCanceledException && patience.IsCancellationRequested && !madeWay
                ? new TimeoutException($"It took longer than {Limit.TotalMinutes:0} minutes.", thrown) : thrown;
            if (!madeWay && error is not RefusedException) gauge?.Failed(kind.Job.Name, error);
            return error;
        }
        finally
        {
            gauge?.Ended(began);
            if (!running.IsCompleted) gauge?.Lost(running);
        }
    }

    private async Task FailAsync(Order order, JobKind kind, Exception error)
    {
        // Trying again helps neither what was refused nor what isn't understood.
        var forGood = error is RefusedException or UnreadableOrderException || order.Attempts >= Pauses.Length;
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
