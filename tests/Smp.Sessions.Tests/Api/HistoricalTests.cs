using System.Net;

namespace Smp.Sessions.Tests.Api;

public sealed class HistoricalTests : SessionsApi
{
    [Test]
    public async Task A_session_of_before_is_closed_at_once_counts_for_the_interval_and_is_looked_at()
    {
        var plan = await ReadyAsync();
        var started = Clinic.Clock.Now.AddDays(-5);
        var session = await PostAsync($"plans/{plan["id"]}/sessions/historical", new
        {
            startedAt = started, endedAt = started.AddHours(2), performedBy = Keller, because = "The network was down",
            zones = new[] { new { zone = "Vertex", pigmentId = Pigment(plan), pigmentParts = 1, diluentParts = 0, densityPercent = 30 } },
            pigments = new[] { new { pigmentId = Pigment(plan), lot = "RC-1", pigmentParts = 1, diluentParts = 0 } },
            needles = new[] { new { needle = "3RL", lot = "N-1", used = 2 } },
        });
        Assert.That((State(session), (int)session["number"]!), Is.EqualTo(("Closed", 1)));
        Assert.That(State(await GetAsync($"plans/{plan["id"]}")), Is.EqualTo("Active"));
        Assert.That((await GetAsync($"/api/worklist?limit=200&patient={plan["patientId"]}")).ToJsonString(), Does.Contain("Check the healing"));
        Assert.That((await GetAsync("/api/incidents?open=true")).ToJsonString(), Does.Not.Contain($"\"patientId\":{plan["patientId"]},"));

        var next = await PostAsync($"plans/{plan["id"]}/sessions", new { performedBy = Keller });
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, $"{next["id"]}/clear", null, Version(next)), Does.StartWith("It can’t go ahead."));
        Assert.That((int)(await GetAsync($"{next["id"]}/proposal"))["densityPercent"]!, Is.EqualTo(70));
    }

    [Test]
    public async Task A_rule_that_stood_against_it_then_opens_an_incident()
    {
        var plan = await PlanAsync();
        await AssessAsync(plan);
        await PostAsync($"plans/{plan["id"]}/steps", new { @event = "Consent" }, Version(await GetAsync($"plans/{plan["id"]}")));
        var started = Clinic.Clock.Now.AddDays(-5);
        await PostAsync($"plans/{plan["id"]}/sessions/historical", new { startedAt = started, endedAt = started.AddHours(2), performedBy = Keller, because = "The network was down" });
        Assert.That((await GetAsync("/api/incidents?open=true")).ToJsonString(), Does.Contain("There is no patch test of Charcoal, Ravenna."));
    }
}
