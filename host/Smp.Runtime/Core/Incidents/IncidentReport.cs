namespace Smp.Runtime.Core.Incidents;

/// <summary>What staff report by themselves.</summary>
public enum ReportedIncidentKind
{
    /// <summary>The wrong patient, the wrong site or the wrong procedure.</summary>
    WrongPatientOrSite,

    /// <summary>The wrong drug, dose or route.</summary>
    DrugError,

    /// <summary>Somebody was pricked or cut.</summary>
    SharpsInjury,

    /// <summary>A patient fainted, fell or was unwell.</summary>
    PatientUnwell,

    /// <summary>Something sterile wasn't, or hygiene failed.</summary>
    InfectionControl,

    /// <summary>A device failed.</summary>
    DeviceFailure,

    /// <summary>The record, a consent or a photo was wrong or missing.</summary>
    RecordError,

    /// <summary>Nothing happened, but nearly did.</summary>
    NearMiss,

    /// <summary>Anything else.</summary>
    OtherIncident,
}

/// <summary>An incident, as somebody reports it.</summary>
/// <param name="Kind">What kind of incident.</param>
/// <param name="Text">What happened; 1 to 500 characters.</param>
/// <param name="At">When; not in the future.</param>
/// <param name="PatientId">To whom, where it is about a patient.</param>
public sealed record IncidentReport(ReportedIncidentKind? Kind, string? Text, DateTimeOffset? At, long? PatientId = null);
