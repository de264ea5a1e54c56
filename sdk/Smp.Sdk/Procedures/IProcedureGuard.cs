namespace Smp.Sdk;

/// <summary>How much stands in the way.</summary>
public enum GuardGrade
{
    /// <summary>Nothing.</summary>
    Yes,

    /// <summary>Something to think of first.</summary>
    Warn,

    /// <summary>It mustn't go ahead, unless a physician overrides it, with a reason and a fresh sign-in; that stays on the record.</summary>
    Stop,

    /// <summary>It mustn't go ahead, and nobody can override that.</summary>
    Never,
}

/// <summary>The moments at which guards are asked.</summary>
public enum GuardStage
{
    /// <summary>It is about to be booked.</summary>
    Book,

    /// <summary>It is about to begin.</summary>
    Start,

    /// <summary>Something is about to be used on the patient in it.</summary>
    Use,

    /// <summary>It is about to be closed.</summary>
    Close,
}

/// <summary>What is about to be used, at <see cref="GuardStage.Use"/>.</summary>
/// <param name="What">As shown: "3RL 0.30 mm, lot A213B1".</param>
/// <param name="Kind">What kind of thing, where it is one of the stock.</param>
/// <param name="LotId">The ledger's key of the lot.</param>
public sealed record GuardedUse(string What, SupplyKind? Kind = null, long? LotId = null);

/// <summary>What a guard is asked.</summary>
/// <param name="Stage">What is about to happen.</param>
/// <param name="Procedure">In which procedure.</param>
/// <param name="At">When it is to happen: now, or when the booking is for.</param>
public sealed record GuardQuestion(GuardStage Stage, Procedure Procedure, DateTimeOffset At)
{
    /// <summary>What is about to be used; null but at <see cref="GuardStage.Use"/>.</summary>
    public GuardedUse? Use { get; init; }
}

/// <summary>What a guard says. Having nothing to say is no answer at all.</summary>
/// <param name="Grade">How much stands in the way.</param>
/// <param name="Code">A word that names the rule within the module, and that an override is bound to: "interval". At most 50 characters.</param>
/// <param name="Sentence">What is so, and what to do: "The last session was 5 days ago; 7 are needed. Book for 3 August or later."</param>
/// <param name="Href">Where that can be done, as a path in this clinic.</param>
public sealed record GuardAnswer(GuardGrade Grade, string Code, FormattableString Sentence, string? Href = null);

/// <summary>
/// Says whether a procedure may go ahead. Asked for display, and again inside the unit of work that carries the stage out. A guard that throws,
/// is slow (over a second), or whose module is enabled and not running answers <see cref="GuardGrade.Stop"/>.
/// </summary>
public interface IProcedureGuard
{
    /// <summary>Answers.</summary>
    /// <param name="question">What is about to happen.</param>
    /// <param name="unit">
    /// The unit of work in which it happens; null when it is asked for display. Read by <see cref="StoreExtensions"/>, which sees the unit's own changes.
    /// </param>
    /// <param name="token">Fires when nobody waits any more.</param>
    Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardQuestion question, IUnitOfWork? unit, CancellationToken token);
}
