namespace Smp.Sessions.Plans;

/// <summary>Where a treatment plan stands.</summary>
public enum PlanState
{
    /// <summary>Somebody asks for it; nobody has looked yet whether they are a candidate.</summary>
    Enquiry,

    /// <summary>They were found to be a candidate.</summary>
    Assessed,

    /// <summary>They consented.</summary>
    Consented,

    /// <summary>A session took place.</summary>
    Active,

    /// <summary>The result is right.</summary>
    Completed,

    /// <summary>The years after which it fades have passed.</summary>
    TouchUpDue,

    /// <summary>It is freshened up.</summary>
    TouchUpActive,

    /// <summary>It waits, with a reason.</summary>
    OnHold,

    /// <summary>It was given up, with a reason.</summary>
    Abandoned,
}

/// <summary>What happens to a treatment plan.</summary>
public enum PlanEvent
{
    /// <summary>An assessment found a candidate.</summary>
    Assess,

    /// <summary>A later assessment doesn't find one any more.</summary>
    Defer,

    /// <summary>Somebody records that the client consented.</summary>
    Consent,

    /// <summary>A session begins.</summary>
    Begin,

    /// <summary>The result is right.</summary>
    Complete,

    /// <summary>The day of the touch-up has come.</summary>
    FallDue,

    /// <summary>It waits.</summary>
    Hold,

    /// <summary>It goes on where it stood.</summary>
    Resume,

    /// <summary>It is given up.</summary>
    Abandon,

    /// <summary>It is taken up again, from the beginning.</summary>
    Reopen,
}

/// <summary>One step of a plan's life.</summary>
/// <param name="From">From which state.</param>
/// <param name="On">On what.</param>
/// <param name="To">Into which state.</param>
/// <param name="Permission">Who may; null for what the clinic does by itself.</param>
/// <param name="Reason">Whether it says why.</param>
public readonly record struct PlanStep(PlanState From, PlanEvent On, PlanState To, string? Permission, bool Reason = false);

