using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Smp.Consents;
using Smp.Needles;
using Smp.Sdk.Testing;
using Smp.Sessions;

namespace Smp.Browser.Tests;

/// <summary>Walks through the clinic by its links, to every kind of page that somebody can reach, and looks at each: so a new page is looked at without being named here.</summary>
public sealed partial class EveryPageTests
{
    private const int Most = 120;

    private TestClinic clinic = null!;

    [OneTimeSetUp]
    public async Task Open() => clinic = await TestClinic.StartAsync(o =>
    {
        o.Demo = true;
        o.With<NeedlesPlugin>().With<ConsentsPlugin>().With<SessionsPlugin>();
    });

    [OneTimeTearDown]
    public async Task Close() => await clinic.DisposeAsync();

    [TestCase("admin", 1280, false)]
    [TestCase("keller", 820, true)]
    [TestCase("mia", 820, false)]
    public async Task Every_page_is_accessible_fits_its_window_and_prints_without_its_frame(string who, int width, bool dark)
    {
        await using var visitor = await Visitor.OpenAsync(clinic, width, dark);
        await visitor.SignInAsync(who);
        List<string> findings = [];
        HashSet<string> seen = [];
        var ahead = new Queue<string>(["/"]);
        while (ahead.TryDequeue(out var address))
        {
            if (!seen.Add(KindOf(address))) continue;
            Assert.That(seen, Has.Count.LessThan(Most), "kinds of pages; is an address made of something other than numbers?");
            var answer = await visitor.Page.GotoAsync(address);
            if (answer is null || answer.Status != 200) findings.Add($"{address}: {answer?.Status}");
            else
            {
                findings.AddRange(await LookAsync(visitor, address));
                foreach (var link in await LinksAsync(visitor.Page)) ahead.Enqueue(link);
            }
        }

        await TestContext.Out.WriteLineAsync(string.Join('\n', seen.Order(StringComparer.Ordinal)));
        Assert.Multiple(() =>
        {
            Assert.That(findings, Is.Empty);
            Assert.That(visitor.Complaints, Is.Empty);
            Assert.That(seen, Has.Count.GreaterThan(20));
        });
    }

    // A panel hides what is wider than it is, so that the window doesn't show it.
    private const string Cut = """
        [...document.querySelectorAll('main :is(a, button, input, select, textarea, td, .status)')].filter(e => {
            const its = e.getBoundingClientRect(), panel = e.closest('.panel, .form, .patient')?.getBoundingClientRect();
            return panel && its.width > 0 && its.right > panel.right + 1;
        }).map(e => `${e.tagName} ${(e.textContent || e.name || '').trim().slice(0, 40)}`)
        """;

    private static async Task<IReadOnlyList<string>> LookAsync(Visitor visitor, string address)
    {
        List<string> findings = [.. await visitor.SeriousFindingsAsync()];
        var page = visitor.Page;
        if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth") is > 0 and var over)
            findings.Add($"{address} is {over} pixels wider than its window.");
        findings.AddRange((await page.EvaluateAsync<string[]>(Cut)).Select(what => $"{address} cuts off {what}."));
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        if (await page.Locator("nav:visible").CountAsync() > 0) findings.Add($"{address} prints its navigation.");
        if (!await page.Locator("main").IsVisibleAsync()) findings.Add($"{address} prints nothing.");
        await page.EmulateMediaAsync(new() { Media = Media.Screen });
        return findings;
    }

    private static async Task<IEnumerable<string>> LinksAsync(IPage page)
    {
        var links = await page.EvaluateAsync<string[]>("[...document.querySelectorAll('a[href]:not([download])')].map(a => a.href)");
        var origin = new Uri(page.Url).GetLeftPart(UriPartial.Authority);
        return links.Where(l => l.StartsWith(origin + "/", StringComparison.Ordinal))
            .Select(l => new Uri(l).PathAndQuery)
            .Where(l => !l.StartsWith("/api/", StringComparison.Ordinal) && !l.StartsWith("/_content/", StringComparison.Ordinal)
                // A document that was signed is no page: it has no frame, and nothing can be run in it.
                && !l.EndsWith("/document", StringComparison.Ordinal));
    }

    // One of each kind: numbers aren't told apart, nor are the values of what is asked for.
    private static string KindOf(string address)
    {
        var parts = address.Split('?', 2);
        var asked = parts.Length == 1 ? "" : "?" + string.Join('&', parts[1].Split('&').Select(p => p.Split('=')[0]).Order(StringComparer.Ordinal));
        return Number().Replace(parts[0], "/#") + asked;
    }

    [GeneratedRegex("/[0-9]+")]
    private static partial Regex Number();
}
