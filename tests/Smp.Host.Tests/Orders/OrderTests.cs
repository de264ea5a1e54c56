using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Host.Tests.Shells;
using Smp.Runtime.Core;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Orders;

/// <summary>Work that a module orders in a unit of work, and what becomes of it.</summary>
[Parallelizable]
public sealed class OrderTests
{
    private PluginShelf shelf = null!;
    private TestClinic clinic = null!;
    private HttpClient admin = null!;

    [SetUp]
    public async Task Open()
    {
        shelf = new PluginShelf();
        shelf.Lay("Errands", "test.errands", manifest: null);
        await OpenAsync();
        await clinic.TurnAsync("test.errands", on: true);
    }

    [TearDown]
    public async Task Close()
    {
        await clinic.DisposeAsync();
        shelf.Dispose();
    }

    [Test]
    public async Task Is_done_once_the_unit_is_committed_and_by_the_clinic_itself()
    {
        await OrderAsync("buy stamps");
        Assert.That((await WaitingAsync()).Single().Text("kind"), Is.EqualTo("Errand"));

        Assert.That(await clinic.RunJobsAsync(), Is.EqualTo(1));

        Assert.That(await DoneAsync(), Is.EqualTo(new[] { $"buy stamps by {Actor.System.Name}" }));
        Assert.That(await WaitingAsync(), Is.Empty);
        Assert.That(await clinic.RunJobsAsync(), Is.Zero);
    }

    [Test]
    public async Task Of_a_unit_that_is_refused_nothing_is_ordered()
    {
        Assert.That(await OrderAsync("regretted"), Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await WaitingAsync(), Is.Empty);
    }

    [Test]
    public async Task Orders_what_no_job_is_there_for_fail_the_unit()
    {
        using var answer = await admin.PostAsync("/api/test.errands/unknown", null);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That(await WaitingAsync(), Is.Empty);
    }

    [Test]
    public async Task Waits_for_its_time_and_gives_way_to_what_is_ordered_under_the_same_key()
    {
        await OrderAsync("remind Ann at nine", minutes: 60, key: "appointment 17");
        await OrderAsync("remind Ann at ten", minutes: 120, key: "appointment 17");
        clinic.Clock.Advance(TimeSpan.FromMinutes(119));
        Assert.That(await clinic.RunJobsAsync(), Is.Zero);

        clinic.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(await clinic.RunJobsAsync(), Is.EqualTo(1));
        Assert.That((await DoneAsync()).Single(), Does.StartWith("remind Ann at ten"));
    }

    [Test]
    public async Task Is_taken_back_by_its_key()
    {
        await OrderAsync("remind Ann", minutes: 60, key: "appointment 17");
        Assert.That(await TakeBackAsync("appointment 17"), Is.True);
        Assert.That(await TakeBackAsync("appointment 17"), Is.False);
        Assert.That(await WaitingAsync(), Is.Empty);
    }

