using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Smp.Host.Tests;

/// <summary>The audit trail by the command line, of a clinic that is open and of one that is closed.</summary>
public sealed partial class CommandLineTests
{
    [Test]
    public async Task A_trail_is_verified_beside_a_running_host_and_its_head_is_good_for_later()
    {
        await using var host = await ServeAsync();
        await MakeClinicAsync();
        var first = JsonDocument.Parse(await DoAsync("audit verify --json")).RootElement;
        await AddPatientAsync("Anna");
        var head = first.GetProperty("head").GetString()!;

        var people = await DoAsync($"audit verify --head {head}");
        var (code, said, _) = await RunAsync($"audit verify --head {head[..^4]}0000 --head {head}", null);

        Assert.Multiple(() =>
        {
            Assert.That(first.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "ok", "units", "rows", "head", "problems" }));
            Assert.That(first.GetProperty("ok").GetBoolean(), Is.True);
            Assert.That(head, Does.Match("^[0-9]+:[0-9a-f]{64}$"));
            Assert.That(people, Does.StartWith("The audit trail is whole: ").And.Contain("Its head: "));
            Assert.That(code, Is.EqualTo(1));
            Assert.That(said, Does.Contain("One thing is wrong").And.Contain("Replaced"));
        });
    }

    [Test]
    public async Task A_row_that_was_changed_past_the_store_is_found_and_is_exit_code_1()
    {
        await MakeClinicAsync();
        await AddPatientAsync("Anna");
        await using (var file = new SqliteConnection($"Data Source={Path.Combine(data, "clinic.db")};Pooling=False"))
        {
            await file.OpenAsync();
            await using var change = file.CreateCommand();
            // A connection of anybody's has no function for the triggers to ask, so they are in the way, and go first.
            change.CommandText = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'patients'";
            List<string> triggers = [];
            await using (var names = await change.ExecuteReaderAsync())
            {
                while (await names.ReadAsync()) triggers.Add(names.GetString(0));
            }

            change.CommandText = string.Concat(triggers.Select(t => $"DROP TRIGGER \"{t}\";")) + "UPDATE patients SET medications = 'None at all' WHERE id = 1";
            await change.ExecuteNonQueryAsync();
        }

        var (code, said, _) = await RunAsync("audit verify", null);
        var (jsonCode, json, _) = await RunAsync("audit verify --json", null);

        var verdict = JsonDocument.Parse(json).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That((code, jsonCode), Is.EqualTo((1, 1)));
            Assert.That(said, Does.Contain("is not as it was written").And.Contain("patients 1").And.Contain("LiveRow"));
            Assert.That(verdict.GetProperty("ok").GetBoolean(), Is.False);
            Assert.That(verdict.GetProperty("problems").EnumerateArray().Select(p => p.GetProperty("where").GetString()), Has.Member("patients 1"));
        });
    }

    [Test]
    public async Task The_trail_is_exported_to_standard_output_or_to_a_file_that_isnt_there_yet()
    {
        await MakeClinicAsync();
        await AddPatientAsync("Anna");
        var file = Path.Combine(data, "trail.ndjson");

        var said = await DoAsync("audit export");
        await DoAsync(["audit", "export", "--out", file, "--from", "2020-01-01"]);
        var (again, _, error) = await RunAsync(["audit", "export", "--out", file], null);
        var verdict = JsonDocument.Parse(await DoAsync("audit verify --json")).RootElement;
        var none = await DoAsync("audit export --to 2020-01-01");

        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(lines[^1].GetProperty("head").GetString(), Is.EqualTo(verdict.GetProperty("head").GetString()));
            Assert.That(lines.SkipLast(1).Select(l => l.GetProperty("act").GetString()), Has.Member("Registered a patient"));
            Assert.That(File.ReadAllText(file), Is.EqualTo(said));
            Assert.That(again, Is.EqualTo(1));
            Assert.That(error, Does.Contain("is there already"));
            Assert.That(none.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(1));
            if (!OperatingSystem.IsWindows()) Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        });
    }

    [TestCase("audit verify --head 12")]
    [TestCase("audit verify --head 12:abc")]
    [TestCase("audit export --from yesterday")]
    public async Task A_head_or_a_day_that_is_none_is_wrong_usage(string command)
    {
        var (code, _, error) = await RunAsync(command, null);

        Assert.That(code, Is.EqualTo(2), error);
        Assert.That(error, Does.StartWith("smp: ").And.Contain("One looks like"));
    }

    private Task<string> AddPatientAsync(string name) => DoAsync(["call", "POST", "/api/patients", "--body",
        $$"""{"givenName": "{{name}}", "familyName": "Weber", "birthDate": "1988-07-07", "confirmedNew": true}"""]);
}
