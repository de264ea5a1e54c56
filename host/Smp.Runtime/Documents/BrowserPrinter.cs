using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Smp.Sdk;

namespace Smp.Runtime.Documents;

/// <summary>Prints by an installed browser, run without a window for each document.</summary>
/// <param name="browser">Its program; null when there is none.</param>
/// <param name="folder">Where documents lie while they are printed. What a process that was killed left there is removed by <see cref="Sweep"/>.</param>
/// <param name="log">What the browser said when it failed.</param>
internal sealed class BrowserPrinter(string? browser, string folder, ILogger<BrowserPrinter> log) : IDocumentPrinter, IDisposable
{
    // Each takes a processor and some 200 MB while it prints.
    private const int AtOnce = 2;
    private const int MaxLength = 20_000_000;
    private const string Doctype = "<!doctype html>";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    // Stands before the document's own head, and so before anything that it could forbid.
    private const string Policy = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:">""";

    private const string NoScript = """{"profile":{"default_content_setting_values":{"javascript":2}}}""";

    private readonly SemaphoreSlim places = new(AtOnce);

    public string? Browser => browser;

    public bool Available => browser is not null && File.Exists(browser);

    /// <summary>Removes what was being printed when the process was killed.</summary>
    public void Sweep() => Remove(folder);

    public async Task<byte[]> PrintAsync(string html, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(html);
        if (html.Length > MaxLength) throw new ArgumentException($"A document to print has at most {MaxLength} characters.", nameof(html));
        if (!html.StartsWith(Doctype, StringComparison.OrdinalIgnoreCase)) throw new ArgumentException($"A document to print begins with {Doctype}.", nameof(html));
        if (!Available)
            throw new DocumentPrinterException("There is no browser on the clinic's machine to print with. Install Chromium, Chrome or Edge, or name one: smp serve --browser PATH.");

        await places.WaitAsync(token);
        var work = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        try
        {
            Private(folder);
            Private(work);
            // The switch that turns script off turns printing off with it; the setting doesn't.
            var profile = Directory.CreateDirectory(Path.Combine(work, "profile", "Default")).FullName;
            await File.WriteAllTextAsync(Path.Combine(profile, "Preferences"), NoScript, token);
            var (document, pdf) = (Path.Combine(work, "document.html"), Path.Combine(work, "document.pdf"));
            await File.WriteAllTextAsync(document, Doctype + Policy + html[Doctype.Length..], new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), token);
            await RunAsync(work, document, pdf, token);
            return await File.ReadAllBytesAsync(pdf, token);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.LogError(error, "A document can't be printed in {Folder}", folder);
            throw new DocumentPrinterException("The document can't be printed: the clinic's disk is full or can't be written to. Ask whoever looks after the machine.", error);
        }
        finally
        {
            places.Release();
            Remove(work);
        }
    }

    private async Task RunAsync(string work, string document, string pdf, CancellationToken token)
    {
        var start = new ProcessStartInfo(browser!) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = work };
        foreach (var argument in Arguments(work, document, pdf)) start.ArgumentList.Add(argument);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(Longest);
        using var process = Start(start);
        try
        {
            var (said, _) = (process.StandardError.ReadToEndAsync(limit.Token), process.StandardOutput.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode == 0 && File.Exists(pdf)) return;
            log.LogError("{Browser} ended with {ExitCode} and printed nothing: {Said}", browser, process.ExitCode, Last(await said));
            throw new DocumentPrinterException("The browser on the clinic's machine couldn't print the document; the log says what it said. Try again, or print the page itself.");
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            log.LogError("{Browser} hasn't printed a document within {Longest}", browser, Longest);
            throw new DocumentPrinterException("The browser on the clinic's machine took longer than 30 seconds to print the document and was stopped. Try again, or print the page itself.");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            log.LogError(error, "{Browser} can't be started", browser);
            throw new DocumentPrinterException($"The browser {browser} can't be started: {error.Message}. Name another one: smp serve --browser PATH.", error);
        }
    }

    private static IEnumerable<string> Arguments(string work, string document, string pdf)
    {
        yield return "--headless";
        yield return $"--user-data-dir={Path.Combine(work, "profile")}";
        // Every address, this machine's own too, is sent to a port where nobody listens.
        yield return "--proxy-server=127.0.0.1:9";
        yield return "--proxy-bypass-list=<-loopback>";
        yield return "--host-resolver-rules=MAP * ~NOTFOUND";
        foreach (var quiet in (string[])["gpu", "extensions", "sync", "background-networking", "component-update", "default-apps", "breakpad", "dev-shm-usage", "quic"]) yield return $"--disable-{quiet}";
        yield return "--no-first-run";
        yield return "--no-default-browser-check";
        // Chromium refuses to run as root within its own sandbox; a clinic that runs as root (in a container) has no other user to protect.
        if (!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess) yield return "--no-sandbox";
        yield return "--no-pdf-header-footer";
        yield return $"--print-to-pdf={pdf}";
        yield return new Uri(document).AbsoluteUri;
    }

    private static void Private(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // The browser may still hold a file for a moment; what is left is swept away at the next start.
    private void Remove(string work)
    {
        try
        {
            if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("What was printed can't be removed from {Folder} yet: {Message}", work, error.Message);
        }
    }

    // What the browser says may name the file, which holds no more than a random name.
    private static string Last(string said) => said.Length <= 2000 ? said : said[^2000..];

    public void Dispose() => places.Dispose();
}
