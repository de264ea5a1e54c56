namespace Smp.Runtime.Core.Doses;

/// <summary>
/// 20 % lipid emulsion for local-anaesthetic systemic toxicity, by weight: ASRA LAST checklist, version 2020 (Neal, Neal and Weinberg, Reg Anesth
/// Pain Med 2021;46:81–82). From 70 kg on: 100 mL over 2–3 minutes, then 200–250 mL over 15–20 minutes. Under 70 kg: 1.5 mL/kg over 2–3 minutes,
/// then 0.25 mL/kg a minute, of ideal body weight. 12 mL/kg at most.
/// </summary>
/// <param name="WeightGrams">The weight that was reckoned with.</param>
public sealed record LipidRescue(long WeightGrams)
{
    private const long FixedFromGrams = 70_000;

    /// <summary>Whether the amounts are those of 70 kg and more, the same for everybody.</summary>
    public bool Fixed => WeightGrams >= FixedFromGrams;

    /// <summary>The bolus in microlitres: 1.5 mL/kg is 1.5 µL/g, cut to whole microlitres.</summary>
    public long BolusMicrolitres => Fixed ? 100_000 : WeightGrams * 3 / 2;

    /// <summary>The infusion in microlitres a minute: 0.25 mL/kg. Null from 70 kg on, where it is 200–250 mL over 15–20 minutes.</summary>
    public long? InfusionMicrolitresPerMinute => Fixed ? null : WeightGrams / 4;

    /// <summary>The most in all, in microlitres: 12 mL/kg.</summary>
    public long MaximumMicrolitres => WeightGrams * 12;
}
