namespace Smp.Sessions;

/// <summary>Numbers from forms, as services take them.</summary>
internal static class Numbers
{
    /// <summary>A number that is too large for any rule stays too large.</summary>
    public static int? Int(long? number) => number is { } whole ? (int)Math.Clamp(whole, int.MinValue, int.MaxValue) : null;

    /// <summary>Millimetres as typed, in micrometres.</summary>
    public static int? Micrometres(decimal? millimetres) => millimetres is { } mm ? (int)Math.Clamp(mm * 1000, int.MinValue, int.MaxValue) : null;
}
