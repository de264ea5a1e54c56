using Smp.Sdk;

namespace Smp.Sessions.Plans;

/// <summary>How a treatment goes from session to session: what each is for, how dense it gets, and how deep.</summary>
public static class Course
{
    /// <summary>The shallowest depth that holds, in micrometres; the clinic's own choice where it sets another.</summary>
    public const int ShallowestMicrometres = 500;

    /// <summary>The deepest that doesn't spread, in micrometres.</summary>
    public const int DeepestMicrometres = 1500;

    /// <summary>How many sessions a plan has, at least and at most; usually 3.</summary>
    public const int LeastSessions = 2, MostSessions = 4, UsualSessions = 3;

    private static readonly int[] Targets = [30, 70, 100];

    /// <summary>What a session is for: the first covers everything, the last is for the details, those between fill in. A touch-up fills in.</summary>
    /// <param name="number">Which session of the plan, from 1.</param>
    /// <param name="estimated">How many the plan is estimated to have.</param>
    /// <param name="touchUp">Whether it freshens up what was completed.</param>
    public static Pass PassOf(int number, int estimated, bool touchUp = false) => (number, touchUp) switch
    {
        (_, true) => Pass.Density,
        (1, _) => Pass.Foundation,
        _ when number >= estimated && number > 2 => Pass.Detail,
        _ => Pass.Density,
    };

    /// <summary>The density to reach in a session, in percent of the plan's target: 30, 70, 100; the last of the plan reaches it all.</summary>
    /// <param name="number">Which session of the plan, from 1.</param>
    /// <param name="estimated">How many the plan is estimated to have.</param>
    public static int DensityOf(int number, int estimated) => number >= estimated ? 100 : Targets[Math.Clamp(number, 1, Targets.Length) - 1];

    /// <summary>What is unusual about a depth; null when nothing is. It is recorded all the same.</summary>
    /// <param name="micrometres">As measured or set.</param>
    /// <param name="shallowest">The clinic's own lower bound.</param>
    /// <param name="deepest">The clinic's own upper bound.</param>
    public static FormattableString? Unusual(int micrometres, int shallowest = ShallowestMicrometres, int deepest = DeepestMicrometres) =>
        micrometres < shallowest || micrometres > deepest
            ? Say($"{micrometres / 1000m:0.0#} mm is outside of {shallowest / 1000m:0.0#} to {deepest / 1000m:0.0#} mm: too shallow fades, too deep spreads.")
            : null;

    private static FormattableString Say(FormattableString sentence) => sentence;
}

/// <summary>How far apart two sessions are to be.</summary>
/// <param name="StopUnderDays">Under so many days the next one is stopped.</param>
/// <param name="WarnUnderDays">Under so many days there is a warning.</param>
public readonly record struct Interval(int StopUnderDays, int WarnUnderDays)
{
    /// <summary>What the days between two sessions mean.</summary>
    public GuardGrade Of(DateOnly last, DateOnly next)
    {
        var days = next.DayNumber - last.DayNumber;
        return days < StopUnderDays ? GuardGrade.Stop : days < WarnUnderDays ? GuardGrade.Warn : GuardGrade.Yes;
    }

    /// <summary>The first day on which nothing stands against the next session.</summary>
    public DateOnly From(DateOnly last) => last.AddDays(Math.Max(StopUnderDays, WarnUnderDays));
}
