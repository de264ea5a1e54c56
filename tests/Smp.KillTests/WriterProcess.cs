using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Smp.KillTests;

/// <summary>
/// The process that is killed. It waits for its orders, opens the clinic, and writes until it ends; each thing it says is true on
/// disk before it says it.
/// </summary>
internal sealed class WriterProcess
{
    /// <summary>What makes the program this.</summary>
    public const string Mode = "writer";

    private readonly Stream output = Console.OpenStandardOutput();
    private readonly Lock saying = new();
    private long next;

    /// <param name="orders">One line: folder, migrations, writers, first number, separated by tabs. Its end ends the process.</param>
    public static async Task RunAsync(TextReader orders)
    {
        var process = new WriterProcess();
        process.Say(Said.Ready);
        if (await orders.ReadLineAsync() is not { } line) return;
        var order = Order.Parse(line);
        // Whoever gave the order and died can't kill any more.
        _ = Task.Run(async () =>
        {
            while (await orders.ReadLineAsync() is not null)
            {
            }

            Environment.Exit(0);
        });
        await process.RunAsync(order);
    }

    private async Task RunAsync(Order order)
    {
        next = order.FirstNumber;
        Say(Said.Opening);
        await using var store = KillStore.Open(order.Folder);
        Say(Said.Migrating);
        await store.MigrateAsync(order.Migrations);
        Say(Said.Open);
        await Task.WhenAll(Enumerable.Range(0, order.Writers).Select(_ => Task.Run(() => WriteAsync(store))));
    }

    private async Task WriteAsync(KillStore store)
    {
        while (true)
        {
            var number = Interlocked.Increment(ref next);
            var wanted = Units.OutcomeOf(number);
            try
            {
                await store.WriteAsync(number);
                if (wanted != Outcome.Kept) Say($"{Said.Problem}\tunit {number} was to fail ({wanted}) and was acknowledged");
                var head = store.Engine.Head;
                Say(string.Create(CultureInfo.InvariantCulture, $"{Said.Acknowledged}\t{number}\t{head.Seal}\t{head.Hash}"));
            }
            catch (UnitThrewException) when (wanted == Outcome.Throws)
            {
            }
            catch (SqliteException error) when (wanted == Outcome.FailsAtCommit && error.SqliteExtendedErrorCode == Units.ForeignKey)
            {
            }
            catch (Exception error)
            {
                Say($"{Said.Problem}\tunit {number} failed: {error.Message.ReplaceLineEndings(" ")}");
            }
        }
    }

    // One write to the pipe for each line: it is there whole, or it isn't.
    private void Say(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (saying) output.Write(bytes);
    }
}

/// <summary>What the process says, a line for each.</summary>
internal static class Said
{
    public const string Ready = "ready";
    public const string Opening = "opening";
    public const string Migrating = "migrating";
    public const string Open = "open";
    public const string Acknowledged = "ack";
    public const string Problem = "problem";
}

/// <summary>What the process is to do.</summary>
internal sealed record Order(string Folder, int Migrations, int Writers, long FirstNumber)
{
    public static Order Parse(string line) => line.Split('\t') is [var folder, var migrations, var writers, var first]
        ? new(folder, Number(migrations), Number(writers), long.Parse(first, CultureInfo.InvariantCulture))
        : throw new FormatException($"No order: {line}");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Folder}\t{Migrations}\t{Writers}\t{FirstNumber}");

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
