using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;

namespace Smp.Needles.Scanning;

/// <summary>
/// One application identifier of the GS1 General Specifications (section 3): how its value looks, and what is done with
/// it. The format is in GS1's own notation: <c>N6</c> six digits, <c>X..20</c> one to twenty characters of set 82,
/// <c>Y</c> of set 39, several parts one after another, the last in <c>[]</c> where it may be left out.
/// </summary>
internal sealed class Gs1Element
{
    private const string SixDigits = "YYMMDD";

    /// <summary>
    /// The first two digits of the AIs whose length is predefined for all time, so that no FNC1 need follow (section 7.8.5).
    /// </summary>
    private static readonly FrozenSet<string> PredefinedBy = new[]
    {
        "00", "01", "02", "03", "04", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
        "31", "32", "33", "34", "35", "36", "41",
    }.ToFrozenSet();

    /// <summary>What is kept of a code.</summary>
    private static readonly Gs1Element[] Kept =
    [
        new("01", "N14", "GTIN", (reading, place, value) => reading.Gtin(place, value)) { NamesItem = true },
        new("02", "N14", "GTIN of the contents", (reading, place, value) => reading.Gtin(place, value)) { NamesItem = true },
        new("03", "N14", "GTIN made to order", (reading, place, value) => reading.Gtin(place, value)) { NamesItem = true },
        new("8006", "N14 N4", "GTIN of the piece", (reading, place, value) => reading.Gtin(place, value[..14])) { NamesItem = true },
        new("8026", "N14 N4", "GTIN of the pieces inside", (reading, place, value) => reading.Gtin(place, value[..14])) { NamesItem = true },
        new("10", "X..20", "lot", (reading, place, value) => reading.Lot(place, value)),
        new("11", "N6", "production date", (reading, place, value) => reading.Production(place, value, SixDigits, zeroDay: true)),
        new("17", "N6", "expiry date", (reading, place, value) => reading.Expiry(place, value, SixDigits, zeroDay: true)),
        new("7003", "N10", "expiry date and time", (reading, place, value) => reading.Expiry(place, value, "YYMMDDHHNN")),
        new("21", "X..20", "serial number", (reading, place, value) => reading.Serial(place, value)),
        new("30", "N..8", "count", (reading, place, value) => reading.Count(place, value)),
        new("240", "X..30", "additional id", (reading, place, value) => reading.Ref(place, value)),
    ];

    /// <summary>What is stepped over: only its shape is looked at. An <c>n</c> stands for 0 to 5 decimals.</summary>
    private static readonly (string Format, string[] Ais)[] SteppedOver =
    [
        ("N18", ["00"]),
        ("N6", ["12", "13", "15", "16"]),
        ("N2", ["20"]),
        ("X..20", ["22", "243", "254"]),
        ("X..28", ["235"]),
        ("X..30", ["241", "250", "251"]),
        ("N..6", ["242"]),
        ("N13 [X..17]", ["253"]),
        ("N13 [N..12]", ["255"]),
        ("N6", ["310n-316n", "320n-337n", "340n-357n", "360n-369n"]),
        ("N..8", ["37"]),
        ("N..15", ["3900-3909", "3920-3929"]),
        ("N3 N..15", ["3910-3919", "3930-3939"]),
        ("N4", ["3940-3943"]),
        ("N6", ["395n"]),
        ("X..30", ["400", "401", "403"]),
        ("N17", ["402"]),
        ("N13", ["410-417"]),
        ("X..20", ["420"]),
        ("N3 X..9", ["421"]),
        ("N3", ["422", "424", "426"]),
        ("N..15", ["423", "425"]),
        ("X..3", ["427"]),
        ("X..35", ["4300-4301", "4310-4311", "4320"]),
        ("X..70", ["4302-4306", "4312-4316"]),
        ("X2", ["4307", "4317"]),
        ("X..30", ["4308", "4319"]),
        ("N20", ["4309"]),
        ("X..20", ["4318"]),
        ("N1", ["4321-4323"]),
        ("N10", ["4324-4325"]),
        ("N6", ["4326"]),
        ("N6 [X1]", ["4330-4333"]),
        ("N13", ["7001"]),
        ("X..30", ["7002"]),
        ("N..4", ["7004"]),
        ("X..12", ["7005"]),
        ("N6", ["7006"]),
        ("N6 [N6]", ["7007"]),
        ("X..3", ["7008"]),
        ("X..10", ["7009"]),
        ("X..2", ["7010"]),
        ("N6 [N4]", ["7011"]),
        ("X..20", ["7020-7022"]),
        ("X..30", ["7023"]),
        ("N3 X..27", ["7030-7039"]),
        ("N1 X3", ["7040"]),
        ("X..4", ["7041"]),
        ("X..20", ["710-717"]),
        ("X2 X..28", ["7230-7239"]),
        ("X..20", ["7240"]),
        ("N2", ["7241"]),
        ("X..25", ["7242"]),
        ("N8", ["7250"]),
        ("N12", ["7251"]),
        ("N1", ["7252"]),
        ("X..40", ["7253-7254", "7259"]),
        ("X..10", ["7255"]),
        ("X..90", ["7256"]),
        ("X..70", ["7257"]),
        ("N1 X1 N1", ["7258"]),
        ("N14", ["8001"]),
        ("X..20", ["8002", "8012"]),
        ("N14 [X..16]", ["8003"]),
        ("X..30", ["8004"]),
        ("N6", ["8005"]),
        ("X..34", ["8007"]),
        ("N8 [N..4]", ["8008"]),
        ("X..50", ["8009"]),
        ("Y..30", ["8010"]),
        ("N..12", ["8011"]),
        ("X..25", ["8013-8014", "8020"]),
        ("N18", ["8017-8018"]),
        ("N..10", ["8019"]),
        ("X..90", ["8030"]),
        ("X..70", ["8110", "8112", "8200"]),
        ("N4", ["8111"]),
        ("X..30", ["90"]),
        ("X..90", ["91-99"]),
    ];

