using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Smp.Host.Tests.Clinical;
using Smp.Host.Tests.Shells;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Patients;

/// <summary>Patients from a file: all of them or none, and what is wrong said line by line.</summary>
public sealed class ImportTests : ClinicalApi
{
    private const string Good = "First name;Last name;Date of birth;Mobile;Allergies;Shoe size\nMarko;Horvat;31.12.1970;0664 7654321;Latex;44\nZoë;\"de \"\"Wit\"\"; jun.\";01.02.1990;;\"Lidocaine; Kiwi\";38\n";

    [Test]
    public async Task A_table_as_a_spreadsheet_writes_it_is_read_and_its_patients_are_registered()
    {
        var report = await ImportAsync(Good, "?dates=d.M.yyyy");

        Assert.That((report.Text("delimiter"), report.Text("encoding"), report.GetProperty("registered").GetInt32()), Is.EqualTo((";", "UTF-8", 2)));
        Assert.That(report.Texts("ignored"), Is.EqualTo(new[] { "Shoe size" }));
        var found = await Physician.GetFromJsonAsync<JsonElement>("/api/patients?search=wit");
        var record = await Physician.GetFromJsonAsync<JsonElement>($"/api/patients/{found.GetProperty("items")[0].GetProperty("id")}");
        Assert.That((record.Text("givenName"), record.Text("familyName"), record.Text("birthDate")), Is.EqualTo(("Zoë", "de \"Wit\"; jun.", "1990-02-01")));
        Assert.That(record.GetProperty("allergies").EnumerateArray().Select(a => a.Text("substance")), Is.EqualTo(new[] { "Lidocaine", "Other" }));
    }

    [Test]
    public async Task A_dry_run_says_the_same_and_registers_nobody()
    {
        var report = await ImportAsync(Good, "?dates=d.M.yyyy&dryRun=true");

        Assert.That((report.GetProperty("lines").GetInt32(), report.GetProperty("registered").GetInt32(), await CountAsync()), Is.EqualTo((2, 0, 1)));
    }

