namespace Smp.Sdk;

/// <summary>What kind of drug it is: what limits and allergies go by.</summary>
public enum DrugClass
{
    /// <summary>A local anaesthetic with an amide bond.</summary>
    AmideAnaesthetic,

    /// <summary>A local anaesthetic with an ester bond.</summary>
    EsterAnaesthetic,

    /// <summary>A sedative.</summary>
    Sedative,

    /// <summary>Anything else.</summary>
    OtherDrug,
}

/// <summary>How much of a drug may be given within the clinic's window (24 hours): the stricter of both.</summary>
/// <param name="WithAdrenaline">Whether it is the limit of solutions with adrenaline.</param>
/// <param name="MicrogramsPerKilogram">By body weight: 4,500 is 4.5 mg/kg. Null where the source gives none.</param>
/// <param name="MaximumMicrograms">However heavy the patient: 300,000 is 300 mg. Null where the source gives none.</param>
/// <param name="MaximumExcluded">Whether the maximum itself is too much already ("kept below 300 mg").</param>
/// <param name="Source">Where it stands: a label, as somebody could look it up.</param>
public sealed record DrugLimit(
    bool WithAdrenaline, long? MicrogramsPerKilogram, long? MaximumMicrograms, bool MaximumExcluded, string Source);

/// <summary>A drug of the clinic's catalogue.</summary>
public sealed record Drug
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Its international name: "Lidocaine".</summary>
    public required string Name { get; init; }

    /// <summary>What kind of drug it is.</summary>
    public required DrugClass Class { get; init; }

    /// <summary>Whether it sedates: who had it can't consent for a while.</summary>
    public required bool Sedating { get; init; }

    /// <summary>Whether it came with the program; its limits then can be lowered, never raised.</summary>
    public required bool Known { get; init; }

    /// <summary>Whether the clinic uses it.</summary>
    public required bool Active { get; init; }

    /// <summary>Counts the changes; an edit says which one it was made from.</summary>
    public required long RowVersion { get; init; }

    /// <summary>Its limits; empty where no source gives one. Such a drug is recorded, and can't be planned.</summary>
    public IReadOnlyList<DrugLimit> Limits { get; init; } = [];

    /// <summary>Whether it is a local anaesthetic: these add up, whatever their names.</summary>
    public bool IsAnaesthetic => Class is DrugClass.AmideAnaesthetic or DrugClass.EsterAnaesthetic;

    /// <summary>
    /// The limit of a solution; null where there is none. A solution with adrenaline that has no limit of its own is held to the
    /// plain one, which is the stricter; never the other way round.
    /// </summary>
    public DrugLimit? LimitOf(bool withAdrenaline) =>
        Limits.FirstOrDefault(l => l.WithAdrenaline == withAdrenaline) ?? (withAdrenaline ? Limits.FirstOrDefault(l => !l.WithAdrenaline) : null);
}
