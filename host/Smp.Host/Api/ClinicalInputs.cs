using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>A measurement, as a program sends it.</summary>
/// <param name="Kind">What.</param>
/// <param name="Value">In the kind's unit: grams, millimetres, mmHg (systolic), beats a minute, percent.</param>
/// <param name="Diastolic">In mmHg; for blood pressure.</param>
/// <param name="TakenAt">When; now when left out.</param>
/// <param name="TakenBy">Who took it; whoever sends it when left out.</param>
/// <param name="ProcedureId">In which procedure.</param>
internal sealed record MeasurementInput(
    MeasurementKind? Kind, long? Value, long? Diastolic, DateTimeOffset? TakenAt, long? TakenBy, long? ProcedureId);

/// <summary>A measurement that was recorded, with what is unusual about it, in the clinic's language.</summary>
internal sealed record MeasurementAnswer(long Id, IReadOnlyList<string> Unusual);

/// <summary>A planned dose, as a program sends it.</summary>
/// <param name="DrugId">The key of the drug.</param>
/// <param name="ConcentrationMicrogramsPerMillilitre">10,000 is 1 %.</param>
/// <param name="VolumeMicrolitres">How much; left out, it only asks what is left.</param>
/// <param name="WithAdrenaline">Default false.</param>
/// <param name="Route">How.</param>
internal sealed record PlanInput(
    long? DrugId, long? ConcentrationMicrogramsPerMillilitre, long? VolumeMicrolitres, bool? WithAdrenaline, DoseRoute? Route);

/// <summary>A given dose, as a program sends it; see <see cref="DoseRecord"/>.</summary>
internal sealed record DoseInput
{
    public long? DrugId { get; init; }

    public string? DrugName { get; init; }

    public long? ConcentrationMicrogramsPerMillilitre { get; init; }

    public long? VolumeMicrolitres { get; init; }

    public long? AmountNanograms { get; init; }

    public bool WithAdrenaline { get; init; }

    public DoseRoute? Route { get; init; }

    public long? AreaSquareCentimetres { get; init; }

    public bool? Occluded { get; init; }

    public long? LotId { get; init; }

    public string? Lot { get; init; }

    public long? ProcedureId { get; init; }

    /// <summary>Who gave it; whoever sends it when left out.</summary>
    public long? PerformedBy { get; init; }

    /// <summary>When; now when left out.</summary>
    public DateTimeOffset? GivenAt { get; init; }

    public string? Note { get; init; }
}

/// <summary>A remark of the ledger, in the clinic's language.</summary>
internal sealed record RemarkAnswer(GuardGrade Grade, string Code, string Sentence);

/// <summary>What the ledger says of a planned dose; see <see cref="DoseAdvice"/>.</summary>
internal sealed record AdviceAnswer(
    GuardGrade Grade, IReadOnlyList<RemarkAnswer> Remarks, long? LimitNanograms, long? LeftNanograms, long? LeftMicrolitres, long? UsedMillionths,
    long? PlannedMillionths, long? WeightGrams, DateTimeOffset? WeightTakenAt, IReadOnlyList<CountedDose> Counted)
{
    public static AdviceAnswer Of(DoseAdvice a, Words words) => new(
        a.Grade, [.. a.Remarks.Select(r => new RemarkAnswer(r.Grade, r.Code, words.Say(r.Sentence)))], a.LimitNanograms, a.LeftNanograms, a.LeftMicrolitres,
        a.UsedMillionths, a.PlannedMillionths, a.WeightGrams, a.WeightTakenAt, a.Counted);
}

/// <summary>A complication, as a program sends it; see <see cref="NewComplication"/>.</summary>
internal sealed record ComplicationInput(
    ComplicationKind? Kind, string? OtherKind, DateOnly? OnsetOn, ComplicationSeverity? Severity, string? Description, string? Treatment, long? ProcedureId);

/// <summary>How a complication ended.</summary>
internal sealed record OutcomeInput(string? Outcome);

/// <summary>Why something is voided or opened again.</summary>
internal sealed record WhyInput(string? Reason);
