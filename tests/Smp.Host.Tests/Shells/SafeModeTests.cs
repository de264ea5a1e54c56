using System.Diagnostics;
using System.Text.Json;

namespace Smp.Host.Tests.Shells;

/// <summary><c>smp serve --safe-mode</c> as a real process: no module's code runs, and afterwards all is as it was.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SafeModeTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("smp-safe-").FullName;
    private readonly PluginShelf shelf = new();

    public void Dispose()
    {
        Directory.Delete(data, recursive: true);
        shelf.Dispose();
    }

    [Test]
    public async Task Safe_mode_runs_none_and_says_so_and_the_next_start_runs_them_again()
    {
        var id = shelf.Misbehaving("quiet");
        Directory.CreateDirectory(Path.Combine(data, "plugins"));
        Directory.Move(Path.Combine(shelf.Root, id), Path.Combine(data, "plugins", id));
        var enabled = await SmpProcess.RunAsync(["plugins", "enable", id, "--data", data], null);
        Assert.That(enabled.Code, Is.Zero, enabled.Error);

        using (await ServeAsync("--safe-mode"))
        {
            var all = await ListAsync();
            Assert.That(all.Select(p => p.State), Has.None.EqualTo("Enabled"));
            Assert.That(all.Single(p => p.Id == id), Is.EqualTo((id, "Blocked", "The clinic was started in safe mode, without modules.")));
        }

        using (await ServeAsync()) Assert.That((await ListAsync()).Single(p => p.Id == id).State, Is.EqualTo("Enabled"));
    }

    private async Task<List<(string Id, string State, string Reason)>> ListAsync()
    {
        var (code, output, error) = await SmpProcess.RunAsync(["plugins", "list", "--json", "--data", data], null);
        Assert.That(code, Is.Zero, error);
        return [.. JsonSerializer.Deserialize<JsonElement>(output).EnumerateArray()
            .Select(p => (p.GetProperty("id").GetString()!, p.GetProperty("state").GetString()!, p.GetProperty("reason").GetString()!))];
    }

    private async Task<Serving> ServeAsync(params string[] more)
    {
        var process = SmpProcess.Start(["serve", "--urls", "http://127.0.0.1:0", "--data", data, .. more]);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(90)) is { } line)
        {
            if (line.Contains("stop with", StringComparison.Ordinal)) return new(process);
        }

        throw new InvalidOperationException("The host ended before it was open.");
    }

    private sealed record Serving(Process Process) : IDisposable
    {
        public void Dispose()
        {
            Process.Kill();
            Process.WaitForExit();
            Process.Dispose();
        }
    }
}
