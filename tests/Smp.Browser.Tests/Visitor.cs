using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Smp.Sdk.Testing;

namespace Smp.Browser.Tests;

/// <summary>Somebody at a window: what they do, and what the page complained of meanwhile.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext window;
    private readonly List<string> complaints = [];

    private Visitor(IBrowserContext window, IPage page) => (this.window, Page) = (window, page);

    public IPage Page { get; }

    /// <summary>What the console said that it should not have: errors of scripts, refusals of the content policy.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    public static async Task<Visitor> OpenAsync(TestClinic clinic, int width = 1280, bool dark = false, bool script = true)
    {
        var window = await Browser.OpenAsync(new()
        {
            BaseURL = clinic.Url.ToString(),
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = script,
            Locale = "en-GB",
        });
        window.SetDefaultTimeout(20_000);
        var visitor = new Visitor(window, await window.NewPageAsync());
        visitor.Page.Console += (_, message) =>
        {
            if (message.Type is "error") visitor.complaints.Add(message.Text);
        };
        visitor.Page.PageError += (_, error) => visitor.complaints.Add(error);
        return visitor;
    }

    public async Task SignInAsync(string name)
    {
        await Page.GotoAsync("/sign-in");
        await Page.GetByLabel("Name").FillAsync(name);
        await Page.GetByLabel("Password").FillAsync(TestClinic.Password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Page.WaitForURLAsync(url => !url.Contains("/sign-in", StringComparison.Ordinal));
    }

    /// <summary>What axe finds on this page that is serious or worse, a line each.</summary>
    public async Task<IReadOnlyList<string>> SeriousFindingsAsync()
    {
        var found = await Page.RunAxe();
        return [.. found.Violations.Where(v => v.Impact is "serious" or "critical")
            .SelectMany(v => v.Nodes.Select(n => $"{new Uri(Page.Url).AbsolutePath}: {v.Id} at {n.Html}"))];
    }

    public async ValueTask DisposeAsync() => await window.DisposeAsync();
}
