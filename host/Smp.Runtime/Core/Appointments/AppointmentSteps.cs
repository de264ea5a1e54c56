using Smp.Runtime.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Core.Appointments;

/// <summary>What is done with an appointment.</summary>
public enum AppointmentAct
{
    /// <summary>It is suggested.</summary>
    Propose,

    /// <summary>Its time is held.</summary>
    Hold,

    /// <summary>It is agreed on.</summary>
    Book,

    /// <summary>The patient waits for a time.</summary>
    Wait,

    /// <summary>Its time, place or people are changed.</summary>
    Move,

    /// <summary>The patient comes.</summary>
    Arrive,

    /// <summary>The patient is ready.</summary>
    CheckIn,

    /// <summary>It is over.</summary>
    Fulfil,

    /// <summary>The patient doesn't come.</summary>
    NoShow,

    /// <summary>The step before was a slip of the hand.</summary>
    TakeBack,

    /// <summary>It is called off.</summary>
    Cancel,

    /// <summary>It was entered in error.</summary>
    EnterInError,
}

/// <summary>One step of an appointment's life.</summary>
/// <param name="From">From which status; null where there is no appointment yet.</param>
/// <param name="Act">By what.</param>
/// <param name="To">Into which status.</param>
public readonly record struct AppointmentStep(AppointmentStatus? From, AppointmentAct Act, AppointmentStatus To);

/// <summary>The life of an appointment, as HL7 FHIR R5 has its statuses. What isn't listed can't be done. Every step needs <see cref="CorePermissions.AppointmentsBook"/>.</summary>
public static class AppointmentSteps
{
    /// <summary>Every step.</summary>
    public static IReadOnlyList<AppointmentStep> All { get; } =
    [
        //  from                           act                          to
        new(null,                          AppointmentAct.Propose,      AppointmentStatus.Proposed),
        new(null,                          AppointmentAct.Hold,         AppointmentStatus.Pending),
        new(null,                          AppointmentAct.Book,         AppointmentStatus.Booked),
        new(null,                          AppointmentAct.Wait,         AppointmentStatus.Waitlist),

        new(AppointmentStatus.Waitlist,    AppointmentAct.Book,         AppointmentStatus.Booked),
        new(AppointmentStatus.Waitlist,    AppointmentAct.Cancel,       AppointmentStatus.Cancelled),
        new(AppointmentStatus.Waitlist,    AppointmentAct.EnterInError, AppointmentStatus.EnteredInError),

        new(AppointmentStatus.Proposed,    AppointmentAct.Move,         AppointmentStatus.Proposed),
        new(AppointmentStatus.Proposed,    AppointmentAct.Hold,         AppointmentStatus.Pending),
        new(AppointmentStatus.Proposed,    AppointmentAct.Book,         AppointmentStatus.Booked),
        new(AppointmentStatus.Proposed,    AppointmentAct.Cancel,       AppointmentStatus.Cancelled),
        new(AppointmentStatus.Proposed,    AppointmentAct.EnterInError, AppointmentStatus.EnteredInError),

        new(AppointmentStatus.Pending,     AppointmentAct.Move,         AppointmentStatus.Pending),
        new(AppointmentStatus.Pending,     AppointmentAct.Book,         AppointmentStatus.Booked),
        new(AppointmentStatus.Pending,     AppointmentAct.Cancel,       AppointmentStatus.Cancelled),
        new(AppointmentStatus.Pending,     AppointmentAct.EnterInError, AppointmentStatus.EnteredInError),

        new(AppointmentStatus.Booked,      AppointmentAct.Move,         AppointmentStatus.Booked),
        new(AppointmentStatus.Booked,      AppointmentAct.Arrive,       AppointmentStatus.Arrived),
        new(AppointmentStatus.Booked,      AppointmentAct.NoShow,       AppointmentStatus.NoShow),
        new(AppointmentStatus.Booked,      AppointmentAct.Cancel,       AppointmentStatus.Cancelled),
        new(AppointmentStatus.Booked,      AppointmentAct.EnterInError, AppointmentStatus.EnteredInError),

        new(AppointmentStatus.Arrived,     AppointmentAct.Move,         AppointmentStatus.Arrived),
        new(AppointmentStatus.Arrived,     AppointmentAct.CheckIn,      AppointmentStatus.CheckedIn),
        new(AppointmentStatus.Arrived,     AppointmentAct.TakeBack,     AppointmentStatus.Booked),
        new(AppointmentStatus.Arrived,     AppointmentAct.Fulfil,       AppointmentStatus.Fulfilled),
        new(AppointmentStatus.Arrived,     AppointmentAct.Cancel,       AppointmentStatus.Cancelled),
        new(AppointmentStatus.Arrived,     AppointmentAct.EnterInError, AppointmentStatus.EnteredInError),

        new(AppointmentStatus.CheckedIn,   AppointmentAct.Move,         AppointmentStatus.CheckedIn),
        new(AppointmentStatus.CheckedIn,   AppointmentAct.TakeBack,     AppointmentStatus.Arrived),
        new(AppointmentStatus.CheckedIn,   AppointmentAct.Fulfil,       AppointmentStatus.Fulfilled),
        new(AppointmentStatus.CheckedIn,   AppointmentAct.Cancel,       AppointmentStatus.Cancelled),
        new(AppointmentStatus.CheckedIn,   AppointmentAct.EnterInError, AppointmentStatus.EnteredInError),

        // Who comes late comes, though the time may be somebody else's by now; who didn't come is booked anew.
        new(AppointmentStatus.NoShow,      AppointmentAct.Arrive,       AppointmentStatus.Arrived),
        new(AppointmentStatus.NoShow,      AppointmentAct.Book,         AppointmentStatus.Booked),
        new(AppointmentStatus.NoShow,      AppointmentAct.Cancel,       AppointmentStatus.Cancelled),
        new(AppointmentStatus.NoShow,      AppointmentAct.EnterInError, AppointmentStatus.EnteredInError),

        new(AppointmentStatus.Fulfilled,   AppointmentAct.EnterInError, AppointmentStatus.EnteredInError),
        new(AppointmentStatus.Cancelled,   AppointmentAct.EnterInError, AppointmentStatus.EnteredInError),
    ];

