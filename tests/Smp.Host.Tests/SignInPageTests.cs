using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests;

/// <summary>The pages of one-time codes and of paired tablets, as a browser without script sees them.</summary>
public sealed partial class SignInPageTests
{
    private const string Pin = "80412";
    private const long Mia = 3;

    private TestClinic clinic = null!;

    [SetUp]
    public async Task Open() => clinic = await TestClinic.StartAsync();

    [TearDown]
    public async Task Close() => await clinic.DisposeAsync();

    [Test]
    public async Task One_time_codes_are_set_up_asked_for_and_turned_off()
    {
        using var browser = clinic.Anonymous();
        using var signedIn = await browser.SignInAsync("mia", TestClinic.Password);
        const string Page = "/account/second-factor";

        using var wrong = await PostAsync(browser, Page, new() { ["_handler"] = "begin", ["password"] = "wrong" });
        using var begun = await PostAsync(browser, Page, new() { ["_handler"] = "begin", ["password"] = TestClinic.Password });
        var shown = await browser.GetStringAsync(Page);
        var secret = Secret().Match(shown).Groups[1].Value.Replace(" ", "", StringComparison.Ordinal);
        using var confirmed = await PostAsync(browser, Page, new() { ["_handler"] = "confirm", ["code"] = Code(secret) });
        var codes = RecoveryCode().Matches(await confirmed.Content.ReadAsStringAsync()).Select(m => m.Value).ToList();
        var after = await browser.GetStringAsync(Page);

        clinic.Clock.Advance(TimeSpan.FromMinutes(2));
        using var other = clinic.Anonymous();
        using var password = await other.SignInAsync("mia", TestClinic.Password);
        using var before = await other.GetAsync("/account");
        using var code = await PostAsync(other, "/sign-in/code?returnUrl=%2Fworklist", new() { ["_handler"] = "code", ["code"] = Code(secret) });
        using var inside = await other.GetAsync("/account");
        using var off = await PostAsync(other, Page, new() { ["_handler"] = "off", ["password"] = TestClinic.Password, ["code"] = codes[0] });

        Assert.Multiple(() =>
        {
            Assert.That((wrong.StatusCode, begun.StatusCode, confirmed.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Redirect, HttpStatusCode.OK)));
            Assert.That(shown, Does.Contain("class=\"qr\"").And.Not.Contain("style="));
            Assert.That(codes, Has.Count.EqualTo(10));
            Assert.That(after, Does.Not.Contain(codes[0]).And.Not.Contain(secret));
            Assert.That(password.Headers.Location!.ToString(), Does.Contain("/sign-in/code"));
            Assert.That(before.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That(code.Headers.Location!.ToString(), Does.EndWith("/worklist"));
            Assert.That((inside.StatusCode, off.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Redirect)));
        });
    }

    [Test]
    public async Task An_administrator_resets_the_codes_of_somebody_who_lost_them()
    {
        var secret = await clinic.RunAsync(async services =>
        {
            var factor = services.GetRequiredService<SecondFactor>();
            await factor.BeginAsync("mia", TestClinic.Password);
            var secret = await factor.PendingAsync(Mia);
            await factor.ConfirmAsync(Mia, Code(secret!));
            return secret;
        });
        var boss = await clinic.AsAsync(Role.Administrator);
        var mia = await clinic.AsAsync(Role.Technician);

        using var refused = await mia.DeleteAsync("/api/users/mia/second-factor");
        using var reset = await boss.DeleteAsync("/api/users/mia/second-factor");
        using var again = await boss.DeleteAsync("/api/users/mia/second-factor");
        using var browser = clinic.Anonymous();
        using var signedIn = await browser.SignInAsync("mia", TestClinic.Password);

        Assert.That(secret, Has.Length.EqualTo(32));
        Assert.That(((int)refused.StatusCode, (int)reset.StatusCode, (int)again.StatusCode), Is.EqualTo((403, 204, 409)));
        Assert.That(signedIn.Headers.Location!.ToString(), Does.EndWith("/"));
    }

    [Test]
    public async Task A_tablet_is_paired_taken_over_by_PIN_and_revoked()
    {
        using var tablet = clinic.Anonymous();
        using var admin = await tablet.SignInAsync("admin", TestClinic.Password);
        var before = await tablet.GetStringAsync("/");
        using var paired = await PostAsync(tablet, "/settings/tablets", new() { ["_handler"] = "pair", ["name"] = "Treatment 1" });
        using var mia = await tablet.SignInAsync("mia", TestClinic.Password);
        using var weak = await PostAsync(tablet, "/account", new() { ["_handler"] = "set-pin", ["pin"] = "1234", ["password"] = TestClinic.Password });
        using var set = await PostAsync(tablet, "/account", new() { ["_handler"] = "set-pin", ["pin"] = Pin, ["password"] = TestClinic.Password });
        using var back = await tablet.SignInAsync("admin", TestClinic.Password);
        var top = await tablet.GetStringAsync("/");
        var people = await tablet.GetStringAsync("/switch");
        using var wrong = await PostAsync(tablet, $"/switch/{Mia}", new() { ["_handler"] = "pin", ["pin"] = "99999" });
        using var right = await PostAsync(tablet, $"/switch/{Mia}", new() { ["_handler"] = "pin", ["pin"] = Pin });
        var account = await tablet.GetStringAsync("/account");

        var boss = await clinic.AsAsync(Role.Administrator);
        var listed = await boss.GetFromJsonAsync<JsonElement>("/api/tablets");
        using var revoked = await boss.DeleteAsync("/api/tablets/1");
        using var after = await tablet.GetAsync("/account");
        var gone = await tablet.GetStringAsync("/switch");

        Assert.Multiple(() =>
        {
            Assert.That(before, Does.Not.Contain("href=\"/switch\""));
            Assert.That(paired.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That((weak.StatusCode, set.StatusCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.Redirect)));
            Assert.That(top, Does.Contain("href=\"/switch\""));
            Assert.That(people, Does.Contain("Mia Novak").And.Not.Contain("Robin Frey"), "only those with a PIN");
            Assert.That((wrong.StatusCode, right.StatusCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.Redirect)));
            Assert.That(account, Does.Contain("Mia Novak"));
            Assert.That((listed[0].GetProperty("name").GetString(), listed[0].GetProperty("pairedBy").GetString()), Is.EqualTo(("Treatment 1", "Robin Frey")));
            Assert.That((revoked.StatusCode, after.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.Redirect)));
            Assert.That(gone, Does.Contain("isn&#x27;t a paired tablet").Or.Contain("isn't a paired tablet").And.Not.Contain("Mia Novak"));
        });
    }

    [Test]
    public async Task Whoever_took_over_by_PIN_sets_up_no_codes()
    {
        using var tablet = clinic.Anonymous();
        using var admin = await tablet.SignInAsync("admin", TestClinic.Password);
        using var paired = await PostAsync(tablet, "/settings/tablets", new() { ["_handler"] = "pair", ["name"] = "Treatment 1" });
        await clinic.RunAsync(services => services.GetRequiredService<Pins>().SetAsync("mia", TestClinic.Password, Pin));
        using var mia = await tablet.SignInAsync("mia", TestClinic.Password);
        using var right = await PostAsync(tablet, $"/switch/{Mia}", new() { ["_handler"] = "pin", ["pin"] = Pin });

        using var begun = await PostAsync(tablet, "/account/second-factor", new() { ["_handler"] = "begin", ["password"] = TestClinic.Password });

        Assert.That((right.StatusCode, begun.StatusCode), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.Forbidden)));
    }

    [Test]
    public async Task Only_those_who_may_pair_tablets()
    {
        using var browser = clinic.Anonymous();
        using var mia = await browser.SignInAsync("mia", TestClinic.Password);
        using var page = await browser.GetAsync("/settings/tablets");

        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    private string Code(string secret) => Totp.Code(Totp.FromBase32(secret), Totp.StepOf(clinic.Clock.Now));

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, Dictionary<string, string> form)
    {
        form["__RequestVerificationToken"] = await browser.FormTokenAsync(path);
        return await browser.PostAsync(path, new FormUrlEncodedContent(form));
    }

    [GeneratedRegex("class=\"mono secret\">([A-Z2-7 ]+)<")]
    private static partial Regex Secret();

    [GeneratedRegex("[A-Z2-7]{4}(-[A-Z2-7]{4}){3}")]
    private static partial Regex RecoveryCode();
}
