using System.Diagnostics.Metrics;
using System.Globalization;

namespace Smp.Runtime.Health;

/// <summary>What is counted of one plugin, and when it speaks for turning it off.</summary>
internal sealed class PluginFigures
{
    /// <summary>So many failures within <see cref="Within"/> speak for turning a plugin off until somebody has looked at it. A grave one does alone.</summary>
    public const int Repeated = 5;

    /// <summary>Failures further apart don't count together.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromMinutes(10);

    private const int Kept = 20;
    private readonly string plugin;
    private readonly CallGauge[] gauges;
    private readonly LinkedList<Fault> last = [];
    private readonly Lock gate = new();
    private DateTimeOffset forgiven = DateTimeOffset.MinValue;
    private string? proposed;

    public PluginFigures(string plugin, TimeProvider time, Histogram<double> durations)
    {
        this.plugin = plugin;
        gauges = [.. PluginCalls.All.Select(call => new CallGauge(plugin, call, time, durations, Note))];
    }

    public IEnumerable<CallGauge> Gauges => gauges;

    public CallGauge Gauge(PluginCall call) => gauges[(int)call];

    /// <summary>It was started anew, or turned off: what was proposed is done with. What was counted stays.</summary>
    public void Forgive()
    {
        foreach (var gauge in gauges) gauge.Forgive();
        lock (gate)
        {
            proposed = null;
            if (last.First is { } latest) forgiven = latest.Value.At;
        }
    }

    public PluginHealth Read()
    {
        lock (gate) return new(plugin, [.. gauges.Select(g => g.Read()).Where(f => f.Count + f.Faults > 0)], [.. last], proposed);
    }

    private void Note(Fault fault)
    {
        lock (gate)
        {
            last.AddFirst(fault);
            if (last.Count > Kept) last.RemoveLast();
            var near = last.Count(f => f.At > forgiven && f.At > fault.At - Within);
            if (PluginCalls.IsGrave(fault.Call))
                proposed = $"{fault.What} failed outside of any request: what it does may not happen any more.";
            else if (near >= Repeated)
                proposed ??= string.Create(CultureInfo.InvariantCulture, $"It failed {near} times within {Within.TotalMinutes:0} minutes.");
        }
    }
}
