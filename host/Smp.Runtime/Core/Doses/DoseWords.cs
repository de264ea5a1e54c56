using System.Globalization;
using Smp.Sdk;

namespace Smp.Runtime.Core.Doses;

/// <summary>Amounts and concentrations in the units that people use. Every conversion is exact.</summary>
public static class DoseWords
{
    /// <summary>Milligrams: 1,000,000 ng are one.</summary>
    public static decimal Milligrams(long nanograms) => nanograms / 1_000_000m;

    /// <summary>Millilitres: 1,000 µL are one.</summary>
    public static decimal Millilitres(long microlitres) => microlitres / 1000m;

    /// <summary>Percent: 10,000 µg/mL, which is 10 mg/mL, are one.</summary>
    public static decimal Percent(long microgramsPerMillilitre) => microgramsPerMillilitre / 10_000m;

    /// <summary>Rounded down, so that what is left is never shown as more than it is.</summary>
    public static decimal Down(decimal value, int decimals) => Math.Round(value, decimals, MidpointRounding.ToNegativeInfinity);

    /// <summary>Millionths as percent, rounded up to a tenth, so that what is above the limit never reads as 100 %.</summary>
    public static decimal PercentUp(long millionths) => Math.Round(millionths / 10_000m, 1, MidpointRounding.ToPositiveInfinity);

    /// <summary>A dose in a line: <c>Lidocaine 1 % with adrenaline, 5 mL (50 mg), infiltration</c>.</summary>
    public static string Line(
        string drug, long? concentration, long? volume, long amountNanograms, bool withAdrenaline, DoseRoute route)
    {
        var solution = concentration is { } c ? string.Create(CultureInfo.InvariantCulture, $"{drug} {Percent(c):0.####} %") : drug;
        var how = withAdrenaline ? " with adrenaline" : "";
        var much = string.Create(CultureInfo.InvariantCulture, $"{Milligrams(amountNanograms):0.######} mg");
        return volume is { } v
            ? string.Create(CultureInfo.InvariantCulture, $"{solution}{how}, {Millilitres(v):0.###} mL ({much}), {route.ToString().ToLowerInvariant()}")
            : $"{solution}{how}, {much}, {route.ToString().ToLowerInvariant()}";
    }
}
