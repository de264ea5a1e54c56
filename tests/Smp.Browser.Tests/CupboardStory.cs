using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Smp.Needles;
using Smp.Sdk.Testing;
using static Microsoft.Playwright.Assertions;

namespace Smp.Browser.Tests;

/// <summary>
/// A technician's day at the needle cupboard: the worklist in the morning, a new box, what has expired, units kept for tomorrow, a patient, the steriliser,
/// the sharps container, and the count in the evening.
/// </summary>
public sealed class CupboardStory
{
    private const string NewBox = "L2511F";
    private const string Expired = "P0912";
    private const string Item = "Fjord 1RL 0.25 mm";

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
    public async Task A_day_at_the_needle_cupboard_leaves_nothing_on_the_worklist_that_was_done(int width, bool dark)
    {
        findings.Clear();
        await using var mia = await Visitor.OpenAsync(clinic, width, dark);
        await mia.SignInAsync("mia");

        await FollowAsync(mia, $"Inspect lot {NewBox}");
        await mia.Page.GetByRole(AriaRole.Button, new() { Name = "Passed: release the lot" }).ClickAsync();
        await Expect(mia.Page.Locator(".head .status")).ToContainTextAsync("Released");

        await FollowAsync(mia, $"Dispose of lot {Expired}");
        await mia.Page.Locator("summary", new() { HasText = "Dispose of it" }).ClickAsync();
        await mia.Page.GetByLabel("How, or why").FillAsync("Expired; into the sharps bin");
        await mia.Page.GetByRole(AriaRole.Button, new() { Name = "Dispose of all that is here" }).ClickAsync();
        await Expect(mia.Page.Locator(".head .status")).ToContainTextAsync("Disposed");

        await KeepForTomorrowAsync(mia);
        await TreatAsync(mia);
        await ReadIndicatorAsync(mia);
        await CloseSharpsAsync(mia);
        await CountAsync(mia);

        await mia.Page.GotoAsync("/worklist");
        foreach (var done in (string[])[$"Inspect lot {NewBox}", $"Dispose of lot {Expired}", "Close sharps container SC-014", "load A1/413"])
            await Expect(mia.Page.Locator("main")).Not.ToContainTextAsync(done);
        Assert.Multiple(() =>
        {
            Assert.That(findings, Is.Empty);
            Assert.That(mia.Complaints, Is.Empty);
        });
    }

    private async Task FollowAsync(Visitor mia, string entry)
    {
        await mia.Page.GotoAsync("/worklist");
        await mia.Page.GetByRole(AriaRole.Link, new() { Name = entry }).ClickAsync();
        await mia.Page.WaitForURLAsync(url => !url.Contains("/worklist", StringComparison.Ordinal));
        findings.AddRange(await mia.SeriousFindingsAsync());
    }

    private async Task KeepForTomorrowAsync(Visitor mia)
    {
        var page = mia.Page;
        await page.GotoAsync("/needles/reservations?patient=6");
        await page.GetByLabel("Item").SelectOptionAsync(new SelectOptionValue { Label = Item });
        await page.GetByLabel("Quantity").FillAsync("4");
        await page.GetByLabel("Day").FillAsync("2026-03-06");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep them" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = Item }).First).ToContainTextAsync("4");
        findings.AddRange(await mia.SeriousFindingsAsync());
    }

    private async Task TreatAsync(Visitor mia)
    {
        var page = mia.Page;
        await page.GotoAsync("/needles/use?patient=6");
        await page.GetByLabel("Scan the package").FillAsync(NewBox);
        await page.GetByLabel("Quantity").First.FillAsync("3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take", Exact = true }).ClickAsync();
        var opened = page.Locator("#picked");
        await Expect(opened).ToContainTextAsync(NewBox);

        // Two are used; the third fell on the floor.
        await opened.GetByLabel("How many").First.FillAsync("2");
        await opened.GetByRole(AriaRole.Button, new() { Name = "Used", Exact = true }).ClickAsync();
        await Expect(opened).ToContainTextAsync("of 1");
        findings.AddRange(await mia.SeriousFindingsAsync());
        await opened.Locator("summary").First.ClickAsync();
        var wasted = opened.Locator("form").Filter(new() { HasText = "Why" });
        await wasted.GetByLabel("How many").FillAsync("1");
        await wasted.GetByLabel("Why").SelectOptionAsync("Dropped");
        await wasted.GetByRole(AriaRole.Button, new() { Name = "Wasted" }).ClickAsync();
        await Expect(page.Locator("#picked")).ToHaveCountAsync(0);
        await page.GotoAsync("/patients/6");
        await Expect(page.Locator(".timeline")).ToContainTextAsync($"lot {NewBox}");
    }

    private async Task ReadIndicatorAsync(Visitor mia)
    {
        var page = mia.Page;
        await FollowAsync(mia, "Read the biological indicator");
        await page.GetByLabel("Biological").SelectOptionAsync("Pass");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save what they show" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Release the load" }).ClickAsync();
        await Expect(page.Locator(".head .status")).ToContainTextAsync("Released");
    }

    private async Task CloseSharpsAsync(Visitor mia)
    {
        var page = mia.Page;
        await FollowAsync(mia, "Close sharps container SC-014");
        await page.GetByLabel("Why").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Close container SC-014" }).ClickAsync();
        await Expect(page.Locator(".head .status")).ToContainTextAsync("Closed");
    }

    // The sheet doesn't say what the book has. One cartridge is missing, and it is said why.
    private async Task CountAsync(Visitor mia)
    {
        var page = mia.Page;
        await page.GotoAsync("/needles/counts");
        findings.AddRange(await mia.SeriousFindingsAsync());
        await page.GetByLabel("Item").SelectOptionAsync(new SelectOptionValue { Label = Item });
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin a count" }).ClickAsync();
        await page.WaitForURLAsync(url => Regex.IsMatch(url, "/needles/counts/[0-9]+$"));
        var lines = page.Locator(".counting");
        for (var i = await lines.CountAsync() - 1; i >= 0; i--)
            await lines.Nth(i).GetByLabel("Counted").FillAsync(await lines.Nth(i).Filter(new() { HasText = NewBox }).CountAsync() > 0 ? "96" : "54");
        findings.AddRange(await mia.SeriousFindingsAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Save what was counted" }).ClickAsync();
        await Expect(page.Locator("#differences tr").Filter(new() { HasText = NewBox })).ToContainTextAsync("−1");
        await page.GetByLabel("What explains a difference").FillAsync("Found open behind the shelf and thrown away");
        await page.GetByRole(AriaRole.Button, new() { Name = "Put the book right" }).ClickAsync();
        await Expect(page.Locator(".flash")).ToContainTextAsync("The book is put right");
        await page.GotoAsync($"/needles/lots?search={NewBox}");
        await page.GetByRole(AriaRole.Link, new() { Name = NewBox }).First.ClickAsync();
        await Expect(page.Locator(".stock").First).ToContainTextAsync("96");
    }
}