    private static readonly FrozenDictionary<string, Gs1Element> Elements = Kept
        .Concat(SteppedOver.SelectMany(row => row.Ais.SelectMany(Expand).Select(ai => new Gs1Element(ai, row.Format, "element", null))))
        .ToFrozenDictionary(element => element.Ai);

    private readonly Part[] parts;

    private Gs1Element(string ai, string format, string name, Action<Reading, string, string>? read)
    {
        Ai = ai;
        Place = $"{name} (AI {ai})";
        Read = read;
        Predefined = PredefinedBy.Contains(ai[..2]);
        parts = [.. format.Split(' ').Select(Part.Of)];
        MaxLength = parts.Sum(part => part.Max);
    }

    public string Ai { get; }

    /// <summary>How messages name it: <c>lot (AI 10)</c>.</summary>
    public string Place { get; }

    /// <summary>Takes over a value that fits; null where it is stepped over.</summary>
    public Action<Reading, string, string>? Read { get; }

    /// <summary>Whether it is what lot, dates and serial belong to (mandatory associations, section 4 of the GS1 General Specifications).</summary>
    public bool NamesItem { get; private init; }

    public bool Predefined { get; }

    public int MaxLength { get; }

    public static Gs1Element? Find(string ai) => Elements.GetValueOrDefault(ai);

    /// <summary>The element that begins here. No AI is the beginning of another, so at most one does.</summary>
    public static Gs1Element? At(string text, int at)
    {
        for (var length = 2; length <= 4 && at + length <= text.Length; length++)
            if (Find(text.Substring(at, length)) is { } element) return element;
        return null;
    }

    /// <summary>How long the AI at the beginning of a text is, known or not: its first two digits say it. 0 where no digits are.</summary>
    public static int AiLength(ReadOnlySpan<char> text)
    {
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits < 0) digits = text.Length;
        var firstTwo = text[..Math.Min(2, digits)].ToString();
        var length = firstTwo.Length < 2 ? 2 : Elements.Keys.FirstOrDefault(ai => ai.StartsWith(firstTwo, StringComparison.Ordinal))?.Length ?? 2;
        return digits >= Math.Min(length, text.Length) ? length : 0;
    }

    /// <summary>Whether the value is of the format; reports it where not.</summary>
    public bool Fits(string value, Reading reading)
    {
        var least = parts.Sum(part => part.Min);
        if (value.Length < least)
        {
            if (value.Length == 0)
                reading.Report(CodeProblem.Truncated, $"The {Place} is empty: scan the whole barcode again.");
            else
                reading.Report(CodeProblem.Truncated,
                    $"The {Place} is cut off: it has {value.Length} characters, and {least} would be right. Scan the whole barcode again.");
            return false;
        }
        if (value.Length > MaxLength)
        {
            reading.Report(CodeProblem.Length,
                $"The {Place} is {value.Length} characters long; at most {MaxLength} are allowed. Perhaps the scanner lost the separator (FNC1) after it.");
            return false;
        }
        var at = 0;
        foreach (var part in parts)
        {
            var end = Math.Min(at + part.Max, value.Length);
            var wrong = value.AsSpan(at, end - at).IndexOfAnyExcept(part.Allowed);
            if (wrong >= 0)
            {
                reading.Report(CodeProblem.Character,
                    $"Character {at + wrong + 1} of the {Place} is {Reading.Show(value, at + wrong)}; only {part.AllowedWords} may stand there.");
                return false;
            }
            at = end;
        }
        return true;
    }

    private static IEnumerable<string> Expand(string ais)
    {
        var decimals = ais.Contains('n', StringComparison.Ordinal);
        var bounds = ais.Replace("n", "", StringComparison.Ordinal).Split('-');
        var (first, last) = (Number(bounds[0]), Number(bounds[^1]));
        foreach (var ai in Enumerable.Range(first, last - first + 1).Select(number => number.ToString("00", CultureInfo.InvariantCulture)))
        {
            if (!decimals) yield return ai;
            else for (var digit = '0'; digit <= '5'; digit++) yield return ai + digit;
        }

        static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>A run of characters of one kind within a value.</summary>
    private sealed record Part(SearchValues<char> Allowed, string AllowedWords, int Min, int Max)
    {
        // GS1 General Specifications, section 7.11.
        private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");
        private static readonly SearchValues<char> Set39 = SearchValues.Create("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        private static readonly SearchValues<char> Set82 = SearchValues.Create(
            "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

        public static Part Of(string notation)
        {
            var optional = notation.StartsWith('[');
            notation = notation.Trim('[', ']');
            var (allowed, words) = notation[0] switch
            {
                'N' => (Digits, "the digits 0 to 9"),
                'Y' => (Set39, "the digits 0 to 9, the letters A to Z and # - /"),
                _ => (Set82, "the digits 0 to 9, the letters A to Z and a to z and ! \" % & ' ( ) * + , - . / : ; < = > ? _"),
            };
            var max = int.Parse(notation.AsSpan(1).TrimStart('.'), NumberStyles.None, CultureInfo.InvariantCulture);
            return new(allowed, words, optional ? 0 : notation[1] == '.' ? 1 : max, max);
        }
    }
}
