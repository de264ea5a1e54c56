namespace Smp.Needles.Scanning;

/// <summary>
/// Reads HIBC supplier labels (ANSI/HIBC 2.6): <c>+</c>, then a primary structure (labeler, product, unit of measure),
/// a secondary one (dates, lot or serial, quantity), or both parted by <c>/</c>, and a check character over all of it.
/// </summary>
internal static class HibcCode
{
    /// <summary>The characters in the order of their values, for the check modulo 43.</summary>
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

    private const string DigitsOnly = "the digits 0 to 9";

    private const string DigitsAndLetters = "the digits 0 to 9 and the letters A to Z";

    private const int LongestLot = 18;

    public static void Read(string text, Reading reading)
    {
        // The text beside a barcode has asterisks around it, and shows a link or check character of space as an underscore.
        if (text.StartsWith('*')) text = text[1..].TrimEnd(' ').TrimEnd('*');
        if (text.Length >= 4) text = text[..^2] + text[^2..].Replace('_', ' ');
        if (!Holds(text, "code", Alphabet, "the digits 0 to 9, the letters A to Z and - . space $ / + %", reading)) return;
        if (text.Length < 4)
        {
            reading.Report(CodeProblem.Truncated,
                $"The HIBC code is cut off after {text.Length} characters: scan again.");
            return;
        }

        var right = Alphabet[text[..^1].Sum(character => Alphabet.IndexOf(character, StringComparison.Ordinal)) % Alphabet.Length];
        if (text[^1] != right)
        {
            var (found, wanted) = (Reading.Show(text[^1..], 0), Reading.Show($"{right}", 0));
            reading.Report(CodeProblem.CheckDigit,
                $"The check character of the HIBC code is {found}, but {wanted} would be right: scan again.");
        }
        reading.Code = reading.Code with { Check = text[^1] };

        var body = text[1..^1];
        if (char.IsAsciiLetterUpper(body[0]))
        {
            var structures = body.Split('/');
            ReadPrimary(structures[0], reading);
            ReadSecondary(structures.AsSpan(1), reading);
        }
        else if (body[0] == '$' || char.IsAsciiDigit(body[0]))
        {
            // The link goes first: it may itself be the character that parts structures.
            reading.Code = reading.Code with { Link = body[^1] };
            ReadSecondary(body[..^1].Split('/'), reading);
            if (reading.Code is { Lot: null, Serial: null, Expiry: null, Count: null, Production: null } && !reading.Failed)
                reading.Report(CodeProblem.Truncated, $"The HIBC code says nothing: it is cut off, scan again.");
        }
        else
        {
            reading.Report(CodeProblem.UnknownElement,
                $"After + stands {Reading.Show(body, 0)}; a HIBC supplier label goes on with a letter, a digit or $.");
        }
    }

    /// <summary>The primary structure (section 2.1): a letter and three letters or digits, the product number of 1 to 18, a digit for the unit of measure.</summary>
    private static void ReadPrimary(string primary, Reading reading)
    {
        if (primary.Length < 6)
        {
            reading.Report(CodeProblem.Truncated,
                $"The primary part of the HIBC code, {primary}, is cut off: it has {primary.Length} characters, and at least 6 would be right.");
            return;
        }
        var product = primary[4..^1];
        if (product.Length > 18)
            reading.Report(CodeProblem.Length,
                $"The HIBC product number is {product.Length} characters long; at most 18 are allowed.");
        var fits = Holds(primary[..4], "HIBC labeler", Alphabet.AsSpan(0, 36), DigitsAndLetters, reading)
            & Holds(product, "HIBC product number", Alphabet.AsSpan(0, 36), DigitsAndLetters, reading)
            & Holds(primary[^1..], "HIBC unit of measure", Alphabet.AsSpan(0, 10), DigitsOnly, reading);
        if (!fits) return;
        reading.Code = reading.Code with { Labeler = primary[..4], Unit = primary[^1] - '0' };
        reading.Ref("HIBC product number", product);
    }

    private static void ReadSecondary(ReadOnlySpan<string> structures, Reading reading)
    {
        for (var index = 0; index < structures.Length; index++)
        {
            var structure = new Rest(structures[index], reading);
            // The supplemental 14D and 16D begin with digits too, but with two.
            if (index == 0 && (structure.Text.StartsWith('$') || structure.Text.Take(5).Count(char.IsAsciiDigit) == 5)) ReadMain(structure, reading);
            else ReadSupplement(structure, reading);
        }
    }

