using Smp.Needles.Containers;
using Smp.Needles.Items;
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

    /// <summary>The bottle or box was to be thrown away before the day of the use.</summary>
    ContainerPastDiscard,

    /// <summary>The bottle or box had been closed before.</summary>
    ContainerClosed,

    /// <summary>The bottle or box was for one patient, and had been used on another.</summary>
    SharedContainer,

    /// <summary>More was used than had been opened for the patient.</summary>
    BeyondPick,

    /// <summary>The lot was first received on a later day.</summary>
    BeforeReceipt,

    /// <summary>The patient is allergic to something in it.</summary>
    Allergy,

    /// <summary>An indicator of the steriliser load that it came out of failed, be it after the use.</summary>
    LoadFailed,
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

    /// <summary>The bottle or box that they came from.</summary>
    public long? ContainerId { get; init; }

    /// <summary>How much was taken from a bottle, in microlitres.</summary>
    public long? Microlitres { get; init; }

    /// <summary>In which procedure.</summary>
    public long? ProcedureId { get; init; }

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

    /// <summary>The bottle or box that they came from; known from the pick where there is one.</summary>
    public long? ContainerId { get; init; }

    /// <summary>How much was taken from a bottle, 1 to 10,000,000 microlitres.</summary>
    public long? Microlitres { get; init; }

    /// <summary>In which procedure; known from the pick where there is one.</summary>
    public long? ProcedureId { get; init; }

    /// <summary>Whether somebody has read that it is more than was opened, and says that it was so all the same.</summary>
    public bool Confirm { get; init; }

    /// <summary>What else there is to say; at most 500 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>What a use is judged by.</summary>
/// <param name="Lot">The lot as it stands.</param>
/// <param name="UsedAt">When it was used.</param>
/// <param name="UsedOn">That moment's day where the clinic is.</param>
internal sealed record UseFacts(Lot Lot, DateTimeOffset UsedAt, DateOnly UsedOn)
{
    /// <summary>On whom.</summary>
    public long PatientId { get; init; }

    /// <summary>The bottle or box as it stands.</summary>
    public Container? Container { get; init; }

    /// <summary>Since when the lot is under recall; null when it isn't.</summary>
    public DateTimeOffset? RecalledAt { get; init; }

    /// <summary>The day on which the lot was received first; null when nobody asks.</summary>
    public DateOnly? ReceivedOn { get; init; }

    /// <summary>How many units the book, or a counted box, had too few.</summary>
    public long Shortfall { get; init; }

    /// <summary>How many more were used than were opened for the patient.</summary>
    public long BeyondPick { get; init; }

    /// <summary>Whether units were among them that wait for an inspection.</summary>
    public bool Uninspected { get; init; }

    /// <summary>What in it the patient is allergic to.</summary>
    public IReadOnlyList<Substance> Allergies { get; init; } = [];
}

/// <summary>How a use is judged. It is never refused for what it broke.</summary>
internal static class UseRules
{
    /// <summary>The rules that a use broke.</summary>
    /// <remarks>What began after the use (a recall, a quarantine) wasn't broken by it.</remarks>
    public static IEnumerable<UseFlag> Flags(UseFacts facts)
    {
        var (lot, usedAt, usedOn) = facts;
        if (lot.IsExpiredOn(usedOn)) yield return UseFlag.Expired;
        if (facts.RecalledAt <= usedAt) yield return UseFlag.Recalled;
        if (lot.HeldFrom is not null && lot.StateSince <= usedAt) yield return UseFlag.Quarantined;
        if (lot.State is LotState.Received || lot.HeldFrom is LotState.Received || facts.Uninspected) yield return UseFlag.NotReleased;
        if (facts.Shortfall > 0) yield return UseFlag.BeyondStock;
        if (facts.Container is { } container)
        {
            if (container.IsPastDiscardOn(usedOn)) yield return UseFlag.ContainerPastDiscard;
            if (container.ClosedAt <= usedAt) yield return UseFlag.ContainerClosed;
            if (container.IsAnothers(facts.PatientId)) yield return UseFlag.SharedContainer;
        }

        if (facts.BeyondPick > 0) yield return UseFlag.BeyondPick;
        if (usedOn < facts.ReceivedOn) yield return UseFlag.BeforeReceipt;
        if (facts.Allergies.Count > 0) yield return UseFlag.Allergy;
        if (lot.LoadFailed) yield return UseFlag.LoadFailed;
    }

    /// <summary>What the physician who reviews it reads.</summary>
    public static NewIncident Incident(UseFlag flag, UseFacts facts, UseRecord use)
    {
        var (lot, container) = (facts.Lot, facts.Container);
        var what = FormattableString.Invariant($"{use.Quantity} × {lot.Item} used from lot {lot.Number}");
        var text = flag switch
        {
            UseFlag.Expired => FormattableString.Invariant($"{what}, which expired on {lot.Expiry:d MMMM yyyy}."),
            UseFlag.Recalled => $"{what}, which was under recall.",
            UseFlag.Quarantined => $"{what}, which was in quarantine.",
            UseFlag.NotReleased => $"{what}, which hadn't passed an inspection.",
            UseFlag.ContainerPastDiscard => FormattableString.Invariant($"{what}, from a container that was to be used until {container!.DiscardOn:d MMMM yyyy}."),
            UseFlag.ContainerClosed => $"{what}, from a container that had been closed before.",
            UseFlag.SharedContainer => $"{what}, from a container for one patient that had been used on another.",
            UseFlag.BeyondPick => FormattableString.Invariant($"{what}: {facts.BeyondPick} more than had been opened for the patient."),
            UseFlag.BeforeReceipt => FormattableString.Invariant($"{what} on {facts.UsedOn:d MMMM yyyy}, before it was first received, on {facts.ReceivedOn:d MMMM yyyy}."),
            UseFlag.Allergy => $"{what}, which contains what the patient is allergic to: {Allergies.Words(facts.Allergies)}.",
            UseFlag.LoadFailed => $"{what}, the steriliser load of which failed.",
            _ when container is not null => $"{what}: more than its container had held.",
            _ => FormattableString.Invariant($"{what}: {facts.Shortfall} more than the book had. Count the lot."),
        };
        var kind = flag switch
        {
            UseFlag.BeyondStock => "UsedBeyondStock",
            UseFlag.BeyondPick => "UsedBeyondPick",
            UseFlag.BeforeReceipt => "UsedBeforeReceipt",
            UseFlag.Allergy => "UsedDespiteAllergy",
            UseFlag.LoadFailed => "FailedLoadUsed",
            UseFlag.ContainerPastDiscard or UseFlag.ContainerClosed or UseFlag.SharedContainer => $"{flag}Used",
            _ => $"{flag}LotUsed",
        };
        var href = container is null ? FormattableString.Invariant($"/needles/lots/{lot.Id}") : FormattableString.Invariant($"/needles/containers/{container.Id}");
        return new(kind, text, use.UsedAt, use.PatientId, href);
    }
}