    [Test]
    public async Task Every_bad_line_is_named_by_its_number_and_nobody_is_registered()
    {
        var report = await ImportAsync("given name,family name,birth date,email,sex\nMarko,Horvat,1970-12-31,,M\nBerta,,1980-01-01,nobody,Q\n\"Ida\nMaria\",Lang,1999-02-30,,\nOtto,Lang,2100-01-01,,\n", "?dates=d.M.yyyy");

        Assert.That(report.GetProperty("problems").EnumerateArray().Select(p => $"{p.GetProperty("line")} {p.Text("field")}"),
            Is.EqualTo(new[] { "3 sexAtBirth", "3 familyName", "3 email", "4 birthDate", "6 birthDate" }));
        Assert.That((report.GetProperty("registered").GetInt32(), await CountAsync()), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task An_import_says_how_far_it_has_come_to_whoever_imports()
    {
        var lines = string.Concat(Enumerable.Range(0, 2000).Select(i => $"Person,Number{i},{new DateOnly(1950, 1, 1).AddDays(i):yyyy-MM-dd}\n"));
        var importing = ImportAsync("first name,last name,dob\n" + lines, "?duplicates=add");
        string? said = null;
        while (said is null && !importing.IsCompleted) said = await SentenceAsync();
        await importing;

        Assert.That(said, Does.Contain("of 2000"));
        Assert.That(await SentenceAsync(), Is.Null, "there is none any more");
        async Task<string?> SentenceAsync() => (await Physician.GetFromJsonAsync<JsonElement>("/api/patients/import/progress")).GetProperty("sentence").GetString();
    }

    [Test]
    public async Task A_date_that_can_be_read_two_ways_is_never_guessed()
    {
        const string file = "first name,last name,dob\nMarko,Horvat,03/04/1970\n";
        var asked = await ImportAsync(file);
        await ImportAsync(file, "?dates=M/d/yyyy");

        Assert.That(asked.GetProperty("problems")[0].Text("message"), Does.Contain("more than one way").And.Contain("d/M/yyyy").And.Contain("M/d/yyyy"));
        var found = await Physician.GetFromJsonAsync<JsonElement>("/api/patients?search=horvat");
        Assert.That(found.GetProperty("items").EnumerateArray().Select(p => p.Text("birthDate")), Is.EqualTo(new[] { "1970-03-04" }));
    }

    [Test]
    public async Task Whoever_may_be_here_already_or_stands_in_the_file_twice_is_flagged_and_left_out_only_when_asked()
    {
        const string file = "first name,last name,dob\nAna,Weber,1988-07-07\nMarko,Horvat,1970-12-31\nHorvat,Marko,1970-12-31\n";
        var held = await ImportAsync(file);
        var skipped = await ImportAsync(file, "?duplicates=skip");

        Assert.That(held.GetProperty("duplicates").EnumerateArray().Select(d => $"{d.GetProperty("line")}: {d.GetProperty("of")} {d.GetProperty("ofLine")}"), Is.EqualTo(new[] { $"2: {Patient} ", "4:  3" }));
        Assert.That((held.GetProperty("registered").GetInt32(), skipped.GetProperty("registered").GetInt32(), await CountAsync()), Is.EqualTo((0, 1, 2)));
    }

    [Test]
    public async Task A_heading_that_says_nothing_is_mapped_and_one_that_is_missing_is_asked_for()
    {
        const string file = "A\tB\tC\nMarko\tHorvat\t1970-12-31\n";
        using var unknown = await SendAsync(Encoding.UTF8.GetBytes(file), "");
        using var wrong = await SendAsync(Encoding.UTF8.GetBytes(file), "?map=givenName:A&map=familyName:Z&map=birthDate:C");
        var mapped = await ImportAsync(file, "?map=givenName:A&map=familyName:B&map=birthDate:C");

        Assert.That((unknown.StatusCode, wrong.StatusCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity)));
        Assert.That(await wrong.Content.ReadAsStringAsync(), Does.Contain("There are: A, B, C"));
        Assert.That(mapped.GetProperty("registered").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task Letters_are_read_as_they_were_written_or_not_at_all()
    {
        const string file = "Vorname;Nachname;Geburtsdatum\nZoë;Müller;1990-02-01\n";
        using var latin = await SendAsync(Encoding.Latin1.GetBytes(file), "?dryRun=true");
        using var wide = await SendAsync([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(file)], "?dryRun=true");
        using var unclear = await SendAsync([.. Encoding.ASCII.GetBytes("Vorname;Nachname;Geburtsdatum\nZo"), 0x89, .. Encoding.ASCII.GetBytes(";M;1990-02-01\n")], "?dryRun=true");

        Assert.That(((await latin.JsonAsync()).Text("encoding"), (await wide.JsonAsync()).Text("encoding"), unclear.StatusCode), Is.EqualTo(("ISO 8859-1", "UTF-16", HttpStatusCode.UnprocessableEntity)));
    }

    [TestCase("")]
    [TestCase("first name,last name,dob\n")]
    [TestCase("first name,last name,dob\nA,B\n")]
    [TestCase("first name,last name,dob\nA,B\"c,1990-01-01\n")]
    public async Task What_is_no_table_is_refused(string file)
    {
        using var answer = await SendAsync(Encoding.UTF8.GetBytes(file), "");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity), await answer.Content.ReadAsStringAsync());
    }

    [Test]
    public async Task A_browser_without_script_sees_what_is_wrong_and_then_imports()
    {
        using var browser = Clinic.Anonymous();
        await browser.SignInAsync("keller", TestClinic.Password);
        using var looked = await PostAsync(browser, dryRun: true);
        using var done = await PostAsync(browser, dryRun: false);

        Assert.That(await looked.Content.ReadAsStringAsync(), Does.Contain("2 patients can be registered").And.Contain("Shoe size"));
        Assert.That((done.StatusCode, await CountAsync()), Is.EqualTo((HttpStatusCode.Redirect, 3)));
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, bool dryRun)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in new[] { ("_handler", "import"), ("__RequestVerificationToken", await browser.FormTokenAsync("/patients/import")), ("dates", "d.M.yyyy"), ("duplicates", "refuse"), ("map", "") })
            form.Add(new StringContent(value), name);
        if (dryRun) form.Add(new StringContent("true"), "dryRun");
        form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(Good)), "file", "patients.csv");
        return await browser.PostAsync("/patients/import", form);
    }

    private async Task<JsonElement> ImportAsync(string file, string query = "")
    {
        using var answer = await SendAsync(Encoding.UTF8.GetBytes(file), query);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private async Task<HttpResponseMessage> SendAsync(byte[] file, string query)
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await Physician.PostAsync($"/api/patients/import{query}", content);
    }

    private async Task<int> CountAsync() => (await Physician.GetFromJsonAsync<JsonElement>("/api/patients?limit=200")).GetProperty("items").GetArrayLength();
}
