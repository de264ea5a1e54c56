using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Tests.Identity;
using Smp.Sdk;

namespace Smp.Host.Tests.Shells;

/// <summary>Plugins that load, and fail when they are asked: displays fail by themselves, what takes part in a unit of work fails the unit.</summary>
[Parallelizable]
public sealed class RunningTroubleTests
{
    [Test]
    public async Task Worklist_sources_that_throw_or_never_answer_are_named_as_silent_and_the_others_listed()
    {
        using var shelf = PluginShelf.WithGoodOne();
        shelf.Misbehaving("thrower", "worklist-throws");
        shelf.Misbehaving("hanger", "worklist-hangs");
        await using var clinic = await shelf.OpenAsync();
        var physician = await clinic.AsAsync(Role.Physician);

        var watch = Stopwatch.StartNew();
        var worklist = await physician.GetFromJsonAsync<JsonElement>("/api/worklist");

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(3)));
        Assert.That(worklist.Silent(), Is.EquivalentTo(new[] { "thrower", "hanger" }));
        await clinic.AssertGoodWorksAsync();
    }

    [Test]
    public async Task A_worklist_source_that_cant_be_made_is_named_as_silent_too()
    {
        using var shelf = PluginShelf.WithGoodOne();
        shelf.Misbehaving("unmade", "worklist-constructor");
        await using var clinic = await shelf.OpenAsync();
        var physician = await clinic.AsAsync(Role.Physician);

        var worklist = await physician.GetFromJsonAsync<JsonElement>("/api/worklist");

        Assert.That(worklist.Silent(), Is.EquivalentTo(new[] { "unmade" }));
        await clinic.AssertGoodWorksAsync();
    }

    [Test]
    public async Task An_event_handler_that_throws_fails_the_whole_unit_with_its_words()
    {
        using var shelf = PluginShelf.WithGoodOne();
        shelf.Misbehaving("refusing", "handler-throws");
        await using var clinic = await shelf.OpenAsync();
        var physician = await clinic.AsAsync(Role.Physician);

        using var refused = await physician.PostAsync("/api/test.web/recalls", null);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await refused.JsonAsync()).GetProperty("detail").GetString(), Is.EqualTo("Lot A-1 is in use on the table just now."));
        Assert.That(await physician.GetFromJsonAsync<string[]>("/api/test.web/notes"), Is.Empty, "nothing of the unit is left");

        await clinic.TurnAsync("test.refusing", on: false);
        using var done = await physician.PostAsync("/api/test.web/recalls", null);
        Assert.That(done.StatusCode, Is.EqualTo(HttpStatusCode.OK), "with the handler's module off");
        Assert.That(await physician.GetFromJsonAsync<string[]>("/api/test.web/notes"), Is.EqualTo(new[] { "recalled" }));
    }

    [TestCase("read", "SELECT password_hash FROM core__users", "read core__users.password_hash")]
    [TestCase("read", "SELECT words FROM test_web__notes", "read test_web__notes.words")]
    [TestCase("read", "SELECT family_name FROM patients", "read patients.family_name")]
    [TestCase("write", "UPDATE staff SET role = 'Administrator'", "change staff.role")]
    [TestCase("write", "DELETE FROM core__audit_rows", "delete from core__audit_rows")]
    [TestCase("write", "COMMIT -- now", "use COMMIT")]
    public async Task A_module_that_reaches_for_others_data_gets_an_error_and_the_log_names_it(string how, string sql, string denied)
    {
        using var shelf = PluginShelf.WithGoodOne();
        shelf.Lay("Nosy", "test.nosy", PluginShelf.Manifest("test.nosy", "Nosy", "Nosy", """, "permissions": [{ "id": "look", "name": "Look", "roles": ["Physician"] }]"""));
        var log = new CapturedLog();
        await using var clinic = await shelf.OpenAsync(o => o.Logging = logging => logging.AddProvider(log));
        var physician = await clinic.AsAsync(Role.Physician);
        Assert.That(await (await physician.PostAsJsonAsync("/api/test.nosy/read", new { sql = "SELECT text FROM test_nosy__notes" })).Content.ReadAsStringAsync(), Is.EqualTo("[\"mine\"]"));

        using var answer = await physician.PostAsJsonAsync($"/api/test.nosy/{how}", new { sql });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("core__").And.Not.Contain("SELECT"));
        Assert.That(log.Lines, Has.Some.Contains($"test.nosy may not {denied}"));
        await clinic.AssertGoodWorksAsync();
    }

    [Test]
    public async Task A_plugins_files_are_those_in_its_wwwroot_and_no_others()
    {
        using var shelf = PluginShelf.WithGoodOne();
        await using var clinic = await shelf.OpenAsync();
        using var nobody = clinic.Anonymous();

        using var style = await nobody.GetAsync("/_content/test.web/notes.css");
        Assert.That((style.StatusCode, style.Content.Headers.ContentType?.ToString()), Is.EqualTo((HttpStatusCode.OK, "text/css; charset=utf-8")));
        foreach (var path in new[]
        {
            "../plugin.json", "..%2fplugin.json", "..%2Fplugin.json", "%2e%2e/plugin.json", "%2e%2e%2fplugin.json", "..%5cplugin.json", "..\\plugin.json",
            "x/../../plugin.json", "x%2f..%2f..%2fplugin.json", "%252e%252e%252fplugin.json", "/etc/passwd", "%2fetc%2fpasswd", "//etc/passwd", "", ".",
            "./../GoodWeb.dll", "..%c0%afplugin.json", "notes.css/", "notes.css%00.txt",
        })
        {
            var answer = await RawAsync(clinic.Url, $"/_content/test.web/{path}");
            Assert.That(answer, Does.Match("^HTTP/1.1 (404|400|302)"), path);
            Assert.That(answer, Does.Not.Contain("Good web").And.Not.Contain("root:"), path);
        }
    }

    // As it stands: a client of the framework would tidy the path up before sending it.
    private static async Task<string> RawAsync(Uri url, string path)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
