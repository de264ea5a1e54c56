using System.Text;
using Smp.Sdk;

namespace Smp.Runtime.Core.Patients;

/// <summary>Reads CSV after RFC 4180, strictly: what can't be read for sure is refused by its line, since a value in the wrong column would be somebody else's.</summary>
internal static class CsvLines
{
    private static readonly char[] Delimiters = [',', ';', '\t', '|'];

    /// <summary>What stands between the values: what the headings hold most of, outside of quotation marks.</summary>
    public static char DelimiterOf(string text)
    {
        var counts = new int[Delimiters.Length];
        var quoted = false;
        foreach (var c in text)
        {
            if (c == '"') quoted = !quoted;
            else if (!quoted && c is '\n' or '\r') break;
            else if (!quoted && Array.IndexOf(Delimiters, c) is >= 0 and var which) counts[which]++;
        }

        return Delimiters[Array.IndexOf(counts, counts.Max())];
    }

    /// <summary>The records, each with the line that it begins on, from 1; values without the spaces around them. Empty lines are left out.</summary>
    /// <exception cref="RefusedException">A quotation mark stands where none may, or one isn't closed.</exception>
    public static IEnumerable<(int Line, IReadOnlyList<string> Values)> Read(string text, char delimiter)
    {
        List<string> values = [];
        var value = new StringBuilder();
        var (line, began, quoted, closed) = (1, 1, false, false);
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '\0';
            var ends = i == text.Length;
            if (quoted && ends) throw Refuse.Field("file", $"Line {began}: a quotation mark is opened and never closed.");
            if (quoted)
            {
                if (c == '\n') line++;
                if (c != '"') value.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') value.Append(text[i++]);
                else (quoted, closed) = (false, true);
            }
            else if (ends || c is '\n' or '\r' || c == delimiter)
            {
                values.Add(value.ToString().Trim());
                value.Clear();
                closed = false;
                if (!ends && c == delimiter) continue;
                if (c == '\r' && i + 1 < text.Length && text[i + 1] == '\n') i++;
                if (values.Exists(v => v.Length > 0)) yield return (began, values);
                values = [];
                began = ++line;
            }
            else if (c == '"' && !closed && string.IsNullOrWhiteSpace(value.ToString()))
            {
                value.Clear();
                quoted = true;
            }
            else if (c == '"' || (closed && !char.IsWhiteSpace(c)))
            {
                throw Refuse.Field("file", $"Line {line}: a quotation mark stands where none may. Within a value in quotation marks it is written twice.");
            }
            else if (!closed)
            {
                value.Append(c);
            }
        }
    }
}
