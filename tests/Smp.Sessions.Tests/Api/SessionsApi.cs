using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Sessions.Tests.Api;

/// <summary>A clinic with this module alone, asked over HTTP. One for each fixture; each test makes its own client and plan.</summary>
public abstract class SessionsApi
{
    private HttpClient physician = null!;
    private int made;

    protected TestClinic Clinic { get; private set; } = null!;

    protected DateOnly Today => Clinic.Clock.Today;

    protected long Keller { get; private set; }

    protected virtual void Configure(TestClinicOptions options) => options.With<SessionsPlugin>();

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        Clinic = await TestClinic.StartAsync(Configure);
        physician = await Clinic.AsAsync(Role.Physician);
        Keller = (long)(await GetAsync("/api/staff")).AsArray().First(s => ((string)s!["name"]!).Contains("Keller", StringComparison.Ordinal))!["id"]!;
    }

    [OneTimeTearDown]
    public async Task CloseAsync() => await Clinic.DisposeAsync();

    protected async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(HttpMethod method, string path, object? body = null, HttpClient? client = null, long? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : $"/api/sessions/{path}") { Content = body is null ? null : JsonContent.Create(body) };
        if (ifMatch is { } version) request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        using var answer = await (client ?? physician).SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length > 0 ? JsonNode.Parse(text)! : new JsonObject());
    }

    /// <summary>What a request is answered with, when it is done.</summary>
    protected async Task<JsonNode> DoneAsync(HttpMethod method, string path, object? body = null, long? ifMatch = null, HttpClient? client = null)
    {
        var (status, answer) = await SendAsync(method, path, body, client, ifMatch);
        Assert.That((int)status, Is.InRange(200, 299), answer.ToJsonString());
        return answer;
    }

    protected Task<JsonNode> PostAsync(string path, object? body = null, long? ifMatch = null) => DoneAsync(HttpMethod.Post, path, body, ifMatch);

    protected Task<JsonNode> PutAsync(string path, object? body = null, long? ifMatch = null) => DoneAsync(HttpMethod.Put, path, body, ifMatch);

    protected Task<JsonNode> GetAsync(string path) => DoneAsync(HttpMethod.Get, path);

    /// <summary>The sentence that a request is refused with.</summary>
    protected async Task<string> RefusedAsync(HttpStatusCode expected, HttpMethod method, string path, object? body = null, long? ifMatch = null, HttpClient? client = null)
    {
        var (status, answer) = await SendAsync(method, path, body, client, ifMatch);
        Assert.That(status, Is.EqualTo(expected), answer.ToJsonString());
        return (string)answer["detail"]!;
    }

    /// <summary>A new client's key.</summary>
    protected async Task<long> PatientAsync(string birthDate = "1980-01-02", object[]? allergies = null) => (long)(await PostAsync("/api/patients", new
    {
        givenName = "Anna", familyName = $"Weber{++made}", birthDate, phone = "+43 664 1234567", language = "de", confirmedNew = true, allergies = allergies ?? [],
    }))["id"]!;

    /// <summary>A new plan: an enquiry, with two zones and one pigment.</summary>
    protected async Task<JsonNode> PlanAsync(long? patient = null, string indication = "DensityFill", int estimated = 3) => await PostAsync("plans", new
    {
        patientId = patient ?? await PatientAsync(), indication, estimatedSessions = estimated, hairline = "Soft",
        zones = new[] { new { zone = "Vertex", densityPercent = 60 }, new { zone = "FrontalHairline", densityPercent = 40 } },
        pigments = new[] { new { id = 0, shade = "Charcoal", brand = "Ravenna" } },
    });

    /// <summary>Everything that was asked, answered no.</summary>
    protected static object[] No(params string[] yes) =>
    [
        .. new[]
        {
            "Keloid", "PsoriasisOrEczema", "Anticoagulants", "Pregnancy", "Haemophilia", "Chemotherapy", "LaserRemoval", "Isotretinoin", "InfectionInArea", "Immunosuppression",
            "UncontrolledDiabetes", "BodyDysmorphia",
        }.Select(q => (object)new { question = q, yes = yes.Contains(q) }),
    ];

    protected Task<JsonNode> AssessAsync(JsonNode plan, params string[] yes) => PostAsync($"plans/{plan["id"]}/assessments", new { answers = No(yes) });

    /// <summary>A plan of a client who is a candidate and consented, with patch test and signed design: nothing stands in the way.</summary>
    protected async Task<JsonNode> ReadyAsync(long? patient = null, int estimated = 3)
    {
        var plan = await PlanAsync(patient, estimated: estimated);
        var id = (long)plan["id"]!;
        await AssessAsync(plan);
        await PostAsync($"plans/{id}/patch-tests/waive", new { pigmentId = Pigment(plan), note = "Had the same pigment last year" });
        await PostAsync($"plans/{id}/designs", new { designVersion = (int)plan["designVersion"]!, signedName = "Anna Weber" });
        return await PostAsync($"plans/{id}/steps", new { @event = "Consent" }, Version(await GetAsync($"plans/{id}")));
    }

    /// <summary>A session of a plan that is in progress.</summary>
    protected async Task<JsonNode> StartedAsync(JsonNode plan)
    {
        var session = await PostAsync($"plans/{plan["id"]}/sessions", new { performedBy = Keller });
        session = await StepAsync(session, "clear");
        return await StepAsync(session, "start");
    }

    protected Task<JsonNode> StepAsync(JsonNode session, string step, object? body = null) => PostAsync($"{session["id"]}/{step}", body, Version(session));

    /// <summary>Records one zone with its pigment and a needle, all by their lots as printed.</summary>
    protected async Task RecordAsync(JsonNode plan, JsonNode session, int density = 30)
    {
        await PutAsync($"{session["id"]}/zones/z1", new { zone = "Vertex", needle = "3RL 0.30 mm", pigmentId = Pigment(plan), pigmentParts = 1, diluentParts = 8, densityPercent = density, depthMicrometres = 900 });
        await PutAsync($"{session["id"]}/pigments/p1", new { pigmentId = Pigment(plan), lot = "RC-0881", pigmentParts = 1, diluentParts = 8, diluent = "Distilled water", diluentLot = "W-77" });
        await PutAsync($"{session["id"]}/needles/n1", new { needle = "3RL 0.30 mm", lot = "A213B1", used = 2 });
        await PostAsync($"{session["id"]}/aftercare", new { });
    }

    protected Task<JsonNode> CloseAsync(JsonNode session) => StepAsync(session, "close", new { notDone = new { Photos = "The client doesn't want any" } });

    protected static long Version(JsonNode row) => (long)row["rowVersion"]!;

    protected static long Pigment(JsonNode plan) => (long)plan["pigments"]![0]!["id"]!;

    protected static string State(JsonNode row) => (string)row["state"]!;
}
