using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Smp.Host.Tests;

/// <summary><c>smp doctor</c> as a real process: what needs doing, with an exit code that scripts can trust.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DoctorCommandTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("smp-doctor-").FullName;

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Test]
    public async Task A_clinic_without_a_backup_needs_one_and_then_nothing()
    {
        await MakeClinicAsync();

        var before = await LookAsync(1);
        Assert.That(Wrong(before), Is.EqualTo(new[] { "backup" }));
        Assert.That(Text(before, "backup"), Does.Contain("Make one: smp backup create"));
        Assert.That((await SmpProcess.RunAsync(["backup", "create", "--data", data], null)).Code, Is.Zero);

        var after = await LookAsync(0);
        Assert.That(after.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("check").GetString()), Is.EqualTo(new[]
        {
            "version", "folder", "disk", "backup", "modules", "versions", "health", "database", "tables", "audit", "files", "clock", "memory", "printer",
        }));
        var said = await SmpProcess.RunAsync(["doctor", "--data", data], null);
        Assert.That(said.Code, Is.Zero);
        Assert.That(said.Output, Does.Contain("ok  audit"));
    }

    [Test]
    public async Task Data_that_was_changed_past_the_store_a_missing_photo_and_a_clock_that_runs_behind_need_doing()
    {
        await MakeClinicAsync();
        Assert.That((await SmpProcess.RunAsync(["backup", "create", "--data", data], null)).Code, Is.Zero);
        await using (var raw = new SqliteConnection($"Data Source={Path.Combine(data, "clinic.db")};Pooling=False"))
        {
            await raw.ExecuteAsync("""
                DROP TRIGGER core__trail_staff_u; DROP TRIGGER core__trail_staff_k; UPDATE staff SET role = 'Physician';
                DROP TRIGGER core__trail_core__files_i; INSERT INTO core__files VALUES (printf('%064d', 7), 3, 'image/png', '2026-01-01T00:00:00.000Z');
                DROP TRIGGER core__audit_seals_keep; UPDATE core__audit_seals SET at = '2999-01-01T00:00:00.000Z' WHERE number = (SELECT max(number) FROM core__audit_seals);
                """);
        }

        var look = await LookAsync(1);

        Assert.That(Wrong(look), Is.EquivalentTo(new[] { "audit", "files", "clock" }));
        Assert.That(Text(look, "files"), Does.Contain("1 of 1 photos and documents are missing"));
        Assert.That(Text(look, "clock"), Does.Contain("Set the machine's clock right"));
    }

    [Test]
    public async Task A_clinic_that_doesnt_open_is_looked_at_from_outside()
    {
        await MakeClinicAsync();
        await File.WriteAllBytesAsync(Path.Combine(data, "clinic.db"), new byte[8192]);

        var look = await LookAsync(1);

        Assert.That(Wrong(look), Does.Contain("clinic"));
        Assert.That(Text(look, "clinic"), Does.Contain("damaged").And.Contain("smp backup list"));
    }

    private async Task MakeClinicAsync() =>
        Assert.That((await SmpProcess.RunAsync(["users", "add", "--name", "ada", "--role", "Administrator", "--data", data], "correct horse battery")).Code, Is.Zero);

    private async Task<JsonElement> LookAsync(int exitCode)
    {
        var done = await SmpProcess.RunAsync(["doctor", "--json", "--data", data], null);
        Assert.That(done.Code, Is.EqualTo(exitCode), done.Output + done.Error);
        return JsonSerializer.Deserialize<JsonElement>(done.Output);
    }

    private static IEnumerable<string?> Wrong(JsonElement look) =>
        look.GetProperty("findings").EnumerateArray().Where(f => !f.GetProperty("ok").GetBoolean()).Select(f => f.GetProperty("check").GetString());

    private static string Text(JsonElement look, string check) =>
        look.GetProperty("findings").EnumerateArray().First(f => f.GetProperty("check").GetString() == check).GetProperty("text").GetString()!;
}
