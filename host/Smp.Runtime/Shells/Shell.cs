using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Smp.Runtime.Shells;

/// <summary>
/// One set of running plugins with its services and its request pipeline. Immutable: a change makes a new one. Requests enter and
/// leave; the last to leave after its retirement lets it be disposed.
/// </summary>
internal sealed class Shell(int number, ServiceProvider services, RequestDelegate pipeline, ShellContents contents) : IAsyncDisposable
{
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stopping = new();

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

    public async Task StartHostedAsync(TimeSpan limit)
    {
        foreach (var hosted in services.GetServices<IHostedService>())
        {
            using var cancel = new CancellationTokenSource(limit);
            try
            {
                await Task.Run(() => hosted.StartAsync(cancel.Token), CancellationToken.None).WaitAsync(limit, CancellationToken.None);
            }
            catch (Exception error)
            {
                throw new PluginFailure(contents.OwnerOf(hosted.GetType())?.Id, $"Its service {hosted.GetType().Name} didn't start: {error.Message}", error);
            }
        }
    }

    public async Task StopHostedAsync(TimeSpan limit, Action<string, Exception> complain)
    {
        foreach (var hosted in services.GetServices<IHostedService>().Reverse())
        {
            using var cancel = new CancellationTokenSource(limit);
            try
            {
                await Task.Run(() => hosted.StopAsync(cancel.Token), CancellationToken.None).WaitAsync(limit, CancellationToken.None);
            }
            catch (Exception error)
            {
                complain(hosted.GetType().Name, error);
            }
        }
    }

    /// <summary>Waits for the requests inside, cuts off those that outlast the grace, and disposes.</summary>
    public async Task RetireAsync(TimeSpan grace)
    {
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
        await services.DisposeAsync();
        stopping.Dispose();
    }
}

/// <summary>A plugin failed while a shell was built.</summary>
internal sealed class PluginFailure(string? plugin, string reason, Exception? inner = null) : Exception(reason, inner)
{
    /// <summary>Which; null when it can't be told.</summary>
    public string? Plugin => plugin;
}
