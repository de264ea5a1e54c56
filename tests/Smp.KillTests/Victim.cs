using System.Diagnostics;
using System.Globalization;
using Smp.Runtime.Store.Audit;

namespace Smp.KillTests;

/// <summary>A writer process as its killer sees it: what it has said so far, and its end.</summary>
internal sealed class Victim : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly Task listening;
    private readonly Lock gate = new();
    private readonly List<long> acknowledged = [];
    private readonly List<string> problems = [];
    private readonly HashSet<string> said = [];
    private TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Victim(Process process)
    {
        this.process = process;
        listening = Task.Run(ListenAsync);
    }

    /// <summary>The numbers it was told were kept.</summary>
    public IReadOnlyList<long> Acknowledged => acknowledged;

    public IReadOnlyList<string> Problems => problems;

    /// <summary>The last head that it said.</summary>
    public AuditHead Head { get; private set; } = AuditHead.None;

    public bool HasEnded => listening.IsCompleted;

    public bool WasOpen => said.Contains(Said.Open);

    /// <summary>Starts one, which waits for its order.</summary>
    public static Victim Start()
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") start.ArgumentList.Add(typeof(Victim).Assembly.Location);
        start.ArgumentList.Add(WriterProcess.Mode);
        return new Victim(Process.Start(start)!);
    }

    public void Order(Order order)
    {
        process.StandardInput.WriteLine(order);
        process.StandardInput.Flush();
    }

    public Task UntilSaidAsync(string what) => UntilAsync(() => said.Contains(what), $"it had said '{what}'");

    public Task UntilAcknowledgedAsync(int count) => UntilAsync(() => acknowledged.Count >= count, $"{count} units were acknowledged");

    /// <summary>SIGKILL; then reads what it said to the end.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        await listening;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    private async Task UntilAsync(Func<bool> condition, string what)
    {
        var until = Stopwatch.GetTimestamp();
        while (true)
        {
            Task more;
            lock (gate)
            {
                if (condition()) return;
                more = heard.Task;
            }

            if (listening.IsCompleted) throw new VictimException($"The writer ended by itself before {what}.");
            var left = Patience - Stopwatch.GetElapsedTime(until);
            if (left <= TimeSpan.Zero || await Task.WhenAny(more, Task.Delay(left)) != more) throw new VictimException($"The writer said nothing more before {what}.");
        }
    }

    private async Task ListenAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (gate)
            {
                Hear(line.Split('\t'));
                heard.SetResult();
                heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        lock (gate) heard.SetResult();
    }

    private void Hear(string[] words)
    {
        switch (words)
        {
            case [Said.Acknowledged, var number, var seal, { Length: 64 } hash]:
                acknowledged.Add(long.Parse(number, CultureInfo.InvariantCulture));
                // Writers speak out of turn: the last head is the one furthest on.
                if (long.Parse(seal, CultureInfo.InvariantCulture) is var at && at > Head.Seal) Head = new(at, hash);
                break;
            case [Said.Problem, var text]:
                problems.Add(text);
                break;
            case [var word]:
                said.Add(word);
                break;
            default:
                problems.Add($"the writer said something that nobody understands: {string.Join(' ', words)}");
                break;
        }
    }
}

/// <summary>A writer didn't do what it was started for.</summary>
internal sealed class VictimException(string message) : Exception(message);
