using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Smp.Runtime.Loading;

/// <summary>A JSON value that knows where it stands in its file, which <see cref="JsonDocument"/> doesn't.</summary>
/// <param name="Kind">What kind of value.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Counted from 1, in characters.</param>
/// <param name="Text">A string's content, or a number as written; else empty.</param>
/// <param name="Members">An object's members in their order, with where each name stands; empty for anything else.</param>
/// <param name="Items">An array's items; empty for anything else.</param>
internal sealed record LocatedJson(
    JsonValueKind Kind, int Line, int Column, string Text, IReadOnlyList<LocatedMember> Members, IReadOnlyList<LocatedJson> Items)
{
    // A manifest is four deep; what is deeper is no manifest.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 16 };

    /// <summary>What it is, in words.</summary>
    public string Described => Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"\"{Text}\"",
        JsonValueKind.Number => Text,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    /// <summary>Reads a whole file: UTF-8 with or without a byte order mark, no comments, no trailing commas.</summary>
    /// <exception cref="JsonException">It isn't JSON; the exception has the place.</exception>
    public static LocatedJson Parse(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(Encoding.UTF8.Preamble)) file = file[Encoding.UTF8.Preamble.Length..];
        if (!Utf8.IsValid(file)) throw new JsonException("The file isn't written in UTF-8.", null, null, null);

        var reader = new Utf8JsonReader(file, Options);
        var ruler = new Ruler();
        reader.Read();
        var value = Value(ref reader, file, ruler);
        reader.Read();
        return value;
    }

    private static LocatedJson Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> file, Ruler ruler)
    {
        var (line, column) = ruler.Place(file, (int)reader.TokenStartIndex);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => new(JsonValueKind.Object, line, column, "", Object(ref reader, file, ruler), []),
            JsonTokenType.StartArray => new(JsonValueKind.Array, line, column, "", [], Array(ref reader, file, ruler)),
            JsonTokenType.String => new(JsonValueKind.String, line, column, String(ref reader, line, column), [], []),
            JsonTokenType.Number => new(JsonValueKind.Number, line, column, Encoding.UTF8.GetString(reader.ValueSpan), [], []),
            JsonTokenType.True => new(JsonValueKind.True, line, column, "", [], []),
            JsonTokenType.False => new(JsonValueKind.False, line, column, "", [], []),
            _ => new(JsonValueKind.Null, line, column, "", [], []),
        };
    }

    private static List<LocatedMember> Object(ref Utf8JsonReader reader, ReadOnlySpan<byte> file, Ruler ruler)
    {
        var members = new List<LocatedMember>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var (line, column) = ruler.Place(file, (int)reader.TokenStartIndex);
            var name = String(ref reader, line, column);
            reader.Read();
            members.Add(new(name, line, column, Value(ref reader, file, ruler)));
        }

        return members;
    }

    private static List<LocatedJson> Array(ref Utf8JsonReader reader, ReadOnlySpan<byte> file, Ruler ruler)
    {
        var items = new List<LocatedJson>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Value(ref reader, file, ruler));
        return items;
    }

    private static string String(ref Utf8JsonReader reader, int line, int column)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("This text has an escape that stands for no character.", null, line - 1, column - 1, e);
        }
    }

    // Goes along with the reader: to count from the beginning for each token takes seconds where there are many.
    private sealed class Ruler
    {
        private int offset;
        private int line = 1;
        private int column = 1;

        public (int Line, int Column) Place(ReadOnlySpan<byte> file, int to)
        {
            var passed = file[offset..to];
            offset = to;
            if (passed.LastIndexOf((byte)'\n') is >= 0 and var end)
            {
                line += passed.Count((byte)'\n');
                column = 1;
                passed = passed[(end + 1)..];
            }

            column += Encoding.UTF8.GetCharCount(passed);
            return (line, column);
        }
    }
}

/// <summary>A member of a JSON object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Line">Where the name stands, counted from 1.</param>
/// <param name="Column">Where the name stands, counted from 1.</param>
/// <param name="Value">Its value.</param>
internal sealed record LocatedMember(string Name, int Line, int Column, LocatedJson Value);
