namespace Smp.Sdk;

/// <summary>A lot was recalled. Published inside the unit of work of the recall.</summary>
/// <param name="LotId">The ledger's key of the lot.</param>
/// <param name="LotNumber">As printed on the box.</param>
/// <param name="Item">The item's name.</param>
/// <param name="PatientIds">Those treated from it.</param>
public sealed record LotRecalled(long LotId, string LotNumber, string Item, IReadOnlyList<long> PatientIds);
