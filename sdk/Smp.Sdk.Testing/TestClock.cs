namespace Smp.Sdk.Testing;

/// <summary>A clock that stands until a test moves it. Only what time it is stands; timers and waits run as ever.</summary>
public sealed class TestClock : TimeProvider
{
    private long ticks = new DateTimeOffset(2026, 3, 4, 9, 0, 0, TimeSpan.Zero).Ticks;

    /// <summary>Now, in UTC. Begins on Wednesday 4 March 2026 at 9:00.</summary>
    public DateTimeOffset Now
    {
        get => new(Interlocked.Read(ref ticks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref ticks, value.UtcTicks);
    }

    /// <summary>Today, in UTC; the test clinic is in UTC too.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Now.DateTime);

    /// <summary>Moves the clock on.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Now;
}
