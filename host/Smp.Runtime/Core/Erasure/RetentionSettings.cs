using Smp.Runtime.Loading;

namespace Smp.Runtime.Core.Erasure;

/// <summary>How long records are kept, however much somebody wants them erased.</summary>
/// <param name="ClinicalYears">Years after the last clinical entry.</param>
/// <param name="ContactYears">Years after the last appointment or message was written or changed.</param>
public sealed record RetentionSettings(int ClinicalYears, int ContactYears)
{
    // § 630f Abs. 3 BGB: 10 years after the treatment ended. The NHS Records Management Code keeps adult records for 8.
    private static readonly SettingDefinition Clinical = new()
    {
        Name = "retentionClinicalYears", Type = SettingType.WholeNumber, Title = "Years that clinical records are kept",
        Description = "After the last entry. Until then they can’t be erased. 10 in Germany (§ 630f BGB), 8 in the NHS: ask what the law says where you are.", Default = 10L, Minimum = 0, Maximum = 100,
    };

    private static readonly SettingDefinition Contact = new()
    {
        Name = "retentionContactYears", Type = SettingType.WholeNumber, Title = "Years that appointments and messages are kept",
        Description = "After the last of them was written or changed: as long as somebody could still make a claim from them, 3 years in Germany (§ 195 BGB).", Default = 3L, Minimum = 0, Maximum = 100,
    };

    internal static IReadOnlyList<SettingDefinition> Definitions { get; } = [Clinical, Contact];

    internal static RetentionSettings From(Func<SettingDefinition, object> value) => new((int)(long)value(Clinical), (int)(long)value(Contact));

    /// <summary>The years of a kind.</summary>
    public int YearsOf(RecordKind kind) => kind switch
    {
        RecordKind.Clinical => ClinicalYears,
        RecordKind.Contact => ContactYears,
        _ => 0,
    };
}

/// <summary>What a record is, as far as it matters how long it is kept.</summary>
public enum RecordKind
{
    /// <summary>What was done and found, and everything that modules keep.</summary>
    Clinical,

    /// <summary>Appointments and messages.</summary>
    Contact,

    /// <summary>What says who the patient is, and the way through the rest: it goes with the last of the rest, and not before.</summary>
    Master,
}

/// <summary>Which table holds what kind of record.</summary>
internal static class RecordKinds
{
    private static readonly HashSet<string> Contact = new(StringComparer.OrdinalIgnoreCase)
    {
        "appointments", "appointment_staff", "core__appointment_details", "core__appointment_acts", "core__messages",
    };

    private static readonly HashSet<string> Master = new(StringComparer.OrdinalIgnoreCase) { "patients", "patient_allergies", "core__timeline", "core__message_opt_outs" };

    /// <summary>The tables of which rows go by themselves when contact may go; what belongs to an appointment goes with it.</summary>
    public static IReadOnlySet<string> ContactRoots { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "appointments", "core__messages" };

    /// <summary>Tables that may name a patient and speak of them in free words, so that taking the name away would not be enough.</summary>
    public static IReadOnlySet<string> InWords { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "core__incidents" };

    /// <summary>What is unknown is clinical: it is kept rather too long than lost.</summary>
    public static RecordKind Of(string table) => Contact.Contains(table) ? RecordKind.Contact : Master.Contains(table) ? RecordKind.Master : RecordKind.Clinical;
}
