using Microsoft.Playwright;
using Smp.Runtime.Tests.Photos;
using Smp.Sdk.Testing;
using static Microsoft.Playwright.Assertions;

namespace Smp.Browser.Tests;

/// <summary>Photos on a tablet: taken, shown, compared.</summary>
public sealed class PhotoStory
{
    private TestClinic clinic = null!;

    [SetUp]
    public async Task Open() => clinic = await TestClinic.StartAsync(o => o.Demo = true);

    [TearDown]
    public async Task Close() => await clinic.DisposeAsync();

    [Test]
    public async Task Whatever_a_camera_makes_is_shown_the_right_way_up_and_two_are_compared_by_a_slider()
    {
        await using var mia = await Visitor.OpenAsync(clinic, 820);
        await mia.SignInAsync("mia");
        var page = mia.Page;
        (string Name, byte[] File)[] files =
        [
            ("a.jpg", Pictures.TalkativeJpeg(6)), ("b.png", Pictures.TalkativePng(1)), ("c.webp", Pictures.TalkativeWebp(Pictures.Webp, 1)), ("d.webp", Pictures.TalkativeWebp(Pictures.WebpLossless, 1)),
        ];

        await page.GotoAsync("/patients/4/photos");
        await page.GetByRole(AriaRole.Link, new() { Name = "Add a photo" }).ClickAsync();
        foreach (var (name, file) in files)
        {
            await page.GetByLabel("Photo", new() { Exact = true }).SetInputFilesAsync(new FilePayload { Name = name, MimeType = $"image/{Path.GetExtension(name)[1..].Replace("jpg", "jpeg", StringComparison.Ordinal)}", Buffer = file });
            await Expect(page.Locator(".picture img")).ToBeVisibleAsync();
            await page.GetByLabel("Stage").SelectOptionAsync("Baseline");
            await page.GetByLabel("Then add the next view").CheckAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Add the photo" }).ClickAsync();
            await Expect(page.GetByText("The photo is added.")).ToBeVisibleAsync();
        }

        await page.GotoAsync("/patients/4/photos");
        // A small version of each came along, and what the server cleaned is a picture still.
        Assert.That(await SizesAsync("main .photos li:nth-child(-n+4) img", 4), Is.EqualTo(new[] { "16x8", "16x8", "16x8", "8x16" }));
        foreach (var box in (await page.Locator("main .photos input").AllAsync()).Take(2)) await box.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare the two" }).ClickAsync();
        await Expect(page.Locator(".compare")).ToBeVisibleAsync();
        Assert.That(await SizesAsync(".compare img", 2), Is.EqualTo(new[] { "16x8", "16x8" }));
        await page.GetByRole(AriaRole.Button, new() { Name = "One over the other" }).ClickAsync();
        await page.GetByRole(AriaRole.Slider).FillAsync("25");
        Assert.That(await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.compare img')).clipPath"), Does.Contain("75%"));
        Assert.That(await mia.SeriousFindingsAsync(), Is.Empty);
        Assert.That(mia.Complaints, Is.Empty);

        async Task<string[]> SizesAsync(string of, int count)
        {
            await page.WaitForFunctionAsync("([of, count]) => [...document.querySelectorAll(of)].slice(0, count).every(i => i.complete && i.naturalWidth)", new object[] { of, count });
            return await page.EvaluateAsync<string[]>("([of, count]) => [...document.querySelectorAll(of)].slice(0, count).map(i => `${i.naturalWidth}x${i.naturalHeight}`)", new object[] { of, count });
        }
    }
}
