namespace Smp.Sdk;

/// <summary>How a drug gets in.</summary>
public enum DoseRoute
{
    /// <summary>Injected into the tissue.</summary>
    Infiltration,

    /// <summary>Injected at a nerve.</summary>
    Block,

    /// <summary>Injected in large, thin volume.</summary>
    Tumescent,

    /// <summary>Laid on the skin; with its area, and whether it was covered.</summary>
    Topical,

    /// <summary>Swallowed.</summary>
    Oral,

    /// <summary>Into a vein.</summary>
    Intravenous,
}

/// <summary>Which rule a recorded dose broke, or what is to be known of it.</summary>
public enum DoseFlag
{
    /// <summary>With the others of the window it is above the limit. Opens an incident.</summary>
    OverLimit,

    /// <summary>No weight was known when it was given. Opens an incident.</summary>
    NoWeight,

    /// <summary>The weight known when it was given was too old. Opens an incident.</summary>
    OldWeight,

    /// <summary>The drug isn't in the catalogue, so no limit could be looked at. Opens an incident.</summary>
    UnknownDrug,

    /// <summary>The patient is allergic to it, or to the adrenaline in it. Opens an incident.</summary>
    Allergy,

    /// <summary>A local anaesthetic for which the catalogue has no limit. Only to be known.</summary>
    NoLimit,

    /// <summary>A topical product with more than 4 % lidocaine (FDA, 26 March 2024). Only to be known.</summary>
    StrongTopical,
}

/// <summary>An intent: a dose that somebody means to give.</summary>
/// <param name="PatientId">To whom.</param>
/// <param name="DrugId">The key of the drug in the catalogue.</param>
/// <param name="ConcentrationMicrogramsPerMillilitre">10,000 is 10 mg/mL, 1 %. 1 to 1,000,000.</param>
/// <param name="WithAdrenaline">Whether there is adrenaline in it.</param>
/// <param name="Route">How.</param>
public sealed record DosePlan(long PatientId, long DrugId, long ConcentrationMicrogramsPerMillilitre, bool WithAdrenaline, DoseRoute Route)
{
    /// <summary>How much, in microlitres; null only asks what is left.</summary>
    public long? VolumeMicrolitres { get; init; }

    /// <summary>When; now when left out.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>Something the ledger says of a planned dose.</summary>
/// <param name="Grade">How much it stands in the way: Warn or Stop.</param>
/// <param name="Code">A word for the rule: "limit", "weight", "allergy".</param>
/// <param name="Sentence">What is so, and what to do.</param>
public sealed record DoseRemark(GuardGrade Grade, string Code, FormattableString Sentence);

/// <summary>A dose that counts in the window.</summary>
/// <param name="DoseId">Which.</param>
/// <param name="Drug">Its name.</param>
/// <param name="WithAdrenaline">Whether there was adrenaline in it.</param>
/// <param name="AmountNanograms">How much; 1,000,000 is 1 mg.</param>
/// <param name="GivenAt">When.</param>
/// <param name="ShareMillionths">Its share of its own limit, in millionths, rounded up; null where no limit is known for it.</param>
public sealed record CountedDose(long DoseId, string Drug, bool WithAdrenaline, long AmountNanograms, DateTimeOffset GivenAt, long? ShareMillionths);

/// <summary>What the ledger says of a planned dose.</summary>
public sealed record DoseAdvice
{
    /// <summary>The gravest of the remarks; Yes when there is none.</summary>
    public required GuardGrade Grade { get; init; }

    /// <summary>What is so, the gravest first.</summary>
    public required IReadOnlyList<DoseRemark> Remarks { get; init; }

    /// <summary>How much of this solution the patient may have in the window in all, in nanograms; null without a weight or a limit.</summary>
    public long? LimitNanograms { get; init; }

    /// <summary>How much of this drug may still be given, in nanograms, rounded down; null without a weight that counts or a limit.</summary>
    public long? LeftNanograms { get; init; }

    /// <summary>How much of this solution may still be given, in microlitres, rounded down.</summary>
    public long? LeftMicrolitres { get; init; }

    /// <summary>What the doses given use of their limits together, in millionths, rounded up; null without a weight.</summary>
    public long? UsedMillionths { get; init; }

    /// <summary>The same with the planned dose.</summary>
    public long? PlannedMillionths { get; init; }

    /// <summary>The weight that was reckoned with, in grams; null where there is none.</summary>
    public long? WeightGrams { get; init; }

    /// <summary>When that was taken.</summary>
    public DateTimeOffset? WeightTakenAt { get; init; }

    /// <summary>The doses that counted.</summary>
    public IReadOnlyList<CountedDose> Counted { get; init; } = [];
}

/// <summary>A fact: a drug was given.</summary>
public sealed record DoseRecord
{
    /// <summary>To whom.</summary>
    public required long PatientId { get; init; }

    /// <summary>The key of the drug in the catalogue; null for one that isn't in it, with its <see cref="DrugName"/>.</summary>
    public long? DrugId { get; init; }

    /// <summary>Its name, where the catalogue doesn't have it; at most 100 characters.</summary>
    public string? DrugName { get; init; }

    /// <summary>10,000 is 10 mg/mL, 1 %. With <see cref="VolumeMicrolitres"/>, or neither.</summary>
    public long? ConcentrationMicrogramsPerMillilitre { get; init; }

    /// <summary>How much of the solution, in microlitres. A gram of a cream counts as a millilitre: 1 % is 10 mg in either.</summary>
    public long? VolumeMicrolitres { get; init; }

    /// <summary>How much of the drug, in nanograms, where it isn't a solution: a tablet. Otherwise it is reckoned, and left out.</summary>
    public long? AmountNanograms { get; init; }

