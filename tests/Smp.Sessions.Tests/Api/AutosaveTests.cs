using System.Net;
using Smp.Sdk;

namespace Smp.Sessions.Tests.Api;

public sealed class AutosaveTests : SessionsApi
{
    [Test]
    public async Task The_same_field_sent_twice_is_saved_once()
    {
        var session = await StartedAsync(await ReadyAsync());
        var saved = await PutAsync($"{session["id"]}/fields/pain", new { value = "4" }, Version(session));
        // The answer was lost, so it is sent again with the version that was seen.
        var again = await PutAsync($"{session["id"]}/fields/pain", new { value = "4" }, Version(session));
        Assert.That(((int)again["pain"]!, Version(again)), Is.EqualTo((4, Version(saved))));
    }

    [Test]
    public async Task Two_practitioners_who_edit_one_session_get_a_clear_conflict_and_lose_nothing()
    {
        var session = await StartedAsync(await ReadyAsync());
        var mia = await Clinic.AsAsync(Role.Technician);
        await DoneAsync(HttpMethod.Put, $"{session["id"]}/fields/notes", new { value = "Bleeds little" }, Version(session), mia);

        var (status, conflict) = await SendAsync(HttpMethod.Put, $"/api/sessions/{session["id"]}/fields/notes", new { value = "Client is calm" }, ifMatch: Version(session));

        Assert.That(status, Is.EqualTo(HttpStatusCode.PreconditionFailed));
        Assert.That((string)conflict["detail"]!, Does.Contain("changed this session meanwhile").And.Contain("Novak").Or.Contain("Berg"));
        Assert.That(((string)conflict["current"]!["notes"]!, (string)conflict["current"]!["pass"]!), Is.EqualTo(("Bleeds little", "Foundation")));
        var merged = await PutAsync($"{session["id"]}/fields/notes", new { value = "Bleeds little. Client is calm" }, (long)conflict["current"]!["rowVersion"]!);
        Assert.That((string)merged["notes"]!, Is.EqualTo("Bleeds little. Client is calm"));
    }

    [Test]
    public async Task A_zone_is_written_once_under_its_key_and_changed_by_its_version()
    {
        var plan = await ReadyAsync();
        var session = await StartedAsync(plan);
        var body = new { zone = "Vertex", needle = "3RL", densityPercent = 30, depthMicrometres = 900 };
        var first = await PutAsync($"{session["id"]}/zones/a", body);
        var again = await PutAsync($"{session["id"]}/zones/a", body);
        Assert.That(((long)again["id"]!, Version(again)), Is.EqualTo(((long)first["id"]!, 1)));
        var (status, conflict) = await SendAsync(HttpMethod.Put, $"{session["id"]}/zones/a", new { zone = "Vertex", needle = "3RL", densityPercent = 40, depthMicrometres = 900 });
        Assert.That((status, (int)conflict["current"]!["densityPercent"]!), Is.EqualTo((HttpStatusCode.PreconditionFailed, 30)));
        var changed = await PutAsync($"{session["id"]}/zones/a", new { zone = "Vertex", needle = "3RL", densityPercent = 40, depthMicrometres = 900 }, 1);
        Assert.That(((int)changed["densityPercent"]!, Version(changed)), Is.EqualTo((40, 2)));

        await PostAsync($"{session["id"]}/zones/a/remove", new { reason = "Wrong zone" });
        var removed = (await GetAsync($"{session["id"]}"))["zones"]!.AsArray().Single()!;
        Assert.That((string)removed["removedReason"]!, Is.EqualTo("Wrong zone"));
    }

    [Test]
    public async Task Ten_hands_that_save_at_a_time_lose_no_record()
    {
        var session = await StartedAsync(await ReadyAsync());
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).SelectMany(hand => Enumerable.Range(0, 10).Select(i =>
            SendAsync(HttpMethod.Put, $"{session["id"]}/zones/{hand}-{i}", new { zone = "Frontal", densityPercent = i + 1 }))));
        Assert.That(answers.Select(a => a.Status), Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That((await GetAsync($"{session["id"]}"))["zones"]!.AsArray(), Has.Count.EqualTo(100));
    }

    [TestCase("pain", "11")]
    [TestCase("pain", "a little")]
    [TestCase("pass", "Everything")]
    public async Task What_cant_be_is_refused_with_words(string field, string value)
    {
        var session = await StartedAsync(await ReadyAsync());
        Assert.That(await RefusedAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Put, $"{session["id"]}/fields/{field}", new { value }, Version(session)), Is.Not.Empty);
    }

    [Test]
    public async Task A_session_that_is_over_is_changed_no_more()
    {
        var plan = await ReadyAsync();
        var session = await StartedAsync(plan);
        await RecordAsync(plan, session);
        session = await CloseAsync(session);
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Put, $"{session["id"]}/fields/notes", new { value = "Later" }, Version(session)), Does.Contain("is over"));
        Assert.That(await RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Put, $"{session["id"]}/zones/z2", new { zone = "Nape" }), Does.Contain("isn't in progress"));
        await PutAsync($"{session["id"]}/zones/z1", new { zone = "Vertex", needle = "3RL 0.30 mm", pigmentId = Pigment(plan), pigmentParts = 1, diluentParts = 8, densityPercent = 30, depthMicrometres = 900 });
    }
}
