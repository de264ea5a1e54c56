using Microsoft.Playwright;
using Smp.Consents;
using Smp.Sdk.Testing;
using static Microsoft.Playwright.Assertions;

namespace Smp.Browser.Tests;

/// <summary>A form on a tablet: presented, read, answered, signed by hand, printed.</summary>
public sealed class ConsentStory
{
    private TestClinic clinic = null!;

    [SetUp]
    public async Task Open() => clinic = await TestClinic.StartAsync(o => o.With<ConsentsPlugin>());

    [TearDown]
    public async Task Close() => await clinic.DisposeAsync();

    [Test]
    public async Task A_client_reads_answers_and_signs_on_the_tablet_the_practitioner_signs_after_them_and_the_PDF_is_as_approved()
    {
        await using var keller = await Visitor.OpenAsync(clinic, 820);
        await keller.SignInAsync("keller");
        var page = keller.Page;
        var patient = await AddPatientAsync(page);
        await page.GotoAsync($"/consents/present?patient={patient}");
        await page.GetByLabel("Form").SelectOptionAsync(new SelectOptionValue { Label = "Local anaesthetic" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Present the form" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Hand the tablet over" }).ClickAsync();

        // The client has the tablet: what is missing is said beside it, and nothing that was filled in is lost.
        await Expect(page.GetByRole(AriaRole.Navigation)).ToHaveCountAsync(0);
        await page.Locator("[name=weight]").FillAsync("80");
        await page.GetByRole(AriaRole.Button, new() { Name = "On to the questions" }).ClickAsync();
        await Expect(page.Locator("[name=weight]")).ToHaveValueAsync("80");
        Assert.That(await page.GetByText("This is needed.").CountAsync(), Is.GreaterThan(3));
        Assert.That(await keller.SeriousFindingsAsync(), Is.Empty);

        // A section stands there for its answer alone.
        await Expect(page.Locator("[name=recent_which]")).ToBeHiddenAsync();
        await page.Locator("[name=recent][value=Yes]").CheckAsync();
        await Expect(page.Locator("[name=recent_which]")).ToBeVisibleAsync();
        await page.Locator("[name=recent][value=No]").CheckAsync();
        await page.Locator("[name=sedation][value=No]").CheckAsync();
        await page.Locator("[name=signs]").FillAsync("AH");
        await page.Locator("[name=medicines]").FillAsync("none");
        foreach (var name in new[] { "complete", "agree" }) await page.Locator($"[name={name}]").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "On to the questions" }).ClickAsync();

        // A wrong answer is said, and the questions come again.
        foreach (var question in await page.Locator("fieldset.choice").AllAsync()) await question.GetByRole(AriaRole.Radio).Last.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Check my answers" }).ClickAsync();
        await Expect(page.GetByText("That isn’t so.").First).ToBeVisibleAsync();
        foreach (var right in new[] { "Say so, and we stop", "Tell the staff at once", "Everything together", "No driving, no machines" })
            await page.GetByRole(AriaRole.Radio, new() { Name = right }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Check my answers" }).ClickAsync();

        await DrawAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Who signs next is below.")).ToBeVisibleAsync();
        await DrawAsync(page);
        await page.Locator("#sign").GetByLabel("Your password").FillAsync(TestClinic.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign", Exact = true }).ClickAsync();
        await Expect(page.GetByText("The form is signed and in force.").First).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "For staff: back to the record" }).ClickAsync();
        await Expect(page.GetByText("In force").First).ToBeVisibleAsync();
        await Expect(page.Locator("svg.signature")).ToHaveCountAsync(2);
        Assert.That(await keller.SeriousFindingsAsync(), Is.Empty);
        // 422 for wrong answers is what the page is meant to say.
        Assert.That(keller.Complaints.Where(c => !c.Contains("422", StringComparison.Ordinal)), Is.Empty);

        var pdf = await (await page.Context.APIRequest.GetAsync(page.Url + "/print")).BodyAsync();
        await PdfPages.AreApprovedAsync(pdf, "local-anaesthesia");
    }

    private static async Task DrawAsync(IPage page)
    {
        var pad = page.Locator("[data-signature] svg");
        await pad.ScrollIntoViewIfNeededAsync();
        var box = (await pad.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + 60, box.Y + 120);
        await page.Mouse.DownAsync();
        for (var i = 1; i <= 40; i++) await page.Mouse.MoveAsync(box.X + 60 + i * 10, box.Y + 110 + 50 * (float)Math.Sin(i / 2.5));
        await page.Mouse.UpAsync();
    }

    private static async Task<long> AddPatientAsync(IPage page)
    {
        await page.GotoAsync("/patients/new");
        await page.GetByLabel("Given name").FillAsync("Ana");
        await page.GetByLabel("Family name").FillAsync("Horvat");
        await page.GetByLabel("Birth date").FillAsync("1988-05-17");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register the patient" }).ClickAsync();
        await page.WaitForURLAsync(url => char.IsAsciiDigit(url[^1]));
        return long.Parse(page.Url.Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