    /// <summary>The statuses in which an appointment holds its room and its staff. As the triggers of the store have them.</summary>
    public static IReadOnlySet<AppointmentStatus> Holding { get; } = new HashSet<AppointmentStatus>
    {
        AppointmentStatus.Pending, AppointmentStatus.Booked, AppointmentStatus.Arrived, AppointmentStatus.CheckedIn,
    };

    /// <summary>The step, or null when that can't be done from there.</summary>
    public static AppointmentStep? Find(AppointmentStatus? from, AppointmentAct act)
    {
        foreach (var step in All)
        {
            if (step.From == from && step.Act == act) return step;
        }

        return null;
    }

    /// <summary>The step, for whoever acts.</summary>
    /// <exception cref="RefusedException">It can't be done from there, or they may not; the sentence says why.</exception>
    internal static AppointmentStep Require(AppointmentStatus? from, AppointmentAct act, ICurrentActor actor)
    {
        var step = Find(from, act) ?? throw Refuse.Because(from switch
        {
            AppointmentStatus.Waitlist => $"Whoever waits has no appointment yet. Book one first.",
            AppointmentStatus.Proposed or AppointmentStatus.Pending => $"This appointment isn’t booked yet.",
            AppointmentStatus.Booked => $"The patient hasn’t arrived yet, or the appointment is booked already.",
            AppointmentStatus.Arrived or AppointmentStatus.CheckedIn => $"The patient is here already.",
            AppointmentStatus.Fulfilled => $"This appointment is over. Book another one.",
            AppointmentStatus.Cancelled => $"This appointment was cancelled. Book another one.",
            AppointmentStatus.NoShow => $"The patient didn’t come. Book another time, or note that they came late.",
            _ => $"This appointment was entered in error. Book another one.",
        });
        return actor.May(CorePermissions.AppointmentsBook) ? step : throw Refuse.Forbidden($"Your role doesn't have the permission that this needs.");
    }
}
