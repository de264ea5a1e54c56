namespace Smp.Needles;

/// <summary>Numbers from forms, as services take them.</summary>
internal static class Numbers
{
    /// <summary>A number that is too large for any rule stays too large.</summary>
    public static int? Int(long? number) => number is { } whole ? (int)Math.Clamp(whole, int.MinValue, int.MaxValue) : null;
}
