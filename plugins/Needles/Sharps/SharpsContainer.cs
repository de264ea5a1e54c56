namespace Smp.Needles.Sharps;

/// <summary>Where a sharps container stands.</summary>
public enum SharpsState
{
    /// <summary>Sharps are put into it.</summary>
    Open,

    /// <summary>Shut for good; it waits to be taken away.</summary>
    Closed,

    /// <summary>A carrier took it.</summary>
    Disposed,
}

/// <summary>What happens to a sharps container.</summary>
public enum SharpsEvent
{
    /// <summary>It is shut.</summary>
    Close,

    /// <summary>It is handed to a carrier.</summary>
    Dispose,
}

/// <summary>Why a sharps container was closed.</summary>
public enum CloseReason
{
    /// <summary>It was three quarters full: FDA, "Sharps Disposal Containers in Health Care Facilities".</summary>
    ThreeQuartersFull,

    /// <summary>It stood open for as long as the clinic lets it: 3 months after NICE CG139, 1.1.4.5.</summary>
    ThreeMonths,

    /// <summary>It leaked, broke, or couldn't be closed as it should.</summary>
    Damaged,

    /// <summary>What the note says.</summary>
    Other,
}

/// <summary>A container for used sharps (29 CFR 1910.1030 (d)(4)(iii)(A)).</summary>
public sealed record SharpsContainer
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>What is written on it; no two that are in the house share one.</summary>
    public required string Label { get; init; }

    /// <summary>How much it holds to the brim, in millilitres.</summary>
    public required long SizeMl { get; init; }

    /// <summary>Where it stands, in words.</summary>
    public required string Place { get; init; }

    /// <summary>The key of the room it stands in, where that is known.</summary>
    public long? RoomId { get; init; }

    /// <summary>That room's name.</summary>
    public string? Room { get; init; }

    /// <summary>Where it stands in its life.</summary>
    public required SharpsState State { get; init; }

    /// <summary>Who put it into use.</summary>
    public required string OpenedBy { get; init; }

    /// <summary>When it was put into use.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>The day it is to be closed on at the latest, full or not; null once it is closed.</summary>
    public DateOnly? CloseBy { get; init; }

    /// <summary>Who closed it.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>When it was closed.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Why it was closed.</summary>
    public CloseReason? CloseReason { get; init; }

    /// <summary>What else there is to say about that.</summary>
    public string? CloseNote { get; init; }

    /// <summary>The day it is to leave the house on at the latest; null unless it is closed and here.</summary>
    public DateOnly? DisposeBy { get; init; }

    /// <summary>Who handed it over.</summary>
    public string? DisposedBy { get; init; }

    /// <summary>When it left the house.</summary>
    public DateTimeOffset? DisposedAt { get; init; }

    /// <summary>Who took it.</summary>
    public string? Carrier { get; init; }

    /// <summary>The number of their receipt.</summary>
    public string? Receipt { get; init; }

    /// <summary>Grows with each change.</summary>
    public required long RowVersion { get; init; }
}

/// <summary>A container that is put into use.</summary>
public sealed record NewSharpsContainer
{
    /// <summary>What is written on it; 1 to 50 characters.</summary>
    public string? Label { get; init; }

    /// <summary>How much it holds, 100 to 100,000 ml.</summary>
    public int? SizeMl { get; init; }

    /// <summary>Where it stands; 1 to 200 characters.</summary>
    public string? Place { get; init; }

    /// <summary>The room's key, where it is known.</summary>
    public long? RoomId { get; init; }

    /// <summary>When it was put into use, not in the future. Default: now.</summary>
    public DateTimeOffset? OpenedAt { get; init; }
}

/// <summary>Why a container is closed, as a body.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Note">What else there is to say, at most 500 characters; needed with <see cref="CloseReason.Other"/>.</param>
public sealed record CloseInput(CloseReason? Reason, string? Note = null);

/// <summary>Who took a container away, as a body.</summary>
/// <param name="Carrier">Who took it; 1 to 200 characters.</param>
/// <param name="Receipt">The number of their receipt; 1 to 100 characters.</param>
public sealed record DisposalInput(string? Carrier, string? Receipt);

/// <summary>The life of a sharps container. A closed one is never opened again.</summary>
internal static class SharpsStates
{
    /// <summary>Every step that there is.</summary>
    public static readonly IReadOnlyList<(SharpsState From, SharpsEvent On, SharpsState To)> Steps =
    [
        (SharpsState.Open, SharpsEvent.Close, SharpsState.Closed),
        (SharpsState.Closed, SharpsEvent.Dispose, SharpsState.Disposed),
    ];

    /// <summary>Where an event leads; null when it can't happen there.</summary>
    public static SharpsState? Next(SharpsState from, SharpsEvent on)
    {
        foreach (var step in Steps)
        {
            if (step.From == from && step.On == on) return step.To;
        }

        return null;
    }
}
