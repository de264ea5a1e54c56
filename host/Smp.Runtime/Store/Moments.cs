using System.Globalization;

namespace Smp.Runtime.Store;

/// <summary>Moments as the store keeps them.</summary>
public static class Moments
{
    /// <summary>One width for all, so that text sorts as time does.</summary>
    internal const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>UTC, cut to whole milliseconds, so that a moment read back equals the one written.</summary>
    public static DateTimeOffset Cut(DateTimeOffset moment)
    {
        var utc = moment.ToUniversalTime();
        return new(utc.Ticks - utc.Ticks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
    }

    /// <summary>As it is written.</summary>
    internal static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
}
