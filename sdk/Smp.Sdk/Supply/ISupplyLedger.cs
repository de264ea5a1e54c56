namespace Smp.Sdk;

/// <summary>What kind of thing is in stock.</summary>
public enum SupplyKind
{
    /// <summary>A needle cartridge.</summary>
    NeedleCartridge,

    /// <summary>A needle on a bar.</summary>
    NeedleBar,

    /// <summary>A punch tip.</summary>
    PunchTip,

    /// <summary>A pigment.</summary>
    Pigment,

    /// <summary>A local anaesthetic.</summary>
    Anaesthetic,

    /// <summary>A diluent.</summary>
    Diluent,

    /// <summary>A holding solution for grafts.</summary>
    HoldingSolution,

    /// <summary>A set sterilised in the clinic.</summary>
    SterilisedSet,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>A lot that can be picked now.</summary>
/// <param name="LotId">The ledger's key of the lot.</param>
/// <param name="LotNumber">As printed on the box.</param>
/// <param name="Item">The item's name, with configuration and diameter: "Kwadron 3RL 0.30 mm".</param>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="ExpiryDate">The last day it can be used on (ISO 15223-1: the use-by date itself is usable); null when it doesn't expire.</param>
/// <param name="Available">Units that are neither used nor opened.</param>
public sealed record PickableLot(long LotId, string LotNumber, string Item, SupplyKind Kind, DateOnly? ExpiryDate, long Available)
{
    /// <summary>The ledger's key of the item.</summary>
    public long ItemId { get; init; }
}

/// <summary>A bottle or box that is open, and that can be taken from now.</summary>
/// <param name="ContainerId">The ledger's key of it.</param>
/// <param name="LotId">Of which lot.</param>
/// <param name="LotNumber">As printed on it.</param>
/// <param name="Item">The item's name.</param>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="DiscardOn">The last day it can be used on; null when nothing says so.</param>
/// <param name="LeftMicrolitres">What is left of a bottle, in microlitres; null when its volume isn't known.</param>
/// <param name="LeftPieces">What is left in a box; null when it isn't counted.</param>
public sealed record OpenContainer(
    long ContainerId, long LotId, string LotNumber, string Item, SupplyKind Kind, DateOnly? DiscardOn, long? LeftMicrolitres, long? LeftPieces);

/// <summary>An intent: take sterile units from a lot, for one patient.</summary>
/// <param name="LotId">From which lot.</param>
/// <param name="PatientId">For whom: a sterile unit is for one patient in one procedure.</param>
/// <param name="Quantity">How many units, 1 to 1,000.</param>
public sealed record PickRequest(long LotId, long PatientId, int Quantity)
{
    /// <summary>The open bottle or box of the lot that they are taken from; null for sealed units.</summary>
    public long? ContainerId { get; init; }

    /// <summary>In which procedure (contract table <c>procedures</c>), where it is one.</summary>
    public long? ProcedureId { get; init; }

    /// <summary>Whether somebody has read that the patient is allergic to what is in it, and wants it all the same.</summary>
    public bool ConfirmAllergy { get; init; }
}

/// <summary>Units that were opened for a patient and are neither used nor wasted yet.</summary>
/// <param name="PickId">The key of the pick.</param>
/// <param name="LotId">From which lot.</param>
/// <param name="LotNumber">As printed on the box.</param>
/// <param name="Item">The item's name.</param>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="PatientId">For whom.</param>
/// <param name="ProcedureId">In which procedure; null when that wasn't said.</param>
/// <param name="ContainerId">From which open bottle or box; null for units of their own.</param>
/// <param name="Open">How many.</param>
/// <param name="PickedAt">Since when.</param>
public sealed record OpenPick(
    long PickId, long LotId, string LotNumber, string Item, SupplyKind Kind, long PatientId, long? ProcedureId, long? ContainerId, long Open, DateTimeOffset PickedAt);

/// <summary>What became of the open units of a pick: used and wasted make all of them.</summary>
/// <param name="PickId">Which pick.</param>
/// <param name="Used">How many touched the patient.</param>
/// <param name="Wasted">How many went without.</param>
/// <param name="Reason">Why they were wasted: "PackageDamaged", "Dropped", "Contaminated", "Expired" or "Surplus"; null when none was.</param>
public sealed record CloseOutLine(long PickId, int Used, int Wasted, string? Reason = null);

/// <summary>An intent: keep sealed units for a patient until the end of a day. Either the item or the lot is said.</summary>
/// <param name="PatientId">For whom.</param>
/// <param name="Quantity">How many units, 1 to 1,000.</param>
public sealed record ReserveRequest(long PatientId, int Quantity)
{
    /// <summary>Of which item: those of its lots that expire first, and can be used on the day.</summary>
    public long? ItemId { get; init; }

    /// <summary>Of which lot.</summary>
    public long? LotId { get; init; }

