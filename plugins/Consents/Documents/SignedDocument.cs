using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Localization;
using Smp.Consents.Presenting;
using Smp.Consents.Records;
using Smp.Consents.Templates;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Consents.Documents;

/// <summary>
/// Makes the document of a signed form: one HTML page that needs nothing beside it and runs nothing. That is what was signed; its print is made of it.
/// </summary>
internal sealed class SignedDocument(IPatients patients, IClinic clinic, IClinicClock clock, IFiles files, IStringLocalizer<ConsentsTexts> T, Words words)
{
    /// <summary>Makes it.</summary>
    /// <param name="file">The consent before its last signature.</param>
    /// <param name="signatures">All of them.</param>
    /// <param name="expires">The last day in force; null when it stays.</param>
    /// <param name="fresh">A picture among the signatures that isn't recorded yet.</param>
    /// <param name="token">Gives up.</param>
    public async Task<string> MakeAsync(ConsentFile file, IReadOnlyList<Signature> signatures, DateOnly? expires, (StoredFile File, byte[] Bytes)? fresh, CancellationToken token)
    {
        var (record, form) = (file.Record, file.Form!);
        var patient = (await patients.FindAsync(record.PatientId, token))!;
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="{form.Language}" dir="{(form.RightToLeft ? "rtl" : "ltr")}">
            <head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"><meta name="viewport" content="width=device-width"><title>{E(form.Title)} · {E(patient.Name)}</title>
            <style>{Style}</style></head>
            <body>
            <header><p class="clinic"><strong>{E(clinic.Name)}</strong>{(clinic.Address.Length > 0 ? " · " + E(clinic.Address.ReplaceLineEndings(", ")) : "")}</p>
            <p class="who"><bdi>{E($"{patient.GivenName} {patient.FamilyName}")}</bdi> · {E(T["born {0}", words.Date(patient.BirthDate)])} · {patient.Number}</p></header>
            <main><h1>{E(form.Title)}</h1>

            """);
        Write(html, form.Completeness().Text.Parts, form, record.Answers);
        html.Append("</main>\n");
        if (file.Tries.Count > 0)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\" dir=\"auto\">{E(T["The questions were answered right on {0}, at try {1}.", words.Moment(file.Tries[^1].At), file.Tries.Count])}</p>\n");
        html.Append(CultureInfo.InvariantCulture, $"<section class=\"signatures\"><h2>{E(T["Signatures"])}</h2>\n");
        foreach (var signature in signatures) html.Append(await OfAsync(signature, fresh, token));
        html.Append("</section>\n");
        var address = clinic.WebAddress is { } web ? web + ConsentBook.Href(record.Id) : ConsentBook.Href(record.Id);
        html.Append(CultureInfo.InvariantCulture, $"""
            <footer>{QrSvg.Of(address, E(T["QR code that leads to the record"]))}<dl>
            <dt>{E(T["Record"])}</dt><dd>{record.Id}</dd>
            <dt>{E(T["Form"])}</dt><dd>{E(T["{0}, version {1}, language {2}", form.Title, form.Version, form.Language])}</dd>
            <dt>{E(T["Presented"])}</dt><dd>{E(T["{0} by {1}", words.Moment(record.PresentedAt!.Value), record.PresentedBy ?? ""])}</dd>
            <dt>{E(T["SHA-256 of what was presented"])}</dt><dd class="hash">{record.PresentedHash}</dd>
            <dt>{E(T["In force until"])}</dt><dd>{E(expires is { } last ? words.Date(last) : T["it is withdrawn"])}</dd>
            <dt>{E(T["Times are those of"])}</dt><dd>{E(clock.Zone.Id)}</dd>
            </dl></footer>
            </body></html>

            """);
        return html.ToString();
    }

    private static void Write(StringBuilder html, IReadOnlyList<TemplatePart> parts, PresentedForm form, IReadOnlyDictionary<string, string> answers)
    {
        foreach (var (text, part) in FormHtml.Pieces(parts, form.Values))
        {
            if (text is not null) html.Append(text);
            else if (part is FieldPart field) html.Append(Answered(field, answers.GetValueOrDefault(field.Name)));
            else if (part is SectionPart section && answers.GetValueOrDefault(section.Field) == section.Answer) Write(html, section.Parts, form, answers);
        }
    }

    private static string Answered(FieldPart field, string? answer)
    {
        if (field.Kind is FieldKind.Tick) return $"<p class=\"field tick\"><span class=\"box\" aria-hidden=\"true\">{(answer is null ? "☐" : "☒")}</span> <span>{E(field.Label)}</span></p>\n";
        if (field.Kind is FieldKind.Choice)
            return $"<div class=\"field\"><p>{E(field.Label)}</p><ul class=\"options\">{string.Concat(field.Options.Select(o => $"<li>{(o == answer ? "☒" : "☐")} {E(o)}</li>"))}</ul></div>\n";
        return $"<p class=\"field\"><span>{E(field.Label)}</span> <bdi class=\"answer\">{(answer is null ? "—" : E(answer).Replace("\n", "<br>", StringComparison.Ordinal))}</bdi></p>\n";
    }

    private async Task<string> OfAsync(Signature signature, (StoredFile File, byte[] Bytes)? fresh, CancellationToken token)
    {
        var picture = signature switch
        {
            { Strokes: { } strokes } => Strokes.Parse(strokes).ToSvg(T["Signature of {0}", signature.PrintedName]),
            { ScanSha256: { } scan } => fresh is { } now && now.File.Sha256 == scan ? Scan(now.File.MediaType, now.Bytes) : await ScanAsync(scan, token),
            _ => $"<span class=\"typed\"><bdi>{E(signature.PrintedName)}</bdi></span>",
        };
        var how = signature.Method switch { SignatureMethod.Typed => T["name typed"], SignatureMethod.WetInkScan => T["on paper"], _ => T["signed by hand"] };
        return $"""
            <figure>{picture}<figcaption><strong><bdi>{E(signature.PrintedName)}</bdi>{(signature.Relation is { } relation ? $" ({E(relation)})" : "")}</strong><br>
            {E(SignatureWords.Of(signature.Meaning, T))}<br>{E(words.Moment(signature.SignedAt))} · {E(how)}{(signature.Remote ? " · " + E(T["signed at home by a link"]) : "")}</figcaption></figure>

            """;
    }

    private async Task<string> ScanAsync(string sha256, CancellationToken token)
    {
        var file = await files.FindAsync(sha256, token);
        await using var content = await files.OpenReadAsync(sha256, token);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, token);
        return Scan(file!.MediaType, bytes.ToArray());
    }

    private string Scan(string mediaType, byte[] bytes) =>
        $"<img class=\"scan\" alt=\"{E(T["Picture of what was signed on paper"])}\" src=\"data:{E(mediaType)};base64,{Convert.ToBase64String(bytes)}\">";

    private static string E(string text) => WebUtility.HtmlEncode(text);

    private const string Style = """
        @page{size:A4;margin:18mm 16mm 20mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt sans-serif;color:#444}}
        *{box-sizing:border-box}body{font:11pt/1.45 system-ui,"Segoe UI","Noto Sans","DejaVu Sans","Noto Naskh Arabic","Noto Sans CJK SC",sans-serif;color:#111;background:#fff;max-width:46rem;margin:0 auto;padding:1rem}
        header{border-bottom:1px solid #999;margin-bottom:1rem}header p{margin:.2rem 0}.who{font-weight:600}h1{font-size:16pt;line-height:1.2}h2{font-size:13pt}h3{font-size:11pt}
        h1,h2,h3{break-after:avoid}.field{border-inline-start:3px solid #999;padding-inline-start:.6rem;margin:.5rem 0;break-inside:avoid}.answer{font-weight:600;border-bottom:1px solid #999}
        .options{list-style:none;padding:0;margin:.2rem 0}.tick{display:flex;gap:.4rem}table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2rem .5rem;text-align:start}
        .soft,figcaption,footer{font-size:9pt;color:#333}figure{display:inline-block;vertical-align:bottom;width:47%;margin:0 1% 1rem 0;break-inside:avoid}figure svg,.typed{display:block;height:5rem;width:100%;border-bottom:1px solid #111}
        .typed{font:italic 18pt/5rem Georgia,"DejaVu Serif",serif;overflow:hidden}.scan{max-width:100%;max-height:20rem}footer{border-top:1px solid #999;margin-top:1rem;padding-top:.6rem;display:flex;gap:1rem;break-inside:avoid}
        footer svg{flex:none;width:26mm;height:26mm}dl{display:grid;grid-template-columns:auto 1fr;gap:.1rem .8rem;margin:0}dt{color:#555}dd{margin:0}.hash{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:8pt;overflow-wrap:anywhere}
        """;
}
