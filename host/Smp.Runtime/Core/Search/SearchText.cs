using System.Text;
using System.Text.RegularExpressions;

namespace Smp.Runtime.Core.Search;

/// <summary>Turns what somebody types into a full-text query.</summary>
internal static partial class SearchText
{
    /// <summary>Every word must begin a word of what is found; null when nothing was typed that could be searched.</summary>
    public static string? ToMatch(string text)
    {
        // "+43 664 12" is one number, however it is grouped.
        if (text.All(c => char.IsAsciiDigit(c) || " +-()/.".Contains(c)) && !text.Contains('-') && !text.Contains('.'))
        {
            // Phones are kept without the zeros before them; what else is a number, such as a GTIN, with them.
            var digits = string.Concat(text.Where(char.IsAsciiDigit));
            var trimmed = digits.TrimStart('0');
            return trimmed.Length == 0 ? null : trimmed == digits ? $"\"{digits}\"*" : $"\"{digits}\"* OR \"{trimmed}\"*";
        }

        var query = new StringBuilder();
        var word = new StringBuilder();
        if (text.Length > 200) text = text[..200];
        for (var i = 0; i < text.Length; i++)
        {
            if (word.Length == 0 && FileNumber().Match(text, i) is { Success: true } match)
            {
                var number = match.Groups[1].Value;
                // The letter before it begins every patient's number, and would be looked up in all of them. A number without its zeros is whole.
                if (query.Length > 0) query.Append(" AND ");
                query.Append(number[0] == '0' ? $"\"{number}\"*" : $"\"{number.PadLeft(6, '0')}\"");
                i += match.Length - 1;
            }
            else if (char.IsLetterOrDigit(text[i])) word.Append(text[i]);
            else End();
        }

        End();
        return query.Length == 0 ? null : query.ToString();

        void End()
        {
            if (word.Length == 0) return;
            if (query.Length > 0) query.Append(" AND ");
            query.Append('"').Append(word).Append("\"*");
            word.Clear();
        }
    }

    // P-000123, also while it is being typed, and without the hyphen.
    [GeneratedRegex(@"\G[Pp]-?([0-9]+)(?![\p{L}\p{Nd}])")]
    private static partial Regex FileNumber();
}
