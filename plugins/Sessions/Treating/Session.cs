using Smp.Sdk;
using Smp.Sessions.Plans;

namespace Smp.Sessions.Treating;

/// <summary>One session of a treatment. It is a procedure of the clinic's, and goes with it.</summary>
public sealed record Session
{
    /// <summary>The kind of procedure that a session is.</summary>
    public const string Kind = "smp.session";

    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Of which plan.</summary>
    public required long PlanId { get; init; }

    /// <summary>On whom.</summary>
    public required long PatientId { get; init; }

    /// <summary>Which procedure it is (contract table <c>procedures</c>).</summary>
    public required long ProcedureId { get; init; }

    /// <summary>Which session of the plan, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>What it is for.</summary>
    public required Pass Pass { get; init; }

    /// <summary>Whether it freshens up what was completed.</summary>
    public required bool TouchUp { get; init; }

    /// <summary>Where it stands.</summary>
    public required SessionState State { get; init; }

    /// <summary>Why it stands so, where that was said.</summary>
    public string? StateReason { get; init; }

    /// <summary>The clinic's day that it began on: day 0 of healing and aftercare.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>For when it is planned.</summary>
    public DateTimeOffset? PlannedFor { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whose hands.</summary>
    public long? PerformedBy { get; init; }

    /// <summary>Their name.</summary>
    public string? Performer { get; init; }

    /// <summary>Who wrote it down, where that is somebody else.</summary>
    public string? Recorder { get; init; }

    /// <summary>Pain as the client says, 0 to 10.</summary>
    public int? Pain { get; init; }

    /// <summary>Notes.</summary>
    public string? Notes { get; init; }

    /// <summary>Whether the client was told brand and batch of the pigments before: REACH (EC 1907/2006), annex XVII entry 75.</summary>
    public required bool ToldPigments { get; init; }

    /// <summary>Who changed it last.</summary>
    public required string ChangedBy { get; init; }

    /// <summary>When it was changed last.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Counts its changes.</summary>
    public required long RowVersion { get; init; }

    /// <summary>What can happen to it now.</summary>
    public IReadOnlyList<SessionEvent> Next => SessionStates.From(State);
}

/// <summary>What was done in one zone: one needle, one shade, one dilution.</summary>
public sealed record ZoneRecord
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Names it within the session: made by whoever writes it first.</summary>
    public required string Key { get; init; }

    /// <summary>Where.</summary>
    public required ScalpZone Zone { get; init; }

    /// <summary>What for.</summary>
    public required Pass Pass { get; init; }

    /// <summary>The needle: "3RL 0.30 mm".</summary>
    public string? Needle { get; init; }

    /// <summary>Which pigment of the plan.</summary>
    public long? PigmentId { get; init; }

    /// <summary>That pigment, as shown.</summary>
    public string? Pigment { get; init; }

    /// <summary>Parts of pigment: the 1 of 1:8.</summary>
    public int? PigmentParts { get; init; }

    /// <summary>Parts of diluent: the 8 of 1:8; 0 is undiluted.</summary>
    public int? DiluentParts { get; init; }

    /// <summary>The density reached, in percent.</summary>
    public int? DensityPercent { get; init; }

    /// <summary>How deep, in micrometres: 1,000 is a millimetre.</summary>
    public int? DepthMicrometres { get; init; }

    /// <summary>What else there is to say.</summary>
    public string? Note { get; init; }

    /// <summary>Who wrote it.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>When it was taken out; null while it counts.</summary>
    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>Why it was taken out.</summary>
    public string? RemovedReason { get; init; }

    /// <summary>Counts its changes.</summary>
    public required long RowVersion { get; init; }

    /// <summary>The dilution as shown: "1:8"; null where none was said.</summary>
    public string? Dilution => Dilutions.Text(PigmentParts, DiluentParts);
}

/// <summary>A record of a zone, as it is written: all of it is replaced.</summary>
public sealed record ZoneInput
{
    /// <summary>Where.</summary>
    public ScalpZone? Zone { get; init; }

