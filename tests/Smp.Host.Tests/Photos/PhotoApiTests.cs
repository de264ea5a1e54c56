using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Smp.Host.Tests.Clinical;
using Smp.Host.Tests.Shells;
using Smp.Runtime.Photos;
using Smp.Runtime.Tests.Photos;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Photos;

/// <summary>Photos of patients: added, shown to those who may, each look written down.</summary>
public sealed class PhotoApiTests : ClinicalApi
{
    [Test]
    public async Task A_photo_is_kept_clean_listed_and_shown()
    {
        var id = await AddAsync(Pictures.TalkativeJpeg(1), thumbnail: Pictures.Png, note: "Good light");

        var listed = (await ListAsync()).Single();
        using var picture = await Physician.GetAsync($"{Path}/photos/{id}/picture");
        using var thumbnail = await Physician.GetAsync($"{Path}/photos/{id}/thumbnail");

        Assert.That((listed.GetProperty("id").GetInt64(), listed.Text("view"), listed.Text("stage"), listed.Text("note"), listed.GetProperty("width").GetInt32()),
            Is.EqualTo((id, "Frontal", "Baseline", "Good light", 16)));
        Assert.That(await picture.Content.ReadAsByteArrayAsync(), Is.EqualTo(CleanImage.Read(Pictures.Jpeg).Bytes));
        Assert.That(await thumbnail.Content.ReadAsByteArrayAsync(), Is.EqualTo(Pictures.Png));
        Assert.That((picture.Content.Headers.ContentType!.MediaType, picture.Headers.CacheControl!.NoStore), Is.EqualTo(("image/jpeg", true)));
        Assert.That((await Physician.GetFromJsonAsync<JsonElement>($"{Path}/timeline")).GetProperty("items").EnumerateArray().Select(i => i.Text("text")),
            Has.Member("Photo: frontal, baseline"));
    }

