using Smp.Needles.Lots;
using Smp.Sdk;

namespace Smp.Needles.Recalls;

/// <summary>How bad it can get, after 21 CFR 7.3(m).</summary>
public enum RecallClass
{
    /// <summary>Serious harm or death is likely.</summary>
    I,

    /// <summary>Harm that passes is likely, serious harm is not.</summary>
    II,

    /// <summary>Harm is unlikely.</summary>
    III,
}

/// <summary>What came of telling a patient.</summary>
public enum NotificationOutcome
{
    /// <summary>Nobody has tried yet.</summary>
    NotYet,

    /// <summary>They were told by phone.</summary>
    Called,

    /// <summary>They were written to.</summary>
    WrittenTo,

    /// <summary>Every way to reach them was tried.</summary>
    Unreachable,

    /// <summary>They don't want to hear about it.</summary>
    Declined,
}

/// <summary>A recall of lots of one item.</summary>
public sealed record RecallNotice
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Of which item.</summary>
    public required long ItemId { get; init; }

    /// <summary>The item as shown.</summary>
    public required string Item { get; init; }

    /// <summary>Whether it is about every lot; one that arrives while the notice is open is recalled as it arrives.</summary>
    public required bool AllLots { get; init; }

    /// <summary>How bad it can get.</summary>
    public required RecallClass Class { get; init; }

    /// <summary>Who says so: the maker, an authority, the clinic.</summary>
    public required string Source { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Who entered it.</summary>
    public required string OpenedBy { get; init; }

    /// <summary>When it was entered.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>Who closed it.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>When it was closed; null while somebody is still to be told.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>How many lots it is about.</summary>
    public required long LotCount { get; init; }

    /// <summary>How many patients were treated from them.</summary>
    public required long PatientCount { get; init; }

    /// <summary>How many of those nobody has tried to tell yet.</summary>
    public required long NotYetCount { get; init; }

    /// <summary>How many injuries of staff happened with its lots.</summary>
    public required long StaffCount { get; init; }

    /// <summary>For how many of those nobody has told who was injured yet.</summary>
    public required long StaffNotYetCount { get; init; }
}

/// <summary>A lot that a notice is about.</summary>
/// <param name="LotId">Key.</param>
/// <param name="Number">As printed on the box.</param>
/// <param name="OnHand">Units of it that are still here.</param>
/// <param name="Opened">Units of it that are picked for patients.</param>
public sealed record RecalledLot(long LotId, string Number, long OnHand, long Opened);

/// <summary>A patient treated from a recalled lot.</summary>
public sealed record AffectedPatient
{
    /// <summary>Whom.</summary>
    public required long PatientId { get; init; }

    /// <summary>Their file number: <c>P-000123</c>.</summary>
    public string Number => PatientSummary.NumberOf(PatientId);

    /// <summary>Family name first.</summary>
    public required string Name { get; init; }

    /// <summary>Date of birth.</summary>
    public required DateOnly BirthDate { get; init; }

    /// <summary>Phone, as given.</summary>
    public string? Phone { get; init; }

    /// <summary>E-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>How many units; 0 when every use was voided after they had been told.</summary>
    public required long Quantity { get; init; }

    /// <summary>When first.</summary>
    public DateTimeOffset? FirstUse { get; init; }

    /// <summary>When last.</summary>
    public DateTimeOffset? LastUse { get; init; }

    /// <summary>What came of telling them.</summary>
    public required NotificationOutcome Outcome { get; init; }

    /// <summary>Whether they had been told, and then had more of it.</summary>
    public bool Again { get; init; }

    /// <summary>What else there is to say about it.</summary>
    public string? Note { get; init; }

    /// <summary>Who told them.</summary>
    public string? OutcomeBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? OutcomeAt { get; init; }
}

/// <summary>A member of staff who was injured with a recalled lot.</summary>
public sealed record AffectedStaff
{
    /// <summary>The injury's key.</summary>
    public required long InjuryId { get; init; }

    /// <summary>Who was injured.</summary>
    public required string Name { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset HappenedAt { get; init; }

    /// <summary>The lot's number.</summary>
    public required string LotNumber { get; init; }

    /// <summary>What came of telling them.</summary>
    public required NotificationOutcome Outcome { get; init; }

    /// <summary>What else there is to say about it.</summary>
    public string? Note { get; init; }

    /// <summary>Who told them.</summary>
    public string? OutcomeBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? OutcomeAt { get; init; }
}

/// <summary>A try to tell somebody of a recall.</summary>
public sealed record NotificationAttempt
{
    /// <summary>The patient; null when it was a member of staff.</summary>
    public long? PatientId { get; init; }

    /// <summary>The injury; null when it was a patient.</summary>
    public long? InjuryId { get; init; }

    /// <summary>What came of it.</summary>
    public required NotificationOutcome Outcome { get; init; }

    /// <summary>What else there is to say about it.</summary>
    public string? Note { get; init; }

    /// <summary>Who tried.</summary>
    public required string Actor { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>A notice with its lots and whom they touched.</summary>
/// <param name="Notice">The notice.</param>
/// <param name="Lots">Its lots, by number.</param>
/// <param name="Patients">Whom they touched: those not told yet first, then by name.</param>
/// <param name="Staff">Staff injured with them; null for whoever may not know who they are.</param>
/// <param name="Attempts">Every try to tell one of those listed, the first first.</param>
public sealed record Recall(
    RecallNotice Notice, IReadOnlyList<RecalledLot> Lots, IReadOnlyList<AffectedPatient> Patients, IReadOnlyList<AffectedStaff>? Staff,
    IReadOnlyList<NotificationAttempt> Attempts);

/// <summary>What a recall would do, before it is opened.</summary>
/// <param name="Lots">The lots that would be recalled, by number.</param>
/// <param name="Patients">Whom they touched, by name.</param>
/// <param name="Injuries">How many injuries of staff happened with them.</param>
public sealed record RecallPreview(IReadOnlyList<RecalledLot> Lots, IReadOnlyList<TracedPatient> Patients, long Injuries);

/// <summary>A recall, as somebody enters it.</summary>
public sealed record RecallInput
{
    /// <summary>Of which item.</summary>
    public long? ItemId { get; init; }

    /// <summary>Every lot of the item. Either this, or <see cref="Lots"/>.</summary>
    public bool AllLots { get; init; }

    /// <summary>The numbers of the lots, 1 to 500.</summary>
    public IReadOnlyList<string>? Lots { get; init; }

    /// <summary>How bad it can get.</summary>
    public RecallClass? Class { get; init; }

    /// <summary>Who says so; 1 to 200 characters.</summary>
    public string? Source { get; init; }

    /// <summary>Why; 1 to 500 characters.</summary>
    public string? Reason { get; init; }
}
