using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests;

/// <summary>Tokens through the API: whose they are, and that none makes more of itself.</summary>
public sealed class TokenApiTests
{
    private TestClinic clinic = null!;

    [SetUp]
    public async Task Open() => clinic = await TestClinic.StartAsync();

    [TearDown]
    public async Task Close() => await clinic.DisposeAsync();

    [Test]
    public async Task Whoever_is_called_as_another_signs_in_makes_tokens_of_their_own()
    {
        await clinic.RunAsync(s => s.GetRequiredService<Users>().AddAsync(new("temp", "keller", Role.Coordinator, TestClinic.Password)));
        using var temp = await TokenOfAsync("temp", null);

        using var made = await temp.PostAsJsonAsync("/api/tokens", new { name = "mine", permissions = new[] { "patients.view" } });

        var tokens = await clinic.RunAsync(s => s.GetRequiredService<Tokens>().ListAsync());
        Assert.That(((int)made.StatusCode, tokens[0].UserName), Is.EqualTo((201, "temp")));
        Assert.That((await temp.GetFromJsonAsync<List<System.Text.Json.JsonElement>>("/api/tokens"))!.Select(t => t.GetProperty("userName").GetString()), Is.All.EqualTo("temp"));
    }

    [Test]
    public async Task A_token_says_whose_it_is_and_what_it_may()
    {
        using var few = await TokenOfAsync("keller", ["patients.view"]);
        using var nobody = clinic.Anonymous();

        var me = await few.GetFromJsonAsync<System.Text.Json.JsonElement>("/api/me");
        using var unknown = await nobody.GetAsync("/api/me");

        Assert.That(me.GetProperty("kind").GetString(), Is.EqualTo("Token"));
        Assert.That(me.GetProperty("permissions").EnumerateArray().Select(p => p.GetString()), Is.EqualTo(new[] { "patients.view" }));
        Assert.That((int)unknown.StatusCode, Is.EqualTo(401));
    }

    [Test]
    public async Task A_token_makes_none_that_may_more_than_itself()
    {
        using var few = await TokenOfAsync("admin", ["tokens.manage", "users.manage"]);

        using var all = await few.PostAsJsonAsync("/api/tokens", new { user = "keller", all = true });
        using var more = await few.PostAsJsonAsync("/api/tokens", new { user = "keller", permissions = new[] { "patients.view" } });
        using var same = await few.PostAsJsonAsync("/api/tokens", new { permissions = new[] { "tokens.manage" } });

        Assert.That(((int)all.StatusCode, (int)more.StatusCode, (int)same.StatusCode), Is.EqualTo((422, 422, 201)));
    }

    [Test]
    public async Task A_token_is_shown_once_and_is_kept_for_no_second_answer()
    {
        var keller = await clinic.AsAsync(Role.Physician);
        var plain = (await (await MakeAsync()).JsonAsync()).GetProperty("token").GetString()!;
        using var again = await MakeAsync();

        Assert.That((int)again.StatusCode, Is.EqualTo(409));
        Assert.That(Directory.EnumerateFiles(clinic.DataFolder, "clinic.db*").Any(f => Text(f).Contains(plain, StringComparison.Ordinal)), Is.False);

        async Task<HttpResponseMessage> MakeAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tokens") { Content = JsonContent.Create(new { all = false, permissions = new[] { "patients.view" } }) };
            request.Headers.Add("Idempotency-Key", "once");
            return await keller.SendAsync(request);
        }

        static string Text(string file)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            return reader.ReadToEnd();
        }
    }

    [Test]
    public async Task Nobody_is_signed_out_by_another_sites_page()
    {
        using var browser = clinic.Anonymous();
        using var page = await browser.SignInAsync("desk", TestClinic.Password);

        using var forged = await browser.PostAsync("/sign-out", null);
        using var still = await browser.GetAsync("/api/patients");

        Assert.That(((int)forged.StatusCode, (int)still.StatusCode), Is.EqualTo((400, 200)));
    }

    [TestCase("""{"givenName": "A", "familyName": "B", "birthDate": "1990-01-01", "sexAtBirth": 99}""", 400)]
    [TestCase("""{"givenName": "A\u0000", "familyName": "B", "birthDate": "1990-01-01"}""", 422)]
    [TestCase("""{"givenName": "\u202eA", "familyName": "B", "birthDate": "1990-01-01"}""", 422)]
    [TestCase("""{"givenName": "A", "familyName": "B", "birthDate": "1990-01-01", "allergies": [null]}""", 201)]
    public async Task What_no_person_would_type_is_an_answer_and_no_failure(string body, int status)
    {
        var desk = await clinic.AsAsync(Role.Coordinator);

        using var answer = await desk.PostAsync("/api/patients", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.That((int)answer.StatusCode, Is.EqualTo(status), await answer.Content.ReadAsStringAsync());
    }

    private async Task<HttpClient> TokenOfAsync(string userName, string[]? permissions) => clinic.WithToken(
        (await clinic.RunAsync(s => s.GetRequiredService<Tokens>().CreateAsync(userName, "Test", permissions))).Token);
}
