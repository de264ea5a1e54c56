using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Smp.Sdk;

namespace Smp.Runtime.Core.Patients;

/// <summary>The page of an export that a person reads: every row, without a script, without anything from elsewhere.</summary>
internal static class ExportPage
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private const string Style = """
        body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1c2733;background:#fff}
        h1{font-size:28px;margin:0}h2{font-size:20px;margin:2rem 0 .5rem}p{color:#52606d;margin:.25rem 0}
        .wide{overflow-x:auto;border:1px solid #d5dbe1;border-radius:6px}table{border-collapse:collapse;font-size:14px;width:100%}
        th,td{text-align:left;vertical-align:top;padding:6px 10px;border-bottom:1px solid #e6eaee;white-space:pre-line;overflow-wrap:anywhere;min-width:5rem}
        th{background:#f4f6f8;font-weight:600}ul{columns:2}img{max-width:16rem;max-height:12rem;border-radius:6px}
        @media(prefers-color-scheme:dark){body{background:#12181f;color:#dfe6ec}p{color:#9fb0bf}.wide,th,td{border-color:#2c3947}th{background:#1b242e}a{color:#8ab8f0}}
        """;

    public static string Of(Patient person, IReadOnlyList<PatientTable> tables, IReadOnlyList<StoredFile> files, IClinicClock clock)
    {
        var page = new StringBuilder("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>")
            .Append(Text($"{person.Number} {person.Summary().Name}")).Append("</title><style>").Append(Style).Append("</style></head><body><h1>").Append(Text(person.Summary().Name)).Append("</h1><p>")
            .Append(Text(string.Create(CultureInfo.InvariantCulture, $"{person.Number} · born {person.BirthDate:d MMMM yyyy} · made {clock.Now:d MMMM yyyy HH:mm}")))
            .Append("</p><p>Everything that the clinic keeps about this person. The same is in <code>data/</code> for programs; <code>manifest.json</code> has the SHA-256 of every part.</p><ul>");
        foreach (var table in tables) page.Append(CultureInfo.InvariantCulture, $"<li><a href=\"#{Text(table.Table)}\">{Text(Title(table))}</a> ({table.Rows.Count})</li>");
        page.Append("</ul>");
        var names = files.ToDictionary(f => f.Sha256);
        foreach (var table in tables)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2 id=\"{Text(table.Table)}\">{Text(Title(table))}</h2><div class=\"wide\"><table><thead><tr>");
            foreach (var column in table.Columns) page.Append("<th>").Append(Text(column.Replace('_', ' '))).Append("</th>");
            page.Append("</tr></thead><tbody>");
            foreach (var row in table.Rows)
            {
                page.Append("<tr>");
                foreach (var value in row) page.Append("<td>").Append(Cell(value, names)).Append("</td>");
                page.Append("</tr>");
            }

            page.Append("</tbody></table></div>");
        }

        return page.Append("</body></html>").ToString();
    }

    private static string Title(PatientTable table) => table.Owner == Store.Rights.Core.PluginId ? table.Words : $"{table.Words} · {table.Owner}";

    private static string Cell(object? value, Dictionary<string, StoredFile> files) => value switch
    {
        null or DBNull => "–",
        byte[] bytes => $"{bytes.Length} bytes",
        string name when files.TryGetValue(name, out var file) => file.MediaType.StartsWith("image/", StringComparison.Ordinal)
            ? $"<a href=\"{PatientExport.NameOf(file)}\"><img src=\"{PatientExport.NameOf(file)}\" alt=\"{Text(file.MediaType)}\"></a>"
            : $"<a href=\"{PatientExport.NameOf(file)}\">{Text(file.MediaType)}</a>",
        _ => Text(Convert.ToString(value, CultureInfo.InvariantCulture)!),
    };

    private static string Text(string text) => Encoder.Encode(text);
}
