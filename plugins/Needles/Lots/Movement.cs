namespace Smp.Needles.Lots;

/// <summary>What moves or holds stock.</summary>
public enum MovementKind
{
    /// <summary>Units came in.</summary>
    Receive,

    /// <summary>The lot may be used: an inspection was passed, or a quarantine lifted.</summary>
    Release,

    /// <summary>Units were picked for a patient, or a bottle or box was opened: they are here, but no longer sterile stock.</summary>
    Open,

    /// <summary>Units touched a patient, or a bottle or box that had is gone.</summary>
    Use,

    /// <summary>Opened units went without touching a patient.</summary>
    Waste,

    /// <summary>The book was put right.</summary>
    Adjust,

    /// <summary>A use was voided and its units are back, or sealed units are that had left the book.</summary>
    Return,

    /// <summary>The lot may not be used: held back, or recalled.</summary>
    Quarantine,

    /// <summary>Units were disposed of.</summary>
    Dispose,
}

/// <summary>Why opened units were wasted.</summary>
public enum WasteReason
{
    /// <summary>The package was damaged.</summary>
    PackageDamaged,

    /// <summary>It fell.</summary>
    Dropped,

    /// <summary>It touched something that isn't sterile.</summary>
    Contaminated,

    /// <summary>It turned out to be expired.</summary>
    Expired,

    /// <summary>More was opened than needed.</summary>
    Surplus,
}

/// <summary>A line of a lot's book. Lines are added, never changed: received + adjusted + returned = on hand + used + wasted + disposed.</summary>
public sealed record Movement
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Of which lot.</summary>
    public required long LotId { get; init; }

    /// <summary>What happened.</summary>
    public required MovementKind Kind { get; init; }

    /// <summary>How many units it is about.</summary>
    public required long Quantity { get; init; }

    /// <summary>How many units more (or, below 0, fewer) are here.</summary>
    public required long OnHandDelta { get; init; }

    /// <summary>How many more (or fewer) of them are opened.</summary>
    public required long OpenedDelta { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>The use it belongs to.</summary>
    public long? UseId { get; init; }

    /// <summary>The pick it belongs to.</summary>
    public long? PickId { get; init; }

    /// <summary>The bottle or box it belongs to.</summary>
    public long? ContainerId { get; init; }

    /// <summary>The movement that it takes back.</summary>
    public long? Reverses { get; init; }

    /// <summary>Who wrote it.</summary>
    public required string Actor { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}
