using Smp.Needles.Lots;
using Smp.Sdk;

namespace Smp.Needles.Uses;

/// <summary>A rule that a use broke. The use is recorded all the same, and an incident opened.</summary>
public enum UseFlag
{
    /// <summary>The lot's use-by date had passed on the day of the use.</summary>
    Expired,

    /// <summary>The lot was under recall.</summary>
    Recalled,

    /// <summary>The lot was in quarantine.</summary>
    Quarantined,

    /// <summary>The lot hadn't passed an inspection.</summary>
    NotReleased,

    /// <summary>The book had fewer units than were used.</summary>
    BeyondStock,
}

/// <summary>Units of a lot that touched a patient.</summary>
public sealed record Use
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Which lot.</summary>
    public required long LotId { get; init; }

    /// <summary>The lot's number.</summary>
    public required string LotNumber { get; init; }

    /// <summary>The item as shown.</summary>
    public required string Item { get; init; }

    /// <summary>Whom.</summary>
    public required long PatientId { get; init; }

    /// <summary>The patient, family name first.</summary>
    public required string Patient { get; init; }

    /// <summary>How many units.</summary>
    public required long Quantity { get; init; }

    /// <summary>The pick that they came from.</summary>
    public long? PickId { get; init; }

    /// <summary>The key of the member of staff who used them.</summary>
    public required long PerformedById { get; init; }

    /// <summary>Who used them.</summary>
    public required string PerformedBy { get; init; }

    /// <summary>Who wrote it down.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>When they were used.</summary>
    public required DateTimeOffset UsedAt { get; init; }

    /// <summary>When it was written down.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The rules it broke; empty when all was well.</summary>
    public IReadOnlyList<UseFlag> Flags { get; init; } = [];

    /// <summary>Whether the lot is under recall by now, whenever the use was.</summary>
    public bool Recalled { get; init; }

    /// <summary>What else there is to say.</summary>
    public string? Note { get; init; }

    /// <summary>When it was voided; null when it stands.</summary>
    public DateTimeOffset? VoidedAt { get; init; }

    /// <summary>Who voided it.</summary>
    public string? VoidedBy { get; init; }

    /// <summary>Why it was voided.</summary>
    public string? VoidReason { get; init; }
}

/// <summary>A use, as somebody records it.</summary>
public sealed record UseInput
{
    /// <summary>Which lot.</summary>
    public long? LotId { get; init; }

    /// <summary>Whom.</summary>
    public long? PatientId { get; init; }

    /// <summary>How many units, 1 to 1,000. Default 1.</summary>
    public int? Quantity { get; init; }

    /// <summary>The member of staff who used them. Default: whoever records it; needed when that is no member of staff.</summary>
    public long? PerformedBy { get; init; }

    /// <summary>When, not in the future. Default: now.</summary>
    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>The pick that they came from.</summary>
    public long? PickId { get; init; }

    /// <summary>What else there is to say; at most 500 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>How a use is judged. It is never refused for what it broke.</summary>
internal static class UseRules
{
    /// <summary>The rules that a use broke.</summary>
    /// <param name="lot">The lot as it stands.</param>
    /// <param name="recalledAt">Since when it is under recall; null when it isn't.</param>
    /// <param name="usedAt">When it was used.</param>
    /// <param name="usedOn">That moment's day where the clinic is.</param>
    /// <param name="shortfall">How many units the book had too few.</param>
    /// <remarks>What began after the use (a recall, a quarantine) wasn't broken by it.</remarks>
    public static IEnumerable<UseFlag> Flags(Lot lot, DateTimeOffset? recalledAt, DateTimeOffset usedAt, DateOnly usedOn, long shortfall)
    {
        if (lot.IsExpiredOn(usedOn)) yield return UseFlag.Expired;
        if (recalledAt <= usedAt) yield return UseFlag.Recalled;
        if (lot.HeldFrom is not null && lot.StateSince <= usedAt) yield return UseFlag.Quarantined;
        if (lot.State is LotState.Received || lot.HeldFrom is LotState.Received) yield return UseFlag.NotReleased;
        if (shortfall > 0) yield return UseFlag.BeyondStock;
    }

    /// <summary>What the physician who reviews it reads.</summary>
    public static NewIncident Incident(UseFlag flag, Lot lot, UseRecord use, long shortfall)
    {
        var what = FormattableString.Invariant($"{use.Quantity} × {lot.Item} used from lot {lot.Number}");
        var text = flag switch
        {
            UseFlag.Expired => FormattableString.Invariant($"{what}, which expired on {lot.Expiry:d MMMM yyyy}."),
            UseFlag.Recalled => $"{what}, which was under recall.",
            UseFlag.Quarantined => $"{what}, which was in quarantine.",
            UseFlag.NotReleased => $"{what}, which hadn't passed an inspection.",
            _ => FormattableString.Invariant($"{what}: {shortfall} more than the book had. Count the lot."),
        };
        var kind = flag is UseFlag.BeyondStock ? "UsedBeyondStock" : $"{flag}LotUsed";
        return new(kind, text, use.UsedAt, use.PatientId, FormattableString.Invariant($"/needles/lots/{lot.Id}"));
    }
}
