using System.Diagnostics;
using Dapper;

namespace Smp.Benchmarks.Store;

/// <summary>Rows of ten columns read by their keys, one after the other, at random out of a hundred thousand.</summary>
internal static class ReadsPart
{
    private const int Rows = 100_000;
    private const int Batch = 200;

    public static async Task RunAsync(Pace pace, Scratch folder, Aims aims)
    {
        var file = folder.File("reads.db");
        await using var store = await StoreWriting.OpenAsync(file);
        await FillAsync(store);
        using var prepared = new PreparedReads(file);
        IReading[] contestants = [prepared, new StoreReads(store), new DapperReads(file), new EfReads(file), new CompiledEfReads(file)];
        var keys = new Random(4711);
        Console.Error.WriteLine("Reads by key …");
        foreach (var contestant in contestants) await TimeAsync(contestant, keys, pace.WarmUp);
        var times = contestants.ToDictionary(c => c, _ => new List<double>());
        // A read takes microseconds: a quarter of the time says as much.
        var time = pace.Time / 4;
        for (var round = 0; round < pace.Rounds; round++)
        {
            for (var i = 0; i < contestants.Length; i++)
            {
                var contestant = contestants[(i + round) % contestants.Length];
                times[contestant].Add(await TimeAsync(contestant, keys, time));
            }
        }

        var (raw, ours) = (times[contestants[0]], times[contestants[1]]);
        Console.WriteLine();
        Console.WriteLine("Reads of a row of ten columns by its key, one after the other.");
        Console.WriteLine();
        Console.WriteLine("| read | µs | against raw ADO.NET | against the store |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var contestant in contestants)
        {
            var mine = times[contestant];
            Console.WriteLine(
                $"| {contestant.Name} | {new Sample(mine).Show("0.0")} | {(mine == raw ? "1" : mine.Against(raw).Show("0.00"))} | {(mine == ours ? "1" : mine.Against(ours).Show("0.00"))} |");
        }

        aims.AtMost("a read by key against raw ADO.NET", 1.7, ours.Against(raw).Median, "0.00", "×");
        aims.AtLeast("EF Core against a read by key", 5, times[contestants[3]].Against(ours).Median, "0.00", "×");
    }

    private static async Task FillAsync(StoreWriting store)
    {
        const int Together = 1_000;
        for (var from = 0; from < Rows; from += Together)
        {
            var visits = Enumerable.Range(from, Together).Select(n => Visits.Make(n)).ToList();
            await store.WriteAsync(unit => unit.Connection.ExecuteAsync(Visits.Insert, visits));
        }
    }

    // Microseconds for each read.
    private static async Task<double> TimeAsync(IReading contestant, Random random, TimeSpan time)
    {
        var keys = new long[Batch];
        var (reads, spent) = (0, TimeSpan.Zero);
        while (spent < time)
        {
            for (var i = 0; i < Batch; i++) keys[i] = random.Next(1, Rows + 1);
            var began = Stopwatch.GetTimestamp();
            await contestant.ReadAsync(keys);
            spent += Stopwatch.GetElapsedTime(began);
            reads += Batch;
        }

        return spent.TotalMicroseconds / reads;
    }
}
