using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Smp.Benchmarks.Store;

/// <summary>A slower disk: this benchmark in a process of its own, in which each sync takes a millisecond more.</summary>
internal static class SlowSync
{
    private const int Tries = 50;

    /// <summary>Runs it, and returns what it printed; null, with the reason said, where that can't be done.</summary>
    public static async Task<string?> RunAsync(Pace pace, Scratch folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine("Slower syncs are left out: they are made with LD_PRELOAD, on Linux.");
            return null;
        }

        var library = Path.Combine(folder.Folder, "slowsync.so");
        try
        {
            await Tool.RunAsync(Tool.Plain("cc", "-shared", "-fPIC", "-O2", "-o", library, Repository.PathOf("tests/Smp.Benchmarks/Store/slowsync.c"), "-ldl"));
        }
        catch (Win32Exception)
        {
            Console.Error.WriteLine("Slower syncs are left out: there is no C compiler (cc).");
            return null;
        }

        string[] arguments = ["store", "--rounds", ((double)pace.Rounds).Show("0"), "--seconds", pace.Time.TotalSeconds.Show("0.###"), "--slowed", library];
        var program = Environment.ProcessPath!;
        var start = Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? Tool.Plain(program, [Assembly.GetExecutingAssembly().Location, .. arguments])
            : Tool.Plain(program, arguments);
        start.Environment["LD_PRELOAD"] = library;
        return await Tool.RunAsync(start);
    }

    /// <summary>Makes sure that it is SQLite's syncs that take longer.</summary>
    /// <exception cref="BenchmarkException">They don't.</exception>
    public static void Check(Scratch folder, string library)
    {
        var delayed = Marshal.GetDelegateForFunctionPointer<Delayed>(NativeLibrary.GetExport(NativeLibrary.Load(library), "slowsync_delayed"));
        var file = folder.File("check.db");
        Visits.CreateFile(file);
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        connection.Execute(Visits.Pragmas);
        connection.Execute("CREATE TABLE tries (id INTEGER PRIMARY KEY) STRICT");
        var (before, began) = (delayed(), Stopwatch.GetTimestamp());
        for (var i = 0; i < Tries; i++) connection.Execute("INSERT INTO tries DEFAULT VALUES");
        var (count, took) = (delayed() - before, Stopwatch.GetElapsedTime(began));
        if (count < Tries || took.TotalMilliseconds < Tries)
            throw new BenchmarkException($"SQLite's syncs aren't slowed down: {Tries} transactions had {count} syncs delayed and took {took.TotalMilliseconds:0} ms.");
    }

    private delegate nint Delayed();
}
