using Smp.Runtime.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Core.Procedures;

/// <summary>What is done with a procedure.</summary>
public enum ProcedureAct
{
    /// <summary>Somebody means to do it.</summary>
    Plan,

    /// <summary>It was done before, and is recorded now.</summary>
    EnterAfterwards,

    /// <summary>Its time, place or team is changed.</summary>
    Change,

    /// <summary>Its time and team are settled.</summary>
    Book,

    /// <summary>It begins.</summary>
    Start,

    /// <summary>It ends, accounted for.</summary>
    Close,

    /// <summary>It is broken off.</summary>
    Abort,

    /// <summary>It is called off before it began.</summary>
    Cancel,

    /// <summary>It was entered in error.</summary>
    Void,
}

/// <summary>One step of a procedure's life.</summary>
/// <param name="From">From which state; null where there is no procedure yet.</param>
/// <param name="Act">By what.</param>
/// <param name="To">Into which state.</param>
/// <param name="Permission">Who may.</param>
/// <param name="Asks">The stage that guards are asked about, where they are.</param>
public readonly record struct ProcedureStep(ProcedureState? From, ProcedureAct Act, ProcedureState To, string Permission, GuardStage? Asks = null);

/// <summary>The life of a procedure. What isn't listed can't be done.</summary>
public static class ProcedureSteps
{
    /// <summary>Every step.</summary>
    public static IReadOnlyList<ProcedureStep> All { get; } =
    [
        //  from                        act                           to                         who may                             guards
        new(null,                       ProcedureAct.Plan,            ProcedureState.Planned,    CorePermissions.ProceduresBook),
        new(null,                       ProcedureAct.EnterAfterwards, ProcedureState.Closed,     CorePermissions.ProceduresPerform),

        new(ProcedureState.Planned,     ProcedureAct.Change,          ProcedureState.Planned,    CorePermissions.ProceduresBook),
        new(ProcedureState.Planned,     ProcedureAct.Book,            ProcedureState.Booked,     CorePermissions.ProceduresBook,     GuardStage.Book),
        new(ProcedureState.Planned,     ProcedureAct.Start,           ProcedureState.InProgress, CorePermissions.ProceduresPerform,  GuardStage.Start),
        new(ProcedureState.Planned,     ProcedureAct.Cancel,          ProcedureState.Cancelled,  CorePermissions.ProceduresBook),
        new(ProcedureState.Planned,     ProcedureAct.Void,            ProcedureState.Voided,     CorePermissions.ProceduresVoid),

        new(ProcedureState.Booked,      ProcedureAct.Change,          ProcedureState.Booked,     CorePermissions.ProceduresBook,     GuardStage.Book),
        new(ProcedureState.Booked,      ProcedureAct.Start,           ProcedureState.InProgress, CorePermissions.ProceduresPerform,  GuardStage.Start),
        new(ProcedureState.Booked,      ProcedureAct.Cancel,          ProcedureState.Cancelled,  CorePermissions.ProceduresBook),
        new(ProcedureState.Booked,      ProcedureAct.Void,            ProcedureState.Voided,     CorePermissions.ProceduresVoid),

        new(ProcedureState.InProgress,  ProcedureAct.Change,          ProcedureState.InProgress, CorePermissions.ProceduresPerform),
        new(ProcedureState.InProgress,  ProcedureAct.Close,           ProcedureState.Closed,     CorePermissions.ProceduresPerform,  GuardStage.Close),
        new(ProcedureState.InProgress,  ProcedureAct.Abort,           ProcedureState.Aborted,    CorePermissions.ProceduresPerform),
        new(ProcedureState.InProgress,  ProcedureAct.Void,            ProcedureState.Voided,     CorePermissions.ProceduresVoid),

        new(ProcedureState.Closed,      ProcedureAct.Void,            ProcedureState.Voided,     CorePermissions.ProceduresVoid),
        new(ProcedureState.Aborted,     ProcedureAct.Void,            ProcedureState.Voided,     CorePermissions.ProceduresVoid),
        new(ProcedureState.Cancelled,   ProcedureAct.Void,            ProcedureState.Voided,     CorePermissions.ProceduresVoid),
    ];

    /// <summary>The step, or null when that can't be done from there.</summary>
    public static ProcedureStep? Find(ProcedureState? from, ProcedureAct act)
    {
        foreach (var step in All)
        {
            if (step.From == from && step.Act == act) return step;
        }

        return null;
    }

    /// <summary>The step that asks guards about a stage from where a procedure stands; null where that stage isn't next.</summary>
    public static ProcedureStep? Asking(ProcedureState from, GuardStage stage)
    {
        foreach (var step in All)
        {
            if (step.From == from && step.Asks == stage) return step;
        }

        return null;
    }

    /// <summary>The step, for whoever acts.</summary>
    /// <exception cref="RefusedException">It can't be done from there, or they may not; the sentence says why.</exception>
    internal static ProcedureStep Require(ProcedureState? from, ProcedureAct act, ICurrentActor actor)
    {
        var step = Find(from, act) ?? throw Refuse.Because(from switch
        {
            ProcedureState.Booked when act is ProcedureAct.Book => $"This procedure is booked already. Change its time instead.",
            ProcedureState.Planned or ProcedureState.Booked => $"This procedure hasn't begun. Start it first, or cancel it.",
            ProcedureState.InProgress when act is ProcedureAct.Cancel => $"This procedure has begun. Abort it instead: what was done until then stays.",
            ProcedureState.InProgress => $"This procedure is in progress already.",
            ProcedureState.Closed => $"This procedure is closed. What was entered wrongly is voided.",
            ProcedureState.Aborted => $"This procedure was aborted. Plan another one.",
            ProcedureState.Cancelled => $"This procedure was cancelled. Plan another one.",
            _ => $"This procedure was entered in error and is void. Plan another one.",
        });
        return actor.May(step.Permission) ? step : throw Refuse.Forbidden($"Your role doesn't have the permission that this needs.");
    }
}
