namespace Smp.Sdk;

/// <summary>What the header on every page about a patient shows, so that nobody treats the wrong one.</summary>
/// <param name="Patient">Who.</param>
/// <param name="Age">Completed years today.</param>
/// <param name="Number">The file number as printed: <c>P-000123</c>.</param>
/// <param name="Allergies">In words: "Lidocaine (anaphylaxis)".</param>
/// <param name="Alerts">What everybody must know, in words.</param>
public sealed record PatientCard(
    PatientSummary Patient, int Age, string Number, IReadOnlyList<string> Allergies, IReadOnlyList<string> Alerts);