/// <summary>The life of a treatment plan. What isn't listed can't happen.</summary>
public static class PlanStates
{
    /// <summary>Every step. A plan goes on from hold where it stood, which is one of those listed.</summary>
    public static IReadOnlyList<PlanStep> Steps { get; } =
    [
        //  from                     on                  to                       who may               says why
        new(PlanState.Enquiry,       PlanEvent.Assess,   PlanState.Assessed,      Permissions.Perform),
        new(PlanState.Assessed,      PlanEvent.Assess,   PlanState.Assessed,      Permissions.Perform),
        new(PlanState.Consented,     PlanEvent.Assess,   PlanState.Consented,     Permissions.Perform),
        new(PlanState.Active,        PlanEvent.Assess,   PlanState.Active,        Permissions.Perform),
        new(PlanState.Completed,     PlanEvent.Assess,   PlanState.Completed,     Permissions.Perform),
        new(PlanState.TouchUpDue,    PlanEvent.Assess,   PlanState.TouchUpDue,    Permissions.Perform),
        new(PlanState.TouchUpActive, PlanEvent.Assess,   PlanState.TouchUpActive, Permissions.Perform),
        // What has begun stays as far as it has come: the guards stop what comes next.
        new(PlanState.Enquiry,       PlanEvent.Defer,    PlanState.Enquiry,       Permissions.Perform),
        new(PlanState.Assessed,      PlanEvent.Defer,    PlanState.Enquiry,       Permissions.Perform),
        new(PlanState.Consented,     PlanEvent.Defer,    PlanState.Enquiry,       Permissions.Perform),
        new(PlanState.Active,        PlanEvent.Defer,    PlanState.Active,        Permissions.Perform),
        new(PlanState.Completed,     PlanEvent.Defer,    PlanState.Completed,     Permissions.Perform),
        new(PlanState.TouchUpDue,    PlanEvent.Defer,    PlanState.TouchUpDue,    Permissions.Perform),
        new(PlanState.TouchUpActive, PlanEvent.Defer,    PlanState.TouchUpActive, Permissions.Perform),

        new(PlanState.Assessed,      PlanEvent.Consent,  PlanState.Consented,     Permissions.Plan),

        new(PlanState.Consented,     PlanEvent.Begin,    PlanState.Active,        Permissions.Perform),
        new(PlanState.Active,        PlanEvent.Begin,    PlanState.Active,        Permissions.Perform),
        new(PlanState.Completed,     PlanEvent.Begin,    PlanState.TouchUpActive, Permissions.Perform),
        new(PlanState.TouchUpDue,    PlanEvent.Begin,    PlanState.TouchUpActive, Permissions.Perform),
        new(PlanState.TouchUpActive, PlanEvent.Begin,    PlanState.TouchUpActive, Permissions.Perform),

        new(PlanState.Active,        PlanEvent.Complete, PlanState.Completed,     Permissions.Perform),
        new(PlanState.TouchUpActive, PlanEvent.Complete, PlanState.Completed,     Permissions.Perform),
        new(PlanState.Completed,     PlanEvent.FallDue,  PlanState.TouchUpDue,    null),

        new(PlanState.Enquiry,       PlanEvent.Hold,     PlanState.OnHold,        Permissions.Plan,     true),
        new(PlanState.Assessed,      PlanEvent.Hold,     PlanState.OnHold,        Permissions.Plan,     true),
        new(PlanState.Consented,     PlanEvent.Hold,     PlanState.OnHold,        Permissions.Plan,     true),
        new(PlanState.Active,        PlanEvent.Hold,     PlanState.OnHold,        Permissions.Plan,     true),
        new(PlanState.TouchUpDue,    PlanEvent.Hold,     PlanState.OnHold,        Permissions.Plan,     true),
        new(PlanState.TouchUpActive, PlanEvent.Hold,     PlanState.OnHold,        Permissions.Plan,     true),
        new(PlanState.OnHold,        PlanEvent.Resume,   PlanState.Enquiry,       Permissions.Plan),
        new(PlanState.OnHold,        PlanEvent.Resume,   PlanState.Assessed,      Permissions.Plan),
        new(PlanState.OnHold,        PlanEvent.Resume,   PlanState.Consented,     Permissions.Plan),
        new(PlanState.OnHold,        PlanEvent.Resume,   PlanState.Active,        Permissions.Plan),
        new(PlanState.OnHold,        PlanEvent.Resume,   PlanState.TouchUpDue,    Permissions.Plan),
        new(PlanState.OnHold,        PlanEvent.Resume,   PlanState.TouchUpActive, Permissions.Plan),

        new(PlanState.Enquiry,       PlanEvent.Abandon,  PlanState.Abandoned,     Permissions.Plan,     true),
        new(PlanState.Assessed,      PlanEvent.Abandon,  PlanState.Abandoned,     Permissions.Plan,     true),
        new(PlanState.Consented,     PlanEvent.Abandon,  PlanState.Abandoned,     Permissions.Plan,     true),
        new(PlanState.Active,        PlanEvent.Abandon,  PlanState.Abandoned,     Permissions.Perform,  true),
        new(PlanState.TouchUpDue,    PlanEvent.Abandon,  PlanState.Abandoned,     Permissions.Plan,     true),
        new(PlanState.TouchUpActive, PlanEvent.Abandon,  PlanState.Abandoned,     Permissions.Perform,  true),
        new(PlanState.OnHold,        PlanEvent.Abandon,  PlanState.Abandoned,     Permissions.Plan,     true),
        new(PlanState.Abandoned,     PlanEvent.Reopen,   PlanState.Enquiry,       Permissions.Plan,     true),
    ];

    /// <summary>The states in which sessions can be scheduled and begin.</summary>
    public static IReadOnlyList<PlanState> Treatable { get; } = [.. Steps.Where(s => s.On is PlanEvent.Begin).Select(s => s.From).Distinct()];

    /// <summary>The step, or null when that can't happen now.</summary>
    /// <param name="from">Where it stands.</param>
    /// <param name="on">What happens.</param>
    /// <param name="heldFrom">Where it stood before the hold that it is in.</param>
    public static PlanStep? Find(PlanState from, PlanEvent on, PlanState? heldFrom = null)
    {
        foreach (var step in Steps)
        {
            if (step.From == from && step.On == on && (on is not PlanEvent.Resume || step.To == heldFrom)) return step;
        }

        return null;
    }

    /// <summary>What can happen to a plan now by somebody's act.</summary>
    public static IReadOnlyList<PlanEvent> From(PlanState state) =>
        [.. Steps.Where(s => s.From == state && s.Permission is not null).Select(s => s.On).Distinct()];
}
