using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Hosting;
using Smp.Runtime.Store.Sqlite;
using Smp.Sdk;
using Smp.Sdk.Testing;
using Smp.Testing.Disks;

namespace Smp.Host.Tests.Disks;

/// <summary>What the API and the pages say when the disk is full, fails, or has lost something: true words, and nothing that is nobody's business.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class TroubledDiskTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("smp-trouble-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task While_the_disk_is_full_it_is_said_so_reading_goes_on_and_with_room_again_so_does_all_else()
    {
        using var disk = new SmallDisk(megabytes: 24);
        await using var clinic = await TestClinic.StartAsync(o => o.DataFolder = disk.Folder);
        var desk = await clinic.AsAsync(Role.Coordinator);
        var browser = clinic.Anonymous();
        (await browser.SignInAsync("desk", TestClinic.Password)).Dispose();
        var token = await browser.FormTokenAsync("/patients/new");
        var before = await RegisterAsync(desk, 0);

        disk.Fill();
        var made = 1;
        HttpResponseMessage answer;
        while ((answer = await RegisterAsync(desk, made)).StatusCode == HttpStatusCode.Created) made++;

        var problem = await answer.JsonAsync();
        Assert.Multiple(() =>
        {
            Assert.That(before.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.InsufficientStorage));
            Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
            Assert.That(problem.GetProperty("title").GetString(), Is.EqualTo("The disk is full"));
            AssertSays(problem.GetProperty("detail").GetString(), "is full", "not recorded", "Make room");
        });

        using var page = await browser.PostAsync("/patients/new", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "register", ["__RequestVerificationToken"] = token, ["givenName"] = "Paula", ["familyName"] = "Page", ["birthDate"] = "1980-01-01",
        }));
        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.InsufficientStorage));
        AssertSays(WebUtility.HtmlDecode(Content().Match(await page.Content.ReadAsStringAsync()).Value), "is full", "Make room", "what was typed");
        Assert.That(await CountAsync(desk), Is.EqualTo(made), "reading while it is full");
        using var read = await browser.GetAsync("/patients");
        Assert.That(read.StatusCode, Is.EqualTo(HttpStatusCode.OK));

        disk.Free();
        using var after = await RegisterAsync(desk, made);
        Assert.That(after.StatusCode, Is.EqualTo(HttpStatusCode.Created), await after.Content.ReadAsStringAsync());
        Assert.That(await CountAsync(desk), Is.EqualTo(made + 1));
    }

    [Test]
    public async Task At_whichever_write_the_disk_fails_the_answer_is_true()
    {
        using var disk = new FaultyDisk(folder);
        await using var clinic = await TestClinic.StartAsync(o => o.DataFolder = folder);
        var desk = await clinic.AsAsync(Role.Coordinator);

        var made = 0;
        var refused = 0;
        var reached = true;
        for (var after = 0; reached; after++)
        {
            disk.FailWrites(FaultyDisk.NoSpace, after);
            // With a key, so that the answer itself is written down too.
            using var answer = await RegisterAsync(desk, after, key: $"key-{after}");
            reached = disk.HasFailed;
            disk.Heal();
            Assert.That(answer.StatusCode, Is.AnyOf(HttpStatusCode.Created, HttpStatusCode.InsufficientStorage), $"after {after} writes");
            if (answer.StatusCode == HttpStatusCode.Created) made++;
            else refused++;
            Assert.That(await CountAsync(desk), Is.EqualTo(made), $"after {after} writes");
        }

        Assert.That(refused, Is.GreaterThan(1));
        Assert.That(made, Is.GreaterThan(1), "some of them only lost the copy of their answer");
    }

    [Test]
    public async Task A_clinic_on_a_full_disk_is_not_opened_and_its_folder_is_named()
    {
        using var disk = new SmallDisk(megabytes: 12);
        await (await TestClinic.StartAsync(o => o.DataFolder = disk.Folder)).DisposeAsync();
        disk.Fill();

        Assert.That(async () => await TestClinic.StartAsync(o => o.DataFolder = disk.Folder),
            Throws.InstanceOf<DataFolderException>().With.Message.Contains(disk.Folder).And.Message.Contains("disk is full"));

        disk.Free();
        await (await TestClinic.StartAsync(o => o.DataFolder = disk.Folder)).DisposeAsync();
    }

    [Test]
    public async Task What_a_damaged_page_held_is_said_to_be_lost_and_the_rest_of_the_clinic_works()
    {
        var clock = new TestClock();
        await (await TestClinic.StartAsync(o => (o.DataFolder, o.Clock) = (folder, clock))).DisposeAsync();
        await DamageAsync("core__incidents");

        await using var clinic = await TestClinic.StartAsync(o => (o.DataFolder, o.Clock) = (folder, clock));
        var physician = await clinic.AsAsync(Role.Physician);
        var browser = clinic.Anonymous();
        (await browser.SignInAsync("keller", TestClinic.Password)).Dispose();

        using var lost = await physician.GetAsync("/api/incidents");
        using var page = await browser.GetAsync("/incidents");
        Assert.Multiple(async () =>
        {
            Assert.That(lost.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
            Assert.That(lost.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
            AssertSays((await lost.JsonAsync()).GetProperty("detail").GetString(), "is damaged", "smp backup list");
            Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
            AssertSays(WebUtility.HtmlDecode(Content().Match(await page.Content.ReadAsStringAsync()).Value), "is damaged", "smp backup list");
        });

        using var made = await RegisterAsync(await clinic.AsAsync(Role.Coordinator), 1);
        using var list = await browser.GetAsync("/patients");
        Assert.That((made.StatusCode, list.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.OK)));
    }

    // In words of the clinic's, and with nothing of the engine's or of the data.
    private static void AssertSays(string? text, params string[] words)
    {
        foreach (var word in words) Assert.That(text, Does.Contain(word));
        foreach (var word in new[] { "SELECT", "INSERT", "SQLite Error", "core__", "malformed", "Exception", "Weber" }) Assert.That(text, Does.Not.Contain(word));
    }

    private static Task<HttpResponseMessage> RegisterAsync(HttpClient desk, int number, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/patients")
        {
            Content = JsonContent.Create(new { givenName = $"Anna {number}", familyName = "Weber", birthDate = "1988-07-07", confirmedNew = true }),
        };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return desk.SendAsync(request);
    }

    private static async Task<int> CountAsync(HttpClient desk)
    {
        var count = 0;
        string? after = null;
        do
        {
            var page = await desk.GetFromJsonAsync<JsonElement>($"/api/patients?limit=100{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}");
            count += page.GetProperty("items").GetArrayLength();
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);
        return count;
    }

    private async Task DamageAsync(string table)
    {
        var path = Path.Combine(folder, "clinic.db");
        long page;
        await using (var plain = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await plain.OpenAsync();
            using var command = plain.CreateCommand();
            command.CommandText = $"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'";
            page = (long)(await command.ExecuteScalarAsync())!;
        }

        await using var file = File.OpenWrite(path);
        file.Position = (page - 1) * SqliteFile.PageSize;
        await file.WriteAsync(Enumerable.Repeat((byte)0xA5, SqliteFile.PageSize).ToArray());
    }

    [GeneratedRegex("<main.*</main>", RegexOptions.Singleline)]
    private static partial Regex Content();
}
