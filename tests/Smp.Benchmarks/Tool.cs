using System.Diagnostics;

namespace Smp.Benchmarks;

/// <summary>Programs that a benchmark runs.</summary>
internal static class Tool
{
    // What somebody tries out in this terminal must not decide what is measured.
    private static readonly string[] Settings = ["DOTNET_", "COMPlus_", "ASPNETCORE_", "SMP_", "MSBUILD"];

    /// <summary>How a program is started as its users would: without this process's settings of the runtime.</summary>
    public static ProcessStartInfo Plain(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var name in start.Environment.Keys.Where(k => k != "DOTNET_ROOT" && Settings.Any(s => k.StartsWith(s, StringComparison.OrdinalIgnoreCase))).ToList())
            start.Environment.Remove(name);
        return start;
    }

    /// <summary>Runs a program to its end and returns what it said.</summary>
    /// <exception cref="BenchmarkException">It failed.</exception>
    public static async Task<string> RunAsync(ProcessStartInfo start, string input = "")
    {
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new BenchmarkException($"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}.\n{await output}{await error}");
    }

    /// <summary>Publishes a project into a folder.</summary>
    public static Task PublishAsync(string project, string folder, params IEnumerable<string> options) =>
        RunAsync(Plain("dotnet", ["publish", Repository.PathOf(project), "-c", "Release", "-o", folder, "--nologo", "-v", "quiet", .. options]));
}
