using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests;

/// <summary>Credentials of staff. It is Wednesday 4 March 2026 in these tests.</summary>
public sealed class CredentialApiTests
{
    private const string Mia = "/api/staff/3/credentials";

    private TestClinic clinic = null!;
    private HttpClient boss = null!;

    [SetUp]
    public async Task Open()
    {
        clinic = await TestClinic.StartAsync();
        boss = await clinic.AsAsync(Role.Administrator);
    }

    [TearDown]
    public async Task Close() => await clinic.DisposeAsync();

    [TestCase(null, "2027-01-01", "Valid")]
    [TestCase(null, "2026-05-04", "Valid")]
    [TestCase(null, "2026-05-03", "ExpiresSoon")]
    [TestCase(null, "2026-03-04", "ExpiresSoon")]
    [TestCase(null, "2026-03-03", "Expired")]
    [TestCase("2026-03-05", "2027-01-01", "NotYetValid")]
    public async Task How_it_stands_is_judged_by_the_day(string? from, string until, string standing)
    {
        using var added = await AddAsync(new { kind = "Licence", number = "L-1", validFrom = from, validUntil = until });

        Assert.That((await added.JsonAsync()).GetProperty("standing").GetString(), Is.EqualTo(standing));
    }

    [Test]
    public async Task A_renewal_is_a_record_of_its_own_and_the_old_one_stays()
    {
        using var old = await AddAsync(new { kind = "Licence", validUntil = "2026-03-01" });
        using var other = await AddAsync(new { kind = "Other", name = "Laser safety", validUntil = "2026-03-01" });
        using var renewal = await AddAsync(new { kind = "Licence", validUntil = "2028-03-01" });

        var all = await boss.GetFromJsonAsync<JsonElement>(Mia);

        Assert.That(all.EnumerateArray().Select(c => (c.GetProperty("id").GetInt64(), c.GetProperty("standing").GetString())),
            Is.EquivalentTo(new[] { (1L, "Renewed"), (2L, "Expired"), (3L, "Valid") }));
    }

    [TestCase("2026-03-04", "2027-03-04", true)]
    [TestCase("2026-03-04", "2027-03-05", false)]
    [TestCase(null, "2027-03-04", false)]
    public async Task Training_on_bloodborne_pathogens_counts_for_a_year_at_most(string? from, string until, bool taken)
    {
        using var answer = await AddAsync(new { kind = "BloodbornePathogenTraining", validFrom = from, validUntil = until });

        Assert.That(answer.StatusCode, Is.EqualTo(taken ? HttpStatusCode.Created : HttpStatusCode.UnprocessableEntity));
    }

    [Test]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        using var nothing = await AddAsync(new { });
        using var backwards = await AddAsync(new { kind = "Other", validFrom = "2026-03-04", validUntil = "2026-03-03" });

