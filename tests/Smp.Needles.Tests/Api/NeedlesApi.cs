using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Needles.Tests.Api;

/// <summary>A clinic with this module, asked over HTTP. One for each fixture; each test makes its own item, lots and patients.</summary>
public abstract class NeedlesApi
{
    private HttpClient physician = null!;
    private int made;

    protected TestClinic Clinic { get; private set; } = null!;

    protected DateOnly Today => Clinic.Clock.Today;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        Clinic = await TestClinic.StartAsync(options => options.With<NeedlesPlugin>());
        physician = await Clinic.AsAsync(Role.Physician);
    }

    [OneTimeTearDown]
    public async Task CloseAsync() => await Clinic.DisposeAsync();

    protected async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(
        HttpMethod method, string path, object? body = null, HttpClient? client = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var answer = await (client ?? physician).SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length > 0 ? JsonNode.Parse(text)! : new JsonObject());
    }

    /// <summary>What a request is answered with, when it is done.</summary>
    protected async Task<JsonNode> PostAsync(string path, object? body = null)
    {
        var (status, answer) = await SendAsync(HttpMethod.Post, $"/api/needles/{path}", body);
        Assert.That((int)status, Is.InRange(200, 299), answer.ToJsonString());
        return answer;
    }

    /// <summary>The sentence that a request is refused with.</summary>
    protected async Task<string> RefusedAsync(HttpStatusCode expected, string path, object? body = null)
    {
        var (status, answer) = await SendAsync(HttpMethod.Post, $"/api/needles/{path}", body);
        Assert.That(status, Is.EqualTo(expected), answer.ToJsonString());
        return (string)answer["detail"]!;
    }

    protected async Task<JsonNode> GetAsync(string path)
    {
        var (status, answer) = await SendAsync(HttpMethod.Get, path.StartsWith('/') ? path : $"/api/needles/{path}");
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), answer.ToJsonString());
        return answer;
    }

    /// <summary>A new patient's key.</summary>
    protected async Task<long> PatientAsync(string? familyName = null)
    {
        var (status, patient) = await SendAsync(HttpMethod.Post, "/api/patients", new
        {
            givenName = "Anna", familyName = familyName ?? $"Weber{++made}", birthDate = "1980-01-02", phone = "+43 664 1234567", confirmedNew = true,
        });
        Assert.That(status, Is.EqualTo(HttpStatusCode.Created), patient.ToJsonString());
        return (long)patient["id"]!;
    }

    /// <summary>A new item's key.</summary>
    protected async Task<long> ItemAsync(string? gtin = null) => (long)(await PostAsync("items", new
    {
        manufacturer = $"Maker {++made}", name = "Kwadron", kind = "NeedleCartridge", configuration = "3RL", diameterMicrometres = 300, unitsPerBox = 20, gtin,
    }))["id"]!;

    /// <summary>A bottle's key as an item: 15 ml, to be thrown away 30 days after it was opened.</summary>
    protected async Task<long> BottleAsync(bool multiPatient = true, string[]? contains = null, long? microlitres = 15_000) => (long)(await PostAsync("items", new
    {
        manufacturer = $"Maker {++made}", name = "Charcoal", kind = "Pigment", multiPatient, discardAfterDays = 30, contentsMicrolitres = microlitres,
        contentsPieces = microlitres is null ? 10 : (int?)null, contains,
    }))["id"]!;

    /// <summary>A lot of a new item, inspected; its key.</summary>
    protected async Task<long> LotAsync(int quantity = 20, DateOnly? expiry = null, long? item = null, bool inspected = true, string number = "A213B1",
        DateTimeOffset? receivedAt = null) =>
        (long)(await PostAsync("lots", new
        {
            itemId = item ?? await ItemAsync(), number, expiry = expiry ?? Today.AddYears(1), quantity, receivedAt,
            inspected = inspected ? new { passed = true } : null,
        }))["id"]!;

    /// <summary>Sets a setting of this module.</summary>
    protected async Task SettingAsync(string name, object value)
    {
        var administrator = await Clinic.AsAsync(Role.Administrator);
        var (status, answer) = await SendAsync(HttpMethod.Put, "/api/settings/needles", new Dictionary<string, object> { [name] = value }, administrator);
        Assert.That((int)status, Is.InRange(200, 299), answer.ToJsonString());
    }

    protected Task<JsonNode> LotOfAsync(long id) => GetAsync($"lots/{id}");

    protected static string[] Flags(JsonNode use) => [.. use["flags"]!.AsArray().Select(f => (string)f!)];
}
