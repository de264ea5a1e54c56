using System.Net;
using Smp.Runtime.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Identity;

/// <summary>Taking turns by PIN, and sessions that end for their copies too.</summary>
public sealed class TabletTests : HttpTests
{
    private const string Pin = "80412";

    [SetUp]
    public async Task AddUsersAsync()
    {
        await Clinic.AddAsync("boss", Role.Administrator, "Iva Babić");
        await Clinic.AddAsync("ana", Role.Technician);
        Assert.That(await Clinic.UseAsync((Pins pins) => pins.SetAsync("ana", Clinic.Password, Pin)), Is.TypeOf<SignInOutcome.Ok>());
    }

    [Test]
    public async Task Whoever_typed_their_password_on_a_paired_tablet_takes_over_by_PIN()
    {
        using var tablet = await TabletAsync("ana", "boss");

        Assert.That(await tablet.GetStringAsync("/patients"), Does.StartWith("Person|Iva Babić"));
        Assert.That(await SwitchAsync(tablet, 2, Pin), Is.EqualTo("Ok"));
        Assert.That(await tablet.GetStringAsync("/patients"), Does.StartWith("Person|Ana Horvat"));
    }

    [Test]
    public async Task The_session_before_ends_with_every_copy_of_its_cookie()
    {
        using var tablet = await TabletAsync("ana");
        using var copy = Server.Program("Cookie", await SignedInCookieAsync(tablet, "boss"));
        Assert.That(await StatusAsync(copy, "/patients"), Is.EqualTo(HttpStatusCode.OK));

        await SwitchAsync(tablet, 2, Pin);

        Assert.That(await StatusAsync(copy, "/patients"), Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(await StatusAsync(tablet, "/patients"), Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_PIN_is_nothing_on_another_browser()
    {
        using var tablet = await TabletAsync("ana");
        using var other = Server.Browser();
        using var forged = Server.Program("Cookie", $"smp-tablet={new string('A', 43)}");

        Assert.That(await SwitchAsync(other, 2, Pin), Is.EqualTo("Expired"));
        Assert.That(await SwitchAsync(forged, 2, Pin), Is.EqualTo("Expired"));
    }

    [Test]
    public async Task A_PIN_is_nothing_without_a_password_on_this_tablet_in_the_last_12_hours()
    {
        using var tablet = await TabletAsync("boss");
        using var elsewhere = await Server.SignedInAsync("ana");
        Assert.That(await SwitchAsync(tablet, 2, Pin), Is.EqualTo("Expired"), "never here");

        await SignInAsync(tablet, "ana");
        Clinic.Time.Advance(TimeSpan.FromHours(12));
        Assert.That(await SwitchAsync(tablet, 2, Pin), Is.EqualTo("Ok"));
        Clinic.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await SwitchAsync(tablet, 2, Pin), Is.EqualTo("Expired"), "a PIN's session is no password");
    }

    [Test]
    public async Task Five_wrong_PINs_lock_and_after_the_lock_the_password_is_needed()
    {
        using var tablet = await TabletAsync("ana", "boss");
        for (var i = 0; i < 4; i++) Assert.That(await SwitchAsync(tablet, 2, "99999"), Is.EqualTo("Wrong"));
        Assert.That(await SwitchAsync(tablet, 2, "99999"), Is.EqualTo("LockedUntil"));
        Assert.That(await tablet.GetStringAsync("/patients"), Does.StartWith("Person|Iva Babić"), "the session before goes on");

        Clinic.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.That(await SwitchAsync(tablet, 2, Pin), Is.EqualTo("Expired"));
        await SignInAsync(tablet, "ana");
        Assert.That(await SwitchAsync(tablet, 2, Pin), Is.EqualTo("Ok"));
    }

    [Test]
    public async Task Wrong_PINs_and_wrong_passwords_are_counted_in_one_book_and_the_right_PIN_forgives_none()
    {
        using var tablet = await TabletAsync("ana");
        await SwitchAsync(tablet, 2, "99999");
        await Clinic.SignInAsync("ana", "wrong");
        Assert.That(await SwitchAsync(tablet, 2, Pin), Is.EqualTo("Ok"));
        await Clinic.SignInAsync("ana", "wrong");
        await SwitchAsync(tablet, 2, "99999");

        Assert.That(await Clinic.SignInAsync("ana", "wrong"), Is.TypeOf<SignInOutcome.LockedUntil>());
    }

    [Test]
    public async Task Another_password_or_leaving_ends_what_the_PIN_may()
    {
        using var tablet = await TabletAsync("ana");
        await Clinic.UseAsync((Users users) => users.ResetPasswordAsync("ana", "another lantern here"));
        Assert.That(await SwitchAsync(tablet, 2, Pin), Is.EqualTo("Expired"));

        using var again = await TabletAsync("boss");
        await Clinic.UseAsync((Users users) => users.SetActiveAsync("ana", false));
        Assert.That(await SwitchAsync(again, 2, Pin), Is.EqualTo("Expired"));
    }

    [Test]
    public async Task A_revoked_tablet_is_none_and_whoever_is_there_by_PIN_is_signed_out_at_once()
    {
        using var tablet = await TabletAsync("ana");
        await SwitchAsync(tablet, 2, Pin);
        Assert.That(await StatusAsync(tablet, "/patients"), Is.EqualTo(HttpStatusCode.OK));

        await Clinic.UseAsync((Tablets tablets) => tablets.RevokeAsync(1));

        Assert.That(await StatusAsync(tablet, "/patients"), Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(await SwitchAsync(tablet, 2, Pin), Is.EqualTo("Expired"));
    }

    [Test]
    public async Task What_lets_somebody_in_for_longer_is_not_to_be_had_by_PIN()
    {
        Assert.That(await Clinic.UseAsync((Pins pins) => pins.SetAsync("boss", Clinic.Password, Pin)), Is.TypeOf<SignInOutcome.Ok>());
        using var tablet = await TabletAsync("boss");
        Assert.That(await StatusAsync(tablet, "/api/users"), Is.EqualTo(HttpStatusCode.OK));

        Assert.That(await SwitchAsync(tablet, 1, Pin), Is.EqualTo("Ok"));

        Assert.That(await StatusAsync(tablet, "/api/users"), Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await StatusAsync(tablet, "/api/patients"), Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task The_tablets_cookie_is_out_of_reach_and_only_its_hash_is_kept()
    {
        using var browser = Server.Browser();
        using var answer = await browser.PostAsync("/pair", null);

        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        var secret = cookie.Split(';')[0]["smp-tablet=".Length..];
        Assert.That(cookie.ToUpperInvariant(), Does.Contain("HTTPONLY").And.Contain("SAMESITE=STRICT"));
        Assert.That(await Clinic.ScalarAsync<string>("SELECT hash FROM core__tablets"), Is.EqualTo(Secrets.Hash(secret)));
    }

    [Test]
    public async Task A_copied_cookie_ends_when_its_owner_signs_out()
    {
        using var browser = Server.Browser();
        var cookie = await SignedInCookieAsync(browser, "ana");
        using var copy = Server.Program("Cookie", cookie);
        using var other = await Server.SignedInAsync("ana");
        Assert.That(await StatusAsync(copy, "/patients"), Is.EqualTo(HttpStatusCode.OK));

        using var _ = await browser.PostAsync("/sign-out", null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await StatusAsync(copy, "/patients"), Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That(await StatusAsync(other, "/patients"), Is.EqualTo(HttpStatusCode.OK), "another session of the same person goes on");
        }
    }

    [Test]
    public async Task A_session_that_ended_stays_so_when_the_process_has_forgotten_it()
    {
        using var browser = Server.Browser();
        using var copy = Server.Program("Cookie", await SignedInCookieAsync(browser, "ana"));
        using var _ = await browser.PostAsync("/sign-out", null);
        var hash = await Clinic.ScalarAsync<string>("SELECT hash FROM core__sessions");

        Clinic.Memory.EndedSessions.Remove(hash!);

        Assert.That(await StatusAsync(copy, "/patients"), Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task A_session_ends_after_12_hours_however_busy_it_is()
    {
        using var browser = await Server.SignedInAsync("ana");
        for (var minutes = 0; minutes < 12 * 60 - 20; minutes += 20)
        {
            Clinic.Time.Advance(TimeSpan.FromMinutes(20));
            Assert.That(await StatusAsync(browser, "/patients"), Is.EqualTo(HttpStatusCode.OK), $"after {minutes + 20} minutes");
        }

        Clinic.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.That(await StatusAsync(browser, "/patients"), Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task A_request_of_somebody_signed_in_writes_nothing()
    {
        using var browser = await Server.SignedInAsync("ana");
        var before = await Clinic.ScalarAsync<long>("SELECT count(*) FROM core__audit_units");

        for (var i = 0; i < 3; i++)
        {
            await browser.GetStringAsync("/patients");
            Clinic.Time.Advance(TimeSpan.FromSeconds(40));
        }

        Assert.That(await Clinic.ScalarAsync<long>("SELECT count(*) FROM core__audit_units"), Is.EqualTo(before));
    }

    // Paired, with these signed in one after the other.
    private async Task<HttpClient> TabletAsync(params string[] users)
    {
        var browser = Server.Browser();
        using var paired = await browser.PostAsync("/pair", null);
        foreach (var user in users) await SignInAsync(browser, user);
        return browser;
    }

    private static async Task SignInAsync(HttpClient browser, string user)
    {
        using var answer = await ClinicServer.SignInAsync(browser, user, Clinic.Password);
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("Ok"));
    }

    private static async Task<string> SignedInCookieAsync(HttpClient browser, string user)
    {
        using var answer = await ClinicServer.SignInAsync(browser, user, Clinic.Password);
        return answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("smp=", StringComparison.Ordinal)).Split(';')[0];
    }

    private static async Task<string> SwitchAsync(HttpClient browser, long user, string pin)
    {
        using var form = new FormUrlEncodedContent([new("user", $"{user}"), new("pin", pin)]);
        using var answer = await browser.PostAsync("/switch", form);
        return await answer.Content.ReadAsStringAsync();
    }
}
