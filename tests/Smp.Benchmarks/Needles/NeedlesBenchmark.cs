using System.CommandLine;
using System.Globalization;
using Smp.Benchmarks.Startup;
using Smp.Benchmarks.Store;

namespace Smp.Benchmarks.Needles;

/// <summary>
/// <c>needles</c>: what a recall, a search and the pages that are open all day take in a clinic that has treated a million people, and in a small
/// one beside it. Over HTTP, from the published host. Rounds are interleaved, and ratios are made within a round.
/// </summary>
internal static class NeedlesBenchmark
{
    // As somebody types them: each letter is a question.
    private static readonly string[] Typed =
    [
        "we", "web", "webe", "weber", "weber a", "weber an", "weber ann", "mü", "müll", "müller", "müller ma", "an", "anna s", "anna schm", "jo", "joh", "19", "1980", "+41 79 1", "079 123",
        "p-0012", "anna12@", "xyzzy",
    ];

    private static readonly string[] Parts = ["recalls", "searches", "pages"];

    public static Command Command()
    {
        var rounds = new Option<int>("--rounds") { Description = "How many rounds, at least 5.", HelpName = "N", DefaultValueFactory = _ => 9 };
        rounds.Validators.Add(parsed =>
        {
            if (parsed.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var asked) && asked < 5)
                parsed.AddError("Fewer than 5 rounds say too little.");
        });
        var keep = new Option<string?>("--folder") { Description = "A folder for the clinics, which take some 8 GB and several minutes; kept, and used again the next time.", HelpName = "folder" };
        var part = new Option<string?>("--part") { Description = $"Only one part: {string.Join(", ", Parts)}.", HelpName = "part" };
        part.AcceptOnlyFromAmong(Parts);
        var command = new Command("needles", "Recalls, searches and pages in a clinic of a million patients.") { rounds, keep, part };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(rounds), parsed.GetValue(keep), parsed.GetValue(part)));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, string? kept, string? part)
    {
        var folder = kept is null ? Directory.CreateTempSubdirectory("smp-needles-").FullName : Directory.CreateDirectory(kept).FullName;
        try
        {
            Console.WriteLine($"{Machine.Describe()} · load {Machine.Load()} before · {DateTime.Today:yyyy-MM-dd}");
            var (large, small) = (await MakeAsync(Path.Combine(folder, "large"), ClinicSize.Large), await MakeAsync(Path.Combine(folder, "small"), ClinicSize.Small));
            using var big = await ServedClinic.StartAsync(large.Program, large.Data, large.Token);
            using var little = await ServedClinic.StartAsync(small.Program, small.Data, small.Token);
            var idle = big.ResidentMegabytes;
            var aims = new Aims();
            if (part is null or "recalls") await TraceAsync(big, little, rounds, aims);
            if (part is null or "searches") await SearchAsync(big, rounds, aims);
            var most = part is null or "pages" ? await PagesAsync(big, rounds, aims) : big.ResidentMegabytes;
            Console.WriteLine();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Resident memory: {idle:0} MB when it was opened, {most:0} MB at most under load, {big.ResidentMegabytes:0} MB after."));
            aims.Print();
            Console.WriteLine();
            Console.WriteLine($"Load {Machine.Load()} after.");
            return 0;
        }
        finally
        {
            if (kept is null) Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<PublishedClinic> MakeAsync(string folder, ClinicSize size)
    {
        var (program, data, token) = (Path.Combine(folder, "host", "smp"), Path.Combine(folder, "clinic"), Path.Combine(folder, "token"));
        if (File.Exists(token)) return new(program, data, await File.ReadAllTextAsync(token));
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Console.Error.WriteLine($"Making a clinic of {size} …");
        var clinic = await PublishedClinic.MakeAsync(folder);
        Filling.Fill(Path.Combine(data, "clinic.db"), size);
        await File.WriteAllTextAsync(token, clinic.Token);
        return clinic;
    }

    private static async Task TraceAsync(ServedClinic big, ServedClinic little, int rounds, Aims aims)
    {
        const int Asked = 200;
        Console.Error.WriteLine("Recalls …");
        var (inBig, inLittle, ratios) = (new List<double>(), new List<double>(), new List<double>());
        var random = new Random(1);
        for (var round = -2; round < rounds; round++)
        {
            var (one, other) = (new List<double>(), new List<double>());
            for (var i = 0; i < Asked; i++)
            {
                one.Add(await big.AskAsync(Trace(ClinicSize.Large)));
                other.Add(await little.AskAsync(Trace(ClinicSize.Small)));
            }

            if (round < 0) continue;
            inBig.AddRange(one);
            inLittle.AddRange(other);
            ratios.Add(new Sample(one).Median / new Sample(other).Median);
        }

        Console.WriteLine();
        Console.WriteLine($"| whom a lot touched, {ClinicSize.UsesOfLot} uses | median · 99th · slowest, ms |");
        Console.WriteLine("|---|---|");
        foreach (var (name, times) in ((string, List<double>)[])[(ClinicSize.Large.ToString(), inBig), (ClinicSize.Small.ToString(), inLittle)])
            Console.WriteLine($"| {name} | {Show(new Sample(times))} |");
        aims.AtMost("a recall's trace among 20 million uses, 99th", 10, new Sample(inBig).At(0.99), "0.0", " ms");
        aims.AtMost("the same against the small clinic", 2, new Sample(ratios).Median, "0.00", "×");

        string Trace(ClinicSize size) => string.Create(CultureInfo.InvariantCulture, $"/api/needles/lots/{random.NextInt64(1, size.Lots + 1)}/patients");
    }

    private static async Task SearchAsync(ServedClinic big, int rounds, Aims aims)
    {
        Console.Error.WriteLine("Searches …");
        var times = Typed.ToDictionary(t => t, _ => new List<double>());
        for (var round = -2; round < rounds; round++)
        {
            foreach (var text in Typed)
            {
                var took = await big.AskAsync($"/api/patients?limit=20&search={Uri.EscapeDataString(text)}");
                if (round >= 0) times[text].Add(took);
            }
        }

        Console.WriteLine();
        Console.WriteLine("| typed, among a million | median · 99th · slowest, ms |");
        Console.WriteLine("|---|---|");
        foreach (var (text, took) in times.OrderByDescending(t => new Sample(t.Value).Median).Take(6)) Console.WriteLine($"| {text} | {Show(new Sample(took))} |");
        var all = new Sample(times.Values.SelectMany(t => t));
        Console.WriteLine($"| all {Typed.Length} | {Show(all)} |");
        aims.AtMost("a search among a million patients, 99th", 50, all.At(0.99), "0.0", " ms");
    }

    private static async Task<double> PagesAsync(ServedClinic big, int rounds, Aims aims)
    {
        const int Clients = 8;
        Console.Error.WriteLine("Pages …");
        (string Name, Func<int, string> Path)[] asked =
        [
            ("hello: /api/me, signed in", _ => "/api/me"),
            ("/health/live, before all else", _ => "/health/live"),
            ("a patient's page", i => string.Create(CultureInfo.InvariantCulture, $"/patients/{i % 2000 + 1}")),
            ("the lots on the shelf", _ => "/needles/lots"),
            ("a lot's page", i => string.Create(CultureInfo.InvariantCulture, $"/needles/lots/{ClinicSize.Large.Lots - i % ClinicSize.Large.LotsHere}")),
        ];
        var (rates, most) = (asked.ToDictionary(a => a.Name, _ => new List<double>()), 0.0);
        for (var round = -2; round < rounds; round++)
        {
            foreach (var (name, path) in asked)
            {
                var rate = await big.LoadAsync(Clients, TimeSpan.FromSeconds(1), path);
                most = Math.Max(most, big.ResidentMegabytes);
                if (round >= 0) rates[name].Add(rate);
            }
        }

        Console.WriteLine();
        Console.WriteLine($"| asked for by {Clients} at a time | answers/s | against hello |");
        Console.WriteLine("|---|---|---|");
        var hello = rates[asked[0].Name];
        foreach (var (name, _) in asked)
        {
            var ratio = rates[name].Against(hello);
            Console.WriteLine($"| {name} | {new Sample(rates[name]).Show("0")} | {(name == asked[0].Name ? "1" : ratio.Show("0.000"))} |");
            if (name.StartsWith('a') || name.StartsWith('t')) aims.AtLeast($"{name} against hello", 0.1, ratio.Median, "0.000", "×");
        }

        return most;
    }

    private static string Show(Sample sample) => $"{sample.Median.Show("0.0")} · {sample.At(0.99).Show("0.0")} · {sample.Most.Show("0.0")}";
}
