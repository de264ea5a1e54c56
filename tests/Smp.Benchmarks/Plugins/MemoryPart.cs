using System.Globalization;
using Smp.Benchmarks.Needles;
using Smp.Benchmarks.Startup;
using Smp.Benchmarks.Store;

namespace Smp.Benchmarks.Plugins;

/// <summary>
/// What swaps leave behind in the published host: two hundred toggles of the same versions once the compiler is done, and twenty upgrades. Each time the least that the process holds over twenty
/// further toggles, since what it holds at any one moment depends on when garbage was last collected.
/// </summary>
internal static class MemoryPart
{
    private const int Toggles = 200;
    // Until every method that a swap runs once has been compiled for good: after some 30 calls, and again with what those have shown. It takes some 650 swaps.
    private const int WarmUp = 800;
    private const int Looks = 20;
    private const int Versions = 20;

    public static async Task RunAsync(PublishedClinic clinic, SmallPlugins small, Aims aims)
    {
        Console.Error.WriteLine("Memory …");
        using var served = await ServedClinic.StartAsync(clinic.Program, clinic.Data, clinic.Token);
        var id = small.Ids[0];
        var fresh = await LeastAsync();
        await ToggleAsync(WarmUp);
        var before = await LeastAsync();
        await ToggleAsync(Toggles);
        var after = await LeastAsync();
        for (var i = 1; i <= Versions; i++)
        {
            var version = string.Create(CultureInfo.InvariantCulture, $"1.0.{i}");
            small.LayVersion(id, version, Path.Combine(clinic.Data, "plugins"));
            await Swap.UpgradeAsync(served.Client, id, version);
            await served.AskAsync($"/api/{id}/things");
        }

        var upgraded = await LeastAsync();
        Console.WriteLine();
        Console.WriteLine("| the process holds | MB |");
        Console.WriteLine("|---|---|");
        Console.WriteLine($"| opened | {fresh.Show("0.0")} |");
        Console.WriteLine($"| after {WarmUp} toggles, when all is compiled | {before.Show("0.0")} |");
        Console.WriteLine($"| after {Toggles} more | {after.Show("0.0")} |");
        Console.WriteLine($"| after {Versions} further versions | {upgraded.Show("0.0")} |");
        aims.AtMost($"what {Toggles} toggles leave", 5, after - before, "0.0", " MB");
        aims.AtMost("what a further version leaves", 1.5, (upgraded - after) / Versions, "0.00", " MB");

        async Task ToggleAsync(int times)
        {
            for (var i = 0; i < times; i++) await Swap.ToggleAsync(served.Client, id, on: i % 2 != 0);
        }

        async Task<double> LeastAsync()
        {
            var least = double.MaxValue;
            for (var i = 0; i < Looks; i++)
            {
                await Swap.ToggleAsync(served.Client, id, on: i % 2 != 0);
                least = Math.Min(least, served.ResidentMegabytes);
            }

            return least;
        }
    }
}