    /// <summary>For which day; that for which the procedure is planned where nothing is said.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>For which procedure (contract table <c>procedures</c>), where it is one.</summary>
    public long? ProcedureId { get; init; }
}

/// <summary>A fact: units of a lot touched a patient.</summary>
/// <param name="LotId">Which lot.</param>
/// <param name="PatientId">Whom.</param>
/// <param name="Quantity">How many units, 1 to 1,000.</param>
/// <param name="PerformedBy">The member of staff who used them.</param>
/// <param name="UsedAt">When; not in the future.</param>
/// <param name="PickId">The pick they came from; null when they weren't picked beforehand.</param>
/// <param name="Note">What else there is to say; at most 500 characters.</param>
public sealed record UseRecord(
    long LotId, long PatientId, int Quantity, long PerformedBy, DateTimeOffset UsedAt, long? PickId = null, string? Note = null)
{
    /// <summary>
    /// The bottle or box of the lot that it was taken from; the quantity then counts its pieces, or how often a bottle was drawn from. Known from
    /// the pick where there is one.
    /// </summary>
    public long? ContainerId { get; init; }

    /// <summary>How much was taken from a bottle, 1 to 10,000,000 microlitres.</summary>
    public long? Microlitres { get; init; }

    /// <summary>In which procedure (contract table <c>procedures</c>); known from the pick where there is one.</summary>
    public long? ProcedureId { get; init; }
}

/// <summary>A use that was recorded.</summary>
/// <param name="UseId">The ledger's key of the use.</param>
/// <param name="Flags">
/// The rules it broke: "Expired", "Recalled", "Quarantined", "NotReleased", "BeyondStock", "ContainerPastDiscard", "ContainerClosed",
/// "SharedContainer", "BeyondPick", "BeforeReceipt", "Allergy", "LoadFailed"; empty when all was well. Each opened an incident.
/// </param>
public sealed record RecordedUse(long UseId, IReadOnlyList<string> Flags);

/// <summary>
/// The clinic's stock of what touches patients. A set that is sterilised in the clinic is a lot of its own for each steriliser load. One module provides it; others take from it through this interface alone.
/// Facts are recorded inside the caller's unit of work, so that stock falls and the clinical record is written together or not
/// at all; a pick is an intent and a unit of its own, so that a refused one is logged whatever the caller does next.
/// </summary>
public interface ISupplyLedger
{
    /// <summary>The lot that a scanned code names, or null when no lot here matches it.</summary>
    /// <exception cref="RefusedException">The code can't be read; the field <c>code</c> says why.</exception>
    Task<PickableLot?> ResolveAsync(string code, CancellationToken token = default);

    /// <summary>The lots of a kind that can be picked now, first-expired-first-out.</summary>
    Task<IReadOnlyList<PickableLot>> ProposeAsync(SupplyKind kind, CancellationToken token = default);

    /// <summary>The open bottles and boxes of a kind that can be taken from for a patient now, those to discard first before the others.</summary>
    Task<IReadOnlyList<OpenContainer>> ContainersAsync(SupplyKind kind, long patientId, CancellationToken token = default);

    /// <summary>Takes units for a patient. Returns the key of the pick.</summary>
    /// <exception cref="RefusedException">The lot can't be used, or hasn't so many units; the attempt is logged.</exception>
    Task<long> PickAsync(PickRequest request, CancellationToken token = default);

    /// <summary>Units that are opened and neither used nor wasted yet, the oldest first: at the end of a procedure there are none.</summary>
    /// <param name="procedureId">In this procedure; null for any and none.</param>
    /// <param name="patientId">For this patient; null for everybody.</param>
    /// <param name="unit">The caller's unit of work, whose own changes are then seen.</param>
    /// <param name="token">Stops the search.</param>
    Task<IReadOnlyList<OpenPick>> OpenPicksAsync(long? procedureId, long? patientId, IUnitOfWork? unit = null, CancellationToken token = default);

    /// <summary>Accounts for opened units in the caller's unit of work: each line's are all used or wasted.</summary>
    /// <exception cref="RefusedException">A line leaves units open, has too many, or gives no reason for waste.</exception>
    Task<IReadOnlyList<RecordedUse>> CloseOutAsync(IUnitOfWork unit, IReadOnlyList<CloseOutLine> lines, long performedBy, CancellationToken token = default);

    /// <summary>
    /// Records that units were used. Never refuses a fact: a lot that should not have been used is flagged and opens an incident, a
    /// use beyond the book's stock flags the count. Only what makes no sense is refused: an unknown lot, a quantity of nought.
    /// </summary>
    Task<RecordedUse> RecordUseAsync(IUnitOfWork unit, UseRecord use, CancellationToken token = default);

    /// <summary>
    /// Keeps units for a patient, in the caller's unit of work. Returns the keys of the reservations, one for each lot. Picks for the patient take from
    /// them first; what is left at the end of the day is free again.
    /// </summary>
    /// <exception cref="RefusedException">There aren't so many units that can be used on that day, or something is unknown.</exception>
    Task<IReadOnlyList<long>> ReserveAsync(IUnitOfWork unit, ReserveRequest request, CancellationToken token = default);

    /// <summary>Lets a reservation go, in the caller's unit of work.</summary>
    /// <exception cref="RefusedException">No such reservation, or it was taken or released before.</exception>
    Task ReleaseAsync(IUnitOfWork unit, long reservationId, CancellationToken token = default);

    /// <summary>Takes a recorded use back by a new movement; the history stays.</summary>
    /// <exception cref="RefusedException">The use is unknown or was taken back before, or the reason is missing.</exception>
    Task ReverseUseAsync(IUnitOfWork unit, long useId, string reason, CancellationToken token = default);
}
