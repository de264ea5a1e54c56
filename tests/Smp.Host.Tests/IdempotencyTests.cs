using System.Net;
using System.Net.Http.Json;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests;

public sealed class IdempotencyTests
{
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

    [Test]
    public async Task A_request_that_comes_twice_is_carried_out_once_and_answered_twice()
    {
        using var first = await AddAsync("k1", "Anna");
        using var second = await AddAsync("k1", "Anna");

        Assert.Multiple(async () =>
        {
            Assert.That((first.StatusCode, second.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Created)));
            Assert.That(second.Headers.Location, Is.EqualTo(first.Headers.Location));
            Assert.That(await second.Content.ReadAsStringAsync(), Is.EqualTo(await first.Content.ReadAsStringAsync()));
            Assert.That(await CountAsync(), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Twenty_at_once_are_carried_out_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AddAsync("k1", "Anna")));

        Assert.Multiple(async () =>
        {
            Assert.That(answers.Select(a => a.StatusCode), Has.All.AnyOf(HttpStatusCode.Created, HttpStatusCode.Conflict).And.Some.EqualTo(HttpStatusCode.Created));
            Assert.That(await CountAsync(), Is.EqualTo(1));
        });
        foreach (var answer in answers) answer.Dispose();
    }

    [Test]
    public async Task A_request_is_known_again_by_a_hash_that_nobody_makes_without_the_clinics_key()
    {
        using var first = await AddAsync("k1", "Anna");
        var key = new FileInfo(Path.Combine(clinic.DataFolder, "keys", "requests.key"));

        Assert.That(key.Exists && key.Length == 32, Is.True);
        if (!OperatingSystem.IsWindows()) Assert.That(key.UnixFileMode, Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task A_key_is_for_one_request()
    {
        using var first = await AddAsync("k1", "Anna");
        using var other = await AddAsync("k1", "Berta");

        Assert.That((first.StatusCode, other.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.UnprocessableEntity)));
    }

    [Test]
    public async Task Somebody_elses_same_key_is_another_key()
    {
        using var mine = await AddAsync("k1", "Anna");
        using var theirs = await AddAsync("k1", "Anna", await clinic.AsAsync(Role.Physician));

        Assert.That(theirs.StatusCode, Is.EqualTo(HttpStatusCode.Conflict), "refused as a duplicate patient, so it was carried out by itself");
    }

    [Test]
    public async Task A_refused_request_keeps_no_key()
    {
        using var refused = await AddAsync("k1", "");
        using var corrected = await AddAsync("k1", "Anna");

        Assert.That((refused.StatusCode, corrected.StatusCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.Created)));
    }

    [Test]
    public async Task After_a_day_a_key_is_forgotten()
    {
        using var first = await AddAsync("k1", "Anna");
        clinic.Clock.Advance(TimeSpan.FromHours(25));
        using var later = await AddAsync("k1", "Berta");

        Assert.That(later.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    private async Task<HttpResponseMessage> AddAsync(string key, string name, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/patients")
        {
            Content = JsonContent.Create(new { givenName = name, familyName = "Weber", birthDate = "1988-07-07" }),
        };
        request.Headers.Add("Idempotency-Key", key);
        return await (client ?? desk).SendAsync(request);
    }

    private async Task<int> CountAsync() =>
        (await desk.GetFromJsonAsync<System.Text.Json.JsonElement>("/api/patients")).GetProperty("items").GetArrayLength();
}
