using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Host.Tests.Clinical;
using Smp.Host.Tests.Shells;
using Smp.Runtime.Hosting;
using Smp.Runtime.Tests.Photos;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Patients;

/// <summary>A record that is erased is gone, from everywhere; what must be kept stays until its day.</summary>
public sealed class ErasureTests : ClinicalApi
{
    private const string Ground = "Art. 17 GDPR, letter of 2 March";
    private const int ClinicalYears = 10;

    private Task<HttpClient> AdminAsync() => Clinic.AsAsync(Role.Administrator);

    [Test]
    public async Task Whoever_was_never_treated_is_forgotten_at_once()
    {
        SetPatient(await RegisterAsync("Zwetschgenbaum"));

        var done = await EraseAsync();

        Assert.That((done.GetProperty("whole").GetBoolean(), done.GetProperty("restOn").ValueKind), Is.EqualTo((true, JsonValueKind.Null)));
        Assert.That((await Physician.GetFromJsonAsync<JsonElement>("/api/patients?search=Zwetschgenbaum")).GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That((await Physician.GetFromJsonAsync<JsonElement>("/api/patients")).GetProperty("items").EnumerateArray().Select(p => p.GetProperty("id").GetInt64()), Has.No.Member(Patient));
        using var read = await Physician.GetAsync(Path);
        using var export = await (await AdminAsync()).GetAsync($"{Path}/export");
        using var again = await (await AdminAsync()).GetAsync($"{Path}/erase");
        using var write = await Physician.PostAsJsonAsync("/api/procedures", new { patientId = Patient, kind = "Treatment", title = "First session", plannedFor = Clinic.Clock.Now.AddDays(1) });
        Assert.That(new[] { read, export, again, write }.Select(a => a.StatusCode), Is.All.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await export.JsonAsync()).Text("detail"), Does.Contain("was erased on"));
        await AssertForgottenAsync("Zwetschgenbaum");
    }

    [Test]
    public async Task What_was_done_is_kept_for_its_years_and_said_with_the_day()
    {
        await WeighAsync(80_000);

        var preview = await PreviewAsync();
        var done = await EraseAsync();

        var held = preview.GetProperty("held").EnumerateArray().Single();
        Assert.That((held.Text("kind"), held.GetProperty("rows").GetInt64(), held.GetProperty("years").GetInt32(), held.Text("until")), Is.EqualTo(("Clinical", 1, 10, "2036-03-04")));
        Assert.That((done.GetProperty("whole").GetBoolean(), done.Text("restOn")), Is.EqualTo((false, "2036-03-04")));
        Assert.That((await Physician.GetFromJsonAsync<JsonElement>(Path)).Text("givenName"), Is.EqualTo("Anna"));
        Assert.That(await CountAsync("SELECT count(*) FROM core__measurements"), Is.EqualTo(1));
        Assert.That(done.GetProperty("backup").ValueKind, Is.EqualTo(JsonValueKind.Null), "Nothing went but a wish came.");
        Assert.That((await Physician.GetFromJsonAsync<JsonElement>($"{Path}/erasures"))[0].Text("restOn"), Is.EqualTo("2036-03-04"));
    }

    [Test]
    public async Task On_its_day_the_worklist_asks_for_the_rest_and_then_everything_goes()
    {
        await WeighAsync(80_000);
        await EraseAsync();
        Clinic.Clock.Now = new(2036, 3, 3, 9, 0, 0, TimeSpan.Zero);
        var before = await DueAsync();
        Clinic.Clock.Advance(TimeSpan.FromDays(1));

        var then = await DueAsync();
        var done = await EraseAsync();

        Assert.That((before, then), Is.EqualTo((0, 1)));
        Assert.That(done.GetProperty("whole").GetBoolean(), Is.True);
        Assert.That(await CountAsync("SELECT count(*) FROM core__measurements"), Is.Zero);
        Assert.That(await DueAsync(), Is.Zero);
        await AssertForgottenAsync("Weber");
    }

