using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Smp.Benchmarks.Needles;
using Smp.Benchmarks.Startup;
using Smp.Benchmarks.Store;

namespace Smp.Benchmarks.Plugins;

/// <summary>What sixteen clients notice of two hundred swaps: rounds of the same length without and with swaps, in turn.</summary>
internal static class SwapLoad
{
    private const int Clients = 16;
    private const int Swaps = 200;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    public static async Task RunAsync(PublishedClinic clinic, IReadOnlyList<string> ids, int rounds, Aims aims)
    {
        using var served = await ServedClinic.StartAsync(clinic.Program, clinic.Data, clinic.Token);
        // Of modules that stay on, too. What is asked of the one that comes and goes may fail, so nobody asks it.
        string[] paths =
        [
            "/api/patients?limit=20", "/worklist", "/patients/1", "/", $"/api/{ids[1]}/things", $"/{ids[2]}/things", "/api/worklist", "/health/ready",
        ];
        var perRound = (Swaps + rounds - 1) / rounds;
        var (quiet, swapped, ratios, answers) = (new List<double>(), new List<double>(), new List<double>(), 0);
        ConcurrentBag<string> failed = [];
        await WindowAsync(served.Client, paths, perRound, swap: ids[0], failed);
        failed.Clear();
        for (var round = 0; round < rounds; round++)
        {
            Console.Error.Write($"\rSwaps under load, round {round + 1} of {rounds} …  ");
            var without = await WindowAsync(served.Client, paths, perRound, swap: null, failed);
            var with = await WindowAsync(served.Client, paths, perRound, swap: ids[0], failed);
            (quiet, swapped) = ([.. quiet, .. without], [.. swapped, .. with]);
            ratios.Add(new Sample(with).At(0.99) / new Sample(without).At(0.99));
            answers += without.Count + with.Count;
        }

        Console.Error.WriteLine();
        Console.WriteLine();
        Console.WriteLine($"| {Clients} clients | answers | median · 99th · slowest, ms |");
        Console.WriteLine("|---|---|---|");
        foreach (var (name, times) in ((string, List<double>)[])[("without swaps", quiet), ($"with {perRound * rounds} swaps", swapped)])
        {
            var sample = new Sample(times);
            Console.WriteLine($"| {name} | {times.Count} | {sample.Median.Show("0.0")} · {sample.At(0.99).Show("0.0")} · {sample.Most.Show("0.0")} |");
        }

        foreach (var one in failed.Take(5)) Console.WriteLine($"Failed: {one}");
        aims.AtMost(string.Create(CultureInfo.InvariantCulture, $"failed requests of {answers}"), 0, failed.Count, "0", "");
        aims.AtMost("the 99th during swaps against that without", 1.5, new Sample(ratios).Median, "0.00", "×");
    }

    // As long with swaps as without: the swaps are waited for in both.
    private static async Task<List<double>> WindowAsync(HttpClient client, string[] paths, int swaps, string? swap, ConcurrentBag<string> failed)
    {
        using var done = new CancellationTokenSource();
        var asking = Enumerable.Range(0, Clients).Select(first => Task.Run(async () =>
        {
            List<double> times = [];
            for (var i = first; !done.IsCancellationRequested; i++)
            {
                var path = paths[i % paths.Length];
                var began = Stopwatch.GetTimestamp();
                try
                {
                    using var answer = await client.GetAsync(path);
                    await answer.Content.ReadAsByteArrayAsync();
                    if (!answer.IsSuccessStatusCode) failed.Add($"{path}: {(int)answer.StatusCode}");
                }
                catch (HttpRequestException error)
                {
                    failed.Add($"{path}: {error.Message}");
                }

                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            return times;
        })).ToList();
        for (var i = 0; i < swaps; i++)
        {
            if (swap is not null) await Swap.ToggleAsync(client, swap, on: i % 2 != 0);
            await Task.Delay(Between);
        }

        if (swap is not null && swaps % 2 != 0) await Swap.ToggleAsync(client, swap, on: true);
        await done.CancelAsync();
        return [.. (await Task.WhenAll(asking)).SelectMany(t => t)];
    }
}
