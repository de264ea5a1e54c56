namespace Smp.Sdk;

/// <summary>
/// Prints a finished document to PDF, by the browser that is installed on the clinic's machine (Chromium, Chrome or Edge): fonts embedded, every script shaped.
/// The document runs no script and reaches nothing outside itself, neither network nor files, whatever stands in it: pictures come as <c>data:</c>.
/// </summary>
/// <remarks>
/// Margins, size and what stands in them are the document's own: <c>@page { size: A4; @bottom-right { content: counter(page) " / " counter(pages) } }</c>. Two prints of one document needn't
/// have the same bytes; whoever wants the same ones again keeps them.
/// </remarks>
public interface IDocumentPrinter
{
    /// <summary>Whether there is a browser to print with. Without one the document itself serves, printed by whoever reads it.</summary>
    bool Available { get; }

    /// <summary>Prints. Not inside a unit of work: it takes some tenths of a second, and units may run twice.</summary>
    /// <param name="html">A whole HTML document, from its <c>&lt;!doctype html&gt;</c>; at most 20 million characters.</param>
    /// <param name="token">Gives up.</param>
    /// <returns>The PDF.</returns>
    /// <exception cref="DocumentPrinterException">There is no browser, it failed, or it took longer than 30 seconds. Says what to do.</exception>
    /// <exception cref="ArgumentException">It is no whole document, or too long.</exception>
    Task<byte[]> PrintAsync(string html, CancellationToken token = default);
}

/// <summary>A document wasn't printed.</summary>
/// <param name="message">Why, and what to do; to be shown.</param>
/// <param name="inner">What was in the way.</param>
public sealed class DocumentPrinterException(string message, Exception? inner = null) : Exception(message, inner);
