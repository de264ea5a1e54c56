using System.Diagnostics;

namespace Smp.KillTests;

/// <summary>What the writer is at when it is killed.</summary>
internal enum Kill
{
    /// <summary>Many units of work.</summary>
    Work,

    /// <summary>Writing the log back into the database.</summary>
    Checkpoint,

    /// <summary>Opening the clinic, and so recovering what the one before left.</summary>
    Opening,

    /// <summary>Changing every row of a table.</summary>
    Migration,
}

/// <summary>The moments of death.</summary>
internal static class Moment
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Kill Next(Random random) => random.Next(20) switch
    {
        < 8 => Kill.Work,
        < 13 => Kill.Checkpoint,
        < 17 => Kill.Opening,
        _ => Kill.Migration,
    };

    /// <summary>Waits for the moment. The last bit of it is random, and spun: what a process does in a millisecond is much.</summary>
    public static async Task AwaitAsync(Kill kill, Victim victim, string folder, Random random)
    {
        switch (kill)
        {
            case Kill.Opening:
                await victim.UntilSaidAsync(Said.Opening);
                Spin(random.NextDouble() * 60);
                break;
            case Kill.Migration:
                await victim.UntilSaidAsync(Said.Migrating);
                Spin(random.NextDouble() * 120);
                break;
            case Kill.Checkpoint:
                await victim.UntilAcknowledgedAsync(1 + random.Next(50));
                await Task.Run(() => AwaitCheckpoint(victim, KillStore.PathIn(folder)));
                Spin(random.NextDouble() * 4);
                break;
            default:
                await victim.UntilAcknowledgedAsync(1 + random.Next(400));
                Spin(random.NextDouble() * 10);
                break;
        }
    }

    // The database itself is written to by checkpoints alone; everything else goes to the log beside it.
    private static void AwaitCheckpoint(Victim victim, string database)
    {
        var began = Stopwatch.GetTimestamp();
        var before = File.GetLastWriteTimeUtc(database);
        while (File.GetLastWriteTimeUtc(database) == before)
        {
            if (victim.HasEnded || Stopwatch.GetElapsedTime(began) > Patience) throw new VictimException("No checkpoint came.");
            Thread.SpinWait(200);
        }
    }

    private static void Spin(double milliseconds)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began).TotalMilliseconds < milliseconds) Thread.SpinWait(20);
    }
}
