using Microsoft.Extensions.Hosting;

namespace GoodWeb;

/// <summary>Counts how often it runs at a time. Statics outlive a shell, which is what lets the count span several.</summary>
public sealed class Ticker : BackgroundService
{
    private static int running;
    private static int most;
    private static int starts;

    public static int Running => Volatile.Read(ref running);

    public static int Most => Volatile.Read(ref most);

    public static int Starts => Volatile.Read(ref starts);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Interlocked.Increment(ref starts);
        var now = Interlocked.Increment(ref running);
        for (var seen = Most; now > seen; seen = Most) Interlocked.CompareExchange(ref most, now, seen);
        try
        {
            await Task.Delay(Timeout.Infinite, stoppingToken);
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }
}

/// <summary>Holds requests until it is opened.</summary>
public static class Gate
{
    private static readonly SemaphoreSlim Free = new(0);
    private static int waiting;

    public static int Waiting => Volatile.Read(ref waiting);

    public static async Task WaitAsync()
    {
        Interlocked.Increment(ref waiting);
        await Free.WaitAsync();
        Interlocked.Decrement(ref waiting);
    }

    public static void Open() => Free.Release();
}
