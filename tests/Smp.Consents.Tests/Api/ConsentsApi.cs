using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Smp.Sdk.Testing;

namespace Smp.Consents.Tests.Api;

/// <summary>A clinic with this module, asked over HTTP by people who are signed in. One for each fixture; each test makes its own patients and forms.</summary>
public abstract class ConsentsApi
{
    /// <summary>A signature that somebody drew.</summary>
    protected const string Drawn = """{"width":600,"height":200,"strokes":[[40,150,0,400,120,60,80,600,200,150,160,700,300,70,240,500]]}""";

    /// <summary>A form with a field, a section and a question.</summary>
    protected const string Source = "# {{value procedure}}\n\n{{value client}}, you can say no.\n\n{{tick smoker \"I smoke\"}}\n{{if smoker}}\n{{text how_much \"How much?\" required}}\n{{end}}\n\n{{initials risks \"I have read the risks\" required}}\n";

    private int made;

    protected TestClinic Clinic { get; private set; } = null!;

    /// <summary>A physician: presents, explains, voids, writes forms.</summary>
    protected HttpClient Keller { get; private set; } = null!;

    /// <summary>The front desk: presents.</summary>
    protected HttpClient Desk { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        Clinic = await TestClinic.StartAsync(options => options.With<ConsentsPlugin>());
        Assert.That(Clinic.Plugins.Select(p => p.Reason), Is.All.Empty, "the module runs");
        (Keller, Desk) = (await Clinic.SignInAsync("keller"), await Clinic.SignInAsync("desk"));
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        Keller.Dispose();
        Desk.Dispose();
        await Clinic.DisposeAsync();
    }

    protected async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(HttpMethod method, string path, object? body = null, HttpClient? who = null, long? version = null)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : $"/api/consents/{path}") { Content = body is null ? null : JsonContent.Create(body) };
        if (version is { } at) request.Headers.TryAddWithoutValidation("If-Match", $"\"{at}\"");
        using var answer = await (who ?? Keller).SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length > 0 ? JsonNode.Parse(text)! : new JsonObject());
    }

    /// <summary>What is answered when it is done.</summary>
    protected async Task<JsonNode> DoneAsync(HttpMethod method, string path, object? body = null, HttpClient? who = null, long? version = null)
    {
        var (status, answer) = await SendAsync(method, path, body, who, version);
        Assert.That((int)status, Is.InRange(200, 299), answer.ToJsonString());
        return answer;
    }

    protected Task<JsonNode> PostAsync(string path, object? body = null, HttpClient? who = null, long? version = null) => DoneAsync(HttpMethod.Post, path, body ?? new { }, who, version);

    protected Task<JsonNode> GetAsync(string path) => DoneAsync(HttpMethod.Get, path);

    /// <summary>The sentence that it is refused with.</summary>
    protected async Task<string> RefusedAsync(HttpStatusCode expected, string path, object? body = null, HttpClient? who = null, long? version = null, HttpMethod? method = null)
    {
        var (status, answer) = await SendAsync(method ?? HttpMethod.Post, path, body ?? new { }, who, version);
        Assert.That(status, Is.EqualTo(expected), answer.ToJsonString());
        return (string)answer["detail"]!;
    }

    protected async Task<long> PatientAsync(int age = 40, HttpClient? who = null) => (long)(await DoneAsync(HttpMethod.Post, "/api/patients", new
    {
        givenName = "Ana", familyName = $"Horvat{++made}", birthDate = Clinic.Clock.Today.AddYears(-age).AddDays(-1).ToString("O", CultureInfo.InvariantCulture), phone = "+43 664 1", email = $"a{made}@example.org", confirmedNew = true,
    }, who ?? Desk))["id"]!;

    /// <summary>A form that is published; its key.</summary>
    protected async Task<long> FormAsync(
        string source = Source, string[]? procedures = null, int coolingOffDays = 0, int expiresMonths = 12, string minors = "Refused", string kind = "Procedure", bool questions = false, string[]? signatures = null)
    {
        var form = (long)(await PostAsync("templates", new { title = $"Form {++made}", kind, procedures = procedures ?? [] }))["id"]!;
        await PublishAsync(form, Draft(source, coolingOffDays, expiresMonths, minors, questions, signatures));
        return form;
    }

    protected static object Draft(
        string source = Source, int coolingOffDays = 0, int expiresMonths = 12, string minors = "Refused", bool questions = false, string[]? signatures = null, bool materialChange = false) => new
        {
            coolingOffDays, expiresMonths, minors, signatures = signatures ?? ["PatientConsent"], materialChange, changeNote = "More about scars",
            texts = new[] { new { language = "en", title = "Scalp treatment", source, questions = questions ? new object[] { new { text = "Does it hurt?", answers = new[] { "Never", "It can" }, right = 1 } } : [] } },
        };

    protected async Task<JsonNode> PublishAsync(long form, object draft)
    {
        var begun = await PostAsync($"templates/{form}/draft");
        var saved = await DoneAsync(HttpMethod.Put, $"versions/{begun["id"]}", draft, version: (long)begun["rowVersion"]!);
        return await PostAsync($"versions/{saved["id"]}/publish", version: (long)saved["rowVersion"]!);
    }

    /// <summary>A form as it was presented to a patient: its key and its row version.</summary>
    protected async Task<long> PresentedAsync(long form, long? patient = null, object? more = null) =>
        Id(await PostAsync("records", more ?? new { patientId = patient ?? await PatientAsync(), templateId = form, language = "en" }, Desk));

    /// <summary>Fills in what has to be, and has the client sign.</summary>
    protected async Task<JsonNode> SignedAsync(long id)
    {
        await AnswerAsync(id, new { risks = "AH" });
        return await SignAsync(id, new { meaning = "PatientConsent", strokes = Drawn });
    }

    /// <summary>Of a new patient, signed and in force.</summary>
    protected async Task<long> ActiveAsync(long form, long? patient = null)
    {
        var id = await PresentedAsync(form, patient);
        Assert.That(StateOf(await SignedAsync(id)), Is.EqualTo("Active"));
        return id;
    }

    protected async Task<JsonNode> AnswerAsync(long id, object answers) => await DoneAsync(HttpMethod.Put, $"records/{id}/answers", new { answers }, Desk, await VersionAsync(id));

    protected async Task<JsonNode> SignAsync(long id, object signature, HttpClient? who = null) => await PostAsync($"records/{id}/signatures", signature, who ?? Desk, await VersionAsync(id));

    protected async Task<string> SignRefusedAsync(long id, object signature, HttpStatusCode expected = HttpStatusCode.Conflict, HttpClient? who = null) =>
        await RefusedAsync(expected, $"records/{id}/signatures", signature, who ?? Desk, await VersionAsync(id));

    protected async Task<JsonNode> RecordAsync(long id) => (await GetAsync($"records/{id}"))["consent"]!;

    protected async Task<long> VersionAsync(long id) => (long)(await RecordAsync(id))["record"]!["rowVersion"]!;

    protected static long Id(JsonNode answer) => (long)answer["consent"]!["record"]!["id"]!;

    protected static string StateOf(JsonNode answer) => (string)(answer["consent"] ?? answer)["record"]!["state"]!;
}
