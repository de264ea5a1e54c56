using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Needles;
using Smp.Runtime.Core;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests;

/// <summary>The audit trail as whoever may see it reads it: filtered, whole, exported, verified, and erased where law demands it.</summary>
public sealed class AuditApiTests
{
    private TestClinic clinic = null!;
    private HttpClient desk = null!;
    private HttpClient auditor = null!;
    private HttpClient administrator = null!;

    [SetUp]
    public async Task Open()
    {
        clinic = await TestClinic.StartAsync(o => o.With<NeedlesPlugin>());
        desk = await clinic.AsAsync(Role.Coordinator);
        auditor = await clinic.AsAsync(Role.Auditor);
        administrator = await clinic.AsAsync(Role.Administrator);
    }

    [TearDown]
    public async Task Close() => await clinic.DisposeAsync();

    [Test]
    public async Task A_change_is_told_with_who_when_and_every_value_before_and_after()
    {
        var anna = await AddAsync("Anna", "Weber");
        await ChangeAsync(anna, "Anna", "Weber-Koch");

        var units = await ListAsync("?patient=1");
        var changed = units.First(u => u.GetProperty("act").GetString() == "Changed a patient's record");
        var read = await GetAsync($"/api/audit/{changed.GetProperty("id")}");

        var row = read.GetProperty("changes").GetProperty("items").EnumerateArray().First(c => c.GetProperty("table").GetString() == "patients");
        Assert.Multiple(() =>
        {
            Assert.That(changed.GetProperty("actor").GetString(), Does.Contain("Sofia Lang"));
            Assert.That(changed.GetProperty("module").GetString(), Is.EqualTo("core"));
            Assert.That(changed.GetProperty("at").GetDateTimeOffset(), Is.EqualTo(clinic.Clock.Now));
            Assert.That(row.GetProperty("change").GetString(), Is.EqualTo("Updated"));
            Assert.That(row.GetProperty("patientId").GetInt64(), Is.EqualTo(anna));
            Assert.That(row.GetProperty("old").GetProperty("family_name").GetString(), Is.EqualTo("Weber"));
            Assert.That(row.GetProperty("new").GetProperty("family_name").GetString(), Is.EqualTo("Weber-Koch"));
        });
    }

    [Test]
    public async Task Each_filter_lets_through_what_it_names_and_they_narrow_each_other()
    {
        var anna = await AddAsync("Anna", "Weber");
        clinic.Clock.Advance(TimeSpan.FromDays(1));
        var marko = await AddAsync("Marko", "Horvat");
        await ChangeAsync(anna, "Anna", "Koch");
        var (sofia, robin) = (await StaffAsync("Sofia Lang"), await StaffAsync("Robin Frey"));
        var (first, second) = (clinic.Clock.Today.AddDays(-1), clinic.Clock.Today);

        var ofAnna = await ActsAsync($"?patient={anna}");
        var ofMarko = await ActsAsync($"?patient={marko}");
        var ofSofia = await ActsAsync($"?staff={sofia}");
        var ofRobin = await ActsAsync($"?staff={robin}");
        var onSecond = await ActsAsync($"?staff={sofia}&from={second:yyyy-MM-dd}");
        var onFirst = await ActsAsync($"?patient={anna}&to={first:yyyy-MM-dd}");
        var byNobody = await ActsAsync($"?patient={anna}&staff={robin}");
        using var item = await (await clinic.AsAsync(Role.Physician)).PostAsJsonAsync("/api/needles/items",
            new { manufacturer = "Maker", name = "Kwadron", kind = "NeedleCartridge", configuration = "3RL", diameterMicrometres = 300, unitsPerBox = 20 });
        item.EnsureSuccessStatusCode();
        var ofNeedles = await ListAsync("?module=needles");
        var ofCore = await ListAsync("?module=core&limit=200");
        var before = await ActsAsync($"?to={first.AddDays(-1):yyyy-MM-dd}");

        Assert.Multiple(() =>
        {
            Assert.That(ofAnna, Is.EqualTo(new[] { "Changed a patient's record", "Looked at a patient's record", "Registered a patient" }));
            Assert.That(ofMarko, Is.EqualTo(new[] { "Registered a patient" }));
            Assert.That(ofSofia, Is.EqualTo(new[]
            {
                "Changed a patient's record", "Looked at a patient's record", "Registered a patient", "Registered a patient",
            }));
            Assert.That(ofRobin, Is.Empty);
            Assert.That(onSecond, Has.Count.EqualTo(3));
            Assert.That(onFirst, Is.EqualTo(new[] { "Registered a patient" }));
            Assert.That(byNobody, Is.Empty);
            Assert.That(ofNeedles.Select(u => u.GetProperty("module").GetString()), Is.Not.Empty.And.All.EqualTo("needles"));
            Assert.That(ofCore.Select(u => u.GetProperty("module").GetString()), Is.Not.Empty.And.All.EqualTo("core"));
            Assert.That(before, Is.Empty);
        });
    }

