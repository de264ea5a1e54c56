using System.Text;
using Smp.Sdk;

namespace Smp.Runtime.Core.Patients;

/// <summary>A line of a file of patients, field by field.</summary>
/// <param name="Line">The line in the file that it begins on, from 1.</param>
/// <param name="Values">By the field's name as in the API; what is empty isn't there.</param>
public sealed record PatientFileLine(int Line, IReadOnlyDictionary<string, string> Values);

/// <summary>
/// Reads a table of patients as spreadsheets write it (CSV, RFC 4180). Found by itself are the delimiter (comma, semicolon, tab, bar), the encoding (UTF-8, UTF-16 with its mark,
/// ISO 8859-1), and which column is what by its heading, in English or German. How dates are written is never guessed.
/// </summary>
public sealed class PatientFile
{
    /// <summary>How many bytes a file may have.</summary>
    public const int MostBytes = 5_000_000;

    /// <summary>How many patients a file may hold: all of them are registered in one unit of work, which has its time.</summary>
    public const int MostLines = 5_000;

    private static readonly Dictionary<string, string[]> Headings = new()
    {
        ["givenName"] = ["givenname", "firstname", "forename", "vorname"],
        ["familyName"] = ["familyname", "lastname", "surname", "nachname", "familienname"],
        ["preferredName"] = ["preferredname", "knownas", "rufname"],
        ["birthDate"] = ["birthdate", "dateofbirth", "dob", "born", "geburtsdatum", "geburtstag"],
        ["sexAtBirth"] = ["sexatbirth", "sex", "gender", "geschlecht"],
        ["phone"] = ["phone", "telephone", "mobile", "phonenumber", "telefon", "handy", "mobil"],
        ["email"] = ["email", "emailaddress", "mail"],
        ["address"] = ["address", "postaladdress", "adresse", "anschrift"],
        ["language"] = ["language", "sprache"],
        ["fitzpatrick"] = ["fitzpatrick", "skintype", "hauttyp"],
        ["medications"] = ["medications", "medicines", "medikamente"],
        ["conditions"] = ["conditions", "diagnoses", "diagnosen"],
        ["alerts"] = ["alerts", "warnings", "warnhinweise"],
        ["allergies"] = ["allergies", "allergien"],
    };

    private PatientFile(string encoding, string delimiter, IReadOnlyDictionary<string, string> columns, IReadOnlyList<string> ignored, IReadOnlyList<PatientFileLine> lines) =>
        (Encoding, Delimiter, Columns, Ignored, Lines) = (encoding, delimiter, columns, ignored, lines);

    /// <summary>As what it was read.</summary>
    public string Encoding { get; }

    /// <summary>What stands between two values.</summary>
    public string Delimiter { get; }

    /// <summary>The heading of each field that there is a column of.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; }

    /// <summary>Headings of columns that nothing is taken from.</summary>
    public IReadOnlyList<string> Ignored { get; }

    /// <summary>Its lines; those that are empty are left out.</summary>
    public IReadOnlyList<PatientFileLine> Lines { get; }

    /// <summary>The names of the fields that a column can be taken for.</summary>
    public static IEnumerable<string> Fields => Headings.Keys;

    /// <summary>Reads a file.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="map">Which heading stands for which field, where the headings don't say so themselves.</param>
    /// <exception cref="RefusedException">It is too long or empty, isn't text, or a needed column isn't there.</exception>
    public static PatientFile Read(byte[] content, IReadOnlyDictionary<string, string> map)
    {
        var (text, encoding) = Decode(content);
        var delimiter = CsvLines.DelimiterOf(text);
        IReadOnlyList<string>? headings = null;
        List<(string Field, int Column)> columns = [];
        List<PatientFileLine> lines = [];
        foreach (var (line, values) in CsvLines.Read(text, delimiter))
        {
            if (headings is null)
            {
                headings = values;
                columns = Map(values, map);
                continue;
            }

            if (lines.Count == MostLines) throw Refuse.Field("file", $"At most {MostLines} patients at a time. Split the file.");
            if (values.Count != headings.Count) throw Refuse.Field("file", $"Line {line} has {values.Count} values, and there are {headings.Count} headings.");
            var said = columns.Select(c => (c.Field, Value: values[c.Column])).Where(c => c.Value.Length > 0).ToDictionary(c => c.Field, c => c.Value);
            if (said.Count > 0) lines.Add(new(line, said));
        }

        if (headings is null) throw Refuse.Field("file", $"The file is empty.");
        if (lines.Count == 0) throw Refuse.Field("file", $"There is no patient in the file.");
        return new(encoding, delimiter.ToString(), columns.ToDictionary(c => c.Field, c => headings[c.Column]),
            [.. headings.Where((_, i) => !columns.Exists(c => c.Column == i))], lines);
    }

    private static List<(string Field, int Column)> Map(IReadOnlyList<string> all, IReadOnlyDictionary<string, string> map)
    {
        var checks = new Checks();
        var headings = all.ToList();
        List<(string Field, int Column)> columns = [];
        foreach (var (field, names) in Headings)
        {
            var column = map.TryGetValue(field, out var asked)
                ? headings.FindIndex(h => h.Equals(asked, StringComparison.OrdinalIgnoreCase))
                : headings.FindIndex(h => names.Contains(PatientInput.NameKey(h)));
            checks.That(column >= 0 || asked is null, "map", $"There is no column “{asked ?? ""}”. There are: {string.Join(", ", headings)}.");
            if (column >= 0) columns.Add((field, column));
            else if (asked is null && field is "givenName" or "familyName" or "birthDate") checks.Add("map", $"No column is known for {field}. Say which it is. There are: {string.Join(", ", headings)}.");
        }

        foreach (var field in map.Keys.Where(f => !Headings.ContainsKey(f))) checks.Add("map", $"There is no field {field}. There are: {string.Join(", ", Headings.Keys)}.");
        checks.Throw();
        return columns;
    }

    private static (string Text, string Encoding) Decode(byte[] content)
    {
        if (content.Length > MostBytes) throw Refuse.Field("file", $"At most {MostBytes / 1_000_000} MB at a time. Split the file.");
        if (content is [0xFF, 0xFE, .. var little]) return (System.Text.Encoding.Unicode.GetString(little), "UTF-16");
        if (content is [0xFE, 0xFF, .. var big]) return (System.Text.Encoding.BigEndianUnicode.GetString(big), "UTF-16");
        try
        {
            return (new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content).TrimStart('\ufeff'), "UTF-8");
        }
        catch (DecoderFallbackException)
        {
            // In this range the pages of Windows, of the Mac and of DOS differ, and names would come out wrong without anybody noticing.
            if (content.Any(b => b is >= 0x80 and <= 0x9F)) throw Refuse.Field("file", $"Which letters the file has can’t be told for sure. Save it as “CSV UTF-8”.");
            return (System.Text.Encoding.Latin1.GetString(content), "ISO 8859-1");
        }
    }
}
