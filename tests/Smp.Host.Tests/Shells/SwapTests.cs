using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Shells;

/// <summary>Modules come and go while the clinic is open.</summary>
[Parallelizable]
public sealed class SwapTests
{
    private PluginShelf shelf = null!;
    private TestClinic clinic = null!;

    [SetUp]
    public async Task Open()
    {
        shelf = PluginShelf.WithGoodOne();
        foreach (var version in new[] { "1.0.0", "2.0.0" })
            shelf.Calls(version, """, "permissions": [{ "id": "call", "name": "Note calls", "roles": ["Coordinator"] }]""");
        clinic = await shelf.OpenAsync();
    }

    [TearDown]
    public async Task Close()
    {
        await clinic.DisposeAsync();
        shelf.Dispose();
    }

    [Test]
    public async Task Sixty_swaps_with_upgrades_among_them_under_sixteen_clients_fail_no_request_but_to_the_module_that_is_off()
    {
        var desk = await clinic.AsAsync(Role.Coordinator);
        using var done = new CancellationTokenSource();
        ConcurrentBag<string> failed = [];
        var answered = 0;
        var clients = Enumerable.Range(0, 16).Select(client => Task.Run(async () =>
        {
            for (var i = 0; !done.IsCancellationRequested; i++)
            {
                string[] addresses = ["/api/patients", "/api/worklist", "/health/ready", "/api/test.web/notes", "/test.web/notes", "/api/test.calls/version", "/api/test.calls/calls"];
                var address = addresses[(client + i) % addresses.Length];
                try
                {
                    using var answer = client == 0 && i % 4 == 0
                        ? await desk.PostAsJsonAsync("/api/patients", new { givenName = "Anna", familyName = $"Number {i}", birthDate = new DateOnly(1950, 1, 1).AddDays(7 * (i % 3500)) })
                        : await desk.GetAsync(address);
                    var whole = await answer.Content.ReadAsStringAsync();
                    Interlocked.Increment(ref answered);
                    var off = answer.StatusCode == HttpStatusCode.NotFound && address.Contains("/test.web/", StringComparison.Ordinal);
                    if (!answer.IsSuccessStatusCode && !off) failed.Add($"{answer.RequestMessage!.Method} {address}: {(int)answer.StatusCode} {whole}");
                }
                catch (HttpRequestException error)
                {
                    failed.Add($"{address}: {error.Message}");
                }
            }
        })).ToList();

        for (var i = 0; i < 20; i++)
        {
            Assert.That((await clinic.TurnAsync("test.web", on: false)).State, Is.EqualTo("Disabled"));
            await AnswersAsync(16);
            Assert.That((await clinic.TurnAsync("test.web", on: true)).State, Is.EqualTo("Enabled"));
            await AnswersAsync(16);
            // The highest was chosen at the start.
            var (status, said) = await clinic.DoAsync("test.calls", i % 2 == 0 ? "rollback" : "upgrade");
            Assert.That((status, said.GetProperty("running").GetString()), Is.EqualTo((HttpStatusCode.OK, i % 2 == 0 ? "1.0.0" : "2.0.0")), said.ToString());
            await AnswersAsync(16);
        }

        await done.CancelAsync();
        await Task.WhenAll(clients);

        var ticker = await desk.GetFromJsonAsync<JsonElement>("/api/test.web/ticker");
        Assert.Multiple(() =>
        {
            Assert.That(failed, Is.Empty);
            Assert.That(ticker.GetProperty("starts").GetInt32(), Is.GreaterThan(20), "the hosted service came back each time");
            Assert.That(ticker.GetProperty("most").GetInt32(), Is.EqualTo(1), "hosted services at a time");
        });
        await clinic.AssertGoodWorksAsync();

        async Task AnswersAsync(int more)
        {
            var until = Volatile.Read(ref answered) + more;
            await ShellSteps.UntilAsync(() => Task.FromResult(Volatile.Read(ref answered) >= until), $"{more} more answers");
        }
    }

