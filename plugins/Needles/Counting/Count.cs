namespace Smp.Needles.Counting;

/// <summary>How a count stands.</summary>
public enum CountState
{
    /// <summary>Somebody is counting.</summary>
    Open,

    /// <summary>Its differences are in the book.</summary>
    Confirmed,

    /// <summary>It was given up; the book is as it was.</summary>
    Cancelled,
}

/// <summary>A count of the cupboard, or of one item in it.</summary>
public sealed record StockCount
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Of which item alone; null for the whole cupboard.</summary>
    public long? ItemId { get; init; }

    /// <summary>The item as shown.</summary>
    public string? Item { get; init; }

    /// <summary>How it stands.</summary>
    public required CountState State { get; init; }

    /// <summary>Who began it.</summary>
    public required string BegunBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset BegunAt { get; init; }

    /// <summary>Who entered what was counted last.</summary>
    public string? CountedBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? CountedAt { get; init; }

    /// <summary>Who confirmed it, or gave it up.</summary>
    public string? ConfirmedBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>What explains the differences.</summary>
    public string? Reason { get; init; }

    /// <summary>How many lots are on its sheet.</summary>
    public required long LineCount { get; init; }

    /// <summary>How many of them are counted.</summary>
    public required long CountedCount { get; init; }
}

/// <summary>A lot on the sheet.</summary>
public sealed record CountLine
{
    /// <summary>Which lot.</summary>
    public required long LotId { get; init; }

    /// <summary>Its number.</summary>
    public required string LotNumber { get; init; }

    /// <summary>The item as shown.</summary>
    public required string Item { get; init; }

    /// <summary>The last day it can be used on.</summary>
    public DateOnly? Expiry { get; init; }

    /// <summary>What was counted, opened units too; null when it wasn't yet.</summary>
    public long? Counted { get; init; }

    /// <summary>What the book had; null until it is counted, so that nobody counts what they read.</summary>
    public long? Expected { get; init; }

    /// <summary>Whether the lot's stock has moved since: it is to be counted again.</summary>
    public required bool Changed { get; init; }

    /// <summary>How many more (or fewer) there are than the book had.</summary>
    public long? Difference => Counted - Expected;
}

/// <summary>A count with its sheet.</summary>
/// <param name="Count">The count.</param>
/// <param name="Lines">The lots on it, by item and number.</param>
public sealed record CountSheet(StockCount Count, IReadOnlyList<CountLine> Lines);

/// <summary>What was counted of a lot.</summary>
/// <param name="LotId">Which lot.</param>
/// <param name="Counted">Every unit that is here, opened ones too; 0 to 100,000.</param>
public sealed record CountedLot(long LotId, int Counted);
