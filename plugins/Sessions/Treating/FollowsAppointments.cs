using Smp.Sdk;
using Smp.Sessions.Plans;

namespace Smp.Sessions.Treating;

/// <summary>
/// What the calendar says of a session: it is booked there, arrives there, and is called off there. An appointment of a client without a plan that can be treated has no session yet: the plan's
/// guard stops its booking, and its page asks which plan it belongs to.
/// </summary>
internal sealed class FollowsAppointments(IStore<SessionsPlugin> store, SessionBook sessions) : IEventHandler<AppointmentChanged>
{
    public async Task HandleAsync(AppointmentChanged @event, IUnitOfWork unit, CancellationToken token)
    {
        var appointment = @event.Appointment;
        if (appointment is not { Plugin: "sessions", Kind: Session.Kind, ProcedureId: { } procedure }) return;
        var db = store.Join(unit);
        var session = await SessionRows.OfProcedureAsync(db, procedure);
        if (session is null)
        {
            if (appointment.Status is AppointmentStatus.Cancelled or AppointmentStatus.EnteredInError) return;
            if (await PlanRows.TreatableAsync(db, appointment.PatientId) is not { } plan) return;
            session = await SessionBook.AddAsync(unit, db, await PlanRows.RequireAsync(db, plan), procedure);
        }

        if (EventOf(appointment.Status, session.State) is { } on && SessionStates.Find(session.State, on) is not null)
            await sessions.GoAsync(unit, session, on, on is SessionEvent.Cancel ? "The appointment was called off" : null, byCalendar: true);
    }

    private static SessionEvent? EventOf(AppointmentStatus status, SessionState state) => status switch
    {
        AppointmentStatus.Arrived or AppointmentStatus.CheckedIn => SessionEvent.CheckIn,
        AppointmentStatus.NoShow => SessionEvent.Miss,
        AppointmentStatus.Cancelled or AppointmentStatus.EnteredInError => SessionEvent.Cancel,
        AppointmentStatus.Booked or AppointmentStatus.Pending when state is SessionState.NoShow => SessionEvent.Reschedule,
        _ => null,
    };
}