    /// <summary>What for; what the session is for when left out.</summary>
    public Pass? Pass { get; init; }

    /// <summary>The needle; at most 50 characters.</summary>
    public string? Needle { get; init; }

    /// <summary>Which pigment of the plan.</summary>
    public long? PigmentId { get; init; }

    /// <summary>1 to 100; with <see cref="DiluentParts"/>, or neither.</summary>
    public int? PigmentParts { get; init; }

    /// <summary>0 to 100.</summary>
    public int? DiluentParts { get; init; }

    /// <summary>1 to 100.</summary>
    public int? DensityPercent { get; init; }

    /// <summary>1 to 10,000; outside of 500 to 1,500 it is recorded and said.</summary>
    public int? DepthMicrometres { get; init; }

    /// <summary>At most 500 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>A pigment that was used, with its lot.</summary>
public sealed record PigmentUse
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Names it within the session.</summary>
    public required string Key { get; init; }

    /// <summary>Which pigment of the plan.</summary>
    public required long PigmentId { get; init; }

    /// <summary>That pigment, as shown.</summary>
    public required string Pigment { get; init; }

    /// <summary>Its lot, as printed: the batch of REACH (EC 1907/2006), annex XVII entry 75.</summary>
    public required string Lot { get; init; }

    /// <summary>The supply ledger's key of the lot.</summary>
    public long? LotId { get; init; }

    /// <summary>The ledger's key of the bottle.</summary>
    public long? ContainerId { get; init; }

    /// <summary>The ledger's key of the use.</summary>
    public long? UseId { get; init; }

    /// <summary>Parts of pigment.</summary>
    public required int PigmentParts { get; init; }

    /// <summary>Parts of diluent.</summary>
    public required int DiluentParts { get; init; }

    /// <summary>What it was diluted with.</summary>
    public string? Diluent { get; init; }

    /// <summary>The diluent's lot, as printed.</summary>
    public string? DiluentLot { get; init; }

    /// <summary>How much was taken, in microlitres, where that was said.</summary>
    public int? Microlitres { get; init; }

    /// <summary>Who wrote it.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The dilution as shown: "1:8".</summary>
    public string Dilution => Dilutions.Text(PigmentParts, DiluentParts)!;
}

/// <summary>A pigment that was used, as it is recorded.</summary>
public sealed record PigmentUseInput
{
    /// <summary>Which pigment of the plan.</summary>
    public long? PigmentId { get; init; }

    /// <summary>Its lot, as printed; can be left out of a lot that the ledger proposes. At most 50 characters.</summary>
    public string? Lot { get; init; }

    /// <summary>The supply ledger's key of the lot; stock falls with it.</summary>
    public long? LotId { get; init; }

    /// <summary>The ledger's key of the open bottle it is taken from.</summary>
    public long? ContainerId { get; init; }

    /// <summary>1 to 100.</summary>
    public int? PigmentParts { get; init; }

    /// <summary>0 to 100; 0 is undiluted.</summary>
    public int? DiluentParts { get; init; }

    /// <summary>What it is diluted with; needed where it is diluted. At most 100 characters.</summary>
    public string? Diluent { get; init; }

    /// <summary>The diluent's lot, as printed; needed where it is diluted, unless the ledger proposes <see cref="DiluentLotId"/>. At most 50 characters.</summary>
    public string? DiluentLot { get; init; }

    /// <summary>The ledger's key of the diluent's lot.</summary>
    public long? DiluentLotId { get; init; }

    /// <summary>How much was taken from the bottle, 1 to 10,000,000 microlitres.</summary>
    public int? Microlitres { get; init; }

    /// <summary>Whether it is in the skin already: a fact, which no guard stops; what stood against it is flagged. Default: an intent, which can be refused.</summary>
    public bool Already { get; init; }
}

