namespace Smp.Needles.Lots;

/// <summary>Where a lot stands.</summary>
public enum LotState
{
    /// <summary>Here, but not inspected yet.</summary>
    Received,

    /// <summary>Passed its inspection; nothing was taken yet.</summary>
    Released,

    /// <summary>Units were taken, and there are more.</summary>
    InUse,

    /// <summary>Nothing is left.</summary>
    Depleted,

    /// <summary>Held back until somebody has looked into it.</summary>
    Quarantined,

    /// <summary>Past its use-by date.</summary>
    Expired,

    /// <summary>Recalled by the maker, an authority or the clinic.</summary>
    Recalled,

    /// <summary>Expired or recalled, and disposed of.</summary>
    Disposed,
}

/// <summary>What happens to a lot.</summary>
public enum LotEvent
{
    /// <summary>An inspection found nothing wrong.</summary>
    InspectionPassed,

    /// <summary>An inspection found something.</summary>
    InspectionFailed,

    /// <summary>More of a lot came that had been used up.</summary>
    Refill,

    /// <summary>Units were opened or used.</summary>
    Take,

    /// <summary>The last unit went.</summary>
    RunOut,

    /// <summary>Units are back: a use was voided, or they were found.</summary>
    GiveBack,

    /// <summary>Somebody holds it back.</summary>
    Quarantine,

    /// <summary>Whatever held it back was cleared up.</summary>
    Lift,

    /// <summary>The use-by date has passed.</summary>
    Expire,

    /// <summary>It is recalled.</summary>
    Recall,

    /// <summary>What is there of it is disposed of.</summary>
    Dispose,
}

/// <summary>One step of a lot's life.</summary>
/// <param name="From">From which state.</param>
/// <param name="On">On what.</param>
/// <param name="To">Into which state.</param>
public readonly record struct LotStep(LotState From, LotEvent On, LotState To);

/// <summary>The life of a lot. What isn't listed can't happen; a fact that isn't listed (a use of a recalled lot) leaves the state as it is.</summary>
public static class LotStates
{
    /// <summary>Every step. A lot leaves quarantine for the state that it came from, which is one of those listed.</summary>
    public static IReadOnlyList<LotStep> Steps { get; } =
    [
        new(LotState.Received, LotEvent.InspectionPassed, LotState.Released),
        new(LotState.Received, LotEvent.InspectionFailed, LotState.Quarantined),

        new(LotState.Released, LotEvent.Take, LotState.InUse),
        new(LotState.InUse, LotEvent.Take, LotState.InUse),
        new(LotState.Released, LotEvent.RunOut, LotState.Depleted),
        new(LotState.InUse, LotEvent.RunOut, LotState.Depleted),
        new(LotState.Depleted, LotEvent.GiveBack, LotState.InUse),
        new(LotState.Depleted, LotEvent.Refill, LotState.Received),

        new(LotState.Received, LotEvent.Quarantine, LotState.Quarantined),
        new(LotState.Released, LotEvent.Quarantine, LotState.Quarantined),
        new(LotState.InUse, LotEvent.Quarantine, LotState.Quarantined),
        new(LotState.Quarantined, LotEvent.Lift, LotState.Received),
        new(LotState.Quarantined, LotEvent.Lift, LotState.Released),
        new(LotState.Quarantined, LotEvent.Lift, LotState.InUse),
        new(LotState.Quarantined, LotEvent.Dispose, LotState.Quarantined),

        new(LotState.Received, LotEvent.Expire, LotState.Expired),
        new(LotState.Released, LotEvent.Expire, LotState.Expired),
        new(LotState.InUse, LotEvent.Expire, LotState.Expired),
        new(LotState.Quarantined, LotEvent.Expire, LotState.Expired),

        new(LotState.Received, LotEvent.Recall, LotState.Recalled),
        new(LotState.Released, LotEvent.Recall, LotState.Recalled),
        new(LotState.InUse, LotEvent.Recall, LotState.Recalled),
        new(LotState.Depleted, LotEvent.Recall, LotState.Recalled),
        new(LotState.Quarantined, LotEvent.Recall, LotState.Recalled),
        new(LotState.Expired, LotEvent.Recall, LotState.Recalled),

        new(LotState.Expired, LotEvent.Dispose, LotState.Disposed),
        new(LotState.Recalled, LotEvent.Dispose, LotState.Disposed),
        new(LotState.Disposed, LotEvent.Dispose, LotState.Disposed),
    ];

    /// <summary>Where a lot goes, or null when that can't happen to it now.</summary>
    /// <param name="from">Where it stands.</param>
    /// <param name="on">What happens.</param>
    /// <param name="heldFrom">Where it stood before the quarantine that it is in.</param>
    public static LotState? Next(LotState from, LotEvent on, LotState? heldFrom = null)
    {
        foreach (var step in Steps)
        {
            if (step.From == from && step.On == on && (on is not LotEvent.Lift || step.To == heldFrom)) return step.To;
        }

        return null;
    }
}
