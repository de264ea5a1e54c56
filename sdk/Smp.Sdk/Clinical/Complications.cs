namespace Smp.Sdk;

/// <summary>What went wrong with a patient after something was done to them.</summary>
public enum ComplicationKind
{
    /// <summary>Hair around the grafts is shed.</summary>
    ShockLoss,

    /// <summary>Inflamed follicles.</summary>
    Folliculitis,

    /// <summary>Tissue that died.</summary>
    Necrosis,

    /// <summary>Swelling.</summary>
    Oedema,

    /// <summary>An infection.</summary>
    Infection,

    /// <summary>A donor area that was taken too much from.</summary>
    Overharvesting,

    /// <summary>Grafts that don't grow as they should.</summary>
    PoorGrowth,

    /// <summary>An allergic reaction.</summary>
    Allergy,

    /// <summary>Pigment that moved in the skin.</summary>
    Migration,

    /// <summary>Pigment that changed its colour.</summary>
    ColourShift,

    /// <summary>Systemic toxicity of a local anaesthetic.</summary>
    AnaestheticToxicity,

    /// <summary>The patient was pricked by a needle used on somebody else.</summary>
    NeedlestickToPatient,

    /// <summary>Anything else, named in words.</summary>
    OtherComplication,
}

/// <summary>How grave it is.</summary>
public enum ComplicationSeverity
{
    /// <summary>Needs watching.</summary>
    Mild,

    /// <summary>Needs treatment.</summary>
    Moderate,

    /// <summary>Threatens lasting harm or needs a hospital. Opens an incident.</summary>
    Severe,
}

/// <summary>A complication, as somebody reports it: at any time after a procedure, also years later.</summary>
/// <param name="PatientId">Of whom.</param>
/// <param name="Kind">What.</param>
/// <param name="OnsetOn">The day it began; not in the future.</param>
/// <param name="Severity">How grave.</param>
/// <param name="Description">What was seen; 1 to 1,000 characters.</param>
public sealed record NewComplication(
    long PatientId, ComplicationKind? Kind, DateOnly? OnsetOn, ComplicationSeverity? Severity, string? Description)
{
    /// <summary>Its name, for the kind Other alone; at most 100 characters.</summary>
    public string? OtherKind { get; init; }

    /// <summary>What was done about it; at most 1,000 characters.</summary>
    public string? Treatment { get; init; }

    /// <summary>The procedure it followed, where that is here.</summary>
    public long? ProcedureId { get; init; }
}

/// <summary>A complication, as stored.</summary>
public sealed record Complication
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Of whom.</summary>
    public required long PatientId { get; init; }

    /// <summary>The procedure it followed.</summary>
    public long? ProcedureId { get; init; }

    /// <summary>That procedure, as shown.</summary>
    public string? Procedure { get; init; }

    /// <summary>What.</summary>
    public required ComplicationKind Kind { get; init; }

    /// <summary>Its name, for the kind Other.</summary>
    public string? OtherKind { get; init; }

    /// <summary>The day it began.</summary>
    public required DateOnly OnsetOn { get; init; }

    /// <summary>How grave.</summary>
    public required ComplicationSeverity Severity { get; init; }

    /// <summary>What was seen.</summary>
    public required string Description { get; init; }

    /// <summary>What was done about it.</summary>
    public string? Treatment { get; init; }

    /// <summary>How it ended; null while it is open.</summary>
    public string? Outcome { get; init; }

    /// <summary>When that was written down.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Who wrote that down.</summary>
    public string? ResolvedBy { get; init; }

    /// <summary>Who recorded it.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>When it was recorded.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The module that recorded it.</summary>
    public required string Plugin { get; init; }

    /// <summary>Counts its changes.</summary>
    public required long RowVersion { get; init; }
}

/// <summary>Complications: a book of their own, beside the procedures they followed.</summary>
public interface IComplications
{
    /// <summary>Records a complication inside a unit of work, and on the timeline; a severe one opens an incident. Returns its key.</summary>
    /// <exception cref="RefusedException">A field needs another look, or there is no such patient, or the procedure is another patient's.</exception>
    Task<long> RecordAsync(IUnitOfWork unit, NewComplication complication, CancellationToken token = default);

    /// <summary>A patient's complications: those that are open, then by the day they began, the latest first.</summary>
    Task<IReadOnlyList<Complication>> ListAsync(long patientId, CancellationToken token = default);
}
