namespace Smp.Sdk;

/// <summary>
/// Two records turned out to be one person's. Published inside the unit of work of the merge, when every row that refers to <c>patients</c> by a foreign
/// key has moved already, also of modules that are off: a handler puts right what such a key doesn't show. It is published when a merge is previewed, too, and that
/// unit is rolled back.
/// </summary>
/// <param name="SurvivorId">Whose record goes on.</param>
/// <param name="MergedId">Whose record leads there from now on.</param>
public sealed record PatientsMerged(long SurvivorId, long MergedId);

/// <summary>A merge was undone: what moved then has moved back. Published inside that unit of work.</summary>
/// <param name="SurvivorId">Whose record had gone on.</param>
/// <param name="MergedId">Whose record is one of its own again.</param>
public sealed record PatientsParted(long SurvivorId, long MergedId);
