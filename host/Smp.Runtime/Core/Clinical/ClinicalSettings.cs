using Smp.Runtime.Loading;

namespace Smp.Runtime.Core.Clinical;

/// <summary>What the clinic chooses for doses and measurements.</summary>
internal static class ClinicalSettings
{
    /// <summary>How many days a weight counts for doses by weight.</summary>
    public const string WeightMaxAgeDays = "weightMaxAgeDays";

    /// <summary>How many hours a dose counts.</summary>
    public const string DoseWindowHours = "doseWindowHours";

    public static IReadOnlyList<SettingDefinition> Definitions { get; } =
    [
        new()
        {
            Name = WeightMaxAgeDays, Type = SettingType.WholeNumber, Title = "Days that a weight counts",
            Description = "For doses by weight. With an older one no dose can be planned.", Default = 30L, Minimum = 1, Maximum = 365,
        },
        new()
        {
            Name = DoseWindowHours, Type = SettingType.WholeNumber, Title = "Hours that a dose counts",
            Description = "Local anaesthetics given within so many hours add up against the limits.", Default = 24L, Minimum = 24, Maximum = 72,
        },
    ];
}
