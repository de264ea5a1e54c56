using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Smp.Benchmarks.Needles;

/// <summary>A clinic that the published host serves in a process of its own.</summary>
internal sealed partial class ServedClinic : IDisposable
{
    private readonly Process process;

    private ServedClinic(Process process, string url, string token)
    {
        this.process = process;
        Client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri(url) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Asks as the clinic's administrator.</summary>
    public HttpClient Client { get; }

    /// <summary>What the process holds in memory now, in MB.</summary>
    public double ResidentMegabytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1e6;
        }
    }

    public static async Task<ServedClinic> StartAsync(string program, string data, string token)
    {
        var process = Process.Start(Tool.Plain(program, "serve", "--data", data, "--urls", "http://127.0.0.1:0"))!;
        _ = process.StandardError.ReadToEndAsync();
        string? url = null;
        // The last line it writes before it waits.
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            url ??= Address().Match(line) is { Success: true } match ? match.Value : null;
            if (!line.StartsWith("Data: ", StringComparison.Ordinal) || url is null) continue;
            _ = process.StandardOutput.ReadToEndAsync();
            return new(process, url, token);
        }

        throw new BenchmarkException("The clinic couldn't be opened.");
    }

    /// <summary>Asks for something that must be there. Returns how long the whole answer took, in milliseconds.</summary>
    public async Task<double> AskAsync(string path)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await Client.GetAsync(path);
        await answer.Content.ReadAsByteArrayAsync();
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return answer.IsSuccessStatusCode ? took : throw new BenchmarkException(string.Create(CultureInfo.InvariantCulture, $"{path} was answered with {(int)answer.StatusCode}."));
    }

    /// <summary>Asks again and again, so many at a time, and returns how many answers came a second.</summary>
    public async Task<double> LoadAsync(int clients, TimeSpan time, Func<int, string> path)
    {
        var (began, count) = (Stopwatch.GetTimestamp(), 0);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(began) < time) await AskAsync(path(Interlocked.Increment(ref count)));
        })));
        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    public void Dispose()
    {
        Client.Dispose();
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