    [Test]
    public async Task Looks_can_be_left_out()
    {
        var anna = await AddAsync("Anna", "Weber");
        await desk.GetAsync($"/api/patients/{anna}");

        Assert.That(await ActsAsync($"?patient={anna}&looks=false"), Is.EqualTo(new[] { "Registered a patient" }));
        Assert.That(await ActsAsync("?looks=false&limit=200"), Has.None.EqualTo("Looked at a patient's record"));
    }

    [TestCase("")]
    [TestCase("&patient=1&staff=6")]
    [TestCase("&staff=6")]
    [TestCase("&module=core")]
    public async Task Paging_shows_every_unit_once_and_in_order(string filter)
    {
        for (var i = 0; i < 9; i++)
        {
            await AddAsync($"G{i}", "Weber");
            await desk.GetAsync("/api/patients/1");
            // Several of one moment, too.
            if (i % 3 == 0) clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        filter = filter.Replace("staff=6", $"staff={await StaffAsync("Sofia Lang")}", StringComparison.Ordinal);
        var whole = (await ListAsync($"?limit=200{filter}")).Select(u => u.GetProperty("id").GetInt64()).ToList();
        List<long> seen = [];
        for (var after = ""; after is not null;)
        {
            var page = await GetAsync($"/api/audit?limit=4{filter}&after={after}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(u => u.GetProperty("id").GetInt64()));
            after = page.GetProperty("next").GetString();
        }

        Assert.That(seen, Is.EqualTo(whole).And.Unique.And.Ordered.Descending.And.Count.GreaterThanOrEqualTo(10));
    }

    [TestCase("?from=2026-03-05&to=2026-03-04", "to")]
    [TestCase("?after=nonsense", "after")]
    [TestCase("?limit=0", "limit")]
    [TestCase("/verify?head=12", "head")]
    [TestCase("/export?from=2026-03-05&to=2026-03-04", "to")]
    [TestCase("/reads", "patient")]
    public async Task What_makes_no_sense_is_said_by_its_name(string path, string field)
    {
        using var answer = await auditor.GetAsync("/api/audit" + path);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await answer.JsonAsync()).GetProperty("errors").EnumerateObject().Select(e => e.Name), Is.EqualTo(new[] { field }));
    }

    [Test]
    public async Task Only_administrators_and_auditors_see_it_and_only_administrators_erase()
    {
        foreach (var path in new[] { "/api/audit", "/api/audit/1", "/api/audit/verify", "/api/audit/export", "/api/audit/reads?patient=1" })
        {
            using var refused = await desk.GetAsync(path);
            using var shown = await auditor.GetAsync(path);
            Assert.That((refused.StatusCode, shown.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.OK)), path);
        }

