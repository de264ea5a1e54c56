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

    // A body may hold a password, so nobody who has the database alone may try which one makes the hash.
    [Test]
    public async Task A_request_is_known_again_after_a_restart_and_only_with_the_clinics_own_key()
    {
        var folder = Directory.CreateTempSubdirectory("smp-keys-").FullName;
        var key = Path.Combine(folder, "keys", "requests.key");
        string? token = null;
        try
        {
            Assert.That(await AgainAsync(), Is.EqualTo(HttpStatusCode.Created));
            Assert.That(await AgainAsync(), Is.EqualTo(HttpStatusCode.Created));
            if (!OperatingSystem.IsWindows()) Assert.That(File.GetUnixFileMode(key), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            await File.WriteAllBytesAsync(key, new byte[32]);
            Assert.That(await AgainAsync(), Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        async Task<HttpStatusCode> AgainAsync()
        {
            await using var other = await TestClinic.StartAsync(o => o.DataFolder = folder);
            token ??= (await other.AsAsync(Role.Coordinator)).DefaultRequestHeaders.Authorization!.Parameter!;
            using var client = other.WithToken(token);
            using var answer = await AddAsync("k1", "Anna", client);
            return answer.StatusCode;
        }
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
