using Smp.Sdk;

namespace Smp.Needles.Scanning;

/// <summary>Whose rules a code follows.</summary>
public enum CodeStandard
{
    /// <summary>GS1 element string: GS1-128, GS1 DataMatrix, GS1 QR Code, GS1 DataBar, or its bracketed text.</summary>
    Gs1,

    /// <summary>A plain EAN or UPC barcode: a GTIN and nothing else.</summary>
    Ean,

    /// <summary>HIBC supplier label (ANSI/HIBC 2.6), primary, secondary or both.</summary>
    Hibc,
}

/// <summary>What a barcode on a packaging says. Every text is as it stands in the code; what the code doesn't say is null.</summary>
/// <remarks>
/// A <see cref="CodeStandard.Gs1"/> or <see cref="CodeStandard.Ean"/> code always has a <see cref="Gtin"/>. A HIBC code
/// has <see cref="Labeler"/> and <see cref="Ref"/>, unless it is a secondary one alone: then it has <see cref="Link"/>,
/// which is the <see cref="Check"/> of the primary code that it belongs to.
/// </remarks>
public sealed record ScannedCode
{
    /// <summary>The most characters that are looked at; a longer input is refused unread.</summary>
    public const int MaxLength = 400;

    /// <summary>Whose rules the code follows.</summary>
    public required CodeStandard Standard { get; init; }

    /// <summary>The symbology identifier that the scanner sent before the code, such as <c>]d2</c> (ISO/IEC 15424).</summary>
    public string? Symbology { get; init; }

    /// <summary>14 digits with a right check digit. AI 01, or the item's number in AI 02, 03, 8006 or 8026.</summary>
    public string? Gtin { get; init; }

    /// <summary>Lot or batch: AI 10 (1 to 20 characters), or of a HIBC secondary code (1 to 18).</summary>
    public string? Lot { get; init; }

    /// <summary>The last day of use: AI 17 or 7003, or of a HIBC code. A month without a day counts to its last day.</summary>
    public DateOnly? Expiry { get; init; }

    /// <summary>The time on <see cref="Expiry"/>, where the code says one: AI 7003, HIBC formats 4 and 6 (whole hours).</summary>
    public TimeOnly? ExpiryTime { get; init; }

    /// <summary>Production date: AI 11, or HIBC <c>/16D</c>.</summary>
    public DateOnly? Production { get; init; }

    /// <summary>Serial number: AI 21 (1 to 20 characters), or HIBC <c>$+</c>, <c>$$+</c> or <c>/S</c> (1 to 18).</summary>
    public string? Serial { get; init; }

    /// <summary>How many pieces: AI 30 (up to 8 digits), or HIBC <c>$$8</c>, <c>$$9</c> or <c>/Q</c>.</summary>
    public int? Count { get; init; }

    /// <summary>The maker's own number for the item: AI 240 (1 to 30 characters), or the HIBC product number (1 to 18).</summary>
    public string? Ref { get; init; }

    /// <summary>HIBC labeler identification code: a letter and three letters or digits.</summary>
    public string? Labeler { get; init; }

    /// <summary>HIBC unit of measure, 0 (the single unit) to 8 for growing packagings; 9 says that the count varies.</summary>
    public int? Unit { get; init; }

    /// <summary>HIBC check character of this code.</summary>
    public char? Check { get; init; }

    /// <summary>In a HIBC secondary code alone: the check character of the primary code beside it.</summary>
    public char? Link { get; init; }

    /// <summary>Reads what a scanner sent or somebody typed.</summary>
    /// <param name="code">
    /// The characters, with or without symbology identifier and FNC1; line ends and tabs around them are dropped.
    /// GS1 codes scanned one after another are read as one where the scanner sends identifiers, or where the first
    /// ends with an element of predefined length (as a GTIN does).
    /// </param>
    /// <param name="today">Settles the century of two-digit years.</param>
    /// <exception cref="RefusedException">
    /// The code can't be read. Every error is on the field <c>code</c>; <c>Details["problems"]</c> holds, in the same
    /// order, one word of <see cref="CodeProblem"/> for each.
    /// </exception>
    public static ScannedCode Parse(string? code, DateOnly today)
    {
        var reading = new Reading(today);
        var text = (code ?? "").TrimStart(' ', '\t', '\r', '\n').TrimEnd('\t', '\r', '\n');
        if (text.Length > MaxLength)
            reading.Report(CodeProblem.TooLong,
                $"This has {text.Length} characters; a barcode here has at most {MaxLength}. Scan one code at a time.");
        else if (text.Length == 0)
            reading.Report(CodeProblem.Empty,
                $"There is nothing to read: scan the code, or type it as (01)…(17)…(10)….");
        else
            Read(text, reading);
        return reading.Finish();
    }

    private static void Read(string text, Reading reading)
    {
        string? symbology = null;
        if (text is [']', var letter, var modifier, ..] && char.IsAsciiLetter(letter) && char.IsAsciiLetterOrDigit(modifier))
            (symbology, text) = (text[..3], text[3..]);
        // An identifier settles whose code it is; where there's none, or one of a general symbology, the characters do.
        var standard = symbology switch
        {
            "]C1" or "]d2" or "]Q3" or "]e0" => CodeStandard.Gs1,
            "]E0" or "]E4" => CodeStandard.Ean,
            _ when text is ['+', ..] or ['*', '+', ..] => CodeStandard.Hibc,
            _ when Gs1Code.IsGtin(text.TrimEnd(' ')) => CodeStandard.Ean,
            _ => CodeStandard.Gs1,
        };
        reading.Code = new() { Standard = standard, Symbology = symbology };
        // In HIBC a space at the end is a check character; elsewhere it means nothing.
        if (standard == CodeStandard.Hibc) HibcCode.Read(text, reading);
        else if (standard == CodeStandard.Ean) Gs1Code.ReadGtin(text.TrimEnd(' '), reading);
        else Gs1Code.Read(text.TrimEnd(' '), reading);
    }
}
