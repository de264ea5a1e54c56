using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Smp.Host.Tests.Shells;
using Smp.Runtime.Backups;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests;

/// <summary>Backups of a whole clinic: by the API, before modules change their tables, and restored as a clinic that opens.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BackupTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("smp-backups-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Test]
    public async Task Restored_elsewhere_the_clinic_opens_its_people_sign_in_and_a_session_goes_on()
    {
        string backup, sha256;
        CookieContainer cookies = new();
        await using (var clinic = await TestClinic.StartAsync(o => o.DataFolder = PathOf("data")))
        {
            sha256 = await AddFileAsync(clinic, "a photo");
            using var browser = new HttpClient(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = clinic.Url };
            using (await browser.SignInAsync("keller", TestClinic.Password)) Assert.That((await browser.GetAsync("/")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
            backup = (await MakeAsync(clinic)).GetProperty("path").GetString()!;
        }

        BackupRestore.Run(backup, PathOf("restored"), null);

        await using var again = await TestClinic.StartAsync(o => o.DataFolder = PathOf("restored"));
        using var fresh = again.Anonymous();
        using (await fresh.SignInAsync("keller", TestClinic.Password)) Assert.That((await fresh.GetAsync("/")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        // The keys came along: what they protected is still good.
        using var old = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = again.Url };
        old.DefaultRequestHeaders.Add("Cookie", string.Join("; ", cookies.GetAllCookies().Select(c => $"{c.Name}={c.Value}")));
        Assert.That((await old.GetAsync("/")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await again.RunAsync(async services =>
        {
            using var reader = new StreamReader(await services.GetRequiredService<IFiles>().OpenReadAsync(sha256));
            Assert.That(await reader.ReadToEndAsync(), Is.EqualTo("a photo"));
            return true;
        });
    }

    [Test]
    public async Task By_the_API_an_administrator_makes_and_lists_them_and_nobody_else()
    {
        await using var clinic = await TestClinic.StartAsync();
        var made = await MakeAsync(clinic);
        var admin = await clinic.AsAsync(Role.Administrator);
        var listed = await admin.GetFromJsonAsync<JsonElement>("/api/backups");
        using var refused = await (await clinic.AsAsync(Role.Physician)).PostAsJsonAsync("/api/backups", new { });
        using var elsewhere = await admin.PostAsJsonAsync("/api/backups", new { folder = root });
        using var weak = await admin.PostAsJsonAsync("/api/backups", new { passphrase = "short" });

        Assert.That((refused.StatusCode, elsewhere.StatusCode, weak.StatusCode),
            Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.UnprocessableEntity)));
        Assert.That((await elsewhere.JsonAsync()).GetProperty("detail").GetString(), Does.Contain("command line"));
        Assert.That((await weak.JsonAsync()).GetProperty("errors").GetProperty("passphrase")[0].GetString(), Does.Contain("12"));
        Assert.That(listed.GetArrayLength(), Is.EqualTo(1));
        Assert.That((listed[0].GetProperty("name").GetString(), listed[0].GetProperty("state").GetString(), listed[0].GetProperty("kind").GetString()),
            Is.EqualTo((made.GetProperty("name").GetString(), "Whole", "Manual")));
    }

    [Test]
    public async Task A_backup_that_can_not_be_made_is_a_refusal_in_words()
    {
        await using var clinic = await TestClinic.StartAsync();
        File.WriteAllText(Path.Combine(clinic.DataFolder, "backups"), "in the way");
        using var answer = await (await clinic.AsAsync(Role.Administrator)).PostAsJsonAsync("/api/backups", new { });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await answer.JsonAsync()).GetProperty("detail").GetString(), Does.Contain("could not be made"));
    }

    [Test]
    public async Task A_new_clinic_makes_none_and_one_with_data_makes_one_before_a_module_changes_its_tables()
    {
        using var shelf = new PluginShelf();
        await using (var clinic = await TestClinic.StartAsync(o => o.DataFolder = PathOf("data"))) Assert.That(await NamesAsync(clinic), Is.Empty);

        shelf.Lay("GoodWeb", "test.web", manifest: null);
        await using (var clinic = await TestClinic.StartAsync(o => (o.WithFolder(shelf.Root)).DataFolder = PathOf("data")))
            Assert.That(await NamesAsync(clinic), Is.EqualTo(new[] { "2026-03-04T090000Z-before-migration-test.web" }));
        await using (var clinic = await TestClinic.StartAsync(o => (o.WithFolder(shelf.Root)).DataFolder = PathOf("data")))
            Assert.That(await NamesAsync(clinic), Has.Length.EqualTo(1), "nothing was to be changed");
    }

    [Test]
    public async Task A_module_whose_tables_can_not_be_backed_up_before_is_left_out_and_says_why()
    {
        using var shelf = new PluginShelf();
        await using (await TestClinic.StartAsync(o => o.DataFolder = PathOf("data")))
            File.WriteAllText(PathOf("data/backups"), "in the way");

        shelf.Lay("GoodWeb", "test.web", manifest: null);
        await using var clinic = await TestClinic.StartAsync(o => (o.WithFolder(shelf.Root)).DataFolder = PathOf("data"));

        var status = clinic.Plugins.Single(p => p.Id == "test.web");
        Assert.That((status.State.ToString(), status.Reason), Is.EqualTo(("Quarantined", status.Reason)));
        Assert.That(status.Reason, Does.Contain("only changed after a backup").And.Contain("could not be made"));
    }

    [Test]
    public async Task A_missing_photo_is_named_to_whoever_makes_the_backup()
    {
        await using var clinic = await TestClinic.StartAsync();
        var sha256 = await AddFileAsync(clinic, "soon gone");
        File.Delete(Path.Combine(clinic.DataFolder, "files", sha256[..2], sha256));

        var made = await MakeAsync(clinic);

        Assert.That(made.GetProperty("warnings").EnumerateArray().Select(w => w.GetString()), Has.One.Contains(sha256));
    }

    [Test]
    public async Task A_clinic_that_looks_each_minute_whether_one_is_due_closes_without_waiting_for_the_next()
    {
        var clinic = await TestClinic.StartAsync(o => o.Scheduled = true);

        await clinic.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }

    private string PathOf(string name) => Path.Combine(root, name);

    private static async Task<JsonElement> MakeAsync(TestClinic clinic)
    {
        using var answer = await (await clinic.AsAsync(Role.Administrator)).PostAsJsonAsync("/api/backups", new { });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private static async Task<string[]> NamesAsync(TestClinic clinic) =>
        [.. (await (await clinic.AsAsync(Role.Administrator)).GetFromJsonAsync<JsonElement>("/api/backups")).EnumerateArray().Select(b => b.GetProperty("name").GetString()!)];

    private static Task<string> AddFileAsync(TestClinic clinic, string content) => clinic.RunAsync(async services =>
    {
        var files = services.GetRequiredService<IFiles>();
        var file = await files.PutAsync(new MemoryStream(Encoding.UTF8.GetBytes(content)), "image/jpeg", 1000);
        await services.GetRequiredService<IStore<Runtime.Core.CorePlugin>>().WriteAsync(new Act("Tested"), async unit =>
        {
            await files.RecordAsync(unit, file);
            return true;
        });
        return file.Sha256;
    });
}
