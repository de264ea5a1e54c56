using Smp.Needles.Lots;
using Smp.Sdk;

namespace Smp.Needles.Containers;

/// <summary>How a bottle or box stands.</summary>
public enum ContainerState
{
    /// <summary>It is taken from.</summary>
    Open,

    /// <summary>It was thrown away with something in it.</summary>
    Discarded,

    /// <summary>It was used up.</summary>
    Empty,
}

/// <summary>A bottle or box in use. It was one unit of its lot, which stays opened until the container is gone; what is taken from it moves no stock.</summary>
public sealed record Container
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Of which lot.</summary>
    public required long LotId { get; init; }

    /// <summary>The lot's number.</summary>
    public required string LotNumber { get; init; }

    /// <summary>Where the lot stands today.</summary>
    public required LotState LotState { get; init; }

    /// <summary>The item as shown.</summary>
    public required string Item { get; init; }

    /// <summary>What kind of thing it is.</summary>
    public required SupplyKind Kind { get; init; }

    /// <summary>Who opened it.</summary>
    public required string OpenedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>The last day it can be used on: the item's days after opening, or the lot's use-by date if that is earlier.</summary>
    public DateOnly? DiscardOn { get; init; }

    /// <summary>Whether it may serve several patients.</summary>
    public required bool MultiPatient { get; init; }

    /// <summary>Whose it is, where it is for one patient and was taken from.</summary>
    public long? PatientId { get; init; }

    /// <summary>What a bottle held, in microlitres.</summary>
    public long? ContentsMicrolitres { get; init; }

    /// <summary>How many pieces a box held.</summary>
    public long? ContentsPieces { get; init; }

    /// <summary>What was taken, in microlitres, as far as it was said.</summary>
    public required long DrawnMicrolitres { get; init; }

    /// <summary>How many pieces were taken, or how often a bottle was drawn from.</summary>
    public required long Drawn { get; init; }

    /// <summary>How many of them are taken for patients and neither used nor wasted yet.</summary>
    public required long OpenPicks { get; init; }

    /// <summary>How it stands.</summary>
    public required ContainerState State { get; init; }

    /// <summary>Who closed it.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Why it was discarded.</summary>
    public string? Reason { get; init; }

    /// <summary>What is left of a bottle; null when its volume isn't known.</summary>
    public long? LeftMicrolitres => ContentsMicrolitres is { } held ? Math.Max(0, held - DrawnMicrolitres) : null;

    /// <summary>What is left in a box; null when it isn't counted.</summary>
    public long? LeftPieces => ContentsPieces is { } held ? Math.Max(0, held - Drawn) : null;

    /// <summary>Whether its discard date has passed on a day. The date itself is usable.</summary>
    public bool IsPastDiscardOn(DateOnly day) => DiscardOn < day;

    /// <summary>Whether it can't be used on a patient: it is another's.</summary>
    public bool IsAnothers(long patientId) => !MultiPatient && PatientId is { } whose && whose != patientId;
}

/// <summary>Which containers a list shows; null shows all.</summary>
/// <param name="LotId">Of this lot.</param>
/// <param name="OpenOnly">Only those that are open.</param>
public sealed record ContainerQuery(long? LotId = null, bool OpenOnly = true);

/// <summary>How long opened containers keep.</summary>
internal static class ContainerRules
{
    /// <summary>The last day a container can be used on: so many days after it was opened, or the lot's use-by date if that is earlier.</summary>
    public static DateOnly? DiscardOn(DateOnly openedOn, int? days, DateOnly? expiry)
    {
        DateOnly? keeps = days is { } count ? openedOn.AddDays(count) : null;
        return keeps is { } until && expiry is { } last ? (until < last ? until : last) : keeps ?? expiry;
    }
}
