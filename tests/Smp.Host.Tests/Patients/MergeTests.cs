using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Smp.Host.Tests.Clinical;
using Smp.Host.Tests.Shells;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Patients;

/// <summary>Records that are one person's: merged, led to, parted.</summary>
public sealed class MergeTests : ClinicalApi
{
    [Test]
    public async Task What_would_move_is_shown_by_table_and_nothing_is_changed_by_looking()
    {
        var other = await TwinAsync();
        var before = await Clinic.RowsAsync(long.MaxValue);

        var preview = await PreviewAsync(other);

        Assert.That(preview.GetProperty("tables").EnumerateArray().Select(t => $"{t.Text("words")} {t.GetProperty("moves")}+{t.GetProperty("copies")} of {t.GetProperty("stays")}"),
            Is.SupersetOf(new[] { "Measurements 1+0 of 0", "Timeline 2+0 of 0", "Patient allergies 0+1 of 1" }));
        Assert.That(preview.GetProperty("filled").EnumerateArray().Select(f => $"{f.Text("field")}: {f.Text("after")}"),
            Is.EqualTo(new[] { "phone: 0664 1234567", "alerts: Faints\nAfraid of needles" }));
        Assert.That(await Clinic.RowsAsync(long.MaxValue), Is.EqualTo(before));
    }

    [Test]
    public async Task Once_merged_everything_stands_in_one_record_and_both_patients_allergies_count()
    {
        var other = await TwinAsync();

        await MergeAsync(other);

        var record = await Physician.GetFromJsonAsync<JsonElement>(Path);
        Assert.That(record.GetProperty("allergies").EnumerateArray().Select(a => a.Text("substance")), Is.EqualTo(new[] { "Latex", "Lidocaine" }));
        Assert.That((record.Text("phone"), record.Text("alerts")), Is.EqualTo(("0664 1234567", "Faints\nAfraid of needles")));
        Assert.That((await Physician.GetFromJsonAsync<JsonElement>($"{Path}/timeline")).GetProperty("items").EnumerateArray().Select(i => i.Text("text")),
            Has.Member($"Merged with {PatientSummary.NumberOf(other)}"));
        Assert.That(await Clinic.ReadAsync(db => db.ExecuteScalarAsync<long>("SELECT count(*) FROM core__measurements WHERE patient_id = @Patient", new { Patient })), Is.EqualTo(1));
    }

