using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Smp.Runtime.Health;

/// <summary>
/// Counts one kind of calls of one plugin. Every member may be used from anywhere at once; none locks, and none but a failure allocates.
/// </summary>
public sealed class CallGauge
{
    // What never comes back holds its thread. Above this many it isn't asked again until one does.
    private const int MostLost = 4;
    private static readonly TimeSpan OutFrom = TimeSpan.FromSeconds(2);

    private readonly string plugin;
    private readonly PluginCall call;
    private readonly TimeProvider time;
    private readonly Histogram<double> durations;
    private readonly Action<Fault> failed;
    private readonly long slowFrom;
    private readonly DurationWindow window;
    private long count;
    private long faults;
    private long slow;
    private long total;
    private long slowest;
    private Out lost = new();

    /// <param name="plugin">Whose calls.</param>
    /// <param name="call">Which.</param>
    /// <param name="time">The clinic's clock, for the window; what a call takes is measured by the machine's.</param>
    /// <param name="durations">Takes each duration in seconds, while somebody listens.</param>
    /// <param name="failed">Takes each failure.</param>
    internal CallGauge(string plugin, PluginCall call, TimeProvider time, Histogram<double> durations, Action<Fault> failed)
    {
        (this.plugin, this.call, this.time, this.durations, this.failed) = (plugin, call, time, durations, failed);
        slowFrom = (long)(PluginCalls.SlowFrom(call).TotalSeconds * Stopwatch.Frequency);
        window = new(time);
    }

    /// <summary>Whose calls.</summary>
    public string Plugin => plugin;

    /// <summary>Which.</summary>
    public PluginCall Call => call;

    internal long Count => Volatile.Read(ref count);

    internal long Faults => Volatile.Read(ref faults);

    internal long Slow => Volatile.Read(ref slow);

    /// <summary>Whether so many calls never came back that another one would only cost another thread.</summary>
    public bool IsStuck => Volatile.Read(ref Volatile.Read(ref lost).Calls) >= MostLost;

    /// <summary>A call begins. What comes back is for <see cref="Ended"/>.</summary>
    public static long Begin() => Stopwatch.GetTimestamp();

    /// <summary>A call has ended, well or not.</summary>
    public void Ended(long began)
    {
        var ticks = Stopwatch.GetTimestamp() - began;
        Interlocked.Increment(ref count);
        Interlocked.Add(ref total, ticks);
        if (ticks >= slowFrom) Interlocked.Increment(ref slow);
        for (var seen = Volatile.Read(ref slowest); ticks > seen;)
        {
            var before = Interlocked.CompareExchange(ref slowest, ticks, seen);
            if (before == seen) break;
            seen = before;
        }

        window.Add(ticks);
        if (durations.Enabled) durations.Record((double)ticks / Stopwatch.Frequency, new("plugin", plugin), new("call", PluginCalls.NameOf(call)));
    }

    /// <summary>A call failed.</summary>
    /// <param name="what">Of the plugin's: a route, a class.</param>
    /// <param name="error">What it threw; once it is laid to a plugin, it isn't laid to another that it passes through.</param>
    public void Failed(string what, Exception error)
    {
        if (!Blame.Lay(error, plugin)) return;
        Interlocked.Increment(ref faults);
        failed(new(time.GetUtcNow(), call, what, error.Message));
    }

    /// <summary>Nobody waits for a call any more. Two seconds later it is counted among those that are out, until it comes back after all.</summary>
    public void Lost(Task running)
    {
        _ = CountAsync(running, Volatile.Read(ref lost));
    }

    // Only what stays out: on a busy machine much comes a little late.
    private static async Task CountAsync(Task running, Out among)
    {
        await Task.WhenAny(running, Task.Delay(OutFrom));
        if (running.IsCompleted) return;
        Interlocked.Increment(ref among.Calls);
        await Task.WhenAny(running);
        Interlocked.Decrement(ref among.Calls);
    }

    /// <summary>The plugin was started anew: it may be asked again, whatever of its past is still out.</summary>
    internal void Forgive() => Volatile.Write(ref lost, new());

    /// <summary>What was counted so far.</summary>
    internal CallFigures Read()
    {
        var most = Milliseconds(Volatile.Read(ref slowest));
        // The window knows times to a fifth; none was longer than the slowest.
        return new(call, Count, Faults, Slow, Milliseconds(Volatile.Read(ref total)), most, window.At(0.95) is { } within ? Math.Min(within, most) : null);
    }

    private sealed class Out
    {
        public int Calls;
    }

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
}
