namespace Smp.Needles.Injuries;

/// <summary>
/// A percutaneous injury from a contaminated sharp, as the sharps injury log has it: 29 CFR 1910.1030 (h)(5)(i) asks for the type and brand of
/// the device, the department or work area, and an explanation of how it happened.
/// </summary>
public sealed record SharpsInjury
{
    /// <summary>Key; the number of the case.</summary>
    public required long Id { get; init; }

    /// <summary>The key of the member of staff who was injured.</summary>
    public required long StaffId { get; init; }

    /// <summary>Who was injured.</summary>
    public required string Staff { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset HappenedAt { get; init; }

    /// <summary>The item, where the ledger has it.</summary>
    public long? ItemId { get; init; }

    /// <summary>The lot, where it is known.</summary>
    public long? LotId { get; init; }

    /// <summary>The lot's number.</summary>
    public string? LotNumber { get; init; }

    /// <summary>What kind of device it was.</summary>
    public required string DeviceType { get; init; }

    /// <summary>Its brand: the maker, and what they call it.</summary>
    public required string DeviceBrand { get; init; }

    /// <summary>The department or work area.</summary>
    public required string Area { get; init; }

    /// <summary>How it happened.</summary>
    public required string How { get; init; }

    /// <summary>The source patient's key, where known; null to whoever may not see patients or injuries.</summary>
    public long? PatientId { get; init; }

    /// <summary>Who reported it.</summary>
    public required string ReportedBy { get; init; }

    /// <summary>When it was reported.</summary>
    public required DateTimeOffset ReportedAt { get; init; }

    /// <summary>
    /// The last day that the record must be kept: five years after the end of the year of the injury (29 CFR 1904.33 (a), which 29 CFR 1910.1030
    /// (h)(5)(iii) names). Nothing is deleted after it either.
    /// </summary>
    public DateOnly KeepUntil { get; init; }

    /// <summary>What is to be done, in the order of its deadlines.</summary>
    public IReadOnlyList<InjuryStep> Steps { get; init; } = [];

    /// <summary>Grows with each change.</summary>
    public required long RowVersion { get; init; }
}

/// <summary>A line of the sharps injury log: it names neither who was injured nor the patient (29 CFR 1910.1030 (h)(5)(i)).</summary>
/// <param name="Id">The number of the case.</param>
/// <param name="HappenedAt">When it happened.</param>
/// <param name="DeviceType">What kind of device it was.</param>
/// <param name="DeviceBrand">Its brand.</param>
/// <param name="LotNumber">Its lot, where known.</param>
/// <param name="Area">The department or work area.</param>
/// <param name="How">How it happened.</param>
/// <param name="OpenSteps">How much of what is to be done has no outcome yet.</param>
/// <param name="NextDue">When the first of that is due.</param>
public sealed record InjuryLine(
    long Id, DateTimeOffset HappenedAt, string DeviceType, string DeviceBrand, string? LotNumber, string Area, string How, long OpenSteps, DateTimeOffset? NextDue);

/// <summary>An injury, as somebody reports it.</summary>
public sealed record InjuryInput
{
    /// <summary>The member of staff who was injured. Default: whoever reports it; needed when that is no member of staff.</summary>
    public long? StaffId { get; init; }

    /// <summary>When, not in the future. Default: now.</summary>
    public DateTimeOffset? HappenedAt { get; init; }

    /// <summary>The lot, where it is known: it says item, type and brand.</summary>
    public long? LotId { get; init; }

    /// <summary>The item, where the lot isn't known: it says type and brand.</summary>
    public long? ItemId { get; init; }

    /// <summary>What kind of device, 1 to 100 characters; needed without lot and item.</summary>
    public string? DeviceType { get; init; }

    /// <summary>Its brand, 1 to 200 characters; needed without lot and item.</summary>
    public string? DeviceBrand { get; init; }

    /// <summary>The department or work area; 1 to 200 characters.</summary>
    public string? Area { get; init; }

    /// <summary>How it happened, without names; 1 to 2,000 characters.</summary>
    public string? How { get; init; }

    /// <summary>The source patient, where known.</summary>
    public long? PatientId { get; init; }
}
