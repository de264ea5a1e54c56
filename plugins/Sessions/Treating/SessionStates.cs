namespace Smp.Sessions.Treating;

/// <summary>Where a session stands.</summary>
public enum SessionState
{
    /// <summary>It has its time, or waits for one.</summary>
    Scheduled,

    /// <summary>The client is here.</summary>
    CheckedIn,

    /// <summary>No guard stops it.</summary>
    Cleared,

    /// <summary>It has begun.</summary>
    InProgress,

    /// <summary>It is over: needles reconciled, pigments recorded, photos taken and aftercare given, each or not done with a reason.</summary>
    Closed,

    /// <summary>The skin has healed.</summary>
    Healed,

    /// <summary>It was called off.</summary>
    Cancelled,

    /// <summary>The client didn't come.</summary>
    NoShow,

    /// <summary>It was broken off; what was done stays, accounted for as when it is closed.</summary>
    Aborted,

    /// <summary>It was entered in error.</summary>
    Voided,
}

/// <summary>What happens to a session.</summary>
public enum SessionEvent
{
    /// <summary>The client comes.</summary>
    CheckIn,

    /// <summary>Every guard was asked, and none stops it.</summary>
    Clear,

    /// <summary>Something has come up since it was cleared.</summary>
    Unclear,

    /// <summary>It begins.</summary>
    Start,

    /// <summary>It ends.</summary>
    Close,

    /// <summary>It is broken off.</summary>
    Abort,

    /// <summary>A check finds the skin healed.</summary>
    Heal,

    /// <summary>It is called off.</summary>
    Cancel,

    /// <summary>The client doesn't come.</summary>
    Miss,

    /// <summary>It gets another time after the client didn't come.</summary>
    Reschedule,

    /// <summary>It was entered in error.</summary>
    Void,
}

/// <summary>One step of a session's life.</summary>
/// <param name="From">From which state.</param>
/// <param name="On">On what.</param>
/// <param name="To">Into which state.</param>
/// <param name="Permission">Who may.</param>
/// <param name="Reason">Whether it says why.</param>
public readonly record struct SessionStep(SessionState From, SessionEvent On, SessionState To, string Permission, bool Reason = false);

/// <summary>The life of a session. What isn't listed can't happen.</summary>
public static class SessionStates
{
    /// <summary>Every step.</summary>
    public static IReadOnlyList<SessionStep> Steps { get; } =
    [
        //  from                      on                       to                       who may               says why
        new(SessionState.Scheduled,  SessionEvent.CheckIn,    SessionState.CheckedIn,  Permissions.Plan),
        new(SessionState.NoShow,     SessionEvent.CheckIn,    SessionState.CheckedIn,  Permissions.Plan),
        new(SessionState.CheckedIn,  SessionEvent.Clear,      SessionState.Cleared,    Permissions.Perform),
        new(SessionState.Cleared,    SessionEvent.Unclear,    SessionState.CheckedIn,  Permissions.Perform),
        new(SessionState.Cleared,    SessionEvent.Start,      SessionState.InProgress, Permissions.Perform),
        new(SessionState.InProgress, SessionEvent.Close,      SessionState.Closed,     Permissions.Perform),
        new(SessionState.InProgress, SessionEvent.Abort,      SessionState.Aborted,    Permissions.Perform,  true),
        new(SessionState.Closed,     SessionEvent.Heal,       SessionState.Healed,     Permissions.Perform),

        new(SessionState.Scheduled,  SessionEvent.Cancel,     SessionState.Cancelled,  Permissions.Plan,     true),
        new(SessionState.CheckedIn,  SessionEvent.Cancel,     SessionState.Cancelled,  Permissions.Plan,     true),
        new(SessionState.Cleared,    SessionEvent.Cancel,     SessionState.Cancelled,  Permissions.Plan,     true),
        new(SessionState.NoShow,     SessionEvent.Cancel,     SessionState.Cancelled,  Permissions.Plan,     true),
        new(SessionState.Scheduled,  SessionEvent.Miss,       SessionState.NoShow,     Permissions.Plan),
        new(SessionState.NoShow,     SessionEvent.Reschedule, SessionState.Scheduled,  Permissions.Plan),

        new(SessionState.Scheduled,  SessionEvent.Void,       SessionState.Voided,     Permissions.Void,     true),
        new(SessionState.CheckedIn,  SessionEvent.Void,       SessionState.Voided,     Permissions.Void,     true),
        new(SessionState.Cleared,    SessionEvent.Void,       SessionState.Voided,     Permissions.Void,     true),
        new(SessionState.InProgress, SessionEvent.Void,       SessionState.Voided,     Permissions.Void,     true),
        new(SessionState.Closed,     SessionEvent.Void,       SessionState.Voided,     Permissions.Void,     true),
        new(SessionState.Healed,     SessionEvent.Void,       SessionState.Voided,     Permissions.Void,     true),
        new(SessionState.Cancelled,  SessionEvent.Void,       SessionState.Voided,     Permissions.Void,     true),
        new(SessionState.NoShow,     SessionEvent.Void,       SessionState.Voided,     Permissions.Void,     true),
        new(SessionState.Aborted,    SessionEvent.Void,       SessionState.Voided,     Permissions.Void,     true),
    ];

    /// <summary>The states of a session that took place: it left something in the skin.</summary>
    public static IReadOnlyList<SessionState> TookPlace { get; } = [SessionState.Closed, SessionState.Healed, SessionState.Aborted];

    /// <summary>The step, or null when that can't happen now.</summary>
    public static SessionStep? Find(SessionState from, SessionEvent on)
    {
        foreach (var step in Steps)
        {
            if (step.From == from && step.On == on) return step;
        }

        return null;
    }

    /// <summary>What can happen to a session now.</summary>
    public static IReadOnlyList<SessionEvent> From(SessionState state) => [.. Steps.Where(s => s.From == state).Select(s => s.On)];
}
