using System.Text.Json;
using System.Text.Json.Serialization;

namespace Smp.Benchmarks.Store;

/// <summary>Units of work, each of four rows, by one, eight and sixty-four writers, each of whom waits until his unit is on disk.</summary>
internal static class UnitsPart
{
    public static async Task RunAsync(Pace pace, Scratch folder, Aims aims)
    {
        List<(string Writers, UnitFigures Figures)> rows = [];
        foreach (var writers in (int[])[1, 8, 64]) rows.Add(($"{writers}", await MeasureAsync(writers, pace, folder)));
        Console.Error.WriteLine("64 writers, each sync slowed down …");
        if (await SlowSync.RunAsync(pace, folder) is { } slowed) rows.Add(("64, syncs 1 ms slower", UnitFigures.FromJson(slowed)));

        Console.WriteLine();
        Console.WriteLine("Units of work (a visit and three needles), synchronous=FULL. Waits in milliseconds, from asking to acknowledgement, of all rounds.");
        Console.WriteLine();
        Console.WriteLine("| writers | store, units/s | median · 99th · slowest wait | Dapper, own transactions, units/s | median · 99th · slowest wait | store against Dapper |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var (name, figures) in rows)
            Console.WriteLine($"| {name} | {figures.Store.Show()} | {figures.Dapper.Show()} | {figures.Ratio.Show("0.00")} |");

        var many = rows[2].Figures;
        aims.AtLeast("units at 64 writers against Dapper", 2, many.Ratio.Median, "0.00", "×");
        aims.AtMost("slowest wait at 64 writers", 100, many.Store.Slowest, "0", " ms");
        if (rows.Count > 3)
        {
            aims.AtLeast("the same, syncs 1 ms slower", 8, rows[3].Figures.Ratio.Median, "0.00", "×");
            aims.AtMost("slowest wait, syncs 1 ms slower", 100, rows[3].Figures.Store.Slowest, "0", " ms");
        }
    }

    public static async Task<UnitFigures> MeasureAsync(int writers, Pace pace, Scratch folder)
    {
        var (ours, its) = (folder.File("store.db"), folder.File("peer.db"));
        var (store, dapper) = (new List<Stretch>(), new List<Stretch>());
        Visits.CreateFile(its);
        await using (var writing = await StoreWriting.OpenAsync(ours))
        {
            (IWriting, List<Stretch>)[] contestants = [(writing, store), (new DapperWriting(its), dapper)];
            Console.Error.WriteLine($"{writers} writers …");
            foreach (var (contestant, _) in contestants) await contestant.WriteAsync(writers, () => Task.Delay(pace.WarmUp));
            for (var round = 0; round < pace.Rounds; round++)
            {
                if (round > 0) Array.Reverse(contestants);
                foreach (var (contestant, stretches) in contestants) stretches.Add(await contestant.WriteAsync(writers, () => Task.Delay(pace.Time)));
            }
        }

        Scratch.Remove(ours);
        return new(WriterFigures.Of(store), WriterFigures.Of(dapper));
    }
}

/// <summary>What came out for a number of writers.</summary>
internal sealed record UnitFigures(WriterFigures Store, WriterFigures Dapper)
{
    /// <summary>Units of the store for each of its peer.</summary>
    [JsonIgnore]
    public Sample Ratio => Store.PerSecond.Against(Dapper.PerSecond);

    public static UnitFigures FromJson(string json) => JsonSerializer.Deserialize<UnitFigures>(json)!;

    public string ToJson() => JsonSerializer.Serialize(this);
}

/// <summary>What came out for one contestant.</summary>
/// <param name="PerSecond">Units in a second, round by round.</param>
/// <param name="Median">The median wait of all rounds, milliseconds.</param>
/// <param name="Late">The wait that one in a hundred exceeded.</param>
/// <param name="Slowest">The longest wait.</param>
/// <param name="GaveUp">Units that failed.</param>
internal sealed record WriterFigures(IReadOnlyList<double> PerSecond, double Median, double Late, double Slowest, int GaveUp)
{
    public static WriterFigures Of(IReadOnlyList<Stretch> stretches)
    {
        var waits = new Sample(stretches.SelectMany(s => s.Waits));
        return new([.. stretches.Select(s => s.PerSecond)], waits.Median, waits.At(0.99), waits.Most, stretches.Sum(s => s.GaveUp));
    }

    public string Show() =>
        $"{new Sample(PerSecond).Show("#,0")} | {Median.Show("0.00")} · {Late.Show("0.0")} · {Slowest.Show("#,0")}{(GaveUp > 0 ? $", {GaveUp} failed" : "")}";
}
