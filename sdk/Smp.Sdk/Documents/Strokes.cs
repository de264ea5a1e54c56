using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Smp.Sdk;

/// <summary>A point of a stroke.</summary>
/// <param name="X">From the left, in the pad's own pixels.</param>
/// <param name="Y">From the top.</param>
/// <param name="Ms">Milliseconds since the first point of the first stroke.</param>
/// <param name="Pressure">0 to 1000; a mouse, which has none, gives 500.</param>
public readonly record struct StrokePoint(int X, int Y, int Ms, int Pressure);

/// <summary>
/// A signature as it was drawn: where the pen went, when, and how hard. That is more than its picture, which is made of it and looks the same at every size.
/// </summary>
/// <remarks>
/// As JSON: <c>{"width":600,"height":200,"strokes":[[x,y,ms,pressure, x,y,ms,pressure, …], …]}</c>, whole numbers, one list of fours a stroke. The pad measures 50 to 4,000 pixels a side; at most 500 strokes,
/// 20,000 points and an hour.
/// </remarks>
public sealed class Strokes
{
    /// <summary>How many characters of JSON are read at most.</summary>
    public const int MaxJson = 500_000;

    private const int MaxStrokes = 500, MaxPoints = 20_000, MaxMs = 3_600_000;

    private Strokes(int width, int height, IReadOnlyList<IReadOnlyList<StrokePoint>> lines) => (Width, Height, Lines) = (width, height, lines);

    /// <summary>The pad's width in its own pixels.</summary>
    public int Width { get; }

    /// <summary>Its height.</summary>
    public int Height { get; }

    /// <summary>One list of points for each time the pen was put down, in order.</summary>
    public IReadOnlyList<IReadOnlyList<StrokePoint>> Lines { get; }

    /// <summary>
    /// Whether this is too little to be somebody's hand: the pen has moved less than a tenth of the pad's height in all. A dot or a slip of the sleeve is no signature.
    /// </summary>
    public bool IsBlank => Lines.Sum(Length) < Height / 10.0;

    /// <summary>Reads strokes as the pad sends them.</summary>
    /// <exception cref="FormatException">They aren't ones, or are too many. Says what is wrong and where.</exception>
    public static Strokes Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length > MaxJson) throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"A drawn signature has at most {MaxJson} characters; this one has {json.Length}."));
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            return Read(document.RootElement);
        }
        catch (JsonException error)
        {
            throw new FormatException($"A drawn signature is JSON, which this isn't: {error.Message}", error);
        }
    }

    /// <summary>As <see cref="Parse"/> reads it; the same strokes always give the same text.</summary>
    public string ToJson()
    {
        var json = new StringBuilder();
        json.Append(CultureInfo.InvariantCulture, $$"""{"width":{{Width}},"height":{{Height}},"strokes":[""");
        for (var i = 0; i < Lines.Count; i++)
        {
            json.Append(i == 0 ? "[" : ",[");
            for (var j = 0; j < Lines[i].Count; j++)
            {
                var p = Lines[i][j];
                json.Append(CultureInfo.InvariantCulture, $"{(j == 0 ? "" : ",")}{p.X},{p.Y},{p.Ms},{p.Pressure}");
            }

            json.Append(']');
        }

        return json.Append("]}").ToString();
    }

    /// <summary>
    /// Its picture: an SVG element that takes the colour of the text around it. The harder the pen was pressed, the thicker the line. The same strokes always give the same text.
    /// </summary>
    /// <param name="title">What it is, for those who don't see it: "Signature of Ana Horvat". Encoded here.</param>
    public string ToSvg(string title)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" class="signature" viewBox="0 0 {Width} {Height}" role="img" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"><title>{Escaped(title)}</title>""");
        foreach (var line in Lines) Draw(svg, line);
        return svg.Append("</svg>").ToString();
    }

    // From the middle of one piece to the middle of the next, bent towards the point between them: smooth, and through no point that wasn't there.
    private static void Draw(StringBuilder svg, IReadOnlyList<StrokePoint> line)
    {
        var width = 1.2 + line.Average(p => p.Pressure) / 1000 * 2.8;
        svg.Append(CultureInfo.InvariantCulture, $"""<path stroke-width="{width:0.##}" d="M{line[0].X} {line[0].Y}""");
        for (var i = 1; i < line.Count - 1; i++)
            svg.Append(CultureInfo.InvariantCulture, $"Q{line[i].X} {line[i].Y} {(line[i].X + line[i + 1].X) / 2.0:0.#} {(line[i].Y + line[i + 1].Y) / 2.0:0.#}");
        svg.Append(CultureInfo.InvariantCulture, $"""L{line[^1].X} {line[^1].Y}"/>""");
    }

    private static double Length(IReadOnlyList<StrokePoint> line) => line.Zip(line.Skip(1), (a, b) => Math.Sqrt(Math.Pow(b.X - a.X, 2) + Math.Pow(b.Y - a.Y, 2))).Sum();

    private static string Escaped(string text) => System.Net.WebUtility.HtmlEncode(text);

    private static Strokes Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new FormatException("A drawn signature is an object with width, height and strokes.");
        var (width, height) = (Side(root, "width"), Side(root, "height"));
        if (!root.TryGetProperty("strokes", out var strokes) || strokes.ValueKind != JsonValueKind.Array) throw new FormatException("A drawn signature has a list of strokes.");
        if (strokes.GetArrayLength() > MaxStrokes) throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"A drawn signature has at most {MaxStrokes} strokes; this one has {strokes.GetArrayLength()}."));
        var (lines, points, before) = (new List<IReadOnlyList<StrokePoint>>(), 0, 0);
        foreach (var stroke in strokes.EnumerateArray())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"Stroke {lines.Count + 1}");
            if (stroke.ValueKind != JsonValueKind.Array || stroke.GetArrayLength() is 0 || stroke.GetArrayLength() % 4 != 0)
                throw new FormatException($"{at} isn't a list of x, y, milliseconds and pressure, four numbers a point.");
            points += stroke.GetArrayLength() / 4;
            if (points > MaxPoints) throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"A drawn signature has at most {MaxPoints} points."));
            var line = stroke.EnumerateArray().Select(n => n.ValueKind == JsonValueKind.Number && n.TryGetInt32(out var number) ? number
                : throw new FormatException($"{at} holds {n.GetRawText()}, which is no whole number.")).Chunk(4).Select(f => new StrokePoint(f[0], f[1], f[2], f[3])).ToList();
            foreach (var point in line)
            {
                // A finger that leaves the pad is followed a little.
                if (point.X < -width || point.X > 2 * width || point.Y < -height || point.Y > 2 * height) throw new FormatException($"{at} leaves the pad.");
                if (point.Ms < before || point.Ms > MaxMs) throw new FormatException($"{at} goes back in time, or lasts longer than an hour.");
                if (point.Pressure is < 0 or > 1000) throw new FormatException($"{at} has a pressure outside of 0 to 1000.");
                before = point.Ms;
            }

            lines.Add(line);
        }

        return new(width, height, lines);
    }

    private static int Side(JsonElement root, string name) =>
        root.TryGetProperty(name, out var side) && side.ValueKind == JsonValueKind.Number && side.TryGetInt32(out var pixels) && pixels is >= 50 and <= 4000
            ? pixels
            : throw new FormatException($"A drawn signature has a {name} of 50 to 4000 pixels.");
}
