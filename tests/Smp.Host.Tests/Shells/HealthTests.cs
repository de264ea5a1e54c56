using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Shells;

/// <summary>What modules do wrong while they run is counted, shown to those who may see to it, and ends nothing.</summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class HealthTests
{
    [TestCase("thread", "A thread of its own fell over.")]
    [TestCase("void", "Nobody waits for this.")]
    public async Task What_a_module_throws_on_its_own_thread_is_laid_to_it_and_the_process_lives(string route, string message)
    {
        using var shelf = PluginShelf.WithGoodOne();
        var id = shelf.Misbehaving("wild", "runs-wild");
        await using var clinic = await shelf.OpenAsync();

        await PostAsync(clinic, id, route);

        await ShellSteps.UntilAsync(async () => (await clinic.HealthAsync(id)).GetProperty("lastFaults").GetArrayLength() > 0, "it is counted");
        var health = await clinic.HealthAsync(id);
        Assert.That(health.GetProperty("lastFaults")[0].GetProperty("call").GetString(), Is.EqualTo("Thread"));
        Assert.That(health.GetProperty("lastFaults")[0].GetProperty("message").GetString(), Is.EqualTo(message));
        Assert.That(health.GetProperty("quarantineProposed").GetString(), Does.Contain("outside of any request"));
        Assert.That((await clinic.HealthAsync("test.web")).GetProperty("lastFaults").GetArrayLength(), Is.Zero);
        await clinic.AssertGoodWorksAsync();
    }

    [Test]
    public async Task A_background_service_that_fails_later_is_laid_to_its_module_and_the_rest_goes_on()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var id = shelf.Misbehaving("later", "hosted-fails-later");
        await using var clinic = await shelf.OpenAsync();

        await ShellSteps.UntilAsync(async () => (await clinic.HealthAsync(id)).GetProperty("lastFaults").GetArrayLength() > 0, "it is counted");
        var fault = (await clinic.HealthAsync(id)).GetProperty("lastFaults")[0];

        Assert.That((fault.GetProperty("call").GetString(), fault.GetProperty("what").GetString(), fault.GetProperty("message").GetString()),
            Is.EqualTo(("HostedService", "FailsLater", "The line went dead.")));
        Assert.That((await clinic.PluginsAsync())[id].State, Is.EqualTo("Enabled"), "proposed, not done");
        await clinic.AssertGoodWorksAsync();
    }

    [Test]
    public async Task Five_failures_in_ten_minutes_propose_quarantine_to_those_who_may_and_turning_it_on_again_begins_anew()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var id = shelf.Misbehaving("wild", "runs-wild");
        await using var clinic = await shelf.OpenAsync();
        for (var i = 0; i < 4; i++) await PostAsync(clinic, id, "throw", HttpStatusCode.InternalServerError);
        for (var i = 0; i < 9; i++) await PostAsync(clinic, id, "refuse", HttpStatusCode.Conflict);
        Assert.That((await clinic.HealthAsync(id)).Calls("Route").GetProperty("faults").GetInt32(), Is.EqualTo(4), "a refusal is no failure");
        clinic.Clock.Advance(TimeSpan.FromMinutes(11));
        await PostAsync(clinic, id, "throw", HttpStatusCode.InternalServerError);
        Assert.That((await clinic.HealthAsync(id)).GetProperty("quarantineProposed").ValueKind, Is.EqualTo(JsonValueKind.Null), "they lie too far apart");

        for (var i = 0; i < 4; i++) await PostAsync(clinic, id, "throw", HttpStatusCode.InternalServerError);

        var health = await clinic.HealthAsync(id);
        Assert.That(health.GetProperty("quarantineProposed").GetString(), Is.EqualTo("It failed 5 times within 10 minutes."));
        Assert.That(health.GetProperty("lastFaults")[0].GetProperty("what").GetString(), Is.EqualTo("/api/test.wild/throw"));
        using (var boss = await SignedInAsync(clinic, Role.Administrator))
        {
            foreach (var page in new[] { "/", "/worklist" }) Assert.That(await boss.GetStringAsync(page), Does.Contain("wild keeps failing"), page);
            Assert.That(await boss.GetStringAsync($"/modules/{id}"), Does.Contain("It failed 5 times within 10 minutes.").And.Contain("The shelf is empty."));
            using (var desk = await SignedInAsync(clinic, Role.Coordinator)) Assert.That(await desk.GetStringAsync("/"), Does.Not.Contain("keeps failing"));
            Assert.That(await DoctorAsync(clinic, "health"), Does.Contain("test.wild failed 9 times, lastly at /api/test.wild/throw (The shelf is empty.)"));
            Assert.That((await clinic.PluginsAsync())[id].State, Is.EqualTo("Enabled"), "proposed, not done");

            using var left = await boss.PostAsync($"/modules/{id}", new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["_handler"] = "quarantine", ["__RequestVerificationToken"] = await boss.FormTokenAsync($"/modules/{id}"),
            }));
            Assert.That(left.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), await left.Content.ReadAsStringAsync());
        }

        var standing = (await clinic.PluginsAsync())[id];
        Assert.That((standing.State, standing.Reason), Is.EqualTo(("Quarantined", "It failed 5 times within 10 minutes.")));
        await clinic.TurnAsync(id, on: true);
        Assert.That((await clinic.HealthAsync(id)).GetProperty("quarantineProposed").ValueKind, Is.EqualTo(JsonValueKind.Null));
        await clinic.AssertGoodWorksAsync();
    }

    [Test]
    public async Task A_panel_that_keeps_its_thread_is_asked_no_more_after_a_while()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var id = shelf.Misbehaving("blocker", "panel-blocks");
        await using var clinic = await shelf.OpenAsync();
        var physician = await clinic.AsAsync(Role.Physician);
        using var added = await physician.PostAsJsonAsync("/api/patients", new { givenName = "Anna", familyName = "Adler", birthDate = "1990-01-01" });
        var patient = (await added.JsonAsync()).GetProperty("id").GetInt64();

        await ShellSteps.UntilAsync(async () =>
        {
            Assert.That(await physician.GetStringAsync($"/patients/{patient}"), Does.Contain("Adler").And.Contain("blocker can"));
            return (await clinic.HealthAsync(id)).Calls("Panel").GetProperty("faults").GetInt32() > 0;
        }, "it is refused at once");
        var before = (await clinic.HealthAsync(id)).Calls("Panel");
        for (var i = 0; i < 4; i++) Assert.That(await physician.GetStringAsync($"/patients/{patient}"), Does.Contain("Adler").And.Contain("blocker can"));

        var calls = (await clinic.HealthAsync(id)).Calls("Panel");
        Assert.That(calls.GetProperty("slow").GetInt32(), Is.EqualTo(before.GetProperty("slow").GetInt32()), "nobody waited for it any more");
        Assert.That(calls.GetProperty("faults").GetInt32(), Is.EqualTo(before.GetProperty("faults").GetInt32() + 4));
        Assert.That((await clinic.HealthAsync(id)).GetProperty("quarantineProposed").GetString(), Does.Contain("within 10 minutes"));
        await clinic.AssertGoodWorksAsync();
    }

    [Test]
    public async Task What_a_module_was_asked_is_counted_by_kind_and_handed_to_whoever_listens_to_the_meter()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var id = shelf.Misbehaving("metered", "runs-wild");
        await using var clinic = await shelf.OpenAsync();
        Dictionary<string, long> heard = [];
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => { if (instrument.Meter.Name == "Smp") l.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Hear(instrument, 1, tags));
        listener.Start();

        await PostAsync(clinic, id, "throw", HttpStatusCode.InternalServerError);
        await PostAsync(clinic, id, "refuse", HttpStatusCode.Conflict);
        await clinic.AssertGoodWorksAsync();
        listener.RecordObservableInstruments();

        var good = await clinic.HealthAsync("test.web");
        Assert.Multiple(() =>
        {
            Assert.That(good.Calls("Worklist").GetProperty("count").GetInt32(), Is.EqualTo(1));
            Assert.That(good.Calls("Route").GetProperty("count").GetInt32(), Is.GreaterThanOrEqualTo(3), "its page too");
            Assert.That(good.Calls("Route").GetProperty("p95Ms").GetDouble(), Is.GreaterThan(0));
            Assert.That(good.Calls("Route").GetProperty("slowestMs").GetDouble(), Is.LessThanOrEqualTo(good.Calls("Route").GetProperty("totalMs").GetDouble()));
            lock (heard)
            {
                Assert.That(heard["smp.plugin.calls route"], Is.EqualTo(2));
                Assert.That(heard["smp.plugin.faults route"], Is.EqualTo(1));
                Assert.That(heard["smp.plugin.duration route"], Is.GreaterThanOrEqualTo(2));
            }
        });

        // Clinics of other tests run in this process too: only this one's module is called so.
        void Hear(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags is [var plugin, var call] && (string?)plugin.Value == id)
                lock (heard) heard[$"{instrument.Name} {call.Value}"] = instrument is Histogram<double> ? heard.GetValueOrDefault($"{instrument.Name} {call.Value}") + value : value;
        }
    }

    [Test]
    public async Task What_a_module_leaks_shows_in_what_the_doctor_says()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var id = shelf.Misbehaving("leaky", "runs-wild");
        await using var clinic = await shelf.OpenAsync();

        await PostAsync(clinic, id, "leak");

        var objects = Objects().Match(await DoctorAsync(clinic, "memory"));
        Assert.That(objects.Success);
        Assert.That(double.Parse(objects.Groups[1].Value, CultureInfo.InvariantCulture) * (objects.Groups[2].Value == "GB" ? 1000 : 1), Is.GreaterThan(128), "MB");
        await clinic.AssertGoodWorksAsync();
    }

    [Test]
    public async Task A_route_that_never_answers_keeps_nobody_else_waiting()
    {
        using var shelf = PluginShelf.WithGoodOne();
        var id = shelf.Misbehaving("wild", "runs-wild");
        await using var clinic = await shelf.OpenAsync();
        using var patience = new CancellationTokenSource();
        var physician = await clinic.AsAsync(Role.Physician);
        var hanging = physician.PostAsync($"/api/{id}/hang", null, patience.Token);

        await clinic.AssertGoodWorksAsync();
        Assert.That((await clinic.TurnAsync(id, on: false)).State, Is.EqualTo("Disabled"));
        await clinic.AssertGoodWorksAsync();

        Assert.That(hanging.IsCompleted, Is.False);
        await patience.CancelAsync();
        Assert.That(async () => await hanging, Throws.InstanceOf<OperationCanceledException>());
    }

    private static async Task PostAsync(TestClinic clinic, string id, string route, HttpStatusCode status = HttpStatusCode.OK)
    {
        var physician = await clinic.AsAsync(Role.Physician);
        using var answer = await physician.PostAsync($"/api/{id}/{route}", null);
        Assert.That(answer.StatusCode, Is.EqualTo(status), await answer.Content.ReadAsStringAsync());
    }

    private static async Task<HttpClient> SignedInAsync(TestClinic clinic, Role role)
    {
        var staff = await (await clinic.AsAsync(Role.Administrator)).GetFromJsonAsync<JsonElement>("/api/users");
        var name = staff.EnumerateArray().First(u => u.GetProperty("role").GetString() == $"{role}").GetProperty("userName").GetString()!;
        var browser = clinic.Anonymous();
        using var answer = await browser.SignInAsync(name, TestClinic.Password);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        return browser;
    }

    private static async Task<string> DoctorAsync(TestClinic clinic, string check)
    {
        var diagnosis = await (await clinic.AsAsync(Role.Administrator)).GetFromJsonAsync<JsonElement>("/api/doctor");
        return diagnosis.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("check").GetString() == check).GetProperty("text").GetString()!;
    }

    [GeneratedRegex("([0-9.]+) (MB|GB) of it objects")]
    private static partial Regex Objects();
}
