using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Shells;

namespace Smp.Runtime.Health;

/// <summary>
/// How every plugin fares since the clinic was opened, for the page of modules, the API and whoever listens to the meter <c>Smp</c>: <c>smp.plugin.calls</c>,
/// <c>smp.plugin.faults</c>, <c>smp.plugin.slow_calls</c> and <c>smp.plugin.duration</c> in seconds, each with <c>plugin</c> and <c>call</c>.
/// </summary>
public sealed class ClinicHealth
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Smp";

    private readonly ConcurrentDictionary<string, PluginFigures> plugins = new(StringComparer.Ordinal);
    // Of every shell there was: a plugin that was turned off may have left a thread behind. Load contexts are kept, so this keeps nothing else alive.
    private readonly ConcurrentDictionary<Assembly, string> owners = new();
    private readonly IReadOnlyList<string> folders;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Histogram<double> durations;

    /// <param name="folders">Where plugins lie, <c>&lt;id&gt;/&lt;version&gt;/</c>.</param>
    /// <param name="time">The clinic's clock.</param>
    /// <param name="meters">Makes the meter.</param>
    /// <param name="log">Takes what nobody else caught.</param>
    internal ClinicHealth(IReadOnlyList<string> folders, TimeProvider time, IMeterFactory meters, ILogger log)
    {
        this.folders = [.. folders.Select(f => Path.GetFullPath(f) + Path.DirectorySeparatorChar)];
        (this.time, this.log) = (time, log);
        var meter = meters.Create(MeterName);
        durations = meter.CreateHistogram<double>("smp.plugin.duration", "s", "How long calls of a plugin took.");
        meter.CreateObservableCounter("smp.plugin.calls", () => Observe(g => g.Count), description: "Calls of a plugin that ended.");
        meter.CreateObservableCounter("smp.plugin.faults", () => Observe(g => g.Faults), description: "Calls of a plugin that failed.");
        meter.CreateObservableCounter("smp.plugin.slow_calls", () => Observe(g => g.Slow), description: "Calls of a plugin that took too long.");
    }

    /// <summary>How a plugin fares; one that was never asked anything fares well.</summary>
    public PluginHealth Of(string plugin) => FiguresOf(plugin).Read();

    /// <summary>The plugins that failed or of which it is proposed that they be turned off, by id.</summary>
    public IReadOnlyList<PluginHealth> Troubled =>
        [.. plugins.Values.Select(p => p.Read()).Where(p => p.Faults > 0).OrderBy(p => p.Plugin, StringComparer.Ordinal)];

    /// <summary>The counter of one kind of a plugin's calls; always the same.</summary>
    public CallGauge Gauge(string plugin, PluginCall call) => FiguresOf(plugin).Gauge(call);

    /// <summary>A shell is put in place: what failed before counts no longer against a plugin that wasn't in the last one in the same version.</summary>
    internal void Begin(IReadOnlyList<RunningPlugin> running, IReadOnlyList<RunningPlugin> before)
    {
        foreach (var plugin in running) owners[plugin.Assembly] = plugin.Id;
        foreach (var plugin in running.Where(p => !before.Any(b => b.Assembly == p.Assembly))) FiguresOf(plugin.Id).Forgive();
        foreach (var plugin in before.Where(b => !running.Any(p => p.Id == b.Id))) FiguresOf(plugin.Id).Forgive();
    }

    /// <summary>Takes an exception that nobody caught, on a thread that isn't the host's. False when no plugin's code threw it.</summary>
    internal bool TakeUnhandled(Exception error)
    {
        if (Blame.Of(error, OwnerOf) is not { } plugin) return false;
        log.LogError(error, "The module {Plugin} failed on a thread of its own, which would have ended the process", plugin);
        Gauge(plugin, PluginCall.Thread).Failed(error.GetType().Name, error);
        return true;
    }

    // By where it lies, too: a constructor may begin a thread before the plugin runs in any shell, and what lies beside a plugin's assembly is the plugin's.
    private string? OwnerOf(Assembly assembly)
    {
        if (owners.TryGetValue(assembly, out var plugin)) return plugin;
        var file = assembly.IsDynamic ? "" : assembly.Location;
        return folders.FirstOrDefault(f => file.StartsWith(f, StringComparison.Ordinal)) is { } folder ? file[folder.Length..].Split(Path.DirectorySeparatorChar)[0] : null;
    }

    private PluginFigures FiguresOf(string plugin) => plugins.GetOrAdd(plugin, static (id, health) => new(id, health.time, health.durations), this);

    private IEnumerable<Measurement<long>> Observe(Func<CallGauge, long> value) => plugins.Values.SelectMany(p => p.Gauges).Where(g => g.Count + g.Faults > 0)
        .Select(g => new Measurement<long>(value(g), new("plugin", g.Plugin), new("call", PluginCalls.NameOf(g.Call))));
}
