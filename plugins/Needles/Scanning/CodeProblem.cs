namespace Smp.Needles.Scanning;

/// <summary>What can be wrong with a code, in words for the machine. They never change.</summary>
public static class CodeProblem
{
    /// <summary>There is nothing to read.</summary>
    public const string Empty = "empty";

    /// <summary>The input is longer than <see cref="ScannedCode.MaxLength"/>.</summary>
    public const string TooLong = "tooLong";

    /// <summary>A check digit or check character isn't the right one: misread, or mistyped.</summary>
    public const string CheckDigit = "checkDigit";

    /// <summary>There is no such day or time.</summary>
    public const string Date = "date";

    /// <summary>A value is longer than its element allows.</summary>
    public const string Length = "length";

    /// <summary>A character stands where its element doesn't allow it.</summary>
    public const string Character = "character";

    /// <summary>The code doesn't say of which item it speaks.</summary>
    public const string GtinMissing = "gtinMissing";

    /// <summary>An element is cut off or empty.</summary>
    public const string Truncated = "truncated";

    /// <summary>There is no such element in the standard, or this isn't a code of any known standard.</summary>
    public const string UnknownElement = "unknownElement";

    /// <summary>The code says two different things of the same matter.</summary>
    public const string Contradiction = "contradiction";
}