    [Test]
    public async Task What_one_job_orders_is_done_too()
    {
        await OrderAsync("one after another");
        Assert.That(await clinic.RunJobsAsync(), Is.EqualTo(2));
        Assert.That(await DoneAsync(), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task What_fails_is_tried_again_later_and_later_until_a_person_has_to_look()
    {
        await OrderAsync("fails");
        int[] minutes = [1, 5, 15, 60, 240, 720, 1440];
        foreach (var (pause, tries) in minutes.Select((m, i) => (m, i + 1)))
        {
            Assert.That(await clinic.RunJobsAsync(), Is.Zero);
            var waits = (await WaitingAsync()).Single();
            Assert.That((waits.GetProperty("attempts").GetInt32(), waits.Text("error")), Is.EqualTo((tries, "The road is closed.")));
            Assert.That(waits.GetProperty("dueAt").GetDateTimeOffset(), Is.EqualTo(clinic.Clock.Now.AddMinutes(pause)));
            clinic.Clock.Advance(TimeSpan.FromMinutes(pause));
        }

        await clinic.RunJobsAsync();

        Assert.That(await WaitingAsync(), Is.Empty);
        Assert.That((await FailedAsync()).Single().GetProperty("attempts").GetInt32(), Is.EqualTo(8));
        clinic.Clock.Advance(TimeSpan.FromDays(30));
        Assert.That(await clinic.RunJobsAsync(), Is.Zero);
        Assert.That((await admin.GetFromJsonAsync<JsonElement>("/api/worklist")).GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("entry").Text("title")),
            Has.Member("Look at ordered work that failed"));
        Assert.That((await clinic.HealthAsync("test.errands")).Calls("Job").GetProperty("faults").GetInt64(), Is.EqualTo(8));
    }

    [Test]
    public async Task What_is_refused_isnt_tried_again_until_somebody_says_so_or_drops_it()
    {
        await OrderAsync("is refused");
        await clinic.RunJobsAsync();
        var id = (await FailedAsync()).Single().GetProperty("id").GetInt64();

        using (var again = await admin.PostAsync($"/api/orders/{id}/retry", null)) Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await WaitingAsync()).Single().GetProperty("attempts").GetInt32(), Is.Zero);
        await clinic.RunJobsAsync();

