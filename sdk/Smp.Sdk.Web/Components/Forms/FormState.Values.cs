using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Smp.Sdk.Web;

// Reading and prefilling. Numbers are read by rules of our own: the framework's form mapping reads "12,5" as 125 in
// every language, and a dose must never be ten times what was typed.
public sealed partial class FormState
{
    private const int QuotedLength = 20;

    /// <summary>Fills a field before the person sees it. Does nothing once the form was posted.</summary>
    public void Prefill(string field, string? value)
    {
        if (!Posted) values[field] = value ?? "";
    }

    /// <inheritdoc cref="Prefill(string, string?)"/>
    public void Prefill(string field, long? value) => Prefill(field, value?.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc cref="Prefill(string, string?)"/>
    public void Prefill(string field, decimal? value) =>
        Prefill(field, value?.ToString("0.############################", CultureInfo.InvariantCulture).Replace('.', Mark()));

    /// <inheritdoc cref="Prefill(string, string?)"/>
    public void Prefill(string field, DateOnly? value) => Prefill(field, value is { } day ? Words.Iso(day) : null);

    /// <inheritdoc cref="Prefill(string, string?)"/>
    public void Prefill(string field, bool ticked) => Prefill(field, ticked ? TickField.On : null);

    /// <inheritdoc cref="Prefill(string, string?)"/>
    public void Prefill(string field, Enum? value) => Prefill(field, value?.ToString());

    /// <summary>What was typed, trimmed, lines parted by <c>\n</c>; empty when nothing was.</summary>
    public string Text(string field) => Raw(field).ReplaceLineEndings("\n").Trim();

    /// <summary>What was typed, untouched: for passwords.</summary>
    public string Secret(string field) => Raw(field);

    /// <summary>What was scanned or typed, trimmed. The separator that is shown as ␝ is U+001D again, as the scanner sent it.</summary>
    public string Scan(string field) => Text(field).Replace('\u241d', '\u001d');

    /// <summary>
    /// What was drawn on a <see cref="SignaturePad"/>. Null when nothing was, or with an error when it can't be read or is no more than a dot.
    /// </summary>
    public Strokes? Drawn(string field)
    {
        if (Text(field) is not { Length: > 0 } json) return null;
        try
        {
            var strokes = Strokes.Parse(json);
            if (!strokes.IsBlank) return strokes;
            Error(field, $"There is only a dot on the pad. Sign there, or type the name.");
        }
        catch (FormatException)
        {
            Error(field, $"What was drawn can't be read. Clear the pad and sign again, or type the name.");
        }

        return null;
    }

    /// <summary>A whole number: digits, with a sign before them if need be. Null when nothing was typed, or with an error when it can't be read.</summary>
    public long? Whole(string field)
    {
        var text = Text(field);
        if (text.Length == 0) return null;

        var digits = Unsigned(text);
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit))
        {
            Error(field, $"“{Quoted(text)}” can't be read as a whole number. Write digits only, for example 20.");
            return null;
        }

        if (long.TryParse(Plain(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        Error(field, $"This number is too large.");
        return null;
    }

    /// <summary>
    /// A number with a decimal mark, exactly as typed. Both <c>12.5</c> and <c>12,5</c> are twelve and a half; thousands
    /// are never parted. Null when nothing was typed, or with an error when it can't be read.
    /// </summary>
    /// <param name="field">The field's name.</param>
    /// <param name="decimals">How many digits may follow the mark; as the <see cref="DecimalField"/> says when left out.</param>
    public decimal? Number(string field, int? decimals = null)
    {
        var text = Text(field);
        if (text.Length == 0) return null;

        var most = decimals ?? (fields.TryGetValue(field, out var spec) ? spec.Decimals : 2);
        var digits = Unsigned(text);
        var at = digits.IndexOfAny(['.', ',']);
        var whole = at < 0 ? digits : digits[..at];
        var fraction = at < 0 ? "" : digits[(at + 1)..];

        if (whole.Length == 0 || (at >= 0 && fraction.Length == 0) || !whole.All(char.IsAsciiDigit) || !fraction.All(char.IsAsciiDigit))
        {
            Error(field, $"“{Quoted(text)}” can't be read as a number. Write it without parting the thousands, for example 1250 or 0{Mark()}5.");
            return null;
        }

        if (fraction.Length > most)
        {
            if (most == 0) Error(field, $"Write a whole number, without a decimal mark.");
            else Error(field, $"At most {most} digits can follow the decimal mark; this has {fraction.Length}.");
            return null;
        }

        // "1,234" typed where the comma parts thousands may well mean 1234: a factor of a thousand isn't guessed.
        if (fraction.Length == 3 && whole.Length <= 3 && whole[0] != '0' && digits[at] != Mark())
        {
            Error(field, $"“{Quoted(text)}” could mean two things. Write {whole + fraction} or {whole + Mark() + fraction}.");
            return null;
        }

        if (decimal.TryParse(
            Plain(text).Replace(',', '.'), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && whole.Length + fraction.Length <= 28) return number;
        Error(field, $"This number is too large.");
        return null;
    }

    /// <summary>A day. Null when nothing was typed, or with an error when it can't be read.</summary>
    public DateOnly? Date(string field)
    {
        var text = Text(field);
        if (text.Length == 0) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        Error(field, $"“{Quoted(text)}” isn't a day of the calendar. Choose one, or write year, month and day like 2026-07-31.");
        return null;
    }

    /// <summary>Whether a box is ticked.</summary>
    public bool Ticked(string field) => Raw(field) == TickField.On;

    /// <summary>One value of an enum. Null when nothing was chosen, or with an error when it isn't one of them.</summary>
    public TEnum? Choice<TEnum>(string field) where TEnum : struct, Enum
    {
        var text = Text(field);
        if (text.Length == 0) return null;
        if (Enum.GetNames<TEnum>().Contains(text)) return Enum.Parse<TEnum>(text);
        Error(field, $"Choose one from the list.");
        return null;
    }

    /// <summary>The key that was chosen in a list whose values are keys. Null when nothing was chosen, or with an error when it isn't a key.</summary>
    public long? Key(string field)
    {
        var text = Text(field);
        if (text.Length == 0) return null;
        if (text.All(char.IsAsciiDigit) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var key)) return key;
        Error(field, $"Choose one from the list.");
        return null;
    }

    /// <summary>Every value of a name that stands more than once in the form, such as boxes of a list.</summary>
    public IReadOnlyList<string> Many(string field) =>
        values.TryGetValue(field, out var all) ? [.. all.Where(value => !string.IsNullOrEmpty(value)).Select(value => value!)] : [];

    /// <summary>The file that was chosen, or null. The form must be marked <c>Files</c>.</summary>
    public IFormFile? File(string field) => files?.GetFile(field) is { Length: > 0 } file ? file : null;

    private static char Mark() => CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator == "," ? ',' : '.';

    private static string Unsigned(string text) => text[0] is '+' or '-' or '\u2212' ? text[1..] : text;

    private static string Plain(string text) => text.Replace('\u2212', '-');

    private static string Quoted(string text) => text.Length <= QuotedLength ? text : text[..QuotedLength] + "…";
}
