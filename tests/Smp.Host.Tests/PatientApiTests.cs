using System.Net;
using System.Net.Http.Json;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests;

public sealed class PatientApiTests
{
    private static readonly object Anna = new { givenName = "Anna", familyName = "Weber", birthDate = "1988-07-07", phone = "+43 664 123 45 67" };

    private TestClinic clinic = null!;
    private HttpClient desk = null!;

    [SetUp]
    public async Task Open()
    {
        clinic = await TestClinic.StartAsync();
        desk = await clinic.AsAsync(Role.Coordinator);
    }

    [TearDown]
    public async Task Close() => await clinic.DisposeAsync();

    [TestCase("web")]
    [TestCase("WEBER anna")]
    [TestCase("P-000001")]
    [TestCase("p-000001 web")]
    [TestCase("P-1")]
    [TestCase("weber p1")]
    [TestCase("p000001 anna")]
    [TestCase("0664 1234567")]
    [TestCase("+43664")]
    [TestCase("1988-07-07")]
    public async Task A_patient_is_found_by_what_somebody_would_type(string text)
    {
        await desk.PostAsJsonAsync("/api/patients", Anna);
        await desk.PostAsJsonAsync("/api/patients", new { givenName = "Marko", familyName = "Horvat", birthDate = "1970-01-02" });

        var page = await desk.GetFromJsonAsync<System.Text.Json.JsonElement>($"/api/patients?search={Uri.EscapeDataString(text)}");

        Assert.That(page.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("familyName").GetString()), Is.EqualTo(new[] { "Weber" }));
    }

    [TestCase("\"; DROP TABLE patients; --")]
    [TestCase("* OR NEAR(")]
    [TestCase("😀")]
    [TestCase("AND")]
    public async Task Nothing_typed_into_the_search_makes_it_fail(string text)
    {
        using var answer = await desk.GetAsync($"/api/patients?search={Uri.EscapeDataString(text)}");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Everything_that_is_wrong_is_said_at_once_field_by_field()
    {
        using var answer = await desk.PostAsJsonAsync("/api/patients", new { givenName = " ", birthDate = "2031-01-01", email = "nobody", phone = "call me" });

        var problem = await answer.JsonAsync();
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
            Assert.That(problem.GetProperty("errors").EnumerateObject().Select(e => e.Name),
                Is.EquivalentTo(new[] { "givenName", "familyName", "birthDate", "email", "phone" }));
        });
    }

    [TestCase("Anna", "Weber", "1988-07-07", null, "name")]
    [TestCase("Ana", "Webber", "1988-07-07", null, "name")]
    [TestCase("Weber", "Anna", "1988-07-07", null, "name")]
    [TestCase("Carla", "Rossi", "1990-01-01", "0664/1234567", "phone")]
    public async Task Somebody_who_may_be_here_already_is_shown_before_a_second_record_is_made(
        string given, string family, string born, string? phone, string because)
    {
        await desk.PostAsJsonAsync("/api/patients", Anna);

        using var refused = await desk.PostAsJsonAsync("/api/patients", new { givenName = given, familyName = family, birthDate = born, phone });
        using var confirmed = await desk.PostAsJsonAsync("/api/patients", new { givenName = given, familyName = family, birthDate = born, phone, confirmedNew = true });

        var duplicate = (await refused.JsonAsync()).GetProperty("duplicates")[0];
        Assert.Multiple(() =>
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(duplicate.GetProperty("because")[0].GetString(), Is.EqualTo(because));
            Assert.That(confirmed.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        });
    }

    [Test]
    public async Task A_namesake_born_on_another_day_is_nobodys_duplicate()
    {
        await desk.PostAsJsonAsync("/api/patients", Anna);

        using var answer = await desk.PostAsJsonAsync("/api/patients", new { givenName = "Anna", familyName = "Weber", birthDate = "1991-02-03" });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task Of_two_who_change_a_record_the_second_is_told_and_nothing_is_lost()
    {
        using var added = await desk.PostAsJsonAsync("/api/patients", Anna);
        var address = added.Headers.Location!;
        using var read = await desk.GetAsync(address);
        var tag = read.Headers.ETag!;

        using var first = await PutAsync(address, tag.Tag, "first@example.org");
        using var second = await PutAsync(address, tag.Tag, "second@example.org");
        using var without = await PutAsync(address, null, "third@example.org");

        var now = await desk.GetFromJsonAsync<System.Text.Json.JsonElement>(address);
        Assert.Multiple(() =>
        {
            Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
            Assert.That((int)without.StatusCode, Is.EqualTo(428));
            Assert.That(now.GetProperty("email").GetString(), Is.EqualTo("first@example.org"));
        });

        async Task<HttpResponseMessage> PutAsync(Uri uri, string? match, string email)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, uri)
            {
                Content = JsonContent.Create(new { givenName = "Anna", familyName = "Weber", birthDate = "1988-07-07", email }),
            };
            if (match is not null) request.Headers.TryAddWithoutValidation("If-Match", match);
            return await desk.SendAsync(request);
        }
    }

    [Test]
    public async Task Paging_shows_everybody_once()
    {
        for (var i = 0; i < 25; i++)
            await desk.PostAsJsonAsync("/api/patients", new { givenName = $"G{i % 3}", familyName = $"F{i % 4}", birthDate = $"19{50 + i}-01-01", confirmedNew = true });

        List<long> seen = [];
        for (string? after = ""; after is not null;)
        {
            var page = await desk.GetFromJsonAsync<System.Text.Json.JsonElement>($"/api/patients?limit=7&after={after}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("id").GetInt64()));
            after = page.GetProperty("next").GetString();
        }

        Assert.That(seen, Is.Unique.And.Count.EqualTo(25));
    }

    [TestCase("{", 400)]
    [TestCase("""{"birthDate": "7 July"}""", 400)]
    [TestCase("[]", 400)]
    public async Task What_isnt_the_JSON_expected_is_said_with_the_place(string body, int status)
    {
        using var answer = await desk.PostAsync("/api/patients", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Multiple(async () =>
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(status));
            Assert.That((await answer.JsonAsync()).GetProperty("detail").GetString(), Does.Contain("line 1"));
        });
    }

    [Test]
    public async Task An_address_that_isnt_there_and_a_method_it_doesnt_take_are_problems_too()
    {
        using var missing = await desk.GetAsync("/api/nothing");
        using var method = await desk.DeleteAsync("/api/patients");
        using var unknown = await desk.GetAsync("/api/patients/999");
        using var text = await desk.PostAsync("/api/patients", new StringContent("x"));

        Assert.Multiple(() =>
        {
            foreach (var (answer, status) in new[] { (missing, 404), (method, 405), (unknown, 404), (text, 415) })
            {
                Assert.That((int)answer.StatusCode, Is.EqualTo(status));
                Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
            }
        });
    }

    [Test]
    public async Task Whoever_may_only_look_changes_nothing()
    {
        var auditor = await clinic.AsAsync(Role.Auditor);

        using var answer = await auditor.PostAsJsonAsync("/api/patients", Anna);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }
}
