namespace Smp.Runtime.Health;

/// <summary>A plugin failed at something.</summary>
/// <param name="At">When.</param>
/// <param name="Call">At what.</param>
/// <param name="What">The plugin's own that failed: a route's pattern, the name of a class.</param>
/// <param name="Message">What it threw, in its words. For those who look after modules: it may hold anything.</param>
public sealed record Fault(DateTimeOffset At, PluginCall Call, string What, string Message);

/// <summary>One kind of a plugin's calls, since the clinic was opened.</summary>
/// <param name="Call">Which.</param>
/// <param name="Count">How many ended.</param>
/// <param name="Faults">How many failed.</param>
/// <param name="Slow">How many took longer than anybody should wait for them.</param>
/// <param name="TotalMs">How long they took together, in milliseconds.</param>
/// <param name="SlowestMs">How long the slowest took, in milliseconds.</param>
/// <param name="P95Ms">What 95 of 100 in the last 5 to 10 minutes didn't exceed, in milliseconds, to a fifth or so; null when there were none.</param>
public sealed record CallFigures(PluginCall Call, long Count, long Faults, long Slow, double TotalMs, double SlowestMs, double? P95Ms);

/// <summary>How a plugin fares.</summary>
/// <param name="Plugin">Its id.</param>
/// <param name="Calls">What was asked of it, kind by kind; kinds that never were are left out.</param>
/// <param name="LastFaults">Its last failures, at most 20, the latest first.</param>
/// <param name="QuarantineProposed">Why it should be turned off until somebody has looked at it; null while nothing speaks for that.</param>
public sealed record PluginHealth(string Plugin, IReadOnlyList<CallFigures> Calls, IReadOnlyList<Fault> LastFaults, string? QuarantineProposed)
{
    /// <summary>How often it failed since the clinic was opened.</summary>
    public long Faults => Calls.Sum(c => c.Faults);
}
