using System.Globalization;
using Smp.Benchmarks.Store;
using Smp.Runtime.Store;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Benchmarks.Plugins;

/// <summary>What swaps leave behind, looked at from inside the process after everything that can be freed was: two hundred toggles of the same versions, and twenty upgrades.</summary>
internal static class MemoryPart
{
    private const int Toggles = 200;
    private const int Versions = 20;

    public static async Task RunAsync(SmallPlugins small, string folder, Aims aims)
    {
        Console.Error.WriteLine("Memory …");
        small.Lay(4, folder);
        await using var clinic = await TestClinic.StartAsync(o =>
        {
            o.WithFolder(folder);
            o.Store = new StoreOptions();
        });
        var client = await clinic.AsAsync(Role.Administrator);
        var id = small.Ids[0];
        // Until it has compiled what it compiles, and its caches are as large as they get.
        await ToggleAsync(Toggles);
        var before = Held();
        await ToggleAsync(Toggles);
        var after = Held();
        for (var i = 1; i <= Versions; i++)
        {
            var version = string.Create(CultureInfo.InvariantCulture, $"1.0.{i}");
            small.LayVersion(id, version, folder);
            await Swap.UpgradeAsync(client, id, version);
            using var asked = await client.GetAsync($"/api/{id}/things");
            asked.EnsureSuccessStatusCode();
        }

        var upgraded = Held();
        Console.WriteLine();
        Console.WriteLine("| | objects, MB | process, MB |");
        Console.WriteLine("|---|---|---|");
        Show($"before {Toggles} toggles", before);
        Show("after them", after);
        Show($"after {Versions} further versions", upgraded);
        aims.AtMost($"what {Toggles} toggles leave in the process", 5, after.Process - before.Process, "0.0", " MB");
        aims.AtMost("what a further version leaves in the process", 1.5, (upgraded.Process - after.Process) / Versions, "0.00", " MB");

        async Task ToggleAsync(int times)
        {
            for (var i = 0; i < times; i++) await Swap.ToggleAsync(client, id, on: i % 2 != 0);
        }
    }

    private static void Show(string when, (double Objects, double Process) held) =>
        Console.WriteLine($"| {when} | {held.Objects.Show("0.0")} | {held.Process.Show("0.0")} |");

    private static (double Objects, double Process) Held()
    {
        // Twice: what has a finalizer goes with the second.
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return (GC.GetTotalMemory(forceFullCollection: true) / 1e6, Environment.WorkingSet / 1e6);
    }
}
