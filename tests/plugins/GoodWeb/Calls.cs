using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace GoodWeb;

/// <summary>Numbered calls, told to whoever listens. Statics outlive a shell, as rows of a table would.</summary>
public static class Calls
{
    private static readonly Lock Adding = new();
    private static TaskCompletionSource more = New();
    private static int count;

    /// <summary>Returns the number of the call.</summary>
    public static int Add()
    {
        lock (Adding)
        {
            count++;
            more.SetResult();
            more = New();
            return count;
        }
    }

    /// <summary>The calls after a number, those that come included.</summary>
    public static async IAsyncEnumerable<SseItem<string>> SinceAsync(int last, [EnumeratorCancellation] CancellationToken token)
    {
        while (true)
        {
            Task waiting;
            int until;
            lock (Adding) (waiting, until) = (more.Task, count);
            while (last < until)
            {
                last++;
                yield return new($"call {last}") { EventId = $"{last}" };
            }

            await waiting.WaitAsync(token);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
