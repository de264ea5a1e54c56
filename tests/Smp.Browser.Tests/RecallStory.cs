using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Smp.Needles;
using Smp.Sdk.Testing;
using static Microsoft.Playwright.Assertions;

namespace Smp.Browser.Tests;

/// <summary>
/// A recall from its notice to its closing: a technician was injured with the lot, patients are written to and called one after the other by keyboard,
/// and somebody who was told is treated again.
/// </summary>
public sealed class RecallStory
{
    private const string Lot = "A377C4";

    private TestClinic clinic = null!;
    private readonly List<string> findings = [];

    [SetUp]
    public async Task Open() => clinic = await TestClinic.StartAsync(o =>
    {
        o.Demo = true;
        o.With<NeedlesPlugin>();
    });

    [TearDown]
    public async Task Close() => await clinic.DisposeAsync();

    [TestCase(1280, false)]
    [TestCase(820, true)]
    public async Task A_recall_is_closed_once_patients_and_staff_were_told(int width, bool dark)
    {
        findings.Clear();
        await using var mia = await Visitor.OpenAsync(clinic, width, dark);
        await mia.SignInAsync("mia");
        await ReportInjuryAsync(mia);

        await using var keller = await Visitor.OpenAsync(clinic, width, dark);
        await keller.SignInAsync("keller");
        var recall = await RecallAsync(keller);
        await WriteAsync(keller, recall);
        await CallAsync(keller, recall);
        await TellStaffAsync(keller, recall);
        await CloseAsync(keller, recall);
        await TreatAgainAsync(mia);
        await Expect(await OpenAsync(keller, recall)).ToContainTextAsync("before: Called");

        Assert.Multiple(() =>
        {
            Assert.That(findings, Is.Empty);
            Assert.That(mia.Complaints.Concat(keller.Complaints).Where(c => !c.Contains("409", StringComparison.Ordinal)), Is.Empty);
        });
    }

    private async Task ReportInjuryAsync(Visitor mia)
    {
        var page = mia.Page;
        await page.GotoAsync("/needles/sharps");
        await LookAsync(mia);
        await page.GetByRole(AriaRole.Link, new() { Name = "Report an injury" }).ClickAsync();
        await Expect(page.GetByLabel("Time")).ToHaveValueAsync(new Regex("^[0-9]{2}:[0-9]{2}$"));
        await LookAsync(mia);
        await page.GetByLabel("Scan the package").FillAsync(Lot);
        await page.GetByLabel("Area").FillAsync("Room 2");
        await page.GetByLabel("How it happened").FillAsync("Slipped while the cartridge was changed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Report the injury" }).ClickAsync();

        await Expect(page.Locator(".flash")).ToContainTextAsync("is reported");
        await Expect(page.Locator("#step-Wash")).ToContainTextAsync("Overdue");
        await LookAsync(mia);
        await page.Locator("#step-Wash").GetByLabel("Outcome").SelectOptionAsync("Done");
        await page.Locator("#step-Wash").GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator("#step-Wash .status")).ToContainTextAsync("Done");
    }

    private async Task<string> RecallAsync(Visitor keller)
    {
        var page = keller.Page;
        await page.GotoAsync($"/needles/lots?search={Lot}");
        await page.GetByRole(AriaRole.Link, new() { Name = Lot }).First.ClickAsync();
        await page.GetByText("Recall this lot").ClickAsync();
        var form = page.Locator("form#recall");
        await form.GetByLabel("Class").SelectOptionAsync("II");
        await form.GetByLabel("Who says so").FillAsync("The maker, notice 12");
        await form.GetByLabel("Reason").FillAsync("Seal may leak");
        await form.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Recall") }).ClickAsync();
        await page.WaitForURLAsync(url => Regex.IsMatch(url, "/needles/recalls/[0-9]+$"));
        await Expect(page.Locator("#staff")).ToContainTextAsync("Mia Novak");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Close the recall" })).ToHaveCountAsync(0);
        await LookAsync(keller);
        return new Uri(page.Url).AbsolutePath;
    }

    private async Task WriteAsync(Visitor keller, string recall)
    {
        var page = keller.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Letters" }).ClickAsync();
        await Expect(page.Locator("article.letter").First).ToContainTextAsync("Seal may leak");
        await LookAsync(keller);
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.That(await page.Locator("article.letter").First.EvaluateAsync<string>("e => getComputedStyle(e).breakAfter"), Is.EqualTo("page"));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveCountAsync(0);
        await page.EmulateMediaAsync(new() { Media = Media.Screen });
        await page.GotoAsync(recall);
    }

    // With the keyboard alone: the list has the cursor, C chooses Called, Tab leads to the note, Enter saves and leads on.
    private async Task CallAsync(Visitor keller, string recall)
    {
        var page = keller.Page;
        await page.GotoAsync(recall + "/calls");
        await LookAsync(keller);
        var waiting = await page.Locator("#calls .status.warning").CountAsync();
        Assert.That(waiting, Is.GreaterThan(1));
        for (var left = waiting; left > 0; left--)
        {
            await Expect(page.Locator("#next .soft").First).ToContainTextAsync($"{left} to go");
            await Expect(page.Locator("#next").GetByLabel("Outcome")).ToBeFocusedAsync();
            await page.Keyboard.PressAsync("c");
            await page.Keyboard.PressAsync("Tab");
            await page.Keyboard.TypeAsync("Knows what to do");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator("#calls .status.warning")).ToHaveCountAsync(left - 1);
        }

        await Expect(page.Locator("#next")).ToHaveCountAsync(0);
    }

    private static async Task TellStaffAsync(Visitor keller, string recall)
    {
        var page = keller.Page;
        await page.GotoAsync(recall);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Close the recall" })).ToHaveCountAsync(0);
        while (await page.Locator("#staff .status.warning").CountAsync() is > 0 and var waiting)
        {
            var row = page.Locator("#staff tr:has(.status.warning)").First;
            await row.GetByLabel("Outcome").SelectOptionAsync("Called");
            await row.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
            await Expect(page.Locator("#staff .status.warning")).ToHaveCountAsync(waiting - 1);
        }
    }

    private static async Task CloseAsync(Visitor keller, string recall)
    {
        var page = keller.Page;
        await page.GotoAsync(recall);
        await page.GetByRole(AriaRole.Button, new() { Name = "Close the recall" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("Everybody on the list has an outcome");
    }

    // It can't be picked, but what happened is recorded.
    private static async Task TreatAgainAsync(Visitor mia)
    {
        var page = mia.Page;
        await page.GotoAsync($"/needles/lots?search={Lot}");
        await page.GetByRole(AriaRole.Link, new() { Name = Lot }).First.ClickAsync();
        var patient = await page.Locator("main a[href^='/patients/']").First.GetAttributeAsync("href");
        var lot = new Uri(page.Url).Segments[^1];
        await page.GotoAsync($"/needles/use/already?patient={patient!.Split('/')[^1]}&lot={lot}");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Record") }).ClickAsync();
        await Expect(page.Locator(".flash")).ToContainTextAsync("An incident is opened");
    }

    private static async Task<ILocator> OpenAsync(Visitor keller, string recall)
    {
        await keller.Page.GotoAsync(recall);
        return keller.Page.Locator("#patients");
    }

    private async Task LookAsync(Visitor visitor) => findings.AddRange(await visitor.SeriousFindingsAsync());
}