    [Test]
    public async Task Whoever_may_not_see_photos_gets_none_and_whoever_looks_at_one_is_written_down_with_which()
    {
        var id = await AddAsync(Pictures.Jpeg);
        var desk = await Clinic.AsAsync(Role.Coordinator);

        foreach (var path in new[] { "", $"/{id}", $"/{id}/picture", $"/{id}/thumbnail" })
        {
            using var answer = await desk.GetAsync($"{Path}/photos{path}");
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), path);
        }

        (await Physician.GetAsync($"{Path}/photos/{id}/picture")).Dispose();
        var auditor = await Clinic.AsAsync(Role.Auditor);
        var reads = await auditor.GetFromJsonAsync<JsonElement>($"/api/audit/reads?patient={Patient}");
        Assert.That(reads.GetProperty("items").EnumerateArray().Select(r => r.Text("route")), Is.EqualTo(new[] { $"GET /api/patients/{{id}}/photos/{id}/picture" }));
    }

    [Test]
    public async Task A_photo_isnt_shown_under_another_patient()
    {
        var id = await AddAsync(Pictures.Jpeg);
        var other = await PatientAsync("Berta");
        using var answer = await Physician.GetAsync($"/api/patients/{other}/photos/{id}/picture");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task What_is_no_picture_or_says_nothing_of_itself_is_refused_and_nothing_is_kept()
    {
        using var text = await SendAsync(Encoding.ASCII.GetBytes("<svg onload='alert(1)'/>"), ("view", "Frontal"), ("stage", "Baseline"));
        using var half = await SendAsync(Pictures.Jpeg[..400], ("view", "Frontal"), ("stage", "Baseline"));
        using var bare = await SendAsync(Pictures.Jpeg);
        using var odd = await SendAsync(Pictures.Jpeg, ("view", "7"), ("stage", "Baseline"), ("takenAt", "yesterday"));
        using var future = await SendAsync(Pictures.Jpeg, ("view", "Frontal"), ("stage", "Baseline"), ("takenAt", "2031-01-01T00:00:00Z"));
        using var none = await Physician.PostAsync($"{Path}/photos", new MultipartFormDataContent { { new StringContent("Frontal"), "view" } });
        using var json = await Physician.PostAsJsonAsync($"{Path}/photos", new { view = "Frontal" });

        Assert.That(await FieldsAsync(text), Is.EqualTo(new[] { "photo" }));
        Assert.That(await FieldsAsync(half), Is.EqualTo(new[] { "photo" }));
        Assert.That(await FieldsAsync(bare), Is.EqualTo(new[] { "view", "stage" }));
        Assert.That(await FieldsAsync(odd), Is.EqualTo(new[] { "view", "takenAt" }));
        Assert.That(await FieldsAsync(future), Is.EqualTo(new[] { "takenAt" }));
        Assert.That(await FieldsAsync(none), Is.EqualTo(new[] { "photo" }));
        Assert.That((int)json.StatusCode, Is.AnyOf(415, 422));
        Assert.That(await ListAsync(), Is.Empty);
    }

    [Test]
    public async Task A_small_version_that_isnt_small_is_refused()
    {
        using var form = Form(Pictures.Jpeg, ("view", "Frontal"), ("stage", "Baseline"));
        form.Add(new ByteArrayContent(new byte[300_001]), "thumbnail", "t.jpg");
        using var answer = await Physician.PostAsync($"{Path}/photos", form);
        Assert.That(await FieldsAsync(answer), Is.EqualTo(new[] { "thumbnail" }));
    }

    [Test]
    public async Task What_is_said_of_a_photo_is_put_right_by_one_person_at_a_time_and_a_voided_one_is_listed_no_more()
    {
        var path = $"{Path}/photos/{await AddAsync(Pictures.Jpeg)}";
        var change = new { view = "Vertex", stage = "Healed", takenAt = "2026-03-01T10:00:00Z" };

        using var changed = await ChangeAsync(HttpMethod.Put, path, 1, change);
        using var stale = await ChangeAsync(HttpMethod.Put, path, 1, change);
        using var wordless = await ChangeAsync(HttpMethod.Post, $"{path}/void", 2, new { });
        using var voided = await ChangeAsync(HttpMethod.Post, $"{path}/void", 2, new { reason = "Somebody else's head" });
        using var again = await ChangeAsync(HttpMethod.Put, path, 3, change);

        Assert.That(new[] { changed, stale, wordless, voided, again }.Select(a => (int)a.StatusCode), Is.EqualTo(new[] { 200, 412, 422, 200, 409 }));
        Assert.That(await ListAsync(), Is.Empty);
        Assert.That((await Physician.GetFromJsonAsync<JsonElement>(path)).Text("voidReason"), Is.EqualTo("Somebody else's head"));
    }

    [Test]
    public async Task They_are_listed_the_latest_first_page_by_page_and_by_view()
    {
        for (var day = 1; day <= 5; day++) await AddAsync(Pictures.Jpeg, at: $"2026-01-0{day}T10:00:00Z", view: day % 2 == 0 ? "Vertex" : "Frontal");

        var first = await Physician.GetFromJsonAsync<JsonElement>($"{Path}/photos?limit=2");
        var second = await Physician.GetFromJsonAsync<JsonElement>($"{Path}/photos?limit=2&after={first.Text("next")}");
        var vertex = await Physician.GetFromJsonAsync<JsonElement>($"{Path}/photos?view=Vertex");

        Assert.That(Days(first).Concat(Days(second)), Is.EqualTo(new[] { 5, 4, 3, 2 }));
        Assert.That(Days(vertex), Is.EqualTo(new[] { 4, 2 }));

        static IEnumerable<int> Days(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("takenAt").GetDateTimeOffset().Day);
    }

    [Test]
    public async Task A_browser_without_script_adds_one_and_compares_two()
    {
        using var browser = Clinic.Anonymous();
        await browser.SignInAsync("keller", TestClinic.Password);
        var token = await browser.FormTokenAsync($"/patients/{Patient}/photos/add");
        using var form = Form(Pictures.Webp, ("view", "Frontal"), ("stage", "Baseline"), ("day", "2026-02-01"), ("time", "10:30"), ("_handler", "photo"), ("__RequestVerificationToken", token));
        using var added = await browser.PostAsync($"/patients/{Patient}/photos/add", form);
        var second = await AddAsync(Pictures.Jpeg, at: "2026-03-01T10:00:00Z");
        var first = (await ListAsync())[^1].GetProperty("id").GetInt64();

        var compared = await browser.GetStringAsync($"/patients/{Patient}/photos/compare?photo={second}&photo={first}");
        var one = await browser.GetStringAsync($"/patients/{Patient}/photos/compare?photo={first}");

        Assert.That((added.StatusCode, added.Headers.Location!.AbsolutePath), Is.EqualTo((HttpStatusCode.Redirect, $"/patients/{Patient}/photos/{first}")));
        Assert.That(compared.IndexOf($"photos/{first}/picture", StringComparison.Ordinal), Is.GreaterThan(0).And.LessThan(compared.IndexOf($"photos/{second}/picture", StringComparison.Ordinal)));
        Assert.That(compared, Does.Contain("28 days between them"));
        Assert.That(one, Does.Contain("Tick two photos"));
    }

    [Test]
    public async Task An_export_of_the_record_holds_the_picture_as_it_is_and_the_manifest_says_so()
    {
        await AddAsync(Pictures.Jpeg, thumbnail: Pictures.Png);
        var admin = await Clinic.AsAsync(Role.Administrator);
        var clean = CleanImage.Read(Pictures.Jpeg).Bytes;
        var name = $"files/{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(clean.ToArray()))}.jpg";

        await using var zip = new System.IO.Compression.ZipArchive(new MemoryStream(await admin.GetByteArrayAsync($"{Path}/export")));
        var manifest = JsonDocument.Parse(await zip.BytesAsync("manifest.json")).RootElement;

        Assert.That(await zip.BytesAsync(name), Is.EqualTo(clean));
        Assert.That(zip.Entries.Count(e => e.FullName.StartsWith("files/", StringComparison.Ordinal)), Is.EqualTo(2));
        Assert.That(manifest.GetProperty("entries").EnumerateArray().Select(e => e.Text("name")), Has.Member(name));
        Assert.That(Encoding.UTF8.GetString(await zip.BytesAsync("index.html")), Does.Contain(name));
    }

    private async Task<long> AddAsync(byte[] picture, byte[]? thumbnail = null, string? note = null, string? at = null, string view = "Frontal")
    {
        using var form = Form(picture, ("view", view), ("stage", "Baseline"), ("takenAt", at ?? "2026-01-01T10:00:00Z"), ("note", note ?? ""));
        if (thumbnail is not null) form.Add(new ByteArrayContent(thumbnail), "thumbnail", "t.png");
        using var answer = await Physician.PostAsync($"{Path}/photos", form);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("id").GetInt64();
    }

    private async Task<HttpResponseMessage> SendAsync(byte[] picture, params (string, string)[] fields)
    {
        using var form = Form(picture, fields);
        return await Physician.PostAsync($"{Path}/photos", form);
    }

    private static MultipartFormDataContent Form(byte[] picture, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(picture), "photo", "photo.jpg" } };
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        return form;
    }

    private async Task<HttpResponseMessage> ChangeAsync(HttpMethod method, string path, long version, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{version}\""));
        return await Physician.SendAsync(request);
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync() => [.. (await Physician.GetFromJsonAsync<JsonElement>($"{Path}/photos")).GetProperty("items").EnumerateArray()];

    private static async Task<IEnumerable<string>> FieldsAsync(HttpResponseMessage answer)
    {
        Assert.That((int)answer.StatusCode, Is.EqualTo(422), await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("errors").EnumerateObject().Select(e => e.Name);
    }
}
