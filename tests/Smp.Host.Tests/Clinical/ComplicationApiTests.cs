using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Smp.Sdk;

namespace Smp.Host.Tests.Clinical;

public sealed class ComplicationApiTests : ClinicalApi
{
    [Test]
    public async Task A_complication_can_be_recorded_years_later_without_a_procedure()
    {
        using var answer = await RecordAsync(new { kind = "ColourShift", onsetOn = "2019-05-01", severity = "Mild", description = "Bluish at the temples" });

        Assert.That((answer.StatusCode, (await IncidentsAsync()).GetArrayLength()), Is.EqualTo((HttpStatusCode.Created, 0)));
    }

    [Test]
    public async Task A_severe_one_opens_an_incident_also_when_it_becomes_severe()
    {
        using var severe = await RecordAsync(new { kind = "Necrosis", onsetOn = "2026-03-01", severity = "Severe", description = "2 cm, vertex" });
        using var mild = await RecordAsync(new { kind = "Infection", onsetOn = "2026-03-02", severity = "Mild", description = "Red" });
        var id = (await mild.JsonAsync()).GetProperty("id").GetInt64();

        using var worse = await SendAsync(HttpMethod.Put, $"{Path}/complications/{id}", 1, new { severity = "Severe", description = "Spreads", treatment = "Referred" });

        var incidents = (await IncidentsAsync()).EnumerateArray().Select(i => i.GetProperty("text").GetString());
        Assert.That(incidents, Is.EquivalentTo(new[] { "Severe complication: necrosis.", "Severe complication: infection." }));
    }

    [Test]
    public async Task It_is_resolved_with_an_outcome_and_can_be_opened_again_with_a_reason()
    {
        using var recorded = await RecordAsync(new { kind = "OtherComplication", otherKind = "Hiccups", onsetOn = "2026-03-01", severity = "Mild", description = "Odd" });
        var path = $"{Path}/complications/{(await recorded.JsonAsync()).GetProperty("id").GetInt64()}";

        using var empty = await SendAsync(HttpMethod.Post, $"{path}/resolve", 1, new { outcome = " " });
        using var resolved = await SendAsync(HttpMethod.Post, $"{path}/resolve", 1, new { outcome = "Gone" });
        using var stale = await SendAsync(HttpMethod.Post, $"{path}/reopen", 1, new { reason = "Back" });
        using var changed = await SendAsync(HttpMethod.Put, path, 2, new { severity = "Mild", description = "Odd" });
        using var reopened = await SendAsync(HttpMethod.Post, $"{path}/reopen", 2, new { reason = "Back" });

        Assert.That(new[] { empty, resolved, stale, changed, reopened }.Select(a => (int)a.StatusCode), Is.EqualTo(new[] { 422, 200, 412, 409, 200 }));
    }

    [Test]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        using var answer = await RecordAsync(new { kind = "OtherComplication", onsetOn = "2030-01-01", procedureId = 7 });

        var errors = (await answer.JsonAsync()).GetProperty("errors").EnumerateObject().Select(e => e.Name);
        Assert.That(errors, Is.EquivalentTo(new[] { "severity", "description", "otherKind", "onsetOn", "procedureId" }));
    }

    [Test]
    public async Task Staff_report_incidents_and_an_auditor_doesnt()
    {
        var (desk, auditor) = (await Clinic.AsAsync(Role.Coordinator), await Clinic.AsAsync(Role.Auditor));

        using var reported = await desk.PostAsJsonAsync("/api/incidents", new { kind = "NearMiss", text = "Two patients of the same name", patientId = Patient });
        using var wrong = await desk.PostAsJsonAsync("/api/incidents", new { at = "2031-01-01T00:00:00Z" });
        using var refused = await auditor.PostAsJsonAsync("/api/incidents", new { kind = "NearMiss", text = "…" });

        var incident = await reported.JsonAsync();
        var errors = (await wrong.JsonAsync()).GetProperty("errors").EnumerateObject().Select(e => e.Name);
        Assert.Multiple(() =>
        {
            Assert.That((incident.GetProperty("kind").GetString(), incident.GetProperty("patientId").GetInt64()), Is.EqualTo(("NearMiss", Patient)));
            Assert.That(errors, Is.EquivalentTo(new[] { "kind", "text", "at" }));
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        });
    }

    [Test]
    public async Task A_known_limit_can_be_made_stricter_and_never_laxer()
    {
        await WeighAsync(60_000);

        using var laxer = await SendAsync(HttpMethod.Put, "/api/drugs/1", 1, Plain(5_000, 300_000));
        using var stricter = await SendAsync(HttpMethod.Put, "/api/drugs/1", 1, Plain(3_000, 200_000));
        using var stale = await SendAsync(HttpMethod.Put, "/api/drugs/1", 1, Plain(4_000, 200_000));

        var left = (await PlanAsync(10_000, null)).GetProperty("leftMicrolitres").GetInt64();
        Assert.That(((int)laxer.StatusCode, (int)stricter.StatusCode, (int)stale.StatusCode, left), Is.EqualTo((422, 200, 412, 18_000L)));

        static object Plain(long perKilogram, long most) =>
            new { limits = new[] { new { withAdrenaline = false, microgramsPerKilogram = perKilogram, maximumMicrograms = most } } };
    }

    [Test]
    public async Task A_drug_of_the_clinics_own_needs_a_source_for_its_limit()
    {
        using var sourceless = await Physician.PostAsJsonAsync("/api/drugs", Chloroprocaine(null));
        using var sourced = await Physician.PostAsJsonAsync("/api/drugs", Chloroprocaine("Nesacaine, US label: 11 mg/kg, 800 mg"));
        using var twice = await Physician.PostAsJsonAsync("/api/drugs", Chloroprocaine("Nesacaine"));

        using var nothing = await Physician.PostAsJsonAsync("/api/drugs", new { name = "Nothing", @class = "EsterAnaesthetic", limits = new object?[] { null } });

        Assert.That(((int)sourceless.StatusCode, (int)sourced.StatusCode, (int)twice.StatusCode, (int)nothing.StatusCode), Is.EqualTo((422, 201, 422, 422)));

        static object Chloroprocaine(string? source) => new
        {
            name = "Chloroprocaine", @class = "EsterAnaesthetic",
            limits = new[] { new { withAdrenaline = false, microgramsPerKilogram = 11_000, maximumMicrograms = 800_000, source } },
        };
    }

    private Task<HttpResponseMessage> RecordAsync(object input) => Physician.PostAsJsonAsync($"{Path}/complications", input);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, long version, object input)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(input) };
        request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{version}\""));
        return await Physician.SendAsync(request);
    }
}
