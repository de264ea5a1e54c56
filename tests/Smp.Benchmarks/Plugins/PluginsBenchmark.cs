using System.CommandLine;
using System.Globalization;
using Smp.Benchmarks.Needles;
using Smp.Benchmarks.Startup;
using Smp.Benchmarks.Store;

namespace Smp.Benchmarks.Plugins;

/// <summary>
/// <c>plugins</c>: what modules cost at the start, what a swap takes, what those who work meanwhile notice of it, and what it leaves in memory. Small modules, each an
/// assembly of its own with routes, a page, a panel, a worklist source, a service and a table, on the published host.
/// </summary>
internal static class PluginsBenchmark
{
    private const int Most = 20;
    private static readonly string[] Parts = ["start", "swaps", "load", "memory"];

    public static Command Command()
    {
        var rounds = new Option<int>("--rounds") { Description = "How many rounds, at least 5.", HelpName = "N", DefaultValueFactory = _ => 11 };
        rounds.Validators.Add(parsed =>
        {
            if (parsed.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var asked) && asked < 5)
                parsed.AddError("Fewer than 5 rounds say too little.");
        });
        var part = new Option<string?>("--part") { Description = $"Only one part: {string.Join(", ", Parts)}.", HelpName = "part" };
        part.AcceptOnlyFromAmong(Parts);
        var command = new Command("plugins", "Modules at the start, while they are swapped under load, and in memory.") { rounds, part };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(rounds), parsed.GetValue(part)));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, string? only)
    {
        var folder = Directory.CreateTempSubdirectory("smp-plugins-").FullName;
        try
        {
            Console.WriteLine($"{Machine.Describe()} · load {Machine.Load()} before · {DateTime.Today:yyyy-MM-dd}");
            if (Machine.IsBusy()) Console.WriteLine("Other work runs on this machine: times come out too long, and the 99th of a hundred most of all.");
            Console.Error.WriteLine("Publishing and building …");
            var clinic = await PublishedClinic.MakeAsync(folder);
            var small = await SmallPlugins.BuildAsync(Most, Path.GetDirectoryName(clinic.Program)!, Path.Combine(folder, "small"));
            var aims = new Aims();
            if (only is null or "start") await StartAsync(clinic, small, folder, rounds, aims);
            if (only is null or "swaps") await SwapsAsync(clinic, small, folder, rounds, aims);
            if (only is null or "load") await SwapLoad.RunAsync(await WithAsync(clinic, small, 4, Path.Combine(folder, "load")), small.Ids, rounds, aims);
            if (only is null or "memory") await MemoryPart.RunAsync(await WithAsync(clinic, small, 4, Path.Combine(folder, "memory")), small, aims);
            aims.Print();
            Console.WriteLine();
            Console.WriteLine($"Load {Machine.Load()} after.");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task StartAsync(PublishedClinic clinic, SmallPlugins small, string folder, int rounds, Aims aims)
    {
        int[] counts = [0, 1, 4, Most];
        List<Contestant> contestants = [];
        foreach (var count in counts)
            contestants.Add((await WithAsync(clinic, small, count, Path.Combine(folder, $"start-{count}"))).AskedFor("/health/ready"));
        var times = counts.ToDictionary(c => c, _ => new List<double>());
        for (var round = -2; round < rounds; round++)
        {
            Console.Error.Write(round < 0 ? "\rStarts …" : $"\rStarts, round {round + 1} of {rounds} …  ");
            for (var i = 0; i < counts.Length; i++)
            {
                var which = (i + round + 2) % counts.Length;
                var start = await contestants[which].StartAsync();
                if (round >= 0) times[counts[which]].Add(start.Took);
            }
        }

        Console.Error.WriteLine();
        Console.WriteLine();
        Console.WriteLine("| small modules beside Needles | start, ms | against none | each module, ms |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var count in counts)
        {
            var each = count == 0 ? "" : new Sample(times[count].Zip(times[0], (mine, none) => (mine - none) / count)).Show("0.0");
            Console.WriteLine($"| {count} | {new Sample(times[count]).Show("0")} | {(count == 0 ? "1" : times[count].Against(times[0]).Show("0.00"))} | {each} |");
        }

        aims.AtMost($"the start with {Most} small modules against none", 2.6, times[Most].Against(times[0]).Median, "0.00", "×");
    }

    private static async Task SwapsAsync(PublishedClinic clinic, SmallPlugins small, string folder, int rounds, Aims aims)
    {
        Console.Error.WriteLine("Swaps …");
        Console.WriteLine();
        Console.WriteLine("| a swap with | median (quartiles) · slowest, ms |");
        Console.WriteLine("|---|---|");
        foreach (var (count, aim) in ((int, double)[])[(4, 100), (Most, 200)])
        {
            using var served = await ServedAsync(await WithAsync(clinic, small, count, Path.Combine(folder, $"swaps-{count}")));
            List<double> times = [];
            for (var i = -10; i < rounds * 4; i++)
            {
                var took = await Swap.ToggleAsync(served.Client, small.Ids[0], on: i % 2 != 0);
                if (i >= 0) times.Add(took);
            }

            var sample = new Sample(times);
            Console.WriteLine($"| {count} small modules | {sample.Show("0")} · {sample.Most.Show("0")} |");
            aims.AtMost($"a swap with {count} modules", aim, sample.Median, "0", " ms");
        }
    }

    private static Task<ServedClinic> ServedAsync(PublishedClinic clinic) => ServedClinic.StartAsync(clinic.Program, clinic.Data, clinic.Token);

    // A copy of the clinic with so many modules on.
    private static async Task<PublishedClinic> WithAsync(PublishedClinic clinic, SmallPlugins small, int count, string folder)
    {
        Copy(new(clinic.Data), folder);
        small.Lay(count, Path.Combine(folder, "plugins"));
        var with = clinic with { Data = folder };
        using var served = await ServedAsync(with);
        foreach (var id in small.Ids.Take(count)) await Swap.ToggleAsync(served.Client, id, on: true);
        return with;
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        // Not the lock and the socket of whoever had it open.
        foreach (var file in from.EnumerateFiles().Where(f => f.Extension is not (".lock" or ".sock"))) file.CopyTo(Path.Combine(to, file.Name));
        foreach (var folder in from.EnumerateDirectories()) Copy(folder, Path.Combine(to, folder.Name));
    }
}
