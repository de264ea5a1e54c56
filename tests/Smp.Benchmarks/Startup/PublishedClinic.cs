using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Smp.Benchmarks.Startup;

/// <summary>The host as it ships, and a clinic with sample data that it has opened before.</summary>
/// <param name="Program">The published <c>smp</c>.</param>
/// <param name="Data">The clinic's data folder.</param>
/// <param name="Token">An API token of the clinic's administrator.</param>
internal sealed record PublishedClinic(string Program, string Data, string Token)
{
    public static async Task<PublishedClinic> MakeAsync(string folder)
    {
        var (host, data) = (Path.Combine(folder, "host"), Path.Combine(folder, "clinic"));
        await Tool.PublishAsync("host/Smp.Host", host, "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false");
        var program = Path.Combine(host, "smp");
        await AddSamplesAsync(program, data);
        var modules = await Tool.RunAsync(Tool.Plain(program, "plugins", "list", "--data", data));
        if (!modules.Contains("needles", StringComparison.Ordinal) || !modules.Contains("Enabled", StringComparison.Ordinal))
            throw new BenchmarkException($"The needles module isn't running in the published host.\n{modules}");
        var token = await Tool.RunAsync(Tool.Plain(program, "tokens", "create", "--user", "admin", "--all", "--data", data));
        return new(program, data, token.Trim());
    }

    /// <summary>The clinic, opened by a new process and asked for one thing.</summary>
    public Contestant AskedFor(string path) =>
        new($"smp serve: {path}", Program, ["serve", "--data", Data], path, path.StartsWith("/api/", StringComparison.Ordinal) ? Token : null);

    private static async Task AddSamplesAsync(string program, string data)
    {
        using var process = Process.Start(Tool.Plain(program, "serve", "--demo", "--data", data, "--urls", "http://127.0.0.1:0"))!;
        var errors = process.StandardError.ReadToEndAsync();
        // The last line it writes before it waits.
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("Data: ", StringComparison.Ordinal)) continue;
            process.Kill();
            await process.WaitForExitAsync();
            return;
        }

        throw new BenchmarkException($"The clinic with sample data couldn't be made.\n{await errors}");
    }
}
