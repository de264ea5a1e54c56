namespace Smp.Needles.Scanning;

/// <summary>
/// Reads GS1 element strings: an application identifier (AI), its value, and so on (GS1 General Specifications,
/// section 7.8). An element of predefined length ends by itself; any other ends at FNC1 or at the end of the code.
/// </summary>
internal static class Gs1Code
{
    /// <summary>FNC1 between elements, as scanners send it: the control character GS.</summary>
    private const char Fnc1 = '\u001D';

    /// <summary>The visible sign of GS: what the page shows for it.</summary>
    private const char VisibleFnc1 = '\u241D';

    /// <summary>What scanners put before a GS1 code. No value can hold a bracket <c>]</c>, so within a code these part two scans.</summary>
    private static readonly string[] Identifiers = ["]C1", "]d2", "]Q3", "]e0"];

    public static void Read(string text, Reading reading)
    {
        text = text.Replace(VisibleFnc1, Fnc1);
        foreach (var identifier in Identifiers) text = text.Replace(identifier, $"{Fnc1}", StringComparison.Ordinal);

        var places = new List<string>();
        var values = new Dictionary<Gs1Element, string>();
        var namesItem = false;
        var elements = text.TrimStart(Fnc1, ' ').StartsWith('(') ? Bracketed(text, reading) : Scanned(text, reading);
        foreach (var (element, value) in elements)
        {
            places.Add(element.Place);
            namesItem |= element.NamesItem;
            if (!element.Fits(value, reading)) continue;
            if (values.TryAdd(element, value)) element.Read?.Invoke(reading, element.Place, value);
            else if (values[element] != value)
                reading.Report(CodeProblem.Contradiction,
                    $"The {element.Place} comes twice, as {values[element]} and as {value}: compare with the label.");
        }

        // Where reading broke off, the GTIN may well be in the rest.
        if (namesItem || reading.Has(CodeProblem.UnknownElement) || reading.Has(CodeProblem.Truncated)) return;
        if (places.Count == 0)
            reading.Report(CodeProblem.Empty, $"There is nothing to read after the scanner's prefix: scan again.");
        else
            reading.Report(CodeProblem.GtinMissing,
                $"There is no GTIN (AI 01) beside this: {string.Join(", ", places)}. Scan the barcode that begins with 01, then this one into the same field.");
    }

    /// <summary>Whether this is what an EAN or UPC barcode holds, by its looks.</summary>
    public static bool IsGtin(string text) => text.Length is 8 or 12 or 13 or 14 && text.All(char.IsAsciiDigit);

    /// <summary>Reads a plain EAN or UPC barcode: GTIN-8, -12, -13 or -14.</summary>
    public static void ReadGtin(string text, Reading reading)
    {
        var wrong = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (wrong >= 0)
            reading.Report(CodeProblem.Character,
                $"Character {wrong + 1} of the barcode is {Reading.Show(text, wrong)}; an EAN or UPC barcode has only the digits 0 to 9.");
        else if (!IsGtin(text))
            reading.Report(text.Length < 14 ? CodeProblem.Truncated : CodeProblem.Length,
                $"The barcode has {text.Length} digits; an EAN or UPC barcode has 8, 12, 13 or 14. Scan again.");
        else
            reading.Gtin("GTIN", text);
    }

    /// <summary>The elements of a code as scanned. Stops where it no longer knows where the next one begins.</summary>
    private static IEnumerable<(Gs1Element Element, string Value)> Scanned(string text, Reading reading)
    {
        for (var at = Skip(text, 0); at < text.Length; at = Skip(text, at))
        {
            if (Gs1Element.At(text, at) is not { } element)
            {
                ReportNoElement(text, at, reading);
                yield break;
            }
            at += element.Ai.Length;
            var end = text.IndexOf(Fnc1, at);
            if (end < 0) end = text.Length;
            if (element.Predefined) end = Math.Min(end, at + element.MaxLength);
            yield return (element, text[at..end]);
            at = end;
        }

        static int Skip(string text, int at)
        {
            while (at < text.Length && text[at] == Fnc1) at++;
            return at;
        }
    }

    private static void ReportNoElement(string text, int at, Reading reading)
    {
        var length = Gs1Element.AiLength(text.AsSpan(at));
        if (length == 0 && at == 0)
            reading.Report(CodeProblem.UnknownElement,
                $"This is neither a GS1 nor a HIBC code: it begins with {Reading.Show(text, at)}, but a GS1 code begins with a number such as 01, and a HIBC code with +.");
        else if (length == 0)
            reading.Report(CodeProblem.UnknownElement,
                $"Character {at + 1} of the code is {Reading.Show(text, at)}, but an AI should begin there: two to four digits, such as 10 or 17.");
        else if (at + length > text.Length)
            reading.Report(CodeProblem.Truncated, $"The code is cut off within its last AI, {text[at..]}: scan again.");
        else
            reading.Report(CodeProblem.UnknownElement,
                $"There is no AI {text.Substring(at, length)} (character {at + 1} of the code). Perhaps the scanner lost the separator (FNC1) before it: type the code as (01)…(17)…(10)….");
    }

    /// <summary>
    /// The elements of the text beside a barcode: <c>(01)09521234543213(10)A1</c>, spaces between them allowed. A value
    /// ends where two to four digits stand in brackets, so a lot that holds such can be scanned, but not typed.
    /// </summary>
    private static IEnumerable<(Gs1Element Element, string Value)> Bracketed(string text, Reading reading)
    {
        var at = NextBracket(text, 0);
        if (text[..at].AsSpan().IndexOfAnyExcept(Fnc1, ' ') >= 0)
        {
            reading.Report(CodeProblem.UnknownElement,
                $"This begins with a bracket, but no AI stands in it: two to four digits, as in (01).");
            yield break;
        }
        while (at < text.Length)
        {
            var close = text.IndexOf(')', at);
            var ai = text[(at + 1)..close];
            at = NextBracket(text, close + 1);
            var value = text[(close + 1)..at].Trim(Fnc1, ' ');
            if (Gs1Element.Find(ai) is { } element) yield return (element, value);
            else reading.Report(CodeProblem.UnknownElement, $"There is no AI {ai}: compare with the label.");
        }
    }

    private static int NextBracket(string text, int at)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] != '(') continue;
            var digits = text.AsSpan(at + 1).IndexOfAnyExceptInRange('0', '9');
            if (digits is >= 2 and <= 4 && text[at + 1 + digits] == ')') return at;
        }
        return at;
    }
}
