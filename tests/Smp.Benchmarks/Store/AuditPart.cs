using System.Diagnostics;

namespace Smp.Benchmarks.Store;

/// <summary>The whole audit trail verified, of at least a million rows that real units of work left.</summary>
/// <param name="verify">Verifies a database's trail; returns how many rows it looked at.</param>
internal sealed class AuditPart(Func<StoreWriting, Task<long>> verify)
{
    private const int Units = 260_000;
    private const int Writers = 64;

    public async Task RunAsync(Pace pace, Scratch folder, Aims aims)
    {
        var file = folder.File("audit.db");
        await using var store = await StoreWriting.OpenAsync(file);
        Console.Error.WriteLine("Leaving a trail …");
        await Parallel.ForAsync(0, Units, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (_, _) => await store.UnitAsync());
        Console.Error.WriteLine("Verifications …");
        List<double> perSecond = [];
        var rows = 0L;
        for (var round = -1; round < pace.Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            rows = await verify(store);
            // The first one warms up.
            if (round >= 0) perSecond.Add(rows / Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        if (rows < 1_000_000) throw new BenchmarkException($"The trail has only {rows} rows.");
        var sample = new Sample(perSecond);
        Console.WriteLine();
        Console.WriteLine($"Verification of an audit trail of {((double)rows).Show("#,0")} rows: {sample.Show("#,0")} rows/s.");
        aims.AtLeast("verification of the audit trail", 300_000, sample.Median, "#,0", " rows/s");
    }
}
