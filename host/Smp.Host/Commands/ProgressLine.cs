using Smp.Runtime.Hosting;

namespace Smp.Host.Commands;

/// <summary>One line on standard error that says how far long work has come; nothing when nobody watches.</summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(200);
    private readonly bool watched = !Console.IsErrorRedirected;
    private readonly long began = TimeProvider.System.GetTimestamp();
    private readonly Timer? ticking;
    private readonly Lock writing = new();
    private TimeSpan said = -Often;
    private int width;
    private bool ended;

    public ProgressLine()
    {
    }

    /// <summary>For work of which only the time is known.</summary>
    public ProgressLine(string step)
    {
        if (watched) ticking = new Timer(_ => Say(step, 0, 0), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Says how far it has come.</summary>
    /// <param name="step">What is being done.</param>
    /// <param name="done">Bytes so far.</param>
    /// <param name="total">Bytes in all; 0 where that isn't known.</param>
    public void Say(string step, long done, long total)
    {
        if (!watched) return;
        lock (writing)
        {
            var elapsed = TimeProvider.System.GetElapsedTime(began);
            if (ended || (total > 0 && elapsed - said < Often)) return;
            said = elapsed;
            var line = total > 0
                ? $"{step}: {done * 100 / total} % of {Sizes.Say(total)}"
                : $"{step} … {elapsed.TotalSeconds:0} s";
            Console.Error.Write("\r" + line.PadRight(width));
            width = line.Length;
        }
    }

    public void Dispose()
    {
        ticking?.Dispose();
        lock (writing)
        {
            ended = true;
            if (width > 0) Console.Error.Write("\r" + new string(' ', width) + "\r");
        }
    }
}
