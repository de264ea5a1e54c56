using System.Diagnostics;
using Smp.Testing.Disks;

namespace Smp.Host.Tests.Disks;

/// <summary>A clinic that can't be opened says why in one line on standard error, ends with exit code 1, and is left as it was.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class OpeningTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("smp-opening-").FullName;

    private string Database => Path.Combine(folder, "clinic.db");

    public void Dispose()
    {
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(folder, recursive: true);
    }

    [TestCase("serve --urls http://127.0.0.1:0")]
    [TestCase("users list")]
    public async Task A_database_with_a_damaged_beginning(string command)
    {
        await MakeAsync(folder);
        await using (var file = File.OpenWrite(Database)) await file.WriteAsync(new byte[100]);
        var before = await File.ReadAllBytesAsync(Database);

        await AssertRefusedAsync(command, folder, folder, "damaged", "smp backup list");

        Assert.That(await File.ReadAllBytesAsync(Database), Is.EqualTo(before));
    }

    [Test]
    public async Task A_file_that_is_no_database()
    {
        await File.WriteAllTextAsync(Database, string.Concat(Enumerable.Repeat("These are somebody's notes.\n", 500)));
        var before = await File.ReadAllBytesAsync(Database);

        await AssertRefusedAsync("serve --urls http://127.0.0.1:0", folder, folder, "damaged");

        Assert.That(await File.ReadAllBytesAsync(Database), Is.EqualTo(before));
    }

    [Test]
    public async Task A_folder_that_cant_be_written_to_and_holds_nothing()
    {
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await AssertRefusedAsync("serve --urls http://127.0.0.1:0", folder, folder, "can't be written to");
    }

    [TestCase("serve --urls http://127.0.0.1:0")]
    [TestCase("users list")]
    public async Task A_folder_that_cant_be_written_to_and_holds_a_clinic(string command)
    {
        await MakeAsync(folder);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await AssertRefusedAsync(command, folder, folder, "read-only", "Make it writable");
    }

    [Test]
    public async Task A_folder_within_one_that_cant_be_written_to()
    {
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var inside = Path.Combine(folder, "clinic");

        await AssertRefusedAsync("serve --urls http://127.0.0.1:0", inside, inside, "can't be made");
    }

    [Test]
    public async Task A_disk_that_is_read_only()
    {
        using var disk = new SmallDisk(megabytes: 12);
        await MakeAsync(disk.Folder);
        // Where nothing may be mounted, a folder that is read-only for the user has to do.
        if (!disk.MakeReadOnly()) File.SetUnixFileMode(disk.Folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await AssertRefusedAsync("serve --urls http://127.0.0.1:0", disk.Folder, disk.Folder, "read-only", "Make it writable");
        if (!disk.IsMounted) File.SetUnixFileMode(disk.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static async Task MakeAsync(string data)
    {
        var (code, error) = await RunAsync("users add --name ada --role Administrator", data, "correct horse battery");
        Assert.That(code, Is.Zero, error);
    }

    private static async Task AssertRefusedAsync(string command, string data, params string[] words)
    {
        var (code, error) = await RunAsync(command, data, null);
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(1), error);
            Assert.That(error, Does.StartWith("smp: "));
            Assert.That(error.Trim().Split('\n'), Has.Length.EqualTo(1), error);
            foreach (var word in words) Assert.That(error, Does.Contain(word));
        });
    }

    private static async Task<(int Code, string Error)> RunAsync(string command, string data, string? input)
    {
        string[] program = ["dotnet", Path.Combine(Repository.OutputOf("host/Smp.Host"), "smp.dll"), .. command.Split(' '), "--data", data];
        // Root reads and writes everything, until it gives up being let to.
        if (Environment.IsPrivilegedProcess) program = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", "--", .. program];
        using var process = Process.Start(new ProcessStartInfo(program[0], program[1..])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        if (input is not null) await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(120));
        await output;
        return (process.ExitCode, await error);
    }
}
