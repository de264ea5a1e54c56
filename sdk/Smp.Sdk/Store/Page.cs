using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace Smp.Sdk;

/// <summary>One page of a list, in a fixed order.</summary>
/// <param name="Items">At most as many as were asked for.</param>
/// <param name="Next">Where the next page begins, null at the end. Opaque: pass it back as <c>after</c>.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Keyset paging: a page begins after the key of the last row of the page before, so that rows that come and go shift nothing.</summary>
public static class Keyset
{
    /// <summary>How many rows a page has when nothing is asked for.</summary>
    public const int DefaultLimit = 50;

    /// <summary>How many rows a page has at most.</summary>
    public const int MaxLimit = 200;

    /// <summary>The limit to use for what was asked for: 1 to <see cref="MaxLimit"/>.</summary>
    /// <exception cref="RefusedException">The limit is out of range.</exception>
    public static int Limit(int? asked) => asked switch
    {
        null => DefaultLimit,
        >= 1 and <= MaxLimit => asked.Value,
        _ => throw Refuse.Field("limit", $"The limit is a number from 1 to {MaxLimit}."),
    };

    /// <summary>Makes a page of at most <paramref name="limit"/> rows from a query that asked for one row more.</summary>
    public static Page<T> ToPage<T>(IReadOnlyList<T> rows, int limit, Func<T, string[]> key) =>
        rows.Count <= limit ? new(rows, null) : new([.. rows.Take(limit)], Encode(key(rows[limit - 1])));

    /// <summary>Writes the key of a row as an opaque cursor.</summary>
    public static string Encode(params string[] key) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(key));

    /// <summary>Reads a cursor back. Null gives null.</summary>
    /// <exception cref="RefusedException">It isn't a cursor with this many parts.</exception>
    public static string[]? Decode(string? cursor, int parts)
    {
        if (string.IsNullOrEmpty(cursor)) return null;
        try
        {
            var key = JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(cursor));
            if (key?.Length == parts && !key.Contains(null)) return key;
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            // Said below: what is wrong is the same for every cursor that this list didn't give out.
        }

        throw NoPlace();
    }

    /// <summary>A row's key, as part of a cursor.</summary>
    public static string Of(long key) => key.ToString(CultureInfo.InvariantCulture);

    /// <summary>A moment, as part of a cursor: as the store keeps it.</summary>
    public static string Of(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads a row's key back.</summary>
    /// <exception cref="RefusedException">It isn't one.</exception>
    public static long Key(string part) =>
        long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var key) ? key : throw NoPlace();

    private static RefusedException NoPlace() =>
        Refuse.Field("after", $"This isn't a place in this list. Begin without it, or use the next of the page before.");
}