    /// <summary>Whether there was adrenaline in it.</summary>
    public bool WithAdrenaline { get; init; }

    /// <summary>How.</summary>
    public required DoseRoute Route { get; init; }

    /// <summary>The skin it was laid on, in cm²; only topical.</summary>
    public long? AreaSquareCentimetres { get; init; }

    /// <summary>Whether it was covered; only topical.</summary>
    public bool? Occluded { get; init; }

    /// <summary>The supply ledger's key of the lot.</summary>
    public long? LotId { get; init; }

    /// <summary>The lot as printed, at most 50 characters.</summary>
    public string? Lot { get; init; }

    /// <summary>The procedure it was given in.</summary>
    public long? ProcedureId { get; init; }

    /// <summary>The member of staff who gave it.</summary>
    public required long PerformedBy { get; init; }

    /// <summary>When; not in the future.</summary>
    public required DateTimeOffset GivenAt { get; init; }

    /// <summary>What else there is to say; at most 500 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>A dose that was recorded.</summary>
/// <param name="DoseId">Its key.</param>
/// <param name="Flags">What it broke; empty when all was well.</param>
/// <param name="IncidentId">The incident that was opened; null when none was.</param>
public sealed record RecordedDose(long DoseId, IReadOnlyList<DoseFlag> Flags, long? IncidentId);

/// <summary>A dose, as stored. It is never changed or deleted: a wrong one is voided and recorded anew.</summary>
public sealed record Dose
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>To whom.</summary>
    public required long PatientId { get; init; }

    /// <summary>The key of the drug; null for one that isn't in the catalogue.</summary>
    public long? DrugId { get; init; }

    /// <summary>The drug's name.</summary>
    public required string Drug { get; init; }

    /// <summary>10,000 is 10 mg/mL, 1 %; null for what isn't a solution.</summary>
    public long? ConcentrationMicrogramsPerMillilitre { get; init; }

    /// <summary>In microlitres; null for what isn't a solution.</summary>
    public long? VolumeMicrolitres { get; init; }

    /// <summary>How much of the drug, exactly, in nanograms: concentration × volume.</summary>
    public required long AmountNanograms { get; init; }

    /// <summary>Whether there was adrenaline in it.</summary>
    public required bool WithAdrenaline { get; init; }

    /// <summary>Whether the drug sedates, as the catalogue said when it was recorded.</summary>
    public required bool Sedating { get; init; }

    /// <summary>How.</summary>
    public required DoseRoute Route { get; init; }

    /// <summary>The skin it was laid on, in cm².</summary>
    public long? AreaSquareCentimetres { get; init; }

    /// <summary>Whether it was covered.</summary>
    public bool? Occluded { get; init; }

    /// <summary>The supply ledger's key of the lot.</summary>
    public long? LotId { get; init; }

    /// <summary>The lot as printed.</summary>
    public string? Lot { get; init; }

    /// <summary>The procedure it was given in.</summary>
    public long? ProcedureId { get; init; }

    /// <summary>Who gave it, by name.</summary>
    public required string PerformedBy { get; init; }

    /// <summary>When it was given.</summary>
    public required DateTimeOffset GivenAt { get; init; }

    /// <summary>Who wrote it down.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>When it was written down.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The module that recorded it; <c>core</c> for the clinic's own form.</summary>
    public required string Plugin { get; init; }

    /// <summary>What else was said.</summary>
    public string? Note { get; init; }

    /// <summary>What it broke, as found when it was recorded.</summary>
    public IReadOnlyList<DoseFlag> Flags { get; init; } = [];

    /// <summary>When it was voided; null while it counts.</summary>
    public DateTimeOffset? VoidedAt { get; init; }

    /// <summary>Who voided it.</summary>
    public string? VoidedBy { get; init; }

    /// <summary>Why.</summary>
    public string? VoidReason { get; init; }
}

/// <summary>
/// Every drug given, by any module: one ledger for each patient, so that limits sum over every source. A plan can be stopped; a fact is
/// recorded and flagged. All amounts are whole numbers, and nothing is rounded but what is left, downwards.
/// </summary>
public interface IDoses
{
    /// <summary>The drugs of the catalogue that the clinic uses, by name.</summary>
    Task<IReadOnlyList<Drug>> DrugsAsync(CancellationToken token = default);

    /// <summary>What the ledger says of a planned dose, and what is left of its limit.</summary>
    /// <exception cref="RefusedException">A number is impossible, or there is no such patient or drug.</exception>
    Task<DoseAdvice> PlanAsync(DosePlan plan, IUnitOfWork? unit = null, CancellationToken token = default);

    /// <summary>
    /// Records that a drug was given, inside a unit of work. Never refuses a fact: what it broke is flagged, and opens an incident. Only what makes
    /// no sense is refused: nothing of a drug, a time in the future, an unknown patient, procedure or member of staff.
    /// </summary>
    Task<RecordedDose> RecordAsync(IUnitOfWork unit, DoseRecord dose, CancellationToken token = default);

    /// <summary>Voids a dose that was recorded wrongly: it stays, marked, and counts no more.</summary>
    /// <exception cref="RefusedException">There is no such dose, no reason, or it was voided before.</exception>
    Task VoidAsync(IUnitOfWork unit, long doseId, string? reason, CancellationToken token = default);

    /// <summary>One page of a patient's doses, the newest first, voided ones too.</summary>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    Task<Page<Dose>> ListAsync(long patientId, string? after, int limit, CancellationToken token = default);

    /// <summary>The last dose of a sedating drug given at or after a moment; null when there is none. Voided ones don't count.</summary>
    Task<Dose?> SedatedSinceAsync(long patientId, DateTimeOffset since, IUnitOfWork? unit = null, CancellationToken token = default);
}
