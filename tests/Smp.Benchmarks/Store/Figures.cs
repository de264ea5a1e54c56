using System.Globalization;

namespace Smp.Benchmarks.Store;

/// <summary>Figures as the tables show them.</summary>
internal static class Figures
{
    /// <summary>The median with the quartiles: <c>1.50 (1.42–1.61)</c>.</summary>
    public static string Show(this Sample sample, string format) =>
        $"{sample.Median.Show(format)} ({sample.LowerQuartile.Show(format)}–{sample.UpperQuartile.Show(format)})";

    public static string Show(this double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>What was measured of one against another in the same rounds.</summary>
    public static Sample Against(this IEnumerable<double> mine, IEnumerable<double> its) => new(mine.Zip(its, (a, b) => a / b));
}

/// <summary>What was meant to be reached, and whether it was.</summary>
internal sealed class Aims
{
    private readonly List<(string Aim, string CameOut, bool Reached)> all = [];

    public void AtLeast(string what, double aim, double cameOut, string format, string unit) =>
        all.Add(($"{what}: at least {aim.Show(format)}{unit}", cameOut.Show(format) + unit, cameOut >= aim));

    public void AtMost(string what, double aim, double cameOut, string format, string unit) =>
        all.Add(($"{what}: at most {aim.Show(format)}{unit}", cameOut.Show(format) + unit, cameOut <= aim));

    public void Print()
    {
        Console.WriteLine();
        Console.WriteLine("| aim | came out | |");
        Console.WriteLine("|---|---|---|");
        foreach (var (aim, cameOut, reached) in all) Console.WriteLine($"| {aim} | {cameOut} | {(reached ? "reached" : "missed")} |");
    }
}
