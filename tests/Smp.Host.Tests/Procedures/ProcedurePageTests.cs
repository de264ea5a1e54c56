using System.Net;
using System.Text.RegularExpressions;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Procedures;

/// <summary>The pages of procedures, as a browser without a face uses them.</summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class ProcedurePageTests
{
    [Test]
    public async Task A_treatment_is_planned_booked_started_and_closed_on_its_pages()
    {
        await using var clinic = await ProcedureClinic.OpenAsync();
        using var mia = await SignedInAsync(clinic, "mia");

        using var planned = await PostAsync(mia, "/patients/1/procedures/new", "plan", new()
        {
            ["kind"] = "Treatment", ["title"] = "Light therapy", ["day"] = "2026-03-05", ["time"] = "10:30", ["performedBy"] = "", ["team1"] = "2", ["part1"] = "Adviser",
        });
        Assert.That(planned.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), await planned.Content.ReadAsStringAsync());
        var page = planned.Headers.Location!.ToString();
        Assert.That(await TextAsync(mia, page), Does.Contain("Light therapy").And.Contain("May it be booked?").And.Contain("Adviser"));

        foreach (var step in new[] { "book", "start", "close" })
        {
            using var done = await PostAsync(mia, page, step, []);
            Assert.That(done.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), $"{step}: {await done.Content.ReadAsStringAsync()}");
        }

        var closed = await TextAsync(mia, page);
        Assert.That(closed, Does.Contain("Closed").And.Contain("Mia Novak").And.Not.Contain("May it"));
        Assert.That(await TextAsync(mia, "/patients/1"), Does.Contain("Light therapy").And.Contain("Closed: Light therapy"));
    }

    [Test]
    public async Task A_form_that_is_refused_keeps_what_was_typed_and_says_what_would_be_right_beside_the_field()
    {
        await using var clinic = await ProcedureClinic.OpenAsync();
        using var mia = await SignedInAsync(clinic, "mia");

        using var answer = await PostAsync(mia, "/patients/1/procedures/historical", "historical", new()
        {
            ["kind"] = "Other", ["title"] = "Wound care", ["day"] = "2026-03-03", ["time"] = "11:00", ["endTime"] = "10:00", ["performedBy"] = "3", ["because"] = "Paper first.",
        });

        var html = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(html, Does.Contain("It can’t have ended before it began.").And.Contain("Wound care").And.Contain("Paper first."));
    }

    [Test]
    public async Task A_stop_is_shown_with_its_grade_and_a_physician_overrides_it_in_place()
    {
        await using var clinic = await ProcedureClinic.OpenAsync("GuardStops");
        var id = await clinic.PlanAsync("stop");
        using var mia = await SignedInAsync(clinic, "mia");
        using var keller = await SignedInAsync(clinic, "keller");

        var hers = await TextAsync(mia, $"/procedures/{id}");
        Assert.That(hers, Does.Contain("The last session was 5 days ago; 7 are needed.").And.Contain("unless a physician overrides"));
        Assert.That(hers, Does.Not.Contain("Override this stop").And.Not.Contain("Start now"));

        const string Form = "override-Start-test-guardstops-interval";
        Dictionary<string, string> typed = new() { ["sentence"] = "The last session was 5 days ago; 7 are needed.", ["reason"] = "She travels tomorrow.", ["password"] = "not this one, no" };
        using var wrong = await PostAsync(keller, $"/procedures/{id}", Form, typed);
        var html = WebUtility.HtmlDecode(await wrong.Content.ReadAsStringAsync());
        Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity), html);
        Assert.That(html, Does.Contain("This isn’t your password.").And.Contain("She travels tomorrow.").And.Not.Contain("not this one, no"));

        typed["password"] = TestClinic.Password;
        using var made = await PostAsync(keller, $"/procedures/{id}", Form, typed);
        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(await TextAsync(mia, $"/procedures/{id}"), Does.Contain("Overridden").And.Contain("Dr. Ines Keller").And.Contain("Start now"));
        using var started = await PostAsync(mia, $"/procedures/{id}", "start", []);
        Assert.That(started.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));

        // Pressed a second time, in another tab.
        using var again = await PostAsync(mia, $"/procedures/{id}", "start", []);
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        Assert.That(WebUtility.HtmlDecode(await again.Content.ReadAsStringAsync()), Does.Contain("has changed meanwhile"));
    }

    [Test]
    public async Task A_procedure_is_moved_from_its_page_and_an_older_version_is_told_so()
    {
        await using var clinic = await ProcedureClinic.OpenAsync();
        var id = await clinic.PlanAsync("Light therapy");
        using var desk = await SignedInAsync(clinic, "desk");
        Dictionary<string, string> typed = new() { ["rowVersion"] = "1", ["title"] = "Light therapy", ["day"] = "2026-03-06", ["time"] = "14:00", ["performedBy"] = "3" };

        using var moved = await PostAsync(desk, $"/procedures/{id}/edit", "change", typed);
        Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), await moved.Content.ReadAsStringAsync());
        Assert.That(await TextAsync(desk, $"/procedures/{id}"), Does.Contain("Fri 6 Mar 2026 14:00"));

        using var stale = await PostAsync(desk, $"/procedures/{id}/edit", "change", typed);
        Assert.That(stale.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        Assert.That(WebUtility.HtmlDecode(await stale.Content.ReadAsStringAsync()), Does.Contain("Somebody else changed this procedure meanwhile."));
    }

    private static async Task<HttpClient> SignedInAsync(ProcedureClinic clinic, string userName)
    {
        var browser = clinic.Clinic.Anonymous();
        using var _ = await browser.SignInAsync(userName, TestClinic.Password);
        return browser;
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, string form, Dictionary<string, string> fields)
    {
        var token = await browser.FormTokenAsync(path);
        return await browser.PostAsync(path, new FormUrlEncodedContent(new Dictionary<string, string>(fields) { ["_handler"] = form, ["__RequestVerificationToken"] = token }));
    }

    private static async Task<string> TextAsync(HttpClient browser, string path) => Space().Replace(WebUtility.HtmlDecode(Tag().Replace(await browser.GetStringAsync(path), " ")), " ");

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
