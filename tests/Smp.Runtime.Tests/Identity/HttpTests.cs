using System.Net;
using System.Text.Json;

namespace Smp.Runtime.Tests.Identity;

/// <summary>Each test has a clinic of its own behind a server of its own.</summary>
public abstract class HttpTests : ClinicTests
{
    private protected ClinicServer Server { get; private set; } = null!;

    [SetUp]
    public async Task StartServerAsync() => Server = await ClinicServer.StartAsync(Clinic);

    // Runs before the clinic is closed.
    [TearDown]
    public async Task StopServerAsync() => await Server.DisposeAsync();

    private protected static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }

    private protected static async Task AssertProblemAsync(Task<HttpResponseMessage> sent, HttpStatusCode status)
    {
        using var answer = await sent;
        var body = await answer.Content.ReadAsStringAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.StatusCode, Is.EqualTo(status));
            Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"), body);
            Assert.That(JsonDocument.Parse(body).RootElement.GetProperty("status").GetInt32(), Is.EqualTo((int)status));
        }
    }
}
