using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Smp.Runtime.Shells;

/// <summary>
/// One set of running plugins with its services and its request pipeline. Immutable: a change makes a new one. Requests enter and
/// leave; the last to leave after its retirement lets it be disposed.
/// </summary>
internal sealed class Shell(int number, ServiceProvider services, RequestDelegate pipeline, ShellContents contents, ShellLifetime lifetime, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stopping = new();

    private readonly List<(RunningPlugin Plugin, IHostedService Service)> running = [];

    // One is the host's own, given up when the shell retires.
    private int leases = 1;

    public int Number => number;

    public ServiceProvider Services => services;

    public RequestDelegate Pipeline => pipeline;

    public ShellContents Contents => contents;

    /// <summary>Fires when requests that still run are cut off.</summary>
    public CancellationToken Stopping => stopping.Token;

    public bool TryEnter()
    {
        for (var seen = Volatile.Read(ref leases); seen > 0;)
        {
            var before = Interlocked.CompareExchange(ref leases, seen + 1, seen);
            if (before == seen) return true;
            seen = before;
        }

        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref leases) == 0) drained.TrySetResult();
    }

    /// <summary>Starts the plugins' hosted services, those of required plugins first.</summary>
    /// <param name="limit">How long each may take.</param>
    /// <param name="apart">Plugins whose services are left as they are.</param>
    /// <param name="failed">Told when a background service fails later on: its plugin, its name, and what it threw.</param>
    /// <exception cref="PluginFailure">One can't be made or started. Those before it run.</exception>
    public async Task StartHostedAsync(TimeSpan limit, IReadOnlySet<string> apart, Action<string, string, Exception> failed)
    {
        foreach (var plugin in contents.Plugins.Where(p => !apart.Contains(p.Id)))
        {
            var its = await DoAsync(plugin, "Its hosted services can't be made", limit,
                _ => Task.FromResult(services.GetKeyedServices<IHostedService>(plugin.Id).ToList()));
            foreach (var hosted in its)
            {
                running.Add((plugin, hosted));
                await DoAsync(plugin, $"Its service {hosted.GetType().Name} didn't start", limit, async cancel =>
                {
                    await hosted.StartAsync(cancel);
                    return true;
                });
                if (hosted is BackgroundService { ExecuteTask: { } work }) _ = WatchAsync(work, error => failed(plugin.Id, hosted.GetType().Name, error));
            }
        }
    }

    /// <summary>Stops the hosted services that run. Returns those that go on all the same.</summary>
    public async Task<IReadOnlyList<StillRunning>> StopHostedAsync(TimeSpan limit, Action<string, Exception> complain)
    {
        List<StillRunning> still = [];
        foreach (var (plugin, hosted) in Enumerable.Reverse(running).ToList())
        {
            using var cancel = new CancellationTokenSource(limit);
            var ended = EndAsync(hosted, cancel.Token);
            try
            {
                await ended.WaitAsync(limit, CancellationToken.None);
            }
            catch (Exception error)
            {
                complain(hosted.GetType().Name, error);
                if (!ended.IsCompleted) still.Add(new(plugin.Id, hosted.GetType().Name, ended));
            }
        }

        running.Clear();
        return still;
    }

    private static async Task WatchAsync(Task work, Action<Exception> failed)
    {
        try
        {
            await work;
        }
        catch (OperationCanceledException)
        {
            // It was told to stop.
        }
        catch (Exception error)
        {
            failed(error);
        }
    }

    // A background service may return from its stop before its work has ended: when it has had enough time, or at once.
    private static async Task EndAsync(IHostedService hosted, CancellationToken cancel)
    {
        await Task.Run(() => hosted.StopAsync(cancel), CancellationToken.None);
        if (hosted is BackgroundService { ExecuteTask: { } work })
        {
            await Task.WhenAny(work);
            if (work.IsFaulted) await work;
        }
    }

    private static async Task<T> DoAsync<T>(RunningPlugin plugin, string otherwise, TimeSpan limit, Func<CancellationToken, Task<T>> work)
    {
        using var cancel = new CancellationTokenSource(limit);
        var done = Task.Run(() => work(cancel.Token), CancellationToken.None);
        try
        {
            return await done.WaitAsync(limit, CancellationToken.None);
        }
        catch (Exception error)
        {
            var why = done.IsCompleted ? error.Message : $"It took longer than {limit.TotalSeconds:0} seconds.";
            throw new PluginFailure(plugin.Id, $"{otherwise}: {why}", error);
        }
    }

    /// <summary>Ends the streams, waits for the requests inside, cuts off those that outlast the grace, and disposes.</summary>
    public async Task RetireAsync(TimeSpan grace)
    {
        lifetime.End();
        Leave();
        try
        {
            await drained.Task.WaitAsync(grace);
        }
        catch (TimeoutException)
        {
            await stopping.CancelAsync();
            await Task.WhenAny(drained.Task, Task.Delay(TimeSpan.FromSeconds(5)));
        }

        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(services, log);
        stopping.Dispose();
        lifetime.Dispose();
    }

    /// <summary>Disposes what plugins made, for 5 seconds at most. What one throws at its end, or that it never ends, is nobody else's trouble.</summary>
    public static async Task EndAsync(ServiceProvider services, ILogger log)
    {
        try
        {
            await Task.Run(() => services.DisposeAsync().AsTask()).WaitAsync(EndLimit);
        }
        catch (Exception error)
        {
            log.LogError(error, "What modules made could not be disposed");
        }
    }
}

/// <summary>A hosted service that was told to stop, and goes on.</summary>
/// <param name="Plugin">Whose it is.</param>
/// <param name="Service">What it is called.</param>
/// <param name="Ended">Completes when it has ended after all.</param>
internal sealed record StillRunning(string Plugin, string Service, Task Ended);
