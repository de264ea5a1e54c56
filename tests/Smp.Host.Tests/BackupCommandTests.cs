using System.Text.Json;

namespace Smp.Host.Tests;

/// <summary><c>smp backup</c> as real processes: with a clinic that is open and without one, and as a machine reads it.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BackupCommandTests : IDisposable
{
    private const string Passphrase = "seven clouds over Vienna";
    private readonly string root = Directory.CreateTempSubdirectory("smp-cli-backup-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Test]
    public async Task A_clinic_is_backed_up_listed_verified_and_restored()
    {
        await MakeClinicAsync();
        var made = await JsonAsync(0, "backup create --data data --json");
        var listed = await JsonAsync(0, "backup list --data data --json");
        var name = made.GetProperty("name").GetString()!;
        var verified = await JsonAsync(0, $"backup verify {name} --data data --json");
        var restored = await JsonAsync(0, $"backup restore data/backups/{name} --data new --json");

        Assert.That(listed.EnumerateArray().Select(b => (b.GetProperty("name").GetString(), b.GetProperty("state").GetString())), Is.EqualTo(new[] { (name, "Whole") }));
        Assert.That((verified.GetProperty("ok").GetBoolean(), verified.GetProperty("problems").GetArrayLength()), Is.EqualTo((true, 0)));
        Assert.That(verified.GetProperty("auditHead").GetProperty("hash").GetString(), Is.EqualTo(made.GetProperty("auditHead").GetProperty("hash").GetString()));
        Assert.That(restored.GetProperty("data").GetString(), Does.EndWith("new"));
        var users = await JsonAsync(0, "users list --data new --json");
        Assert.That(users[0].GetProperty("userName").GetString(), Is.EqualTo("ada"));
    }

    [Test]
    public async Task An_encrypted_one_opens_with_its_passphrase_alone()
    {
        await MakeClinicAsync();
        var made = await JsonAsync(0, "backup create --to out --encrypt --data data --json", Passphrase);
        var path = made.GetProperty("path").GetString()!;
        Assert.That((made.GetProperty("encrypted").GetBoolean(), Path.GetDirectoryName(path)), Is.EqualTo((true, Path.Combine(root, "out"))));

        await DoAsync(0, ["backup", "verify", path], Passphrase);
        await RefusedAsync("passphrase isn't the one", ["backup", "verify", path], "another passphrase");
        await RefusedAsync("SMP_BACKUP_PASSPHRASE", ["backup", "verify", path]);
        await RefusedAsync("passphrase isn't the one", ["backup", "restore", path, "--data", PathOf("new")], "another passphrase");
        Assert.That(Directory.Exists(PathOf("new")), Is.False);
        await DoAsync(0, ["backup", "restore", Path.GetFileName(path), "--in", PathOf("out"), "--data", PathOf("new")], Passphrase);
        await RefusedAsync("12 to 1000", ["backup", "create", "--encrypt", "--data", PathOf("data")], "short");
    }

    [Test]
    public async Task What_is_wrong_is_said_on_standard_error_with_exit_code_1()
    {
        await MakeClinicAsync();
        var path = (await JsonAsync(0, "backup create --data data --json")).GetProperty("path").GetString()!;

        await RefusedAsync("There is a clinic in", ["backup", "restore", path, "--data", PathOf("data")]);
        await RefusedAsync("There is no backup nothing", ["backup", "verify", "nothing", "--data", PathOf("data")]);
        await RefusedAsync("There is no clinic in", ["backup", "create", "--data", PathOf("nowhere")]);
        var database = Path.Combine(path, "clinic.db");
        var bytes = await File.ReadAllBytesAsync(database);
        bytes[^1]++;
        await File.WriteAllBytesAsync(database, bytes);
        await RefusedAsync("clinic.db isn't as it was written", ["backup", "verify", path]);
        var report = await JsonAsync(1, $"backup verify {path} --json");
        Assert.That(report.GetProperty("ok").GetBoolean(), Is.False);
        await RefusedAsync("nothing was restored", ["backup", "restore", path, "--data", PathOf("new")]);
        Assert.That(Directory.Exists(PathOf("new")), Is.False);
    }

    [TestCase("backup")]
    [TestCase("backup make")]
    [TestCase("backup verify")]
    [TestCase("backup create --passphrase secret")]
    [TestCase("backup restore 2026-03-04T090000Z")]
    public async Task Wrong_usage_is_exit_code_2(string command)
    {
        var (code, _, error) = await SmpProcess.RunAsync(command.Split(' '), null);

        Assert.That(code, Is.EqualTo(2), error);
    }

    private string PathOf(string name) => Path.Combine(root, name);

    private Task<string> MakeClinicAsync() =>
        DoAsync(0, ["users", "add", "--name", "ada", "--role", "Administrator", "--data", PathOf("data")], "correct horse battery");

    // The folders of the test are named shortly in commands.
    private async Task<JsonElement> JsonAsync(int expected, string command, string? input = null)
    {
        var words = command.Split(' ').Select(w => w is "data" or "new" or "out" || w.StartsWith("data/", StringComparison.Ordinal) ? PathOf(w) : w);
        return JsonDocument.Parse(await DoAsync(expected, [.. words], input)).RootElement;
    }

    private static async Task<string> DoAsync(int expected, string[] arguments, string? input = null)
    {
        var (code, output, error) = await SmpProcess.RunAsync(arguments, input);
        Assert.That(code, Is.EqualTo(expected), error);
        return output;
    }

    private static async Task RefusedAsync(string words, string[] arguments, string? input = null)
    {
        var (code, output, error) = await SmpProcess.RunAsync(arguments, input);
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(1), error);
            Assert.That(output, Is.Empty);
            Assert.That(error, Does.StartWith("smp: ").And.Contain(words));
            Assert.That(error.Trim().Split('\n'), Has.Length.EqualTo(1));
        });
    }
}
