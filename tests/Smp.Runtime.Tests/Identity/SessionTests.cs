using System.Net;
using Smp.Runtime.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Identity;

public sealed class SessionTests : HttpTests
{
    [SetUp]
    public async Task AddUsersAsync()
    {
        await Clinic.AddAsync("boss", Role.Administrator, "Iva Babić");
        await Clinic.AddAsync("ana", Role.Technician);
    }

    [Test]
    public async Task Whoever_signed_in_acts_by_name_until_they_sign_out()
    {
        using var browser = await Server.SignedInAsync("ana");
        Assert.That(await browser.GetStringAsync("/patients"), Is.EqualTo("Person|Ana Horvat|2|True"));

        using var _ = await browser.PostAsync("/sign-out", null);
        Assert.That(await StatusAsync(browser, "/patients"), Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task The_cookie_is_out_of_reach_for_scripts_and_other_sites()
    {
        using var browser = Server.Browser();
        using var answer = await ClinicServer.SignInAsync(browser, "ana", Clinic.Password);

        var cookie = answer.Headers.GetValues("Set-Cookie").Single().ToUpperInvariant();
        Assert.That(cookie, Does.StartWith("SMP=").And.Contain("HTTPONLY").And.Contain("SAMESITE=LAX").And.Not.Contain("EXPIRES"));
    }

    [Test]
    public async Task A_wrong_password_gives_no_cookie()
    {
        using var browser = Server.Browser();
        using var answer = await ClinicServer.SignInAsync(browser, "ana", "wrong");

        Assert.That(answer.Headers.Contains("Set-Cookie"), Is.False);
        Assert.That(await StatusAsync(browser, "/patients"), Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task A_page_sends_visitors_to_sign_in_and_back()
    {
        using var browser = Server.Browser();
        using var answer = await browser.GetAsync("/patients?after=a&b=c");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That(answer.Headers.Location?.OriginalString, Is.EqualTo("/sign-in?returnUrl=%2Fpatients%3Fafter%3Da%26b%3Dc"));
        }
    }

    [Test]
    public async Task A_posted_form_is_not_come_back_to()
    {
        using var browser = Server.Browser();
        using var answer = await browser.PostAsync("/patients", null);

        Assert.That(answer.Headers.Location?.OriginalString, Is.EqualTo("/sign-in"));
    }

    [TestCase("/patients?q=a", "/patients?q=a")]
    [TestCase("//evil.example", "/")]
    [TestCase("/\\evil.example", "/")]
    [TestCase("https://evil.example/", "/")]
    [TestCase("javascript:alert(1)", "/")]
    [TestCase("~/patients", "/")]
    [TestCase("/\t/evil.example", "/")]
    [TestCase("", "/")]
    [TestCase(null, "/")]
    public void Only_paths_of_this_clinic_are_come_back_to(string? url, string expected) =>
        Assert.That(ReturnUrl.OrHome(url), Is.EqualTo(expected));

    [Test]
    public async Task The_api_answers_with_problems_and_never_redirects()
    {
        using var visitor = Server.Browser();
        using var boss = await Server.SignedInAsync("boss");

        await AssertProblemAsync(visitor.GetAsync("/api/patients"), HttpStatusCode.Unauthorized);
        await AssertProblemAsync(visitor.GetAsync("/api/anyone-signed-in"), HttpStatusCode.Unauthorized);
        await AssertProblemAsync(boss.PostAsync("/api/patients", null), HttpStatusCode.Forbidden);
        await AssertProblemAsync(boss.GetAsync("/api/both"), HttpStatusCode.Forbidden);
        await AssertProblemAsync(boss.GetAsync("/api/misspelt"), HttpStatusCode.Forbidden);
    }

    [Test]
    public async Task A_page_that_a_role_may_not_see_says_so()
    {
        using var boss = await Server.SignedInAsync("boss");
        using var answer = await boss.PostAsync("/patients", null);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task A_route_that_demands_nothing_is_closed_to_everybody()
    {
        using var visitor = Server.Browser();
        using var boss = await Server.SignedInAsync("boss");
        using var local = Server.Program("X-Local", "root");

        Assert.That(await StatusAsync(visitor, "/forgotten"), Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(await StatusAsync(boss, "/forgotten"), Is.EqualTo(HttpStatusCode.Forbidden));
        await AssertProblemAsync(visitor.GetAsync("/api/forgotten"), HttpStatusCode.Unauthorized);
        await AssertProblemAsync(boss.GetAsync("/api/forgotten"), HttpStatusCode.Forbidden);
        await AssertProblemAsync(local.GetAsync("/api/forgotten"), HttpStatusCode.Forbidden);
    }

    [Test]
    public async Task What_is_not_there_and_the_wrong_method_are_told_as_such()
    {
        using var boss = await Server.SignedInAsync("boss");
        using var wrongMethod = await boss.DeleteAsync("/api/patients");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await StatusAsync(boss, "/nothing"), Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(wrongMethod.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        }
    }

    [Test]
    public async Task A_visitor_is_nobody_and_may_nothing()
    {
        using var visitor = Server.Browser();

        Assert.That(await visitor.GetStringAsync("/open"), Is.EqualTo("Person|Not signed in||False"));
    }

    [Test]
    public async Task A_session_ends_after_30_minutes_without_a_request()
    {
        using var browser = await Server.SignedInAsync("ana");
        // Also a request in the first half of the time begins it anew, which a cookie left to itself wouldn't do.
        foreach (var minutes in (int[])[10, 29, 29])
        {
            Clinic.Time.Advance(TimeSpan.FromMinutes(minutes));
            Assert.That(await StatusAsync(browser, "/patients"), Is.EqualTo(HttpStatusCode.OK), $"after {minutes} minutes");
        }

        Clinic.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.That(await StatusAsync(browser, "/patients"), Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task A_reset_password_ends_sessions_within_a_minute()
    {
        using var browser = await Server.SignedInAsync("ana");
        using var other = await Server.SignedInAsync("boss");
        await Clinic.UseAsync((Users users) => users.ResetPasswordAsync("ana", "another lantern here"));

        Clinic.Time.Advance(TimeSpan.FromMinutes(1.01));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await StatusAsync(browser, "/patients"), Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That(await StatusAsync(other, "/patients"), Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [Test]
    public async Task Whoever_left_is_signed_out_within_a_minute_and_stays_so()
    {
        using var browser = await Server.SignedInAsync("ana");
        using var idle = await Server.SignedInAsync("ana");
        await Clinic.UseAsync((Users users) => users.SetActiveAsync("ana", false));

        Clinic.Time.Advance(TimeSpan.FromMinutes(1.01));
        Assert.That(await StatusAsync(browser, "/patients"), Is.EqualTo(HttpStatusCode.Redirect));

        await Clinic.UseAsync((Users users) => users.SetActiveAsync("ana", true));
        Assert.That(await StatusAsync(idle, "/patients"), Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task Another_role_counts_within_a_minute_and_the_session_goes_on()
    {
        using var browser = await Server.SignedInAsync("ana");
        await Clinic.UseAsync((Users users) => users.ChangeRoleAsync("ana", Role.Auditor));

        Clinic.Time.Advance(TimeSpan.FromMinutes(1.01));

        Assert.That(await browser.GetStringAsync("/patients"), Is.EqualTo("Person|Ana Horvat|2|False"));
    }

    [Test]
    public async Task What_a_role_loses_counts_at_once()
    {
        using var browser = await Server.SignedInAsync("ana");
        Assert.That(await browser.GetStringAsync("/patients"), Does.EndWith("True"));

        await Clinic.UseAsync((RolePermissions roles) => roles.SetAsync(Role.Technician, CorePermissions.PatientsEdit, false));

        Assert.That(await browser.GetStringAsync("/patients"), Does.EndWith("False"));
    }

    [Test]
    public async Task The_local_socket_may_do_everything_as_the_command_line()
    {
        using var local = Server.Program("X-Local", "root");
        using var answer = await local.PostAsync("/api/needles", null);

        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("CommandLine|Command line (root)||True"));
    }

    [Test]
    public async Task Neither_passwords_nor_tokens_nor_cookies_reach_the_log()
    {
        using var browser = await Server.SignedInAsync("ana");
        using var wrong = await ClinicServer.SignInAsync(browser, "boss", "a wrong lantern");
        var token = await Clinic.TokenAsync("ana");
        using var program = Server.Program("Authorization", $"Bearer {token.Token}");
        await program.GetStringAsync("/api/patients");
        await Clinic.UseAsync((Tokens tokens) => tokens.RevokeAsync(token.Id));
        using var refused = await program.GetAsync("/api/patients");
        for (var i = 0; i < 5; i++) await Clinic.SignInAsync("boss", "a wrong lantern");

        var log = string.Join('\n', Clinic.Log.Lines);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(log, Does.Contain("boss is locked until"), "the log is captured");
            Assert.That(log, Does.Not.Contain(Clinic.Password));
            Assert.That(log, Does.Not.Contain("lantern"));
            Assert.That(log, Does.Not.Contain(token.Token));
            Assert.That(log, Does.Not.Contain(token.Token[4..]));
            Assert.That(log, Does.Not.Contain(await Clinic.ScalarAsync<string>("SELECT hash FROM core__tokens")));
            Assert.That(log, Does.Not.Contain(await Clinic.ScalarAsync<string>("SELECT password_hash FROM core__users WHERE id = 2")));
        }
    }
}
