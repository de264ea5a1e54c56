using System.CommandLine;
using System.Globalization;

namespace Smp.Benchmarks.Store;

/// <summary>
/// <c>store</c>: the store against what one would write without it. Rounds are interleaved, and ratios are made within a round, so that
/// whatever else the machine does falls on all alike.
/// </summary>
internal static class StoreBenchmark
{
    private static readonly string[] Parts = ["units", "reads", "audit", "backup"];

    public static Command Command()
    {
        var rounds = new Option<int>("--rounds") { Description = "How many rounds, at least 5.", HelpName = "N", DefaultValueFactory = _ => 11 };
        rounds.Validators.Add(parsed =>
        {
            if (parsed.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var asked) && asked < 5)
                parsed.AddError("Fewer than 5 rounds say too little.");
        });
        var seconds = new Option<double>("--seconds")
        {
            Description = "How long each contestant has in a round, at least 0.2.", HelpName = "S", DefaultValueFactory = _ => 2,
        };
        seconds.Validators.Add(parsed =>
        {
            if (parsed.Tokens is [var token] && double.TryParse(token.Value, CultureInfo.InvariantCulture, out var asked) && asked < 0.2)
                parsed.AddError("Less than 0.2 seconds is too little time.");
        });
        var part = new Option<string?>("--part") { Description = $"Only one part: {string.Join(", ", Parts)}.", HelpName = "part" };
        part.AcceptOnlyFromAmong(Parts);
        // How the benchmark runs itself with each sync slowed down.
        var slowed = new Option<string?>("--slowed") { Hidden = true };
        var command = new Command("store", "Units of work, reads and backups of the store against its peers.") { rounds, seconds, part, slowed };
        command.SetAction((parsed, _) =>
        {
            var pace = new Pace(parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            return parsed.GetValue(slowed) is { } library ? SlowedAsync(pace, library) : RunAsync(pace, parsed.GetValue(part));
        });
        return command;
    }

    private static async Task<int> RunAsync(Pace pace, string? only)
    {
        using var folder = new Scratch();
        Console.WriteLine($"{Machine.Describe()} · {folder.Format} · load {Machine.Load()} before · {DateTime.Today:yyyy-MM-dd}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{pace.Rounds} rounds of {pace.Time.TotalSeconds:0.#} s for each. Medians (quartiles); against a peer: of the rounds' ratios."));
        if (Machine.IsBusy())
        {
            Console.WriteLine("Other work runs on this machine. Then writers that share work between threads lose the processor less often than one that");
            Console.WriteLine("sleeps in each sync: the store's ratios, above all with one writer, come out too high, and all waits too long.");
        }

        var aims = new Aims();
        if (only is null or "units") await UnitsPart.RunAsync(pace, folder, aims);
        if (only is null or "reads") await ReadsPart.RunAsync(pace, folder, aims);
        if (only is null or "audit") await new AuditPart(async store => (await store.Engine.VerifyAsync([])) is { Ok: true } report ? report.Rows : throw new BenchmarkException("The trail isn't whole.")).RunAsync(pace, folder, aims);
        if (only is null or "backup") await BackupPart.RunAsync(pace, folder, aims);
        aims.Print();
        Console.WriteLine();
        Console.WriteLine($"Load {Machine.Load()} after.");
        return 0;
    }

    private static async Task<int> SlowedAsync(Pace pace, string library)
    {
        using var folder = new Scratch();
        SlowSync.Check(folder, library);
        Console.WriteLine((await UnitsPart.MeasureAsync(64, pace, folder)).ToJson());
        return 0;
    }
}

/// <summary>How long it is measured.</summary>
/// <param name="Rounds">How many values there will be.</param>
/// <param name="Time">How long each contestant has in a round.</param>
internal sealed record Pace(int Rounds, TimeSpan Time)
{
    /// <summary>How long a contestant runs before it counts: until its methods are compiled for good.</summary>
    public TimeSpan WarmUp { get; } = TimeSpan.FromSeconds(Math.Max(3, Time.TotalSeconds));
}
