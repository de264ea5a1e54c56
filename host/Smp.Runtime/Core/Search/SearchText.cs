using System.Text;

namespace Smp.Runtime.Core.Search;

/// <summary>Turns what somebody types into a full-text query.</summary>
internal static class SearchText
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
        foreach (var c in text.Length > 200 ? text[..200] : text)
        {
            if (char.IsLetterOrDigit(c)) word.Append(c);
            else End();
        }

        End();
        return query.Length == 0 ? null : query.ToString();

        void End()
        {
            if (word.Length == 0) return;
            if (query.Length > 0) query.Append(' ');
            query.Append('"').Append(word).Append("\"*");
            word.Clear();
        }
    }
}
