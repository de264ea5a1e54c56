namespace Smp.Runtime.Doctor;

/// <summary>What one check found.</summary>
/// <param name="Check">What was looked at, a word.</param>
/// <param name="Ok">Whether nothing needs doing.</param>
/// <param name="Text">What was found, and what to do about it.</param>
public sealed record Finding(string Check, bool Ok, string Text);

/// <summary>How a clinic is.</summary>
/// <param name="Ok">Whether nothing needs doing.</param>
/// <param name="Findings">What was found, check by check.</param>
public sealed record Diagnosis(bool Ok, IReadOnlyList<Finding> Findings)
{
    /// <summary>Of these findings.</summary>
    public static Diagnosis Of(IReadOnlyList<Finding> findings) => new(findings.All(f => f.Ok), findings);
}