        using var erased = await auditor.PostAsJsonAsync("/api/audit/erasures", new { patientId = 1, reason = "Asked for" });
        Assert.That(erased.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task The_trail_is_verified_against_heads_that_were_kept()
    {
        await AddAsync("Anna", "Weber");
        var head = (await GetAsync("/api/audit/verify")).GetProperty("head").GetString()!;
        await AddAsync("Marko", "Horvat");

        var whole = await GetAsync($"/api/audit/verify?head={head}");
        var other = await GetAsync($"/api/audit/verify?head={head}&head={head[..^4]}0000&head=9999:{new string('a', 64)}");

        Assert.Multiple(() =>
        {
            Assert.That(whole.GetProperty("ok").GetBoolean(), Is.True, whole.ToString());
            Assert.That(whole.GetProperty("problems").GetArrayLength(), Is.Zero);
            Assert.That(other.GetProperty("ok").GetBoolean(), Is.False);
            Assert.That(other.GetProperty("problems").EnumerateArray().Select(p => p.GetProperty("fault").GetString()), Is.EquivalentTo(new[] { "Replaced", "Truncated" }));
        });
    }

    [Test]
    public async Task The_export_is_a_line_for_each_unit_with_its_changes_and_the_head_at_the_end()
    {
        await AddAsync("Zoë \"Z\"", "Weber");
        clinic.Clock.Advance(TimeSpan.FromDays(1));
        await AddAsync("Marko", "Horvat");
        var verdict = await GetAsync("/api/audit/verify");

        var all = await ExportAsync("");
        var later = await ExportAsync($"?from={clinic.Clock.Today:yyyy-MM-dd}");
        var sooner = await ExportAsync($"?to={clinic.Clock.Today.AddDays(-1):yyyy-MM-dd}");

        var changes = all.SkipLast(1).SelectMany(u => u.GetProperty("changes").EnumerateArray()).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(all[^1].GetProperty("head").GetString(), Is.EqualTo(verdict.GetProperty("head").GetString()));
            Assert.That(all, Has.Count.EqualTo(verdict.GetProperty("units").GetInt64() + 1));
            Assert.That(changes, Has.Count.EqualTo(verdict.GetProperty("rows").GetInt64()));
            Assert.That(changes.Select(c => c.GetProperty("row").GetInt64()), Is.Unique);
            Assert.That(changes.Any(c => c.GetProperty("table").GetString() == "patients"
                && c.GetProperty("new").GetProperty("given_name").GetString() == "Zoë \"Z\""));
            Assert.That(later.SkipLast(1).Select(u => u.GetProperty("act").GetString()), Is.EqualTo(new[] { "Registered a patient" }));
            Assert.That(sooner, Has.Count.EqualTo(all.Count - 1));
        });
    }

    [Test]
    public async Task A_unit_with_more_changes_than_a_batch_is_shown_by_pages_and_exported_whole()
    {
        await clinic.RunAsync(services => services.GetRequiredService<IStore<CorePlugin>>().WriteAsync(new("Made many"), unit => unit.Connection.ExecuteAsync("""
            WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 450)
            INSERT INTO core__settings (plugin, name, value) SELECT 'nobody', 'n' || i, i FROM n
            """)));
        var unit = (await ListAsync(""))[0];

        List<long> seen = [];
        for (var after = ""; after is not null;)
        {
            var changes = (await GetAsync($"/api/audit/{unit.GetProperty("id")}?limit=100&after={after}")).GetProperty("changes");
            seen.AddRange(changes.GetProperty("items").EnumerateArray().Select(c => c.GetProperty("row").GetInt64()));
            after = changes.GetProperty("next").GetString();
        }

        var exported = (await ExportAsync("")).SkipLast(1).Single(u => u.GetProperty("id").GetInt64() == unit.GetProperty("id").GetInt64());
        Assert.That(seen, Is.Unique.And.Count.EqualTo(450));
        Assert.That(exported.GetProperty("changes").EnumerateArray().Select(c => c.GetProperty("row").GetInt64()), Is.EqualTo(seen));
    }

    [Test]
    public async Task Erased_values_are_gone_for_good_and_the_trail_is_whole_and_says_who_erased_them()
    {
        var anna = await AddAsync("Anna", "Weber", email: "anna@example.org");
        var added = (await ListAsync($"?patient={anna}"))[0];

        using var without = await administrator.PostAsJsonAsync("/api/audit/erasures", new { patientId = anna, reason = " " });
        using var nobody = await administrator.PostAsJsonAsync("/api/audit/erasures", new { patientId = 999, reason = "Art. 17" });
        using var erased = await administrator.PostAsJsonAsync("/api/audit/erasures", new { patientId = anna, reason = "Art. 17 GDPR" });

        var verdict = await GetAsync("/api/audit/verify");
        var read = await GetAsync($"/api/audit/{added.GetProperty("id")}");
        var changes = read.GetProperty("changes").GetProperty("items").EnumerateArray().Where(c => c.GetProperty("patientId").ValueKind == JsonValueKind.Number).ToList();
        var export = await auditor.GetStringAsync("/api/audit/export");
        var page = await (await PageAsync("audit")).GetStringAsync($"/audit/{added.GetProperty("id")}");
        Assert.Multiple(() =>
        {
            Assert.That((without.StatusCode, nobody.StatusCode, erased.StatusCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.NotFound, HttpStatusCode.OK)));
            Assert.That(verdict.GetProperty("ok").GetBoolean(), Is.True, verdict.ToString());
            Assert.That(changes, Is.Not.Empty);
            Assert.That(changes.Select(c => c.GetProperty("new").ValueKind), Is.All.EqualTo(JsonValueKind.Null));
            Assert.That(changes.Select(c => c.GetProperty("erased").GetProperty("by").GetString()), Is.All.Contain("Robin Frey"));
            Assert.That(export, Does.Not.Contain("Weber").And.Not.Contain("anna@example.org"));
            Assert.That(page, Does.Contain("The values were erased on"));
        });
    }

    [Test]
    public async Task The_page_of_an_entry_shows_what_differs_encodes_it_and_hides_secrets()
    {
        var anna = await AddAsync("Anna", "Weber");
        await ChangeAsync(anna, "<b>Anna</b>", "Weber");
        var changed = (await ListAsync($"?patient={anna}&looks=false"))[0].GetProperty("id");
        using var reset = await administrator.PostAsJsonAsync("/api/users/mia/password", new { password = "another long password" });
        var secret = (await ListAsync(""))[0].GetProperty("id");
        using var browser = await PageAsync("audit");

        var page = await browser.GetStringAsync($"/audit/{changed}");
        var hidden = await browser.GetStringAsync($"/audit/{secret}");
        using var missing = await browser.GetAsync("/audit/99999");

        Assert.Multiple(() =>
        {
            Assert.That(page, Does.Contain("&lt;b&gt;Anna&lt;/b&gt;").And.Not.Contain("<b>Anna").And.Contain("Given name").And.Not.Contain("Family name"));
            Assert.That(hidden, Does.Contain("Password hash").And.Contain("hidden").And.Not.Contain("sha256:"));
            Assert.That(missing.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        });
    }

    [Test]
    public async Task A_patient_is_found_without_a_name_in_any_address()
    {
        await AddAsync("Anna", "Weber");
        await AddAsync("Anton", "Weber");
        using var browser = await PageAsync("audit");

        using var one = await FindAsync(browser, "anton");
        using var several = await FindAsync(browser, "weber");
        using var none = await FindAsync(browser, "nobody");

        Assert.Multiple(async () =>
        {
            Assert.That(one.StatusCode, Is.EqualTo(HttpStatusCode.Found).Or.EqualTo(HttpStatusCode.SeeOther));
            Assert.That(one.Headers.Location!.ToString(), Does.EndWith("/audit?staff=3&patient=2").Or.EndWith("/audit?patient=2&staff=3"));
            Assert.That(await several.Content.ReadAsStringAsync(), Does.Contain("Which one?").And.Contain("/audit?patient=1&amp;staff=3"));
            Assert.That(none.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        });
    }

    private static async Task<HttpResponseMessage> FindAsync(HttpClient browser, string text) =>
        await browser.PostAsync("/audit?staff=3", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "find", ["__RequestVerificationToken"] = await browser.FormTokenAsync("/audit"), ["patient"] = text,
        }));

    private async Task<long> AddAsync(string given, string family, string? email = null)
    {
        using var answer = await desk.PostAsJsonAsync("/api/patients", new { givenName = given, familyName = family, birthDate = "1988-07-07", email, confirmedNew = true });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("id").GetInt64();
    }

    private async Task ChangeAsync(long id, string given, string family)
    {
        using var read = await desk.GetAsync($"/api/patients/{id}");
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/patients/{id}")
        {
            Content = JsonContent.Create(new { givenName = given, familyName = family, birthDate = "1988-07-07" }),
        };
        request.Headers.TryAddWithoutValidation("If-Match", read.Headers.ETag!.Tag);
        using var answer = await desk.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<long> StaffAsync(string name) => (await desk.GetFromJsonAsync<JsonElement>("/api/staff")).EnumerateArray()
        .First(s => s.GetProperty("name").GetString() == name).GetProperty("id").GetInt64();

    private async Task<JsonElement> GetAsync(string path) => await auditor.GetFromJsonAsync<JsonElement>(path);

    private async Task<List<JsonElement>> ListAsync(string query) => [.. (await GetAsync("/api/audit" + query)).GetProperty("items").EnumerateArray()];

    private async Task<List<string?>> ActsAsync(string query) => [.. (await ListAsync(query)).Select(u => u.GetProperty("act").GetString())];

    private async Task<List<JsonElement>> ExportAsync(string query) =>
        [.. (await auditor.GetStringAsync("/api/audit/export" + query)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];

    private async Task<HttpClient> PageAsync(string user)
    {
        var browser = clinic.Anonymous();
        (await browser.SignInAsync(user, TestClinic.Password)).Dispose();
        return browser;
    }
}
