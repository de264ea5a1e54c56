using System.Diagnostics;

namespace Smp.Runtime.Health;

/// <summary>
/// How long calls took in the last 5 to 10 minutes, in buckets that grow by half an octave: whatever is read from it is right to a fifth or so, from a tenth of a
/// millisecond to a minute. A call at the very moment of a turn may be lost; nothing waits.
/// </summary>
internal sealed class DurationWindow(TimeProvider time)
{
    private const int Buckets = 40;
    private const double First = 0.1;
    private static readonly long Span = TimeSpan.FromMinutes(5).Ticks;
    private static readonly double PerTick = 1000.0 / Stopwatch.Frequency;
    private readonly long[][] turns = [new long[Buckets], new long[Buckets]];
    private long turn;

    public void Add(long ticks) => Interlocked.Increment(ref Current()[BucketOf(ticks * PerTick)]);

    /// <summary>What this share of the calls doesn't exceed, in milliseconds; null when there were none.</summary>
    public double? At(double share)
    {
        Current();
        Span<long> sum = stackalloc long[Buckets];
        var all = 0L;
        for (var i = 0; i < Buckets; i++) all += sum[i] = Volatile.Read(ref turns[0][i]) + Volatile.Read(ref turns[1][i]);
        if (all == 0) return null;
        var wanted = (long)Math.Ceiling(all * share);
        for (var i = 0; i < Buckets; i++)
        {
            if ((wanted -= sum[i]) <= 0) return First * Math.Pow(2, i / 2.0);
        }

        return First * Math.Pow(2, (Buckets - 1) / 2.0);
    }

    // Bucket i holds what took longer than bucket i - 1 and at most First × 2^(i/2).
    private static int BucketOf(double milliseconds) =>
        milliseconds <= First ? 0 : Math.Min(Buckets - 1, (int)Math.Ceiling(2 * Math.Log2(milliseconds / First)));

    private long[] Current()
    {
        var now = time.GetUtcNow().Ticks / Span;
        var seen = Volatile.Read(ref turn);
        if (now != seen && Interlocked.CompareExchange(ref turn, now, seen) == seen)
        {
            // Whoever turns it empties what is older than one turn.
            Array.Clear(turns[now & 1]);
            if (now != seen + 1) Array.Clear(turns[(now + 1) & 1]);
        }

        return turns[now & 1];
    }
}
