using System.IO.Compression;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Smp.Host.Tests.Shells;
using Smp.Needles;
using Smp.Sdk;
using Smp.Sdk.Testing;
using Smp.Sessions;

namespace Smp.Host.Tests.Patients;

/// <summary>A clinic full of data, with a module that is turned off: nothing of a patient is forgotten, and nothing is lost.</summary>
public sealed class MergeEverythingTests
{
    private TestClinic clinic = null!;
    private HttpClient admin = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        clinic = await TestClinic.StartAsync(o =>
        {
            o.With<NeedlesPlugin>();
            o.With<SessionsPlugin>();
            o.Demo = true;
        });
        await clinic.DoAsync("needles", "disable");
        admin = await clinic.AsAsync(Role.Administrator);
    }

    [OneTimeTearDown]
    public async Task Close() => await clinic.DisposeAsync();

    [Test]
    public async Task Merged_and_parted_again_every_row_of_every_module_is_as_it_was()
    {
        var desk = await clinic.AsAsync(Role.Physician);
        var busiest = await clinic.ReadAsync(db => db.QueryAsync<long>("SELECT patient_id FROM needles__uses GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 4"));
        var patients = busiest.AsList();
        foreach (var (survivor, merged) in new[] { (patients[0], patients[1]), (patients[1], patients[0]), (patients[3], patients[2]) })
        {
            var upTo = await clinic.LastTimelineAsync();
            var before = await clinic.RowsAsync(upTo);
            var uses = await UsesAsync(survivor) + await UsesAsync(merged);
            var preview = await desk.GetFromJsonAsync<JsonElement>($"/api/patients/{survivor}/merge?with={merged}");
            using var done = await desk.PostAsJsonAsync($"/api/patients/{survivor}/merge",
                new { with = merged, accept = preview.Text("fingerprint"), reason = "Registered twice" });
            Assert.That(done.IsSuccessStatusCode, await done.Content.ReadAsStringAsync());
            Assert.That((await UsesAsync(survivor), await UsesAsync(merged)), Is.EqualTo((uses, 0)));

            using var undone = await desk.PostAsJsonAsync($"/api/patients/{survivor}/merges/{(await done.JsonAsync()).GetProperty("id")}/undo",
                new { reason = "Two people" });

            Assert.That(undone.IsSuccessStatusCode, await undone.Content.ReadAsStringAsync());
            Assert.That(await clinic.RowsAsync(upTo), Is.EqualTo(before));
        }
    }

    [Test]
    public async Task Rows_that_the_other_record_has_its_own_of_stay_are_named_and_lose_nothing()
    {
        var desk = await clinic.AsAsync(Role.Physician);
        var (one, other) = await TwoAsync();
        var notice = await clinic.WriteAsync(async db =>
        {
            var first = await db.ExecuteScalarAsync<long?>("SELECT id FROM needles__recall_notices ORDER BY id LIMIT 1");
            Assert.That(first, Is.Not.Null, "The demonstration has a recall.");
            await db.ExecuteAsync("INSERT OR IGNORE INTO needles__affected_patients (notice_id, patient_id, quantity) VALUES (@first, @one, 0), (@first, @other, 0)", new { first, one, other });
            return first!.Value;
        });
        var upTo = await clinic.LastTimelineAsync();
        var before = await clinic.RowsAsync(upTo);

        var preview = await desk.GetFromJsonAsync<JsonElement>($"/api/patients/{one}/merge?with={other}");
        using var done = await desk.PostAsJsonAsync($"/api/patients/{one}/merge", new { with = other, accept = preview.Text("fingerprint"), reason = "Registered twice" });
        var kept = await clinic.ReadAsync(db => db.QueryAsync<long>("SELECT patient_id FROM needles__affected_patients WHERE notice_id = @notice AND patient_id IN (@one, @other)", new { notice, one, other }));
        using var undone = await desk.PostAsJsonAsync($"/api/patients/{one}/merges/{(await done.JsonAsync()).GetProperty("id")}/undo", new { reason = "Two people" });

        var affected = preview.GetProperty("tables").EnumerateArray().Single(t => t.Text("table") == "needles__affected_patients");
        Assert.That((affected.Text("owner"), affected.GetProperty("stays").GetInt64()), Is.EqualTo(("needles", 1)));
        Assert.That(kept, Is.EquivalentTo(new[] { one, other }));
        Assert.That(undone.IsSuccessStatusCode, await undone.Content.ReadAsStringAsync());
        Assert.That(await clinic.RowsAsync(upTo), Is.EqualTo(before));
    }

    [Test]
    public async Task The_whole_record_is_taken_out_with_the_part_of_a_module_that_is_off_and_a_manifest_that_holds()
    {
        var patient = await clinic.ReadAsync(db => db.ExecuteScalarAsync<long>("SELECT patient_id FROM needles__uses GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"));
        var zip = new ZipArchive(new MemoryStream(await admin.GetByteArrayAsync($"/api/patients/{patient}/export")));
        var manifest = JsonDocument.Parse(await zip.BytesAsync("manifest.json")).RootElement;

        foreach (var entry in manifest.GetProperty("entries").EnumerateArray())
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(await zip.BytesAsync(entry.Text("name")))), Is.EqualTo(entry.Text("sha256")), entry.Text("name"));
        Assert.That(zip.Entries.Select(e => e.FullName).Except(["manifest.json"]), Is.EquivalentTo(manifest.GetProperty("entries").EnumerateArray().Select(e => e.Text("name"))));
        var uses = JsonDocument.Parse(await zip.BytesAsync("data/needles__uses.json")).RootElement;
        Assert.That((uses.GetArrayLength(), uses.EnumerateArray().All(u => u.GetProperty("patient_id").GetInt64() == patient)), Is.EqualTo(((int)await UsesAsync(patient), true)));
        var page = System.Text.Encoding.UTF8.GetString(await zip.BytesAsync("index.html"));
        Assert.That(page, Does.Contain("Uses · needles").And.Not.Contain("<script"));
        var reads = await admin.GetFromJsonAsync<JsonElement>($"/api/audit/reads?patient={patient}");
        Assert.That(reads.GetProperty("items").EnumerateArray().Select(r => r.Text("route")), Has.Member("GET /api/patients/{id}/export"));
    }

    [Test]
    public async Task No_row_that_names_another_patient_is_in_an_export()
    {
        foreach (var patient in await clinic.ReadAsync(db => db.QueryAsync<long>("SELECT id FROM patients ORDER BY id LIMIT 12")))
        {
            using var zip = new ZipArchive(new MemoryStream(await admin.GetByteArrayAsync($"/api/patients/{patient}/export")));
            foreach (var entry in zip.Entries.Where(e => e.FullName.StartsWith("data/", StringComparison.Ordinal)))
            {
                var others = JsonDocument.Parse(await zip.BytesAsync(entry.FullName)).RootElement.EnumerateArray()
                    .Where(r => r.TryGetProperty("patient_id", out var whose) && whose.ValueKind == JsonValueKind.Number && whose.GetInt64() != patient);
                Assert.That(others, Is.Empty, entry.FullName);
            }
        }
    }

    [Test]
    public async Task Whoever_may_not_take_a_record_out_gets_none()
    {
        using var answer = await (await clinic.AsAsync(Role.Coordinator)).GetAsync("/api/patients/1/export");
        Assert.That((int)answer.StatusCode, Is.EqualTo(403));
    }

    private Task<long> UsesAsync(long patient) => clinic.ReadAsync(db => db.ExecuteScalarAsync<long>("SELECT count(*) FROM needles__uses WHERE patient_id = @patient", new { patient }));

    private async Task<(long, long)> TwoAsync()
    {
        var ids = (await clinic.ReadAsync(db => db.QueryAsync<long>("SELECT id FROM patients ORDER BY id DESC LIMIT 2"))).AsList();
        return (ids[0], ids[1]);
    }
}