    [Test]
    public async Task Old_addresses_lead_on_and_a_program_is_told_where()
    {
        var other = await TwinAsync();
        await MergeAsync(other);
        using var browser = Clinic.Anonymous();
        await browser.SignInAsync("keller", TestClinic.Password);

        using var page = await browser.GetAsync($"/patients/{other}/photos?view=Vertex");
        using var read = await Physician.GetAsync($"/api/patients/{other}");
        using var write = await Physician.PostAsJsonAsync($"/api/patients/{other}/measurements", new { kind = "Weight", value = 70_000 });
        using var planned = await Physician.PostAsJsonAsync("/api/procedures", new { patientId = other, kind = "Treatment", title = "First session", plannedFor = Clinic.Clock.Now.AddDays(1) });

        Assert.That((page.StatusCode, page.Headers.Location!.OriginalString), Is.EqualTo((HttpStatusCode.TemporaryRedirect, $"/patients/{Patient}/photos?view=Vertex")));
        Assert.That(new[] { read, write, planned }.Select(a => a.StatusCode), Is.All.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await read.JsonAsync()).GetProperty("mergedInto").GetInt64(), Is.EqualTo(Patient));
    }

    [Test]
    public async Task The_one_record_is_found_by_the_number_name_and_phone_of_both()
    {
        var other = await TwinAsync();
        await MergeAsync(other);

        foreach (var text in new[] { PatientSummary.NumberOf(other), "Annika", "0664 1234567" })
        {
            var found = await Physician.GetFromJsonAsync<JsonElement>($"/api/patients?search={Uri.EscapeDataString(text)}");
            Assert.That(found.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("id").GetInt64()), Is.EqualTo(new[] { Patient }), text);
        }

        var all = await Physician.GetFromJsonAsync<JsonElement>("/api/patients");
        Assert.That(all.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("id").GetInt64()), Has.No.Member(other));
    }

    [Test]
    public async Task Undone_it_takes_back_what_moved_and_leaves_what_was_written_since()
    {
        var other = await TwinAsync();
        var merge = await MergeAsync(other);
        await WeighAsync(81_000);

        var shown = await Physician.GetFromJsonAsync<JsonElement>($"{Path}/merges/{merge}");
        using var undone = await Physician.PostAsJsonAsync($"{Path}/merges/{merge}/undo", new { reason = "Two people after all" });
        using var again = await Physician.PostAsJsonAsync($"{Path}/merges/{merge}/undo", new { reason = "Once more" });

        Assert.That(shown.GetProperty("tables").EnumerateArray().Select(t => t.GetProperty("gone").GetInt64()), Is.All.Zero);
        Assert.That((undone.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Conflict)));
        Assert.That(await WeightsAsync(Patient), Is.EqualTo(new[] { 81_000 }));
        Assert.That(await WeightsAsync(other), Is.EqualTo(new[] { 80_000 }));
        var record = await Physician.GetFromJsonAsync<JsonElement>(Path);
        Assert.That((record.GetProperty("phone").ValueKind, record.Text("alerts"), record.GetProperty("allergies").GetArrayLength()), Is.EqualTo((JsonValueKind.Null, "Faints", 1)));
    }

    [Test]
    public async Task An_allergy_that_was_confirmed_since_stays_with_both_when_the_merge_is_undone()
    {
        var other = await TwinAsync();
        var merge = await MergeAsync(other);
        var record = await Physician.GetFromJsonAsync<JsonElement>(Path);
        using var change = new HttpRequestMessage(HttpMethod.Put, Path);
        change.Headers.TryAddWithoutValidation("If-Match", $"\"{record.GetProperty("rowVersion").GetInt64()}\"");
        change.Content = JsonContent.Create(new { givenName = "Anna", familyName = "Weber", birthDate = "1988-07-07", alerts = "Faints", allergies = new[] { new { substance = "Latex" }, new { substance = "Lidocaine" } }, confirmedNew = true });
        (await Physician.SendAsync(change)).EnsureSuccessStatusCode();

        using var undone = await Physician.PostAsJsonAsync($"{Path}/merges/{merge}/undo", new { reason = "Two people after all" });

        Assert.That((await undone.JsonAsync()).Texts("kept"), Is.EqualTo(new[] { "phone", "alerts" }));
        foreach (var id in new[] { Patient, other })
            Assert.That((await Physician.GetFromJsonAsync<JsonElement>($"/api/patients/{id}")).GetProperty("allergies").EnumerateArray().Select(a => a.Text("substance")), Has.Member("Lidocaine"));
    }

    [Test]
    public async Task A_merge_that_would_do_something_else_by_now_is_refused_and_so_is_one_without_a_reason()
    {
        var other = await TwinAsync();
        var accept = (await PreviewAsync(other)).Text("fingerprint");
        using var wordless = await SendAsync(other, accept, reason: " ");
        using var itself = await Physician.GetAsync($"{Path}/merge?with={Patient}");
        using var missing = await Physician.GetAsync($"{Path}/merge?with=4711");
        (await Physician.PostAsJsonAsync($"/api/patients/{other}/measurements", new { kind = "Weight", value = 79_000 })).EnsureSuccessStatusCode();
        using var late = await SendAsync(other, accept);

        Assert.That(new[] { wordless, itself, missing, late }.Select(a => (int)a.StatusCode), Is.EqualTo(new[] { 422, 422, 404, 412 }));
        Assert.That((await Physician.GetFromJsonAsync<JsonElement>($"/api/patients/{other}")).GetProperty("id").GetInt64(), Is.EqualTo(other));
    }

    [Test]
    public async Task What_both_say_is_never_cut_off_a_merge_that_has_no_room_for_it_is_refused()
    {
        SetPatient(await RegisterAsync(new { givenName = "Anna", familyName = "Weber", birthDate = "1988-07-07", alerts = new string('a', 300), confirmedNew = true }));
        var other = await RegisterAsync(new { givenName = "Annika", familyName = "Weber", birthDate = "1988-07-07", alerts = new string('b', 300), confirmedNew = true });

        using var answer = await Physician.GetAsync($"{Path}/merge?with={other}");

        Assert.That((answer.StatusCode, (await answer.JsonAsync()).Text("detail")), Is.EqualTo(
            (HttpStatusCode.Conflict, "What both records say under “alerts” has 601 characters together, and there is room for 500. Shorten it in one of them first: none of it may be lost.")));
    }

    [Test]
    public async Task A_merge_is_undone_only_after_those_that_came_later_on_its_record()
    {
        var other = await TwinAsync();
        var third = await PatientAsync("Berta");
        var first = await MergeAsync(other);
        var (into, with) = (third, Patient);
        var later = await MergeAsync(with, into);

        using var early = await Physician.PostAsJsonAsync($"/api/patients/{into}/merges/{first}/undo", new { reason = "Two people" });
        using var led = await Physician.GetAsync($"/api/patients/{other}");
        (await Physician.PostAsJsonAsync($"/api/patients/{into}/merges/{later}/undo", new { reason = "Two people" })).EnsureSuccessStatusCode();
        using var now = await Physician.PostAsJsonAsync($"{Path}/merges/{first}/undo", new { reason = "Two people" });

        Assert.That(early.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await led.JsonAsync()).GetProperty("mergedInto").GetInt64(), Is.EqualTo(third));
        Assert.That(now.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await WeightsAsync(other), Is.EqualTo(new[] { 80_000 }));
    }

    [Test]
    public async Task A_browser_without_script_chooses_looks_merges_and_undoes()
    {
        var other = await TwinAsync();
        using var browser = Clinic.Anonymous();
        await browser.SignInAsync("keller", TestClinic.Password);
        var choosing = await browser.GetStringAsync($"/patients/{Patient}/merge?q=Annika");
        var path = $"/patients/{Patient}/merge?with={other}";
        var shown = await browser.GetStringAsync(path);

        using var wrong = await browser.PostFormAsync(path, "merge", ("accept", (await PreviewAsync(other)).Text("fingerprint")), ("reason", "Registered twice"), ("password", "not mine"));
        using var merged = await browser.PostFormAsync(path, "merge",
            ("accept", (await PreviewAsync(other)).Text("fingerprint")), ("reason", "Registered twice"), ("password", TestClinic.Password));
        var at = merged.Headers.Location!.AbsolutePath;
        var done = await browser.GetStringAsync(at);
        using var undone = await browser.PostFormAsync(at, "undo", ("reason", "Two people"), ("password", TestClinic.Password));

        Assert.That(await wrong.Content.ReadAsStringAsync(), Does.Contain("your password."));
        Assert.That(choosing, Does.Contain($"with={other}"));
        Assert.That(shown, Does.Contain("Measurements").And.Contain("Afraid of needles"));
        Assert.That(done, Does.Contain("Registered twice"));
        Assert.That(undone.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    private async Task<long> TwinAsync()
    {
        SetPatient(await RegisterAsync(new { givenName = "Anna", familyName = "Weber", birthDate = "1988-07-07", alerts = "Faints", allergies = new[] { new { substance = "Latex" } }, confirmedNew = true }));
        var other = await RegisterAsync(new
        {
            givenName = "Annika", familyName = "Weber", birthDate = "1988-07-07", phone = "0664 1234567", alerts = "faints\nAfraid of needles",
            allergies = new[] { new { substance = "Latex" }, new { substance = "Lidocaine" } }, confirmedNew = true,
        });
        (await Physician.PostAsJsonAsync($"/api/patients/{other}/measurements", new { kind = "Weight", value = 80_000 })).EnsureSuccessStatusCode();
        return other;
    }

    private async Task<long> RegisterAsync(object patient)
    {
        using var answer = await Physician.PostAsJsonAsync("/api/patients", patient);
        answer.EnsureSuccessStatusCode();
        return (await answer.JsonAsync()).GetProperty("id").GetInt64();
    }

    private Task<JsonElement> PreviewAsync(long other, long? into = null) => Physician.GetFromJsonAsync<JsonElement>($"/api/patients/{into ?? Patient}/merge?with={other}");

    private async Task<long> MergeAsync(long other, long? into = null)
    {
        using var answer = await SendAsync(other, (await PreviewAsync(other, into)).Text("fingerprint"), into: into);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("id").GetInt64();
    }

    private Task<HttpResponseMessage> SendAsync(long other, string accept, string reason = "Registered twice", long? into = null) =>
        Physician.PostAsJsonAsync($"/api/patients/{into ?? Patient}/merge", new { with = other, accept, reason });

    private async Task<int[]> WeightsAsync(long patient) =>
        [.. await Clinic.ReadAsync(db => db.QueryAsync<int>("SELECT weight_grams FROM core__measurements WHERE patient_id = @patient ORDER BY id", new { patient }))];
}
