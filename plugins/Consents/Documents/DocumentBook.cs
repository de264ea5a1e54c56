using Dapper;
using Smp.Consents.Records;
using Smp.Sdk;

namespace Smp.Consents.Documents;

/// <summary>Prints a signed consent.</summary>
/// <param name="ConsentId">Which.</param>
public sealed record PrintConsent(long ConsentId);

/// <summary>The documents of signed consents, and their prints: made once, then kept.</summary>
internal sealed class DocumentBook(IStore<ConsentsPlugin> store, IFiles files, IDocumentPrinter printer) : IJob<PrintConsent>
{
    private const long MaxPdf = 50_000_000;

    /// <summary>Whether prints can be made here.</summary>
    public bool Prints => printer.Available;

    /// <summary>What was signed.</summary>
    /// <exception cref="RefusedException">There is no such consent, or it wasn't signed.</exception>
    public async Task<Stream> HtmlAsync(long id, CancellationToken token = default) => await files.OpenReadAsync((await SignedAsync(id, token)).DocumentSha256!, token);

    /// <summary>Its print: made now where it wasn't before, and the same bytes each time after.</summary>
    /// <exception cref="RefusedException">There is no such consent, it wasn't signed, or nothing is here to print with.</exception>
    public async Task<Stream> PdfAsync(long id, CancellationToken token = default)
    {
        var record = await SignedAsync(id, token);
        if (record.PdfSha256 is { } printed) return await files.OpenReadAsync(printed, token);
        if (!printer.Available) throw Refuse.Because($"Nothing is installed here to print with. Open the document, and print it from your browser.");
        return await files.OpenReadAsync(await PrintAsync(record, token), token);
    }

    /// <inheritdoc/>
    public async Task RunAsync(PrintConsent order, CancellationToken token)
    {
        var record = await SignedAsync(order.ConsentId, token);
        if (record.PdfSha256 is null && printer.Available) await PrintAsync(record, token);
    }

    private async Task<string> PrintAsync(ConsentRecord record, CancellationToken token)
    {
        await using var html = await files.OpenReadAsync(record.DocumentSha256!, token);
        using var reader = new StreamReader(html);
        using var pdf = new MemoryStream(await PrintedAsync(await reader.ReadToEndAsync(token), token));
        var put = await files.PutAsync(pdf, "application/pdf", MaxPdf, token);
        return await store.WriteAsync(new("Printed a signed consent form"), async unit =>
        {
            // Two may have printed it at once: the first print stays.
            if (await unit.Connection.ExecuteScalarAsync<string?>("SELECT pdf_sha256 FROM consents__records WHERE id = @Id", new { record.Id }) is { } before) return before;
            await files.RecordAsync(unit, put);
            await unit.Connection.ExecuteAsync("UPDATE consents__records SET pdf_sha256 = @Sha256 WHERE id = @Id", new { record.Id, put.Sha256 });
            return put.Sha256;
        }, token);
    }

    private async Task<byte[]> PrintedAsync(string html, CancellationToken token)
    {
        try
        {
            return await printer.PrintAsync(html, token);
        }
        catch (DocumentPrinterException error)
        {
            throw Refuse.Because($"{error.Message} The document itself can be opened, and printed from your browser.");
        }
    }

    private async Task<ConsentRecord> SignedAsync(long id, CancellationToken token)
    {
        var record = (await store.SnapshotAsync(db => ConsentBook.RequireAsync(db, id), token)).Record;
        return record.DocumentSha256 is null ? throw Refuse.Because($"This form wasn’t signed, so there is no document of it yet.") : record;
    }
}
