namespace Smp.Benchmarks;

/// <summary>The values that the rounds of a benchmark gave.</summary>
internal sealed class Sample(IEnumerable<double> values)
{
    private readonly double[] sorted = [.. values.Order()];

    public double Median => At(0.5);

    public double LowerQuartile => At(0.25);

    public double UpperQuartile => At(0.75);

    public double Least => sorted[0];

    public double Most => sorted[^1];

    /// <summary>Between two values that were measured, as far as the share lies between them; 0.99 for what one in a hundred exceeds.</summary>
    public double At(double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}
