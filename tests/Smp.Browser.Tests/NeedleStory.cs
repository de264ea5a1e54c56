using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Smp.Needles;
using Smp.Sdk.Testing;
using static Microsoft.Playwright.Assertions;

namespace Smp.Browser.Tests;

/// <summary>A box of needles from the courier to the patient, back out by a recall, and into the audit trail: with each page's accessibility looked at on the way.</summary>
public sealed class NeedleStory
{
    // A demonstration item, lot STORY7, usable until the end of August 2028, 50 pieces.
    private const string Code = "]d20109521234543206" + "17280831" + "10STORY7\u001d" + "3050";

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

    [TestCase(1280, false, true)]
    [TestCase(820, true, true)]
    [TestCase(1280, false, false)]
    public async Task A_box_is_received_by_its_code_used_on_a_patient_and_recalled(int width, bool dark, bool script)
    {
        findings.Clear();
        await using var mia = await Visitor.OpenAsync(clinic, width, dark, script);
        await mia.SignInAsync("mia");
        await LookAsync(mia, script);

        await ReceiveAsync(mia, script);
        await UseAsync(mia, script);
        await using var keller = await Visitor.OpenAsync(clinic, width, dark, script);
        await keller.SignInAsync("keller");
        await RecallAsync(keller, script);
        await RefuseAsync(mia);
        await using var paul = await Visitor.OpenAsync(clinic, width, dark, script);
        await paul.SignInAsync("audit");
        await AuditAsync(paul, script);

        Assert.Multiple(() =>
        {
            Assert.That(findings, Is.Empty);
            Assert.That(mia.Complaints.Concat(keller.Complaints).Concat(paul.Complaints).Where(c => !c.Contains("409", StringComparison.Ordinal)), Is.Empty);
        });
    }

    private async Task ReceiveAsync(Visitor mia, bool script)
    {
        var page = mia.Page;
        await page.GotoAsync("/needles/receive");
        await LookAsync(mia, script);
        await page.GetByLabel("Code on the box").FillAsync(Code);
        await page.GetByLabel("Code on the box").PressAsync("Enter");

        await Expect(page.GetByLabel("Lot number")).ToHaveValueAsync("STORY7");
        await Expect(page.GetByLabel("Use-by date")).ToHaveValueAsync("2028-08-31");
        await Expect(page.GetByLabel("Quantity")).ToHaveValueAsync("50");
        await LookAsync(mia, script);
        await page.GetByLabel("Inspected").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Receive the box" }).ClickAsync();

        await Expect(page.Locator(".flash")).ToContainTextAsync("STORY7");
        await page.GetByRole(AriaRole.Link, new() { Name = "STORY7" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Lot STORY7" })).ToBeVisibleAsync();
        await Expect(page.Locator(".head .status")).ToContainTextAsync("Released");
        await LookAsync(mia, script);
    }

    private async Task UseAsync(Visitor mia, bool script)
    {
        var page = mia.Page;
        await page.GotoAsync("/needles/use");
        await LookAsync(mia, script);
        await page.GotoAsync("/needles/use?patient=2");
        await Expect(page.Locator(".patient")).ToContainTextAsync("Allergy");
        await page.GetByLabel("Scan the package").FillAsync("STORY7");
        await page.GetByLabel("Quantity").First.FillAsync("2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take", Exact = true }).ClickAsync();

        await Expect(page.Locator("#picked")).ToContainTextAsync("STORY7");
        await LookAsync(mia, script);
        await page.Locator("#picked").GetByRole(AriaRole.Button, new() { Name = "Used", Exact = true }).ClickAsync();

        await Expect(page.Locator("main")).ToContainTextAsync("lot STORY7");
        await page.GotoAsync("/patients/2");
        await Expect(page.Locator(".timeline")).ToContainTextAsync("lot STORY7");
        await LookAsync(mia, script);
    }

    private async Task RecallAsync(Visitor keller, bool script)
    {
        var page = keller.Page;
        await page.GotoAsync("/needles/lots?search=STORY7");
        await LookAsync(keller, script);
        await page.GetByRole(AriaRole.Link, new() { Name = "STORY7" }).ClickAsync();
        await page.GetByText("Recall this lot").ClickAsync();
        await Expect(page.Locator("details[open]")).ToContainTextAsync("each to be told: 1. They got 2 in all.");
        var form = page.Locator("form#recall");
        await form.GetByLabel("Class").SelectOptionAsync("II");
        await form.GetByLabel("Who says so").FillAsync("The maker, notice 7");
        await form.GetByLabel("Reason").FillAsync("Seal may leak");
        await form.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Recall") }).ClickAsync();

        await page.WaitForURLAsync(url => url.Contains("/needles/recalls/", StringComparison.Ordinal));
        await Expect(page.Locator("#patients")).ToContainTextAsync("P-000002");
        await LookAsync(keller, script);
        var row = page.Locator("#patient-2");
        await row.GetByLabel("Outcome").SelectOptionAsync("Called");
        await row.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator("#patient-2")).ToContainTextAsync("Called");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close the recall" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("Everybody on the list has an outcome");
    }

    private async Task AuditAsync(Visitor paul, bool script)
    {
        var page = paul.Page;
        await page.GotoAsync("/audit");
        await LookAsync(paul, script);
        await page.GetByLabel("One patient").FillAsync("P-000002");
        await page.GetByLabel("One patient").PressAsync("Enter");

        await page.WaitForURLAsync(url => url.EndsWith("/audit?patient=2", StringComparison.Ordinal));
        await Expect(page.Locator(".patient")).ToContainTextAsync("Allergy");
        await Expect(page.Locator("#looks")).ToContainTextAsync("Mia Novak");
        await LookAsync(paul, script);
        await page.GetByRole(AriaRole.Link, new() { Name = "Recorded a use" }).First.ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Recorded a use" })).ToBeVisibleAsync();
        await Expect(page.Locator(".fields").First).ToBeVisibleAsync();
        await LookAsync(paul, script);
    }

    private static async Task RefuseAsync(Visitor mia)
    {
        var page = mia.Page;
        await page.GotoAsync("/needles/use?patient=3");
        await page.GetByLabel("Scan the package").FillAsync("STORY7");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take", Exact = true }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("recalled");
        await Expect(page.GetByLabel("Scan the package")).ToHaveValueAsync("STORY7");
    }

    private async Task LookAsync(Visitor visitor, bool script)
    {
        if (script) findings.AddRange(await visitor.SeriousFindingsAsync());
    }
}