    /// <summary>The secondary structure (section 2.2): <c>YYJJJ</c> lot, <c>$</c> lot, <c>$$</c> quantity, date, lot; with + a serial number in place of the lot.</summary>
    private static void ReadMain(Rest rest, Reading reading)
    {
        if (!rest.Take("$"))
        {
            if (rest.Digits(5, "HIBC expiry date") is { } julian) reading.Expiry("HIBC expiry date", julian, "YYJJJ");
            ReadName(rest, serial: false, 13, reading);
            return;
        }
        var dated = rest.Take("$");
        var serial = rest.Take("+");
        if (!dated)
        {
            ReadName(rest, serial, LongestLot, reading);
            return;
        }

        var counts = rest.Take("8") ? 2 : rest.Take("9") ? 5 : 0;
        if (counts > 0)
        {
            if (rest.Digits(counts, "HIBC quantity") is not { } quantity) return;
            reading.Count("HIBC quantity", quantity);
            if (rest.Text.Length == 0) return;
        }

        if (rest.Text.Length == 0)
        {
            reading.Report(CodeProblem.Truncated,
                $"The HIBC code is cut off where its expiry date should begin: scan again.");
            return;
        }
        var pattern = rest.Text[0] switch
        {
            '0' or '1' => "MMYY",
            '2' => "MMDDYY",
            '3' => "YYMMDD",
            '4' => "YYMMDDHH",
            '5' => "YYJJJ",
            '6' => "YYJJJHH",
            '7' => "",
            _ => null,
        };
        if (pattern is null)
        {
            reading.Report(CodeProblem.UnknownElement,
                $"There is no HIBC date format {Reading.Show(rest.Text, 0)}: a digit from 0 to 7 stands there.");
            return;
        }
        // A month is its own flag: the first digit of MMYY.
        if (pattern != "MMYY") rest.Take(1);
        if (pattern.Length > 0)
        {
            if (rest.Digits(pattern.Length, "HIBC expiry date") is not { } date) return;
            reading.Expiry("HIBC expiry date", date, pattern);
        }
        ReadName(rest, serial, LongestLot, reading);
    }

    /// <summary>Additional supplemental data: what is told besides, each after a slash.</summary>
    private static void ReadSupplement(Rest rest, Reading reading)
    {
        const int Day = 8;
        if (rest.Take("S"))
        {
            if (rest.Text.Length > 0) ReadName(rest, serial: true, LongestLot, reading);
            else reading.Report(CodeProblem.Truncated, $"The HIBC serial number is empty: scan again.");
        }
        else if (rest.Take("14D"))
        {
            if (rest.Only(Day, Day, "HIBC expiry date") is { } expiry) reading.Expiry("HIBC expiry date", expiry, "YYYYMMDD");
        }
        else if (rest.Take("16D"))
        {
            if (rest.Only(Day, Day, "HIBC production date") is { } production) reading.Production("HIBC production date", production, "YYYYMMDD");
        }
        else if (rest.Take("Q"))
        {
            if (rest.Only(1, 5, "HIBC quantity") is { } quantity) reading.Count("HIBC quantity", quantity);
        }
        else if (rest.Text.Length == 0)
        {
            reading.Report(CodeProblem.Truncated, $"Nothing stands after a slash in the HIBC code: scan again.");
        }
        else
        {
            reading.Report(CodeProblem.UnknownElement,
                $"There is no HIBC element {rest.Text}: S, Q, 14D or 16D stands after the slash.");
        }
    }

    /// <summary>The lot or serial number that ends a structure; none is allowed there.</summary>
    private static void ReadName(Rest rest, bool serial, int longest, Reading reading)
    {
        var (name, place) = (rest.Text, serial ? "HIBC serial number" : "HIBC lot");
        if (name.Length == 0) return;
        if (name.Length > longest)
            reading.Report(CodeProblem.Length,
                $"The {place} is {name.Length} characters long; at most {longest} are allowed.");
        // The standard says letters and digits; labels in use have hyphens and dots in lots, too.
        else if (!Holds(name, place, Alphabet.AsSpan(0, 38), "the digits 0 to 9, the letters A to Z, - and .", reading)) return;
        else if (serial) reading.Serial(place, name);
        else reading.Lot(place, name);
    }

    private static bool Holds(string text, string place, ReadOnlySpan<char> allowed, string allowedWords, Reading reading)
    {
        var wrong = text.AsSpan().IndexOfAnyExcept(allowed);
        if (wrong < 0) return true;
        reading.Report(CodeProblem.Character,
            $"Character {wrong + 1} of the {place} is {Reading.Show(text, wrong)}; only {allowedWords} may stand there.");
        return false;
    }

    /// <summary>What of a structure isn't read yet.</summary>
    private sealed class Rest(string text, Reading reading)
    {
        public string Text { get; private set; } = text;

        public bool Take(string prefix)
        {
            if (!Text.StartsWith(prefix, StringComparison.Ordinal)) return false;
            Take(prefix.Length);
            return true;
        }

        public string Take(int length)
        {
            var taken = Text[..length];
            Text = Text[length..];
            return taken;
        }

        /// <summary>The next digits; null, and reported, where there aren't so many.</summary>
        public string? Digits(int length, string place)
        {
            if (Text.Length < length)
            {
                reading.Report(CodeProblem.Truncated,
                    $"The {place} is cut off: it has {Text.Length} digits, and {length} would be right. Scan again.");
                return null;
            }
            var digits = Take(length);
            return Holds(digits, place, Alphabet.AsSpan(0, 10), DigitsOnly, reading) ? digits : null;
        }

        /// <summary>The rest, where it is so many digits; null, and reported, where not.</summary>
        public string? Only(int min, int max, string place)
        {
            if (Text.Length <= max) return Digits(Math.Max(min, Text.Length), place);
            reading.Report(CodeProblem.Length,
                $"The {place} is {Text.Length} characters long; at most {max} are allowed.");
            return null;
        }
    }
}
