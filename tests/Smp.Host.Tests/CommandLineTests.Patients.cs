using System.IO.Compression;
using System.Text.Json;

namespace Smp.Host.Tests;

/// <summary>Patients by the command line: taken in from a file, merged, taken out, erased.</summary>
public sealed partial class CommandLineTests
{
    private const string Ground = "Art. 17 GDPR";

    [Test]
    public async Task Patients_of_a_file_are_looked_at_then_registered_and_a_bad_line_is_exit_code_1()
    {
        await MakeClinicAsync();
        var good = await FileAsync("good.csv", "Vorname;Nachname;Geburtsdatum;Mobil 2\nMarko;Horvat;31.12.1970;0664 7654321\n");
        var bad = await FileAsync("bad.csv", "Vorname;Nachname;Geburtsdatum\nMarko;Horvat;\n");

        var dry = await DoAsync(["patients", "import", good, "--dates", "d.M.yyyy", "--map", "phone:Mobil 2", "--dry-run"]);
        var done = JsonDocument.Parse(await DoAsync(["patients", "import", good, "--dates", "d.M.yyyy", "--map", "phone:Mobil 2", "--json"])).RootElement;
        var (held, twice, _) = await RunAsync(["patients", "import", good, "--dates", "d.M.yyyy"], null);
        var (wrong, said, _) = await RunAsync(["patients", "import", bad], null);
        var (unknown, _, _) = await RunAsync(["patients", "import", good, "--dates", "tomorrow"], null);

        Assert.Multiple(() =>
        {
            Assert.That(dry, Does.Contain("phone          from “Mobil 2”").And.Contain("1 patients in the file, 0 registered: this was a dry run."));
            Assert.That(done.GetProperty("registered").GetInt32(), Is.EqualTo(1));
            Assert.That(twice, Does.Contain("Line 2: Horvat, Marko may be the same person as P-000001."));
            Assert.That(said, Does.Contain("Line 2, birthDate: "));
            Assert.That((held, wrong, unknown), Is.EqualTo((1, 1, 2)));
        });
    }

    [Test]
    public async Task A_record_is_written_out_once_and_never_over_a_file_that_is_there()
    {
        await MakeClinicAsync();
        await AddPatientAsync("Anna");
        var to = Path.Combine(data, "record.zip");

        var said = await DoAsync(["patients", "export", "P-000001", "--to", to]);
        var (again, _, error) = await RunAsync(["patients", "export", "1", "--to", to], null);
        var (missing, _, nobody) = await RunAsync(["patients", "export", "47", "--to", Path.Combine(data, "other.zip")], null);
        var (misused, _, _) = await RunAsync(["patients", "export", "Anna", "--to", Path.Combine(data, "other.zip")], null);

        await using (var zip = await ZipFile.OpenReadAsync(to)) Assert.That(zip.Entries.Select(e => e.FullName), Is.SupersetOf(new[] { "index.html", "manifest.json", "data/patients.json" }));
        Assert.That(said, Does.Contain($"The record is in {to}."));
        Assert.That(error, Does.Contain("is there already"));
        Assert.That(nobody, Does.Contain("There is no patient P-000047."));
        Assert.That((again, missing, misused, File.Exists(Path.Combine(data, "other.zip"))), Is.EqualTo((1, 1, 2, false)));
    }

    [Test]
    public async Task Two_records_are_merged_by_a_call_as_the_preview_said()
    {
        await MakeClinicAsync();
        await AddPatientAsync("Anna");
        await AddPatientAsync("Annika");
        var preview = JsonDocument.Parse(await DoAsync(["call", "GET", "/api/patients/1/merge?with=2"])).RootElement;

        var (refused, _, stale) = await RunAsync(["call", "POST", "/api/patients/1/merge", "--body", """{"with": 2, "accept": "0123456789abcdef", "reason": "Registered twice"}"""], null);
        await DoAsync(["call", "POST", "/api/patients/1/merge", "--body", $$"""{"with": 2, "accept": "{{preview.GetProperty("fingerprint").GetString()}}", "reason": "Registered twice"}"""]);
        var (led, _, error) = await RunAsync(["patients", "erase", "2", "--plan"], null);

        Assert.That((refused, led), Is.EqualTo((1, 1)), stale);
        Assert.That(error, Does.Contain("P-000002 was merged into P-000001."));
    }

    [Test]
    public async Task A_record_is_erased_after_a_look_with_a_ground_and_the_patient_said_once_more()
    {
        await MakeClinicAsync();
        await AddPatientAsync("Anna");

        var plan = await DoAsync("patients erase P-000001 --plan");
        var (groundless, _, _) = await RunAsync("patients erase 1", null);
        var (unsaid, _, asked) = await RunAsync(["patients", "erase", "1", "--reason", Ground], null);
        var (other, _, meant) = await RunAsync(["patients", "erase", "1", "--reason", Ground, "--confirm", "P-000002"], null);
        var done = await DoAsync(["patients", "erase", "1", "--reason", Ground, "--confirm", "Anna Weber"]);
        var (again, _, gone) = await RunAsync("patients erase 1 --plan", null);
        var verdict = JsonDocument.Parse(await DoAsync("audit verify --json")).RootElement;

        Assert.Multiple(() =>
        {
            Assert.That(plan, Does.Contain("core__timeline").And.Contain("Nothing of the record is left then but its number."));
            Assert.That((groundless, unsaid, other, again), Is.EqualTo((2, 1, 1, 1)));
            Assert.That(asked, Does.Contain("--confirm"));
            Assert.That(meant, Does.Contain("P-000001, or their name"));
            Assert.That(done, Does.StartWith("The record is erased.").And.Contain("before-erasure-P-000001"));
            Assert.That(gone, Does.Contain("The record P-000001 was erased on"));
            Assert.That(verdict.GetProperty("ok").GetBoolean(), Is.True);
        });
    }

    private async Task<string> FileAsync(string name, string content)
    {
        var path = Path.Combine(data, name);
        await File.WriteAllTextAsync(path, content);
        return path;
    }
}
