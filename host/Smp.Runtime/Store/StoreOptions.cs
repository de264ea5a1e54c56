namespace Smp.Runtime.Store;

/// <summary>How the store shares its one writer and its readers.</summary>
public sealed record StoreOptions
{
    /// <summary>How long a unit of work may run, 50 milliseconds to 1 minute. One that runs longer is stopped and rolled back. Default 5 seconds.</summary>
    public TimeSpan UnitBudget { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many units are committed together at most, 1 to 1,000. Default 128.</summary>
    public int MaxGroup { get; init; } = 128;

    /// <summary>After which time a commit group takes no more units, so that nobody in it waits long. Default 10 milliseconds.</summary>
    public TimeSpan GroupTime { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How many reads run at a time, 1 to 256; more wait for their turn. Default 4 for each processor, at least 8.</summary>
    public int Readers { get; init; } = Math.Max(8, Environment.ProcessorCount * 4);

    /// <summary>How many prepared statements each connection keeps. Default 256.</summary>
    public int StatementsKept { get; init; } = 256;

    /// <summary>After how many pages of 8 KiB the write-ahead log is written back into the file, 1 to 8,000. Default 4,000: 32 MiB.</summary>
    public int LogPages { get; init; } = 4_000;

    /// <summary>Whether every unit runs twice, the first time rolled back: shows in tests that units can be run again. Default false.</summary>
    public bool RunUnitsTwice { get; init; }
}
