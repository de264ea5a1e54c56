using Smp.Sdk;

namespace Smp.Runtime.Core.Doses;

/// <summary>A dose, as far as limits look at it.</summary>
/// <param name="GivenAt">When.</param>
/// <param name="AmountNanograms">How much.</param>
/// <param name="LimitNanograms">How much of it may be given alone; null where no limit is known.</param>
internal sealed record LimitedDose(DateTimeOffset GivenAt, long AmountNanograms, long? LimitNanograms);

/// <summary>What is given within some hours adds up.</summary>
internal static class DoseWindow
{
    /// <summary>
    /// The limit of a solution for a patient, in nanograms: the stricter of both. µg/kg × g is ng, so nothing is rounded. Of a maximum
    /// that is too much itself the largest whole number below it is left: 299,999,999 ng of "under 300 mg".
    /// </summary>
    /// <returns>Null where there is none, or it goes by a weight that isn't known.</returns>
    public static long? LimitOf(DrugLimit? limit, long? weightGrams)
    {
        if (limit is null) return null;
        if (limit.MicrogramsPerKilogram is not null && weightGrams is null) return null;
        var byWeight = limit.MicrogramsPerKilogram * weightGrams;
        var atMost = limit.MaximumMicrograms * 1000 - (limit.MaximumExcluded ? 1 : 0);
        return byWeight is { } w && atMost is { } m ? Math.Min(w, m) : byWeight ?? atMost;
    }

    /// <summary>
    /// The largest sum of any window that holds a moment. A dose recorded afterwards stands before others, so the windows that end later
    /// count too: in whatever order doses are recorded, the sum is the same. A dose exactly a window ago no longer counts.
    /// </summary>
    public static DoseSum Worst(IReadOnlyCollection<LimitedDose> doses, DateTimeOffset moment, TimeSpan window)
    {
        var worst = DoseSum.Zero;
        foreach (var end in doses.Select(d => d.GivenAt).Where(at => at > moment && at < moment + window).Append(moment).Distinct())
        {
            var sum = doses.Where(d => d.LimitNanograms is > 0 && d.GivenAt > end - window && d.GivenAt <= end)
                .Aggregate(DoseSum.Zero, (all, d) => all.With(d.AmountNanograms, d.LimitNanograms!.Value));
            if (sum.IsMoreThan(worst)) worst = sum;
        }

        return worst;
    }
}