        Assert.That(await FieldsAsync(nothing), Is.EquivalentTo(new[] { "kind", "validUntil" }));
        Assert.That(await FieldsAsync(backwards), Is.EquivalentTo(new[] { "name", "validUntil" }));
    }

    [Test]
    public async Task A_change_from_an_older_version_is_refused()
    {
        using var added = await AddAsync(new { kind = "Licence", validUntil = "2027-01-01" });

        using var first = await SendAsync(HttpMethod.Put, $"{Mia}/1", 1, new { kind = "Licence", number = "L-2", validUntil = "2027-06-01" });
        using var second = await SendAsync(HttpMethod.Put, $"{Mia}/1", 1, new { kind = "Licence", validUntil = "2029-06-01" });

        var now = await boss.GetFromJsonAsync<JsonElement>($"{Mia}/1");
        Assert.Multiple(() =>
        {
            Assert.That(((int)first.StatusCode, (int)second.StatusCode), Is.EqualTo((200, 412)));
            Assert.That(now.GetProperty("validUntil").GetString(), Is.EqualTo("2027-06-01"));
        });
    }

    [Test]
    public async Task One_is_ended_with_a_reason_once_and_stays_in_the_record()
    {
        using var added = await AddAsync(new { kind = "Licence", validUntil = "2027-01-01" });

        using var without = await SendAsync(HttpMethod.Post, $"{Mia}/1/end", 1, new { reason = " " });
        using var ended = await SendAsync(HttpMethod.Post, $"{Mia}/1/end", 1, new { reason = "Entered for the wrong person" });
        using var again = await SendAsync(HttpMethod.Post, $"{Mia}/1/end", 2, new { reason = "Once more" });
        using var changed = await SendAsync(HttpMethod.Put, $"{Mia}/1", 2, new { kind = "Licence", validUntil = "2029-06-01" });

        var now = await boss.GetFromJsonAsync<JsonElement>($"{Mia}/1");
        Assert.Multiple(() =>
        {
            Assert.That(((int)without.StatusCode, (int)ended.StatusCode, (int)again.StatusCode, (int)changed.StatusCode), Is.EqualTo((422, 200, 409, 409)));
            Assert.That((now.GetProperty("standing").GetString(), now.GetProperty("endedBecause").GetString()), Is.EqualTo(("Ended", "Entered for the wrong person")));
        });
    }

    [Test]
    public async Task The_worklist_asks_for_what_expired_or_soon_will_and_wasnt_renewed()
    {
        foreach (var (kind, until) in new[] { ("Licence", "2026-03-01"), ("BasicLifeSupport", "2026-03-10"), ("Licence", "2026-02-01") })
            using (await AddAsync(new { kind, validUntil = until })) { }
        using (await AddAsync(new { kind = "BloodbornePathogenTraining", validFrom = "2025-04-30", validUntil = "2026-04-30" })) { }
        using (await boss.PostAsJsonAsync("/api/staff/2/credentials", new { kind = "Licence", validUntil = "2026-03-01" })) { }
        using (await boss.PostAsJsonAsync("/api/staff/2/credentials", new { kind = "Licence", validUntil = "2030-03-01" })) { }

        var lines = (await boss.GetFromJsonAsync<JsonElement>("/api/worklist")).GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("entry"));

        Assert.That(lines.Select(e => (e.GetProperty("title").GetString(), e.GetProperty("urgency").GetString())), Is.EqualTo(new[]
        {
            ("Renew the licence of Mia Novak", "Danger"), ("Renew basic life support of Mia Novak", "Warning"),
            ("Renew the training on bloodborne pathogens of Mia Novak", "Notice"),
        }));
    }

    [Test]
    public async Task The_clinic_says_how_early_it_is_warned()
    {
        using var added = await AddAsync(new { kind = "Licence", validUntil = "2026-04-30" });
        using var set = await boss.PutAsJsonAsync("/api/settings/core", new { credentialWarningDays = 7 });

        var now = await boss.GetFromJsonAsync<JsonElement>($"{Mia}/1");
        var lines = (await boss.GetFromJsonAsync<JsonElement>("/api/worklist")).GetProperty("lines");

        Assert.That((set.IsSuccessStatusCode, now.GetProperty("standing").GetString(), lines.GetArrayLength()), Is.EqualTo((true, "Valid", 0)));
    }

    [Test]
    public async Task Everybody_who_sees_the_staff_sees_them_and_only_administrators_record_them()
    {
        var mia = await clinic.AsAsync(Role.Technician);

        using var list = await mia.GetAsync(Mia);
        using var add = await mia.PostAsJsonAsync(Mia, new { kind = "Licence", validUntil = "2030-01-01" });
        using var nobody = await boss.GetAsync("/api/staff/99/credentials");

        Assert.That(((int)list.StatusCode, (int)add.StatusCode, (int)nobody.StatusCode), Is.EqualTo((200, 403, 404)));
    }

    [Test]
    public async Task The_pages_record_renew_correct_and_end()
    {
        using var browser = clinic.Anonymous();
        using var signedIn = await browser.SignInAsync("admin", TestClinic.Password);
        const string List = "/staff/3/credentials";

        var empty = await browser.GetStringAsync(List);
        using var added = await PostAsync(browser, List, new() { ["_handler"] = "add", ["kind"] = "Licence", ["number"] = "L-77", ["validUntil"] = "2026-03-01" });
        var listed = await browser.GetStringAsync(List);
        var renewing = await browser.GetStringAsync($"{List}?renew=1");
        using var wrong = await PostAsync(browser, $"{List}/1", new() { ["_handler"] = "change", ["rowVersion"] = "7", ["kind"] = "Licence", ["validUntil"] = "2027-03-01" });
        using var ended = await PostAsync(browser, $"{List}/1", new() { ["_handler"] = "end", ["rowVersion"] = "1", ["reason"] = "Never was one" });

        Assert.Multiple(() =>
        {
            Assert.That(empty, Does.Contain("Nothing is recorded"));
            Assert.That(added.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That(listed, Does.Contain("L-77").And.Contain("Expired"));
            Assert.That(renewing, Does.Contain("value=\"L-77\"").And.Contain("value=\"2026-03-02\""));
            Assert.That((wrong.StatusCode, ended.StatusCode), Is.EqualTo((HttpStatusCode.PreconditionFailed, HttpStatusCode.Redirect)));
        });
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, Dictionary<string, string> form)
    {
        form["__RequestVerificationToken"] = await browser.FormTokenAsync(path);
        return await browser.PostAsync(path, new FormUrlEncodedContent(form));
    }

    private static async Task<IEnumerable<string>> FieldsAsync(HttpResponseMessage answer) =>
        (await answer.JsonAsync()).GetProperty("errors").EnumerateObject().Select(e => e.Name);

    private Task<HttpResponseMessage> AddAsync(object credential) => boss.PostAsJsonAsync(Mia, credential);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, long version, object content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(content) };
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        return await boss.SendAsync(request);
    }
}
