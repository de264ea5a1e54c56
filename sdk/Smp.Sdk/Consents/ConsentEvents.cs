namespace Smp.Sdk;

/// <summary>What a consent is about.</summary>
public enum ConsentKind
{
    /// <summary>Something that is done to the patient.</summary>
    Procedure,

    /// <summary>Anaesthesia for it.</summary>
    Anaesthesia,

    /// <summary>Photos for the record.</summary>
    PhotoClinical,

    /// <summary>Photos that others see. Never a condition of treatment (45 CFR 164.508).</summary>
    PhotoMarketing,

    /// <summary>What is kept about the patient, and why.</summary>
    DataProcessing,

    /// <summary>By which ways the clinic may write and call.</summary>
    Communication,
}

/// <summary>A consent came into force. Published inside the unit of work of its last signature.</summary>
/// <param name="ConsentId">The consent module's key.</param>
/// <param name="PatientId">Whose.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Title">The form's title, as it was signed.</param>
/// <param name="Procedures">The kinds of procedures that need it.</param>
public sealed record ConsentGiven(long ConsentId, long PatientId, ConsentKind Kind, string Title, IReadOnlyList<string> Procedures);

/// <summary>
/// A consent was taken back, which takes effect at once (GDPR Art. 7(3)): what needs it and hasn't begun is held. Published inside the unit of work of the withdrawal.
/// </summary>
/// <inheritdoc cref="ConsentGiven"/>
public sealed record ConsentWithdrawn(long ConsentId, long PatientId, ConsentKind Kind, string Title, IReadOnlyList<string> Procedures);
