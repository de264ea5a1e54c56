namespace Smp.Sdk;

/// <summary>
/// A patient's whole record is about to be erased. Published inside that unit of work, while the rows are still there. Every row that refers to <c>patients</c>, or to such a row,
/// by a foreign key goes afterwards, or loses the reference, also of modules that are off. A handler takes what such a key doesn't show (words in a
/// full-text index, an entry of the search, a name in a text), or refuses with a <see cref="RefusedException"/> what can't go yet: somebody who must still be told of a recall. It is published when an
/// erasure is previewed, too, and that unit is rolled back.
/// </summary>
/// <param name="PatientId">Whose record. Of records that were merged into it each has an event of its own.</param>
public sealed record PatientErased(long PatientId);