    [Test]
    public async Task A_request_in_flight_finishes_on_the_shell_it_began_on()
    {
        var desk = await clinic.AsAsync(Role.Coordinator);
        var inside = desk.GetAsync("/api/test.web/gate");
        await ShellSteps.UntilAsync(async () => await desk.GetFromJsonAsync<int>("/api/test.web/gate/waiting") == 1, "a request waits at the gate");

        await clinic.TurnAsync("test.web", on: false);
        using (var off = await desk.GetAsync("/api/test.web/gate/waiting")) Assert.That(off.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(inside.IsCompleted, Is.False);
        await clinic.TurnAsync("test.web", on: true);
        using (await desk.PostAsync("/api/test.web/gate/open", null))
        using (var answer = await inside)
            Assert.That((answer.StatusCode, await answer.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.OK, "[]")));
    }

    [Test]
    public async Task A_hosted_service_that_does_not_stop_is_not_started_a_second_time()
    {
        var id = shelf.Misbehaving("clingy", "hosted-never-stops");
        Assert.That(await clinic.TurnAsync("test.web", on: true), Has.Property("State").EqualTo("Enabled"));
        Assert.That((await clinic.PluginsAsync())[id].State, Is.EqualTo("Enabled"), "laid into the folder while the clinic was open");

        // Any change stops and starts all; one that went on in spite of it is left out of what comes next.
        await clinic.TurnAsync("test.web", on: false);
        await clinic.TurnAsync("test.web", on: true);

        var again = await clinic.TurnAsync(id, on: true);
        Assert.That((again.State, again.Reason), Is.EqualTo(("Quarantined",
            "Its service NeverStops was told to stop and still runs, and two of it must not run at a time. Restart the clinic.")));
        await clinic.AssertGoodWorksAsync();
    }

    [Test]
    public async Task A_module_that_is_off_has_no_address_and_no_hosted_service_and_stays_off_after_a_restart()
    {
        await clinic.TurnAsync("test.web", on: false);
        await clinic.DisposeAsync();
        clinic = await shelf.OpenAsync();

        var desk = await clinic.AsAsync(Role.Coordinator);
        Assert.That((await clinic.PluginsAsync())["test.web"].State, Is.EqualTo("Disabled"));
        foreach (var address in new[] { "/api/test.web/notes", "/test.web/notes", "/_content/test.web/notes.css" })
        {
            using var answer = await desk.GetAsync(address);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), address);
        }

        // On again: its hosted service hasn't run in between.
        await clinic.TurnAsync("test.web", on: true);
        var ticker = await desk.GetFromJsonAsync<JsonElement>("/api/test.web/ticker");
        Assert.That((ticker.GetProperty("running").GetInt32(), ticker.GetProperty("starts").GetInt32()), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Two_clinics_in_one_process_see_nothing_of_each_others()
    {
        await using var other = await TestClinic.StartAsync(o => o.WithFolder(shelf.Root));
        var here = await clinic.AsAsync(Role.Coordinator);
        var there = await other.AsAsync(Role.Coordinator);
        using (var recall = await here.PostAsync("/api/test.web/recalls", null)) Assert.That(recall.StatusCode, Is.EqualTo(HttpStatusCode.OK));

        Assert.That(await here.GetFromJsonAsync<string[]>("/api/test.web/notes"), Is.EqualTo(new[] { "recalled" }));
        Assert.That(await there.GetFromJsonAsync<string[]>("/api/test.web/notes"), Is.Empty);
        foreach (var ticker in new[] { await here.GetFromJsonAsync<JsonElement>("/api/test.web/ticker"), await there.GetFromJsonAsync<JsonElement>("/api/test.web/ticker") })
            Assert.That((ticker.GetProperty("running").GetInt32(), ticker.GetProperty("most").GetInt32()), Is.EqualTo((1, 1)));

        await clinic.TurnAsync("test.web", on: false);
        Assert.That((await clinic.PluginsAsync())["test.web"].State, Is.EqualTo("Disabled"));
        await other.AssertGoodWorksAsync();
    }

    [Test]
    public async Task Who_turns_modules_on_and_off_must_be_allowed_to()
    {
        var desk = await clinic.AsAsync(Role.Coordinator);
        using var refused = await desk.PostAsync("/api/plugins/test.web/disable", null);
        using var unknown = await (await clinic.AsAsync(Role.Administrator)).PostAsync("/api/plugins/test.nothing/enable", null);

        Assert.That((refused.StatusCode, unknown.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.NotFound)));
        await clinic.AssertGoodWorksAsync();
    }
}
