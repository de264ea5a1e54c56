using System.Globalization;
using Smp.Sdk;

namespace Smp.Needles;

/// <summary>The keys of rows inside the cursors of this module's lists.</summary>
internal static class Cursor
{
    public static string Of(long key) => key.ToString(CultureInfo.InvariantCulture);

    /// <summary>A moment as the store keeps it.</summary>
    public static string Of(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <exception cref="RefusedException">It isn't a key of ours.</exception>
    public static long Key(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var key)
        ? key
        : throw Refuse.Field("after", $"This isn't a place in this list. Begin without it, or use the next of the page before.");
}
