using System.Numerics;

namespace Smp.Runtime.Core.Doses;

/// <summary>
/// A sum of doses, each as a fraction of its own limit: exact, as a fraction of whole numbers of any size. At most one is within the
/// limits; this is how doses of unlike drugs are added (domain rule: mixes add as fractions of each limit, sum ≤ 1).
/// </summary>
/// <param name="Numerator">Not negative.</param>
/// <param name="Denominator">Positive.</param>
internal sealed record DoseSum(BigInteger Numerator, BigInteger Denominator)
{
    private const int Million = 1_000_000;

    /// <summary>Nothing given.</summary>
    public static DoseSum Zero { get; } = new(BigInteger.Zero, BigInteger.One);

    /// <summary>Whether more was given than may be.</summary>
    public bool IsOver => Numerator > Denominator;

    /// <summary>The whole in millionths, rounded up, so that nothing over the limit ever reads as within it.</summary>
    public long Millionths => (long)BigInteger.Min((Numerator * Million + Denominator - 1) / Denominator, long.MaxValue);

    /// <summary>With one dose more.</summary>
    /// <param name="amountNanograms">How much of the drug.</param>
    /// <param name="limitNanograms">How much of it may be given alone; positive.</param>
    public DoseSum With(long amountNanograms, long limitNanograms)
    {
        var numerator = Numerator * limitNanograms + amountNanograms * Denominator;
        var denominator = Denominator * limitNanograms;
        var common = BigInteger.GreatestCommonDivisor(numerator, denominator);
        return new(numerator / common, denominator / common);
    }

    /// <summary>How many nanograms of a drug may still be given, rounded down; nought when nothing is left.</summary>
    public long LeftOf(long limitNanograms) => IsOver ? 0 : (long)((Denominator - Numerator) * limitNanograms / Denominator);

    /// <summary>Whether this is the larger.</summary>
    public bool IsMoreThan(DoseSum other) => Numerator * other.Denominator > other.Numerator * Denominator;
}
