using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Smp.Runtime.Documents;
using Smp.Sdk;
using UglyToad.PdfPig;

namespace Smp.Runtime.Tests.Documents;

/// <summary>Documents printed by the browser that is installed.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BrowserPrinterTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("smp-printing-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Test]
    public async Task A_document_becomes_a_PDF_with_its_text_in_every_script_its_fonts_and_its_page_numbers()
    {
        using var printer = Printer(Browsers.Find());
        var bytes = await printer.PrintAsync("""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Consent</title>
            <style>@page { size: A4; margin: 20mm; @bottom-right { content: "Page " counter(page) " of " counter(pages) } } h2 { break-before: page }</style></head>
            <body><h1>Signed by Zoë Čović</h1><h2>Második oldal · Ελληνικά · Кириллица</h2></body></html>
            """);

        using var pdf = PdfDocument.Open(bytes);
        var pages = pdf.GetPages().ToList();
        Assert.That(pages.Select(p => string.Join(' ', p.GetWords())), Is.EqualTo(new[]
        {
            "Signed by Zoë Čović Page 1 of 2", "Második oldal · Ελληνικά · Кириллица Page 2 of 2",
        }));
        // A font that is embedded has a name of its own: six letters and a plus.
        Assert.That(pages.SelectMany(p => p.Letters).Select(l => l.FontName).Distinct(), Is.All.Match("^[A-Z]{6}\\+"));
        Assert.That(Directory.GetFileSystemEntries(PathOf("printing")), Is.Empty, "nothing stays behind");
    }

    [Test]
    public async Task It_runs_no_script_and_reaches_neither_the_network_nor_files()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await File.WriteAllTextAsync(PathOf("secret.svg"), """<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><text y="40">secret</text></svg>""");
        using var printer = Printer(Browsers.Find());

        var bytes = await printer.PrintAsync($$"""
            <!DOCTYPE html><html><head><meta http-equiv="refresh" content="0;url=http://127.0.0.1:{{port}}/"><link rel="stylesheet" href="http://127.0.0.1:{{port}}/a.css"></head><body><p id="p">as written</p>
            <img src="http://127.0.0.1:{{port}}/a.png"><iframe src="file://{{PathOf("secret.svg")}}"></iframe><img src="file://{{PathOf("secret.svg")}}" alt=""><object data="file:///etc/passwd"></object>
            <script>document.getElementById("p").textContent = "changed"</script></body></html>
            """);

        using var pdf = PdfDocument.Open(bytes);
        var text = string.Concat(pdf.GetPages().Select(p => p.Text));
        Assert.That(text, Does.Contain("as written").And.Not.Contain("changed").And.Not.Contain("secret").And.Not.Contain("root:"));
        Assert.That(listener.Pending(), Is.False, "somebody called");
    }

    [Test]
    public void Without_a_browser_it_says_so_and_what_to_do()
    {
        using var printer = Printer(null);
        Assert.That(printer.Available, Is.False);
        Assert.That(() => printer.PrintAsync("<!doctype html>"), Throws.TypeOf<DocumentPrinterException>().With.Message.Contains("--browser"));
    }

    [Test]
    public void A_program_that_is_no_browser_is_a_failure_in_words_and_leaves_nothing()
    {
        using var printer = Printer("/bin/false");
        Assert.That(() => printer.PrintAsync("<!doctype html>"), Throws.TypeOf<DocumentPrinterException>().With.Message.Contains("couldn't print"));
        Assert.That(Directory.GetFileSystemEntries(PathOf("printing")), Is.Empty);
    }

    [Test]
    [Platform(Exclude = "Win")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Who_gives_up_waits_no_longer_and_the_browser_is_ended()
    {
        var slow = PathOf("slow");
        await File.WriteAllTextAsync(slow, $"#!/bin/sh\necho $$ > {PathOf("pid")}.new; mv {PathOf("pid")}.new {PathOf("pid")}\nexec sleep 600\n");
        File.SetUnixFileMode(slow, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var printer = Printer(slow);
        using var gives = new CancellationTokenSource();
        var printing = printer.PrintAsync("<!doctype html>", gives.Token);
        while (!File.Exists(PathOf("pid")) && !printing.IsCompleted) await Task.Yield();

        await gives.CancelAsync();

        Assert.That(() => printing, Throws.InstanceOf<OperationCanceledException>());
        var id = int.Parse(await File.ReadAllTextAsync(PathOf("pid")), System.Globalization.CultureInfo.InvariantCulture);
        while (Directory.Exists($"/proc/{id}") && (await File.ReadAllTextAsync($"/proc/{id}/stat")).Contains(") S ", StringComparison.Ordinal)) await Task.Yield();
        Assert.That(Directory.GetFileSystemEntries(PathOf("printing")), Is.Empty);
    }

    [Test]
    public void What_is_no_whole_document_isnt_printed()
    {
        using var printer = Printer(Browsers.Find());
        Assert.That(() => printer.PrintAsync("<p>Half of one</p>"), Throws.ArgumentException);
    }

    [Test]
    public void What_a_killed_process_left_is_swept_away()
    {
        Directory.CreateDirectory(PathOf("printing/left"));
        using var printer = Printer(null);
        printer.Sweep();
        Assert.That(Directory.Exists(PathOf("printing/left")), Is.False);
    }

    private BrowserPrinter Printer(string? browser) => new(browser, PathOf("printing"), NullLogger<BrowserPrinter>.Instance);

    private string PathOf(string name) => Path.Combine(root, name);
}
