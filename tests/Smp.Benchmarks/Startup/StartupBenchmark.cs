using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Smp.Benchmarks.Startup;

/// <summary>
/// <c>startup</c>: from the start of the process to the first answer, of the published host and of a bare minimal API. Rounds are
/// interleaved, and ratios are made within a round, so that whatever else the machine does falls on all alike.
/// </summary>
internal static class StartupBenchmark
{
    private const int WarmUp = 3;

    public static Command Command()
    {
        var rounds = new Option<int>("--rounds") { Description = "How many rounds, at least 15.", HelpName = "N", DefaultValueFactory = _ => 21 };
        rounds.Validators.Add(parsed =>
        {
            if (parsed.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var asked) && asked < 15)
                parsed.AddError("Fewer than 15 rounds say too little.");
        });
        var command = new Command("startup", "The start of the published host against that of a bare minimal API.") { rounds };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(rounds)));
        return command;
    }

    private static async Task<int> RunAsync(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("smp-startup-").FullName;
        try
        {
            Console.Error.WriteLine("Publishing …");
            var clinic = await PublishedClinic.MakeAsync(folder);
            var (plain, ahead) = (Path.Combine(folder, "bare"), Path.Combine(folder, "bare-ahead"));
            const string Bare = "tests/Smp.Benchmarks/peers/Bare";
            await Tool.PublishAsync(Bare, plain);
            await Tool.PublishAsync(Bare, ahead, "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false", "-p:PublishReadyToRun=true");
            await MeasureAsync(
            [
                new("bare minimal API", Path.Combine(plain, "Bare"), [], "/"),
                new("bare minimal API, ReadyToRun", Path.Combine(ahead, "Bare"), [], "/"),
                clinic.AskedFor("/health/ready"), clinic.AskedFor("/sign-in"), clinic.AskedFor("/api/patients"),
            ], rounds);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(IReadOnlyList<Contestant> contestants, int rounds)
    {
        var load = Machine.Load();
        var times = contestants.ToDictionary(c => c, _ => new List<Start>());
        for (var round = -WarmUp; round < rounds; round++)
        {
            Console.Error.Write(round < 0 ? "\rWarming up …" : $"\rRound {round + 1} of {rounds} …  ");
            // Each round begins with another one: nobody always follows the same neighbour.
            for (var i = 0; i < contestants.Count; i++)
            {
                var contestant = contestants[(i + round + WarmUp) % contestants.Count];
                var start = await contestant.StartAsync();
                if (round >= 0) times[contestant].Add(start);
            }
        }

        Console.Error.WriteLine();
        Console.WriteLine($"{Machine.Describe()} · load {load} before, {Machine.Load()} after · {DateTime.Today:yyyy-MM-dd}");
        Console.WriteLine($"From the start of the process to the end of the first answer, {rounds} rounds. Milliseconds: median (quartiles; least–most).");
        Console.WriteLine("Against a peer: the median of the rounds' ratios (quartiles). Processor: the time used by then, of all cores.");
        Console.WriteLine();
        Console.WriteLine("| first request | ms | against plain | against ReadyToRun | processor ms | against plain |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var contestant in contestants)
        {
            var (took, used) = (new Sample(times[contestant].Select(t => t.Took)), new Sample(times[contestant].Select(t => t.Processor)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {contestant.Name} | {took.Median:0} ({took.LowerQuartile:0}–{took.UpperQuartile:0}; {took.Least:0}–{took.Most:0}) | {Against(contestants[0], t => t.Took)} | {Against(contestants[1], t => t.Took)} | {used.Median:0} ({used.LowerQuartile:0}–{used.UpperQuartile:0}) | {Against(contestants[0], t => t.Processor)} |"));

            string Against(Contestant peer, Func<Start, double> of)
            {
                if (peer == contestant) return "1";
                var ratio = new Sample(times[contestant].Zip(times[peer], (mine, its) => of(mine) / of(its)));
                return string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:0.00} ({ratio.LowerQuartile:0.00}–{ratio.UpperQuartile:0.00})");
            }
        }
    }
}
