using System.Diagnostics;
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
        var (perGigabyte, plain, with, without) = (new List<double>(), new List<double>(), new List<Stretch>(), new List<Stretch>());
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
            var copied = 0.0;
            await store.WriteAsync(Writers, async () => copied = await Task.Factory.StartNew(() => PlainCopy(file, folder.File("plain")), TaskCreationOptions.LongRunning), Rest);
            // The first one warms up.
            if (round < 0) continue;
            plain.Add(copied);
            perGigabyte.Add(made.Seconds / (made.Bytes / 1e9));
            with.Add(during);
            without.Add(alone);
        }

        var (figures, idle) = (WriterFigures.Of(with), WriterFigures.Of(without));
        Console.WriteLine();
        Console.WriteLine($"A backup of {(new FileInfo(file).Length / 1e9).Show("0.0")} GB while {Writers} writers write, each resting {Rest.TotalMilliseconds:0} ms after each unit: {new Sample(perGigabyte).Show("0.00")} s/GB; a plain copy of the file, synced at its end, {new Sample(plain).Show("0.00")} s/GB.");
        Console.WriteLine();
        Console.WriteLine($"| {Writers} writers | units/s | median · 99th · slowest wait, ms |");
        Console.WriteLine("|---|---|---|");
        Console.WriteLine($"| without a backup | {idle.Show()} |");
        Console.WriteLine($"| during a backup | {figures.Show()} |");
        aims.AtMost("a backup", 1.5, new Sample(perGigabyte).Median, "0.00", " s/GB");
        aims.AtMost("99th wait of its writers", 100, figures.Late, "0.0", " ms");
    }

    // What the disk and the kernel need for as many bytes, in the same rounds: without hashes, without one moment, and without regard for the writers.
    private static double PlainCopy(string source, string destination)
    {
        var clock = Stopwatch.StartNew();
        using (var from = new FileStream(source, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 }))
        using (var to = new FileStream(destination, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 }))
        {
            from.CopyTo(to, 1024 * 1024);
            to.Flush(flushToDisk: true);
        }

        var seconds = clock.Elapsed.TotalSeconds;
        var length = new FileInfo(destination).Length;
        File.Delete(destination);
        return seconds / (length / 1e9);
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
