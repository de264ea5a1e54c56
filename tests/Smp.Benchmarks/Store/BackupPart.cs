using Dapper;
using Smp.Runtime.Backups;

namespace Smp.Benchmarks.Store;

/// <summary>A whole backup (copy, hashes, manifest, synced) of a database of a gigabyte while eight writers write, and what they notice of it.</summary>
internal static class BackupPart
{
    private const int Writers = 8;
    private const long Size = 1_000_000_000;

    // Several hundred units a second, far more than a clinic's people make, and still not all that two processors can do.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(Pace pace, Scratch folder, Aims aims)
    {
        var file = folder.File("clinic.db");
        var data = Path.GetDirectoryName(file)!;
        Directory.CreateDirectory(Path.Combine(data, "keys"));
        await using var store = await StoreWriting.OpenAsync(file);
        Console.Error.WriteLine("Filling a database …");
        await FillAsync(store, file);
        var (perGigabyte, with, without) = (new List<double>(), new List<Stretch>(), new List<Stretch>());
        Console.Error.WriteLine("Backups …");
        for (var round = -1; round < pace.Rounds; round++)
        {
            BackupMade? made = null;
            var during = await store.WriteAsync(Writers, async () => made = await Task.Factory.StartNew(() =>
                new BackupWriter(data).Make(new(Path.Combine(folder.Folder, "backups"), BackupKind.Manual), DateTimeOffset.UtcNow, CancellationToken.None), TaskCreationOptions.LongRunning), Rest);
            Directory.Delete(made!.Path, recursive: true);
            // What the backup kept from being written back into the file is written now, and isn't counted as either's.
            await store.WriteAsync(Writers, () => Task.Delay(1_000), Rest);
            var alone = await store.WriteAsync(Writers, () => Task.Delay(TimeSpan.FromSeconds(made.Seconds)), Rest);
            // The first one warms up.
            if (round < 0) continue;
            perGigabyte.Add(made.Seconds / (made.Bytes / 1e9));
            with.Add(during);
            without.Add(alone);
        }

        var (figures, idle) = (WriterFigures.Of(with), WriterFigures.Of(without));
        Console.WriteLine();
        Console.WriteLine($"A backup of {(new FileInfo(file).Length / 1e9).Show("0.0")} GB while {Writers} writers write, each resting {Rest.TotalMilliseconds:0} ms after each unit: {new Sample(perGigabyte).Show("0.00")} s/GB.");
        Console.WriteLine();
        Console.WriteLine($"| {Writers} writers | units/s | median · 99th · slowest wait, ms |");
        Console.WriteLine("|---|---|---|");
        Console.WriteLine($"| without a backup | {idle.Show()} |");
        Console.WriteLine($"| during a backup | {figures.Show()} |");
        aims.AtMost("a backup", 1.5, new Sample(perGigabyte).Median, "0.00", " s/GB");
        aims.AtMost("99th wait of its writers", 100, figures.Late, "0.0", " ms");
    }

    private static async Task FillAsync(StoreWriting store, string file)
    {
        const int Together = 500;
        var (note, number) = (new string('n', 3_000), 0);
        while (new FileInfo(file).Length < Size)
        {
            var visits = Enumerable.Range(number, Together).Select(n => Visits.Make(n) with { Note = note }).ToList();
            await store.WriteAsync(unit => unit.Connection.ExecuteAsync(Visits.Insert, visits));
            number += Together;
        }
    }
}