        using (var silent = await admin.PostAsJsonAsync($"/api/orders/{id}/drop", new { })) Assert.That(silent.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        using (var drop = await admin.PostAsJsonAsync($"/api/orders/{id}/drop", new { reason = "She moved away." })) Assert.That(drop.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await FailedAsync(), Is.Empty);
        using (var gone = await admin.PostAsync($"/api/orders/{id}/retry", null)) Assert.That(gone.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Waits_while_its_module_is_off_and_outlasts_a_restart()
    {
        await OrderAsync("buy stamps");
        await clinic.TurnAsync("test.errands", on: false);
        Assert.That(await clinic.RunJobsAsync(), Is.Zero);
        await clinic.DisposeAsync();

        await OpenAsync();
        Assert.That(await clinic.RunJobsAsync(), Is.Zero);
        await clinic.TurnAsync("test.errands", on: true);
        Assert.That(await clinic.RunJobsAsync(), Is.EqualTo(1));
        Assert.That(await DoneAsync(), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task What_runs_makes_way_for_a_swap_and_is_done_again_without_having_failed()
    {
        await OrderAsync("takes long");
        var running = clinic.RunJobsAsync();
        await ShellSteps.UntilAsync(async () => await admin.GetFromJsonAsync<int>("/api/test.errands/begun") > 0, "it runs");
        await OrderAsync("buy stamps");
        await ShellSteps.UntilAsync(async () => (await DoneAsync()).Length == 1, "others are done beside it");

        await clinic.TurnAsync("test.errands", on: false);

        Assert.That(await running.WaitAsync(TimeSpan.FromSeconds(20)), Is.EqualTo(1));
        Assert.That((await WaitingAsync()).Single().GetProperty("attempts").GetInt32(), Is.Zero);
    }

    [Test]
    public async Task What_is_ordered_anew_while_it_is_done_is_done_afterwards_and_once()
    {
        await OrderAsync("waits for the post", key: "post");
        var running = clinic.RunJobsAsync();
        await ShellSteps.UntilAsync(async () => await admin.GetFromJsonAsync<int>("/api/test.errands/begun") == 1, "it runs");

        await OrderAsync("brings the post", key: "post");
        // Neither it nor what somebody asks for by hand begins beside the one that runs.
        using (await admin.PostAsync($"/api/orders/{(await WaitingAsync()).Single().GetProperty("id").GetInt64()}/retry", null)) { }
        await OrderAsync("another");
        await ShellSteps.UntilAsync(async () => (await DoneAsync()).Length == 1, "what is beside it is done");
        Assert.That(await admin.GetFromJsonAsync<int>("/api/test.errands/begun"), Is.EqualTo(2));
        using (await admin.PostAsync("/api/test.errands/go", null)) { }

        Assert.That(await running.WaitAsync(TimeSpan.FromSeconds(20)), Is.EqualTo(3));
        Assert.That((await DoneAsync()).Select(d => d.Split(" by ")[0]), Is.EqualTo(new[] { "another", "waits for the post", "brings the post" }));
        Assert.That(await WaitingAsync(), Is.Empty);
    }

    [Test]
    public async Task What_is_taken_back_before_its_turn_is_never_begun()
    {
        for (var i = 0; i < 4; i++) await OrderAsync($"waits {i}");
        await OrderAsync("remind Ann", key: "appointment 17");
        var running = clinic.RunJobsAsync();
        await ShellSteps.UntilAsync(async () => await admin.GetFromJsonAsync<int>("/api/test.errands/begun") == 4, "there is no more room");

        Assert.That(await TakeBackAsync("appointment 17"), Is.True);
        using (await admin.PostAsync("/api/test.errands/go", null)) { }

        Assert.That(await running.WaitAsync(TimeSpan.FromSeconds(20)), Is.EqualTo(4));
        Assert.That(await DoneAsync(), Has.Length.EqualTo(4).And.None.StartsWith("remind Ann"));
    }

    [Test]
    public async Task An_order_that_this_version_cant_read_waits_for_a_person_and_what_else_a_job_cant_read_is_tried_again()
    {
        await OrderAsync("buy stamps", key: "other words");
        await clinic.RunAsync(services => services.GetRequiredService<IStore<CorePlugin>>().WriteAsync(new("Wrote an order as another version would"), unit =>
            unit.Connection.ExecuteAsync("UPDATE core__orders SET body = '[1]' WHERE key = 'other words'")));
        await OrderAsync("reads a wrong answer");

        Assert.That(await clinic.RunJobsAsync(), Is.Zero);

        Assert.That((await FailedAsync()).Single().Text("error"), Does.StartWith("This version of the module can't read the order: "));
        Assert.That((await WaitingAsync()).Single().GetProperty("attempts").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_clinic_that_is_open_does_it_by_itself()
    {
        await clinic.DisposeAsync();
        await OpenAsync(scheduled: true);
        await OrderAsync("buy stamps");
        await ShellSteps.UntilAsync(async () => (await DoneAsync()).Length == 1, "it is done");
    }

    [Test]
    public async Task The_page_shows_what_waits_and_what_failed_to_those_who_may_see_it()
    {
        await OrderAsync("is refused");
        await clinic.RunJobsAsync();
        await OrderAsync("buy stamps", minutes: 60, key: "post");

        Assert.That(await admin.GetStringAsync("/orders"), Does.Contain("post").And.Contains("What failed (1)"));
        Assert.That(await admin.GetStringAsync("/orders?show=failed"), Does.Contain("There is no such address."));
        using var others = await (await clinic.AsAsync(Role.Coordinator)).GetAsync("/api/orders");
        Assert.That(others.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    private async Task OpenAsync(bool scheduled = false)
    {
        clinic = await shelf.OpenAsync(o => o.Scheduled = scheduled);
        admin = await clinic.AsAsync(Role.Administrator);
    }

    private async Task<HttpStatusCode> OrderAsync(string what, int? minutes = null, string? key = null)
    {
        using var answer = await admin.PostAsJsonAsync("/api/test.errands/orders", new { what, minutes, key });
        return answer.StatusCode;
    }

    private async Task<bool> TakeBackAsync(string key)
    {
        using var answer = await admin.DeleteAsync($"/api/test.errands/orders/{key}");
        return await answer.Content.ReadFromJsonAsync<bool>();
    }

    private Task<string[]> DoneAsync() => admin.GetFromJsonAsync<string[]>("/api/test.errands/done")!;

    private Task<JsonElement[]> WaitingAsync() => ListAsync("/api/orders");

    private Task<JsonElement[]> FailedAsync() => ListAsync("/api/orders?failed=true");

    private async Task<JsonElement[]> ListAsync(string path) => [.. (await admin.GetFromJsonAsync<JsonElement>(path)).GetProperty("items").EnumerateArray()];
}
