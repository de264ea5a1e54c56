using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests;

/// <summary>Two people change settings at once, and neither undoes what the other one did.</summary>
public sealed partial class SettingsTests
{
    [Test]
    public async Task What_somebody_changed_meanwhile_is_not_undone_by_a_page_that_was_opened_before()
    {
        await using var clinic = await TestClinic.StartAsync();
        using var browser = clinic.Anonymous();
        using var signedIn = await browser.SignInAsync("admin", TestClinic.Password);
        var form = await FormAsync(browser);
        using var other = await (await clinic.AsAsync(Role.Administrator)).PutAsJsonAsync("/api/settings/core", new { weightMaxAgeDays = 14 });

        using var stale = await browser.PostAsync("/settings/core", new FormUrlEncodedContent(new Dictionary<string, string>(form) { ["clinicName"] = "North" }));
        using var again = await browser.PostAsync("/settings/core", new FormUrlEncodedContent(new Dictionary<string, string>(await FormAsync(browser)) { ["clinicName"] = "North" }));

        Assert.That((stale.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.PreconditionFailed, HttpStatusCode.Redirect)));
        var after = await browser.GetStringAsync("/settings/core");
        Assert.That(after, Does.Match("name=\"clinicName\"[^>]* value=\"North\"").And.Match("name=\"weightMaxAgeDays\"[^>]* value=\"14\""));
    }

    private static async Task<Dictionary<string, string>> FormAsync(HttpClient browser)
    {
        var page = WebUtility.HtmlDecode(await browser.GetStringAsync("/settings/core"));
        var form = Field().Matches(page[page.IndexOf("settings-clinicName", StringComparison.Ordinal)..]).DistinctBy(m => m.Groups[1].Value)
            .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        form["clinicName"] = "Clinic";
        foreach (Match choice in Choice().Matches(page)) form[choice.Groups[1].Value] = choice.Groups[2].Value;
        form["seen"] = Seen().Match(page).Groups[1].Value;
        form["_handler"] = "settings";
        form["__RequestVerificationToken"] = await browser.FormTokenAsync("/settings/core");
        return form;
    }

    [GeneratedRegex("<input[^>]* name=\"(\\w+)\"[^>]* value=\"([^\"]*)\"")]
    private static partial Regex Field();

    [GeneratedRegex("<select[^>]* name=\"(\\w+)\"[^>]*>(?:(?!</select>).)*?<option value=\"([^\"]*)\" selected", RegexOptions.Singleline)]
    private static partial Regex Choice();

    [GeneratedRegex("name=\"seen\"[^>]*value=\"([^\"]*)\"")]
    private static partial Regex Seen();
}
