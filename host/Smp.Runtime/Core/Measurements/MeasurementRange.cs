using Smp.Sdk;

namespace Smp.Runtime.Core.Measurements;

/// <summary>
/// What a measurement can be, and what it mostly is. Outside the first it is a slip of the finger or of the unit; outside the second it is said, and
/// recorded. Choices of this program: no source draws these lines.
/// </summary>
internal sealed record MeasurementRange(MeasurementKind Kind, long Lowest, long Highest, long UsualFrom, long UsualTo)
{
    public static MeasurementRange Diastolic { get; } = new(MeasurementKind.BloodPressure, 10, 200, 50, 100);

    private static readonly MeasurementRange[] All =
    [
        new(MeasurementKind.Weight, 10_000, 500_000, 40_000, 160_000),
        new(MeasurementKind.Height, 500, 2_600, 1_400, 2_100),
        new(MeasurementKind.BloodPressure, 30, 300, 90, 160),
        new(MeasurementKind.Pulse, 10, 300, 45, 120),
        new(MeasurementKind.OxygenSaturation, 30, 100, 94, 100),
    ];

    public static MeasurementRange Of(MeasurementKind kind) => All.First(r => r.Kind == kind);

    /// <summary>What is impossible, field by field.</summary>
    public static void Check(Checks checks, NewMeasurement m)
    {
        var range = Of(m.Kind);
        var per = UnitsPerShown(m.Kind);
        checks.That(m.Value >= range.Lowest && m.Value <= range.Highest, "value",
            $"{m.Kind}: {range.Lowest / per} to {range.Highest / per} {Unit(m.Kind)} can be true; this is {m.Value / per}.");
        if (m.Kind != MeasurementKind.BloodPressure)
        {
            checks.That(m.Diastolic is null, "diastolic", $"Only blood pressure has two values.");
            return;
        }

        checks.That(m.Diastolic >= Diastolic.Lowest && m.Diastolic <= Diastolic.Highest, "diastolic",
            $"A diastolic pressure is {Diastolic.Lowest} to {Diastolic.Highest} mmHg.");
        checks.That(m.Diastolic is null || m.Diastolic < m.Value, "diastolic", $"The diastolic pressure is the lower of the two.");
    }

    /// <summary>What is unusual, in sentences.</summary>
    /// <param name="m">A measurement that can be true.</param>
    /// <param name="weightBefore">The latest weight before it, in grams; null where there is none.</param>
    public static IReadOnlyList<FormattableString> Unusual(NewMeasurement m, long? weightBefore)
    {
        var range = Of(m.Kind);
        var said = new Sentences();
        var per = UnitsPerShown(m.Kind);
        if (m.Value < range.UsualFrom || m.Value > range.UsualTo)
            said.Add($"{m.Value / per} {Unit(m.Kind)} is unusual. Compare it with the device.");
        if (m.Diastolic is { } low && (low < Diastolic.UsualFrom || low > Diastolic.UsualTo))
            said.Add($"A diastolic pressure of {low} mmHg is unusual. Compare it with the device.");
        // A weight in pounds entered as kilograms is more than twice what it should be.
        if (m.Kind == MeasurementKind.Weight && weightBefore is { } before && Math.Abs(m.Value - before) * 5 > before)
            said.Add($"The weight before was {before / 1000m} kg: a difference of more than a fifth. Is it in kilograms?");
        return said;
    }

    /// <summary>How many of the stored unit are one of the unit that people use: 1,000 g are a kilogram.</summary>
    public static decimal UnitsPerShown(MeasurementKind kind) => kind switch { MeasurementKind.Weight => 1000, MeasurementKind.Height => 10, _ => 1 };

    /// <summary>The unit that people use.</summary>
    public static string Unit(MeasurementKind kind) => kind switch
    {
        MeasurementKind.Weight => "kg",
        MeasurementKind.Height => "cm",
        MeasurementKind.BloodPressure => "mmHg",
        MeasurementKind.Pulse => "/min",
        _ => "%",
    };

    private sealed class Sentences : List<FormattableString>;
}
