using Microsoft.Playwright;

namespace Smp.Browser.Tests;

/// <summary>One Chromium for all stories: the one that is installed.</summary>
[SetUpFixture]
public sealed class Browser
{
    private static IPlaywright? playwright;
    private static IBrowser? browser;

    /// <summary>A new window without any past.</summary>
    public static Task<IBrowserContext> OpenAsync(BrowserNewContextOptions options) => browser!.NewContextAsync(options);

    [OneTimeSetUp]
    public async Task Start()
    {
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
