namespace Smp.Sessions.PatchTests;

/// <summary>Where a patch test stands.</summary>
public enum PatchTestState
{
    /// <summary>It is on the skin, and nobody has looked.</summary>
    Applied,

    /// <summary>It was read at 48 hours without a reaction; the second reading is to come.</summary>
    ReadOnce,

    /// <summary>No reaction.</summary>
    Negative,

    /// <summary>A reaction: this pigment isn't used on this client.</summary>
    Positive,

    /// <summary>Nobody can say.</summary>
    Inconclusive,

    /// <summary>A physician decided that it isn't needed.</summary>
    Waived,
}

/// <summary>What happens to a patch test.</summary>
public enum PatchTestEvent
{
    /// <summary>It is read: no reaction.</summary>
    ReadNegative,

    /// <summary>It is read: a reaction.</summary>
    ReadPositive,

    /// <summary>It is read, and nobody can say.</summary>
    ReadInconclusive,

    /// <summary>A physician decides that it isn't needed.</summary>
    Waive,
}

/// <summary>One step of a patch test.</summary>
/// <param name="From">From which state.</param>
/// <param name="On">On what.</param>
/// <param name="To">Into which state.</param>
/// <param name="Permission">Who may.</param>
/// <param name="FromHours">Hours since it was applied, before which it doesn't count.</param>
public readonly record struct PatchTestStep(PatchTestState From, PatchTestEvent On, PatchTestState To, string Permission, int FromHours = 0);

/// <summary>How a patch test goes: read at 48 hours, and again at 72 to 96. A reaction counts whenever it is seen.</summary>
public static class PatchTestStates
{
    /// <summary>Hours after which it is read for the first time.</summary>
    public const int FirstHours = 48;

    /// <summary>Hours after which it is read for the second time.</summary>
    public const int SecondHours = 72;

    /// <summary>Every step. Where two fit, the one that waits longer counts: whoever comes on the third day only is read once.</summary>
    public static IReadOnlyList<PatchTestStep> Steps { get; } =
    [
        new(PatchTestState.Applied,      PatchTestEvent.ReadNegative,     PatchTestState.Negative,     Permissions.Perform, SecondHours),
        new(PatchTestState.Applied,      PatchTestEvent.ReadNegative,     PatchTestState.ReadOnce,     Permissions.Perform, FirstHours),
        new(PatchTestState.Applied,      PatchTestEvent.ReadInconclusive, PatchTestState.Inconclusive, Permissions.Perform, SecondHours),
        new(PatchTestState.Applied,      PatchTestEvent.ReadInconclusive, PatchTestState.ReadOnce,     Permissions.Perform, FirstHours),
        new(PatchTestState.Applied,      PatchTestEvent.ReadPositive,     PatchTestState.Positive,     Permissions.Perform),
        new(PatchTestState.Applied,      PatchTestEvent.Waive,            PatchTestState.Waived,       Permissions.Decide),

        new(PatchTestState.ReadOnce,     PatchTestEvent.ReadNegative,     PatchTestState.Negative,     Permissions.Perform, SecondHours),
        new(PatchTestState.ReadOnce,     PatchTestEvent.ReadInconclusive, PatchTestState.Inconclusive, Permissions.Perform, SecondHours),
        new(PatchTestState.ReadOnce,     PatchTestEvent.ReadPositive,     PatchTestState.Positive,     Permissions.Perform),
        new(PatchTestState.ReadOnce,     PatchTestEvent.Waive,            PatchTestState.Waived,       Permissions.Decide),

        // A reaction that comes late is a reaction.
        new(PatchTestState.Negative,     PatchTestEvent.ReadPositive,     PatchTestState.Positive,     Permissions.Perform),
        new(PatchTestState.Inconclusive, PatchTestEvent.ReadPositive,     PatchTestState.Positive,     Permissions.Perform),
        new(PatchTestState.Inconclusive, PatchTestEvent.Waive,            PatchTestState.Waived,       Permissions.Decide),
        new(PatchTestState.Waived,       PatchTestEvent.ReadPositive,     PatchTestState.Positive,     Permissions.Perform),
    ];

    /// <summary>The step that counts so long after it was applied; null when that can't happen, or not yet.</summary>
    public static PatchTestStep? Find(PatchTestState from, PatchTestEvent on, TimeSpan since)
    {
        foreach (var step in Steps)
        {
            if (step.From == from && step.On == on && since.TotalHours >= step.FromHours) return step;
        }

        return null;
    }

    /// <summary>The first hour at which an event can count; null when it never can.</summary>
    public static int? HoursUntil(PatchTestState from, PatchTestEvent on) =>
        Steps.Where(s => s.From == from && s.On == on).Select(s => (int?)s.FromHours).Min();

    /// <summary>Whether somebody still has to look at it.</summary>
    public static bool IsUnread(this PatchTestState state) => state is PatchTestState.Applied or PatchTestState.ReadOnce;
}
