using System.Globalization;
using System.Text;
using Smp.Sdk;

namespace Smp.Needles.Scanning;

/// <summary>
/// One code on its way: what was understood so far, and everything that was wrong. The readers of both standards
/// write here, so that a date, a check or a contradiction is judged in one place. A <c>place</c> is how a message
/// names the element: <c>lot (AI 10)</c>.
/// </summary>
internal sealed class Reading(DateOnly today)
{
    private readonly List<FieldError> errors = [];
    private readonly List<string> problems = [];

    public ScannedCode Code { get; set; } = new() { Standard = CodeStandard.Gs1 };

    public bool Failed => problems.Count > 0;

    public bool Has(string problem) => problems.Contains(problem);

    public void Report(string problem, FormattableString message)
    {
        problems.Add(problem);
        errors.Add(new("code", message));
    }

    /// <summary>The code, if nothing was wrong with it.</summary>
    public ScannedCode Finish()
    {
        if (errors.Count == 0) return Code;
        FormattableString sentence = errors is [var only] ? only.Message : $"{errors.Count} things are wrong with this code.";
        throw new RefusedException(RefusalKind.Invalid, sentence, errors)
        {
            Details = new Dictionary<string, object?> { ["problems"] = problems.ToArray() },
        };
    }

    public void Gtin(string place, string digits)
    {
        // GS1 General Specifications 7.9.1: weights 3, 1, 3, … from the right of the body.
        var sum = digits[..^1].Reverse().Select((digit, index) => (digit - '0') * (index % 2 == 0 ? 3 : 1)).Sum();
        var right = (10 - sum % 10) % 10;
        if (digits[^1] - '0' != right)
            Report(CodeProblem.CheckDigit,
                $"The check digit of the {place} {digits} is {digits[^1]}, but {right} would be right: scan again.");
        Code = Code with { Gtin = Once(Code.Gtin, digits.PadLeft(14, '0'), place) };
    }

    public void Lot(string place, string value) => Code = Code with { Lot = Once(Code.Lot, value, place) };

    public void Serial(string place, string value) => Code = Code with { Serial = Once(Code.Serial, value, place) };

    public void Ref(string place, string value) => Code = Code with { Ref = Once(Code.Ref, value, place) };

    public void Count(string place, string digits) => Code = Code with { Count = Once(Code.Count, Number(digits), place) };

    public void Production(string place, string digits, string pattern, bool zeroDay = false)
    {
        if (Day(place, digits, pattern, zeroDay) is { } day) Code = Code with { Production = Once(Code.Production, day, place) };
    }

    public void Expiry(string place, string digits, string pattern, bool zeroDay = false)
    {
        if (Day(place, digits, pattern, zeroDay) is { } day) Code = Code with { Expiry = Once(Code.Expiry, day, place) };
        if (Part(digits, pattern, 'H') is not { } hour) return;
        var minute = Part(digits, pattern, 'N') ?? 0;
        if (hour > 23 || minute > 59)
            Report(CodeProblem.Date,
                $"The {place} is {digits}, but there is no time {hour:00}:{minute:00}: scan again.");
        else
            Code = Code with { ExpiryTime = Once(Code.ExpiryTime, new TimeOnly(hour, minute), place) };
    }

    /// <summary>
    /// The day that digits say under a pattern of Y (two or four), M, D or J (day of the year). Without D or J, or with
    /// the day 00 where that is allowed, it is the last day of the month.
    /// </summary>
    private DateOnly? Day(string place, string digits, string pattern, bool zeroDay)
    {
        var year = Part(digits, pattern, 'Y')!.Value;
        if (!pattern.Contains("YYYY", StringComparison.Ordinal)) year = WithCentury(year);
        if (year is < 1 or > 9999)
        {
            Report(CodeProblem.Date, $"The {place} is {digits}, but there is no year {year:0000}: scan again.");
            return null;
        }
        if (Part(digits, pattern, 'J') is { } ofYear)
        {
            var length = DateTime.IsLeapYear(year) ? 366 : 365;
            if (ofYear >= 1 && ofYear <= length) return new DateOnly(year, 1, 1).AddDays(ofYear - 1);
            Report(CodeProblem.Date,
                $"The {place} is {digits}, but there is no day {ofYear:000} in {year:0000}: that year has {length} days. Scan again.");
            return null;
        }
        var month = Part(digits, pattern, 'M')!.Value;
        if (month is < 1 or > 12)
        {
            Report(CodeProblem.Date, $"The {place} is {digits}, but there is no month {month:00}: scan again.");
            return null;
        }
        var last = DateTime.DaysInMonth(year, month);
        var day = Part(digits, pattern, 'D') ?? last;
        if (day == 0 && zeroDay) day = last;
        if (day >= 1 && day <= last) return new DateOnly(year, month, day);
        Report(CodeProblem.Date,
            $"The {place} is {digits}, but there is no {year:0000}-{month:00}-{day:00}: that month has {last} days. Scan again.");
        return null;
    }

    /// <summary>GS1 General Specifications 7.12: within 49 years back and 50 years ahead. HIBC says nothing, and does the same.</summary>
    private int WithCentury(int year)
    {
        var ahead = year - today.Year % 100;
        return today.Year + ahead + (ahead >= 51 ? -100 : ahead <= -50 ? 100 : 0);
    }

    private static int? Part(string digits, string pattern, char letter)
    {
        var from = pattern.IndexOf(letter, StringComparison.Ordinal);
        return from < 0 ? null : Number(digits[from..(pattern.LastIndexOf(letter) + 1)]);
    }

    private static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    private T Once<T>(T before, T value, string place)
    {
        if (before is not null && !EqualityComparer<T>.Default.Equals(before, value))
            Report(CodeProblem.Contradiction,
                $"The {place} is {Text(value)}, but another element of this code says {Text(before)}: compare with the label.");
        return value;
    }

    private static string Text(object? value) =>
        value is DateOnly day ? day.ToString("O", CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    /// <summary>A character as a message shows it: itself only where it can be seen, and its code point always.</summary>
    public static string Show(string text, int index)
    {
        if (!Rune.TryGetRuneAt(text, index, out var rune)) return string.Create(CultureInfo.InvariantCulture, $"U+{(int)text[index]:X4}");
        var visible = Rune.IsLetterOrDigit(rune) || Rune.IsPunctuation(rune) || Rune.IsSymbol(rune);
        return string.Create(CultureInfo.InvariantCulture, $"{(visible ? $"“{rune}” " : "")}(U+{rune.Value:X4})");
    }
}