/// <summary>Needles that were opened in a session, and what became of them.</summary>
public sealed record NeedleUse
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Names it within the session.</summary>
    public required string Key { get; init; }

    /// <summary>The needle, as shown.</summary>
    public required string Needle { get; init; }

    /// <summary>Its lot, as printed.</summary>
    public required string Lot { get; init; }

    /// <summary>The ledger's key of the lot.</summary>
    public long? LotId { get; init; }

    /// <summary>The ledger's key of the use.</summary>
    public long? UseId { get; init; }

    /// <summary>How many touched the client.</summary>
    public required int Used { get; init; }

    /// <summary>How many were opened in vain.</summary>
    public required int Wasted { get; init; }

    /// <summary>Why those were wasted.</summary>
    public string? Reason { get; init; }

    /// <summary>Who wrote it.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}

/// <summary>Needles that were used, written by their lot: where no ledger keeps the stock.</summary>
public sealed record NeedleInput
{
    /// <summary>The needle: "3RL 0.30 mm"; 1 to 100 characters.</summary>
    public string? Needle { get; init; }

    /// <summary>Its lot, as printed; 1 to 50 characters.</summary>
    public string? Lot { get; init; }

    /// <summary>How many touched the client, 0 to 1,000; 1 when left out.</summary>
    public int? Used { get; init; }

    /// <summary>How many were opened in vain, 0 to 1,000.</summary>
    public int? Wasted { get; init; }

    /// <summary>Why those were wasted; needed with them. At most 100 characters.</summary>
    public string? Reason { get; init; }
}

/// <summary>A session with all that was done and used in it.</summary>
/// <param name="Session">The session.</param>
/// <param name="Zones">What was done, as it was written, also what was taken out.</param>
/// <param name="Pigments">What went into the skin.</param>
/// <param name="Needles">With what.</param>
/// <param name="Open">Needles that the ledger has as opened for it and that are neither used nor wasted yet.</param>
/// <param name="Steps">How it was closed; empty while it isn't.</param>
/// <param name="AftercareGiven">Whether aftercare was given.</param>
public sealed record SessionDetails(
    Session Session, IReadOnlyList<ZoneRecord> Zones, IReadOnlyList<PigmentUse> Pigments, IReadOnlyList<NeedleUse> Needles, IReadOnlyList<OpenPick> Open,
    IReadOnlyList<ClosedStep> Steps, bool AftercareGiven)
{
    /// <summary>What counts of the zones.</summary>
    public IEnumerable<ZoneRecord> Counting => Zones.Where(z => z.RemovedAt is null);
}

/// <summary>How dense a zone got in a session.</summary>
/// <param name="SessionId">In which.</param>
/// <param name="Zone">Which zone.</param>
/// <param name="DensityPercent">The last that was recorded of it there.</param>
public sealed record ZoneDensity(long SessionId, ScalpZone Zone, int DensityPercent);

/// <summary>A session in a list.</summary>
/// <param name="Id">Key.</param>
/// <param name="PatientId">On whom.</param>
/// <param name="Patient">Their name, family name first.</param>
/// <param name="Number">Which of the plan.</param>
/// <param name="Pass">What for.</param>
/// <param name="State">Where it stands.</param>
/// <param name="At">When it began, or is planned for.</param>
/// <param name="Performer">Whose hands.</param>
public sealed record SessionRow(long Id, long PatientId, string Patient, int Number, Pass Pass, SessionState State, DateTimeOffset? At, string? Performer);

/// <summary>Dilutions, as they are written: pigment to diluent.</summary>
public static class Dilutions
{
    /// <summary>"1:8", or "1:0" undiluted; null where nothing is said.</summary>
    public static string? Text(int? pigment, int? diluent) => (pigment, diluent) is ({ } p, { } d) ? FormattableString.Invariant($"{p}:{d}") : null;

    /// <summary>Reads "1:8". Null when it isn't a dilution: two whole numbers, 1 to 100 and 0 to 100.</summary>
    public static (int Pigment, int Diluent)? Parse(string? text) =>
        text?.Split(':') is [var p, var d] && int.TryParse(p.Trim(), out var pigment) && int.TryParse(d.Trim(), out var diluent) && pigment is >= 1 and <= 100 && diluent is >= 0 and <= 100
            ? (pigment, diluent)
            : null;
}