    [Test]
    public async Task Photos_go_from_the_disk_but_not_the_one_that_another_patient_has_too()
    {
        var theirs = await PatientAsync("Berta");
        await PhotoAsync(Patient, Pictures.Jpeg);
        await PhotoAsync(theirs, Pictures.Jpeg);
        await PhotoAsync(Patient, Pictures.Png);
        Assert.That(Files(), Has.Length.EqualTo(2));
        Later();

        var done = await EraseAsync();
        await Clinic.RunJobsAsync();

        Assert.That(done.GetProperty("files").GetInt32(), Is.EqualTo(1));
        Assert.That(Files(), Is.EqualTo(new[] { await Clinic.ReadAsync(db => db.ExecuteScalarAsync<string>("SELECT sha256 FROM core__photos WHERE patient_id = @theirs", new { theirs })) }));
        Assert.That(Directory.EnumerateDirectories(System.IO.Path.Combine(Clinic.DataFolder, "backups")).Single(), Does.Contain("before-erasure-" + PatientSummary.NumberOf(Patient)));
        await AssertVerifiedAsync();
    }

    [Test]
    public async Task Records_that_were_merged_into_it_go_with_it()
    {
        var other = await RegisterAsync("Zwetschgenbaum");
        var accept = (await Physician.GetFromJsonAsync<JsonElement>($"{Path}/merge?with={other}")).Text("fingerprint");
        (await Physician.PostAsJsonAsync($"{Path}/merge", new { with = other, accept, reason = "Married, was Zwetschgenbaum" })).EnsureSuccessStatusCode();

        using var led = await (await AdminAsync()).GetAsync($"/api/patients/{other}/erase");
        Assert.That((await PreviewAsync()).GetProperty("merged").EnumerateArray().Select(m => m.GetInt64()), Is.EqualTo(new[] { other }));
        await EraseAsync();

        using var read = await Physician.GetAsync($"/api/patients/{other}");
        Assert.That((led.StatusCode, read.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.NotFound)));
        await AssertForgottenAsync("Zwetschgenbaum");
    }

    [Test]
    public async Task Of_a_merge_that_was_undone_the_other_record_keeps_nothing_of_it()
    {
        var other = await RegisterAsync("Zwetschgenbaum", "Afraid of Zwetschgenbaum");
        var accept = (await Physician.GetFromJsonAsync<JsonElement>($"{Path}/merge?with={other}")).Text("fingerprint");
        using var merged = await Physician.PostAsJsonAsync($"{Path}/merge", new { with = other, accept, reason = "Registered twice" });
        (await Physician.PostAsJsonAsync($"{Path}/merges/{(await merged.JsonAsync()).GetProperty("id")}/undo", new { reason = "Two people" })).EnsureSuccessStatusCode();
        SetPatient(other);

        await EraseAsync();

        Assert.That(await CountAsync("SELECT count(*) FROM core__patient_merges"), Is.Zero);
        Assert.That(await CountAsync("SELECT count(*) FROM core__audit_rows WHERE object = 'core__patient_merges' AND coalesce(old, new) IS NOT NULL"), Is.Zero);
        await AssertVerifiedAsync();
    }

    [Test]
    public async Task A_message_that_waits_is_never_sent_and_those_of_the_last_years_stay()
    {
        await WeighAsync(80_000);
        await Clinic.WriteAsync(db => db.ExecuteAsync("""
            INSERT INTO core__messages (patient_id, plugin, purpose, channel, recipient, subject, body, status, name, due_at, written_by, written_at, sent_at)
            VALUES (@Patient, 'core', 'Necessary', 'Email', 'anna@example.org', 'One', 'Text', 'Waiting', 'a', @Now, 'Test', @Now, NULL),
                (@Patient, 'core', 'Necessary', 'Email', 'anna@example.org', 'Two', 'Text', 'Sent', 'b', @Now, 'Test', @Now, @Now)
            """, new { Patient, Clinic.Clock.Now }));

        await EraseAsync();
        var left = await Clinic.ReadAsync(db => db.QueryAsync<string>("SELECT subject FROM core__messages"));
        Clinic.Clock.Now = Clinic.Clock.Now.AddYears(4);
        await EraseAsync();

        Assert.That(left, Is.EqualTo(new[] { "Two" }));
        Assert.That(await CountAsync("SELECT count(*) FROM core__messages"), Is.Zero);
        Assert.That(await CountAsync("SELECT count(*) FROM core__audit_rows WHERE object = 'core__messages' AND coalesce(old, new) IS NOT NULL"), Is.Zero);
        Assert.That(await CountAsync("SELECT count(*) FROM core__measurements"), Is.EqualTo(1));
        await AssertVerifiedAsync();
    }

    [Test]
    public async Task A_procedure_that_isnt_done_stands_in_the_way_and_so_does_an_incident_that_nobody_reviewed()
    {
        (await Physician.PostAsJsonAsync("/api/procedures", new { patientId = Patient, kind = "Treatment", title = "First session", plannedFor = Clinic.Clock.Now.AddDays(1) })).EnsureSuccessStatusCode();
        var other = await PatientAsync("Berta");
        (await Physician.PostAsJsonAsync("/api/incidents", new { patientId = other, kind = "NearMiss", text = "Fell off the chair" })).EnsureSuccessStatusCode();

        using var planned = await (await AdminAsync()).GetAsync($"{Path}/erase");
        using var fell = await (await AdminAsync()).GetAsync($"/api/patients/{other}/erase");

        Assert.That((planned.StatusCode, (await planned.JsonAsync()).Text("detail")), Is.EqualTo((HttpStatusCode.Conflict, "There are procedures that aren’t done: 1. Close or cancel them first.")));
        Assert.That((fell.StatusCode, (await fell.JsonAsync()).Text("detail")), Is.EqualTo((HttpStatusCode.Conflict, "There are incidents that wait for their review: 1. Review them first.")));
    }

    [Test]
    public async Task It_needs_the_permission_a_ground_the_patient_typed_and_what_was_shown()
    {
        var admin = await AdminAsync();
        var accept = (await PreviewAsync()).Text("fingerprint");
        using var forbidden = await Physician.PostAsJsonAsync($"{Path}/erase", new { accept, confirm = PatientSummary.NumberOf(Patient), reason = Ground });
        using var groundless = await admin.PostAsJsonAsync($"{Path}/erase", new { accept, confirm = PatientSummary.NumberOf(Patient), reason = " " });
        using var another = await admin.PostAsJsonAsync($"{Path}/erase", new { accept, confirm = "Berta Weber", reason = Ground });
        await WeighAsync(80_000);
        using var late = await admin.PostAsJsonAsync($"{Path}/erase", new { accept, confirm = "anna weber", reason = Ground });

        Assert.That(new[] { forbidden, groundless, another, late }.Select(a => (int)a.StatusCode), Is.EqualTo(new[] { 403, 422, 422, 412 }));
        Assert.That(Directory.Exists(System.IO.Path.Combine(Clinic.DataFolder, "backups")), Is.False, "Nothing was begun.");
        Assert.That((await Physician.GetFromJsonAsync<JsonElement>(Path)).Text("givenName"), Is.EqualTo("Anna"));
    }

    [Test]
    public async Task Looking_at_what_would_go_changes_nothing()
    {
        await PhotoAsync(Patient, Pictures.Jpeg);
        Later();
        var before = await Clinic.RowsAsync(long.MaxValue);

        var preview = await PreviewAsync();

        Assert.That(preview.GetProperty("tables").EnumerateArray().Select(t => $"{t.Text("words")} {t.GetProperty("goes")}"), Is.SupersetOf(new[] { "Photos 1", "Timeline 2" }));
        Assert.That(preview.GetProperty("files").GetInt32(), Is.EqualTo(1));
        Assert.That(await Clinic.RowsAsync(long.MaxValue), Is.EqualTo(before));
        await AssertVerifiedAsync();
    }

    [Test]
    public async Task A_browser_without_script_looks_types_and_erases()
    {
        using var browser = Clinic.Anonymous();
        await browser.SignInAsync("admin", TestClinic.Password);
        var path = $"/patients/{Patient}/erase";
        var accept = (await PreviewAsync()).Text("fingerprint");
        var shown = WebUtility.HtmlDecode(await browser.GetStringAsync(path));

        using var wrong = await browser.PostFormAsync(path, "erase", ("accept", accept), ("confirm", "Anna Weber"), ("reason", Ground), ("password", "not mine"));
        using var done = await browser.PostFormAsync(path, "erase", ("accept", accept), ("confirm", "Anna Weber"), ("reason", Ground), ("password", TestClinic.Password));
        using var after = await browser.GetAsync($"/patients/{Patient}");

        Assert.That(shown, Does.Contain("What goes: everything").And.Contain("Backups that were made before hold the record still"));
        Assert.That(await wrong.Content.ReadAsStringAsync(), Does.Contain("your password."));
        Assert.That((done.StatusCode, done.Headers.Location?.AbsolutePath), Is.EqualTo((HttpStatusCode.Redirect, "/patients")));
        Assert.That((after.StatusCode, WebUtility.HtmlDecode(await after.Content.ReadAsStringAsync()).Contains("was erased on", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.NotFound, true)));
    }

    [Test]
    public async Task The_trail_says_who_erased_whose_record_and_on_what_ground()
    {
        await EraseAsync();

        var units = (await (await AdminAsync()).GetFromJsonAsync<JsonElement>($"/api/audit?patient={Patient}")).GetProperty("items").EnumerateArray().ToList();

        Assert.That(units.Select(u => u.Text("act")), Has.Member("Erased a patient's record"));
        Assert.That(units.Single(u => u.Text("act") == "Erased a patient's record").Text("reason"), Is.EqualTo(Ground));
        Assert.That(await CountAsync("SELECT count(*) FROM core__patient_erasures WHERE whole = 1"), Is.EqualTo(1));
    }

    private void Later() => Clinic.Clock.Now = Clinic.Clock.Now.AddYears(ClinicalYears);

    private async Task<JsonElement> PreviewAsync() => await (await AdminAsync()).GetFromJsonAsync<JsonElement>($"{Path}/erase");

    private async Task<JsonElement> EraseAsync()
    {
        using var answer = await (await AdminAsync()).PostAsJsonAsync($"{Path}/erase",
            new { accept = (await PreviewAsync()).Text("fingerprint"), confirm = PatientSummary.NumberOf(Patient), reason = Ground });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private async Task<long> RegisterAsync(string familyName, string? alerts = null)
    {
        using var answer = await Physician.PostAsJsonAsync("/api/patients", new
        {
            givenName = "Resi", familyName, birthDate = "1977-03-09", phone = "0664 7654321", alerts, allergies = new[] { new { substance = "Latex" } }, confirmedNew = true,
        });
        answer.EnsureSuccessStatusCode();
        return (await answer.JsonAsync()).GetProperty("id").GetInt64();
    }

    private async Task PhotoAsync(long patient, byte[] picture)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(picture), "photo", "photo.jpg" } };
        foreach (var (name, value) in new[] { ("view", "Frontal"), ("stage", "Baseline"), ("takenAt", "2026-01-01T10:00:00Z") }) form.Add(new StringContent(value), name);
        using var answer = await Physician.PostAsync($"/api/patients/{patient}/photos", form);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
    }

    private async Task<int> DueAsync() => (await (await AdminAsync()).GetFromJsonAsync<JsonElement>("/api/worklist")).GetProperty("lines").EnumerateArray()
        .Count(l => l.GetProperty("entry").Text("title") == "Erase the rest of a record");

    private string?[] Files() => [.. Directory.EnumerateFiles(System.IO.Path.Combine(Clinic.DataFolder, "files"), "*", SearchOption.AllDirectories).Select(System.IO.Path.GetFileName)];

    private Task<long> CountAsync(string sql) => Clinic.ReadAsync(db => db.ExecuteScalarAsync<long>(sql));

    private async Task AssertVerifiedAsync() =>
        Assert.That((await Clinic.RunAsync(services => services.GetRequiredService<Clinic>().VerifyAuditAsync([]))).Problems, Is.Empty);

    // Not in any table, and not in the bytes of the file, where deleted rows stay until they are overwritten.
    private async Task AssertForgottenAsync(string word)
    {
        foreach (var table in await Clinic.ReadAsync(db => db.QueryAsync<string>("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'")))
        {
            foreach (IDictionary<string, object?> row in await Clinic.ReadAsync(db => db.QueryAsync($"SELECT * FROM \"{table}\"")))
                Assert.That(row.Values.OfType<string>().Any(v => v.Contains(word, StringComparison.OrdinalIgnoreCase)), Is.False, $"{table}: {JsonSerializer.Serialize(row)}");
        }

        await AssertVerifiedAsync();
        foreach (var file in new[] { "clinic.db", "clinic.db-wal" }.Select(f => System.IO.Path.Combine(Clinic.DataFolder, f)).Where(File.Exists))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            Assert.That(Encoding.UTF8.GetString(bytes.ToArray()).Contains(word, StringComparison.OrdinalIgnoreCase), Is.False, file);
        }
    }
}
