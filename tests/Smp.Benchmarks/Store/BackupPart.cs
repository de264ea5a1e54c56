using System.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Smp.Benchmarks.Store;

/// <summary>A backup of a database of a gigabyte while eight writers write, and what they notice of it.</summary>
/// <param name="backUp">Backs a database up into a file that isn't there yet.</param>
internal sealed class BackupPart(Func<string, string, Task> backUp)
{
    private const int Writers = 8;
    private const long Size = 1_000_000_000;

    public async Task RunAsync(Pace pace, Scratch folder, Aims aims)
    {
        var file = folder.File("backup.db");
        await using var store = await StoreWriting.OpenAsync(file);
        Console.Error.WriteLine("Filling a database …");
        await FillAsync(store, file);
        var (perGigabyte, with, without) = (new List<double>(), new List<Stretch>(), new List<Stretch>());
        Console.Error.WriteLine("Backups …");
        for (var round = -1; round < pace.Rounds; round++)
        {
            var copy = folder.File("copy.db");
            var took = TimeSpan.Zero;
            var during = await store.WriteAsync(Writers, async () =>
            {
                var began = Stopwatch.GetTimestamp();
                await Task.Factory.StartNew(() => backUp(file, copy), TaskCreationOptions.LongRunning).Unwrap();
                took = Stopwatch.GetElapsedTime(began);
            });
            var gigabytes = new FileInfo(copy).Length / 1e9;
            Scratch.Remove(copy);
            // What the backup kept from being written back into the file is written now, and isn't counted as either's.
            await store.WriteAsync(Writers, () => Task.Delay(1_000));
            var alone = await store.WriteAsync(Writers, () => Task.Delay(took));
            // The first one warms up.
            if (round < 0) continue;
            perGigabyte.Add(took.TotalSeconds / gigabytes);
            with.Add(during);
            without.Add(alone);
        }

        var (figures, idle) = (WriterFigures.Of(with), WriterFigures.Of(without));
        Console.WriteLine();
        Console.WriteLine($"A backup of {(new FileInfo(file).Length / 1e9).Show("0.0")} GB while {Writers} writers write: {new Sample(perGigabyte).Show("0.00")} s/GB.");
        Console.WriteLine();
        Console.WriteLine($"| {Writers} writers | units/s | median · 99th · slowest wait, ms |");
        Console.WriteLine("|---|---|---|");
        Console.WriteLine($"| without a backup | {idle.Show()} |");
        Console.WriteLine($"| during a backup | {figures.Show()} |");
        aims.AtMost("a backup", 1.5, new Sample(perGigabyte).Median, "0.00", " s/GB");
        aims.AtMost("99th wait of its writers", 100, figures.Late, "0.0", " ms");
    }

    /// <summary>The engine's online copy in one step, over a connection of its own.</summary>
    public static async Task OnlineCopyAsync(string file, string copy)
    {
        await using var source = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        await using var target = new SqliteConnection($"Data Source={copy};Pooling=False");
        await source.OpenAsync();
        await target.OpenAsync();
        source.BackupDatabase(target);
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
