using UglyToad.PdfPig;

namespace Smp.Consents.Tests.Api;

public sealed class DocumentTests : ConsentsApi
{
    [Test]
    public async Task The_print_is_made_once_with_every_script_right_its_fonts_and_its_page_numbers()
    {
        var source = string.Join("\n\n", Enumerable.Repeat("Zoë Čović, ș̈ and é (e + ´). 同意书:我已阅读并理解。 أوافق على العلاج.", 60)) + "\n\n{{initials risks \"Risks\" required}}";
        var id = await ActiveAsync(await FormAsync(source));

        var first = await Keller.GetByteArrayAsync($"/consents/records/{id}/print");
        var second = await Keller.GetByteArrayAsync($"/consents/records/{id}/print");
        Assert.That(second, Is.EqualTo(first), "the same bytes each time");

        using var pdf = PdfDocument.Open(first);
        var pages = pdf.GetPages().ToList();
        var text = string.Join(' ', pages.Select(p => p.Text));
        Assert.That(pages, Has.Count.GreaterThan(1));
        Assert.That(text, Does.Contain("同意书").And.Contain("Čović").And.Contain("The client consents"));
        Assert.That(text.Any(c => c is >= '\u0600' and <= '\u06ff' or >= '\ufe70' and <= '\ufeff'), Is.True, "Arabic letters");
        Assert.That(text.Normalize(System.Text.NormalizationForm.FormC), Does.Contain("é"));
        for (var i = 0; i < pages.Count; i++) Assert.That(string.Join(' ', pages[i].GetWords()), Does.Contain($"{i + 1} / {pages.Count}"));
        Assert.That(pages.SelectMany(p => p.Letters).Select(l => l.FontName).Distinct(), Is.All.Match("^[A-Z]{6}\\+"), "each font is embedded");
        Assert.That(pages[0].Text, Does.Contain("Ana Horvat"), "whose it is");
    }

    [Test]
    public async Task It_is_printed_by_itself_after_the_last_signature()
    {
        var id = await ActiveAsync(await FormAsync());
        await Clinic.RunJobsAsync();
        Assert.That((string?)(await RecordAsync(id))["record"]!["pdfSha256"], Has.Length.EqualTo(64));
    }

    [Test]
    public async Task The_document_runs_nothing_and_nobody_sees_it_without_the_permission()
    {
        var id = await ActiveAsync(await FormAsync());
        using var answer = await Keller.GetAsync($"/consents/records/{id}/document");
        Assert.That(string.Join(' ', answer.Headers.GetValues("Content-Security-Policy")), Does.Contain("default-src 'none'").And.Contain("sandbox"));

        using var nobody = Clinic.Anonymous();
        Assert.That((await nobody.GetAsync($"/consents/records/{id}/document")).IsSuccessStatusCode, Is.False);
    }

    [Test]
    public async Task A_form_that_wasnt_signed_has_no_document()
    {
        var id = await PresentedAsync(await FormAsync());
        Assert.That((int)(await Keller.GetAsync($"/consents/records/{id}/document")).StatusCode, Is.EqualTo(409));
    }
}
