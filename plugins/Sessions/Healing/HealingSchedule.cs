namespace Smp.Sessions.Healing;

/// <summary>What a check of healing can find.</summary>
public enum HealingFinding
{
    /// <summary>Redness.</summary>
    Erythema,

    /// <summary>Swelling.</summary>
    Oedema,

    /// <summary>Small scabs.</summary>
    Scabbing,

    /// <summary>Pigment that moved.</summary>
    Migration,

    /// <summary>Uneven.</summary>
    Patchy,

    /// <summary>Lighter than it should be.</summary>
    Faded,

    /// <summary>Another colour than it should be.</summary>
    ColourShift,

    /// <summary>An infection.</summary>
    Infection,

    /// <summary>An allergic reaction.</summary>
    Allergy,
}

/// <summary>When healing is looked at after a session. The day of the session is day 0.</summary>
/// <param name="Days">The days, ascending: 4, 10 and 28.</param>
public sealed record HealingSchedule(IReadOnlyList<int> Days)
{
    /// <summary>From this day on a check says whether the next session can be.</summary>
    public const int CountsFromDay = 7;

    /// <summary>The clinic's usual days.</summary>
    public static HealingSchedule Usual { get; } = new([4, 10, 28]);

    /// <summary>Whether a finding stops the next session as long as it is open.</summary>
    public static bool Stops(HealingFinding finding) => finding is HealingFinding.Infection or HealingFinding.Allergy;

    /// <summary>The check that is due next: the first day of the schedule that no check was made for.</summary>
    /// <param name="session">The day of the session.</param>
    /// <param name="checks">The days on which checks were made.</param>
    /// <returns>The day it is due; null when all were made.</returns>
    /// <remarks>A check counts for the latest day of the schedule that it isn't before, and for those that were missed until then: two a day late aren't owed any more.</remarks>
    public DateOnly? NextDue(DateOnly session, IEnumerable<DateOnly> checks)
    {
        var reached = checks.Select(c => c.DayNumber - session.DayNumber).DefaultIfEmpty(-1).Max();
        foreach (var day in Days)
        {
            // A day early still counts: clients come when they can.
            if (reached < day - 1) return session.AddDays(day);
        }

        return null;
    }
}
