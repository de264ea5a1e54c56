using System.Data.Common;
using Smp.Runtime.Core.Places;
using Smp.Runtime.Core.Procedures;
using Smp.Runtime.Store;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Core.Appointments;

/// <summary>The clinic's appointments. Every step goes through <see cref="AppointmentSteps"/>, every time through <see cref="SlotJudge"/>.</summary>
internal sealed class AppointmentBook(
    IStore<CorePlugin> store, SlotJudge judge, ProcedureBook procedures, ProcedureKinds kinds, IPatients patients, ITimeline timeline, ICurrentActor actor, Words words)
    : IAppointments
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public Task<Appointment?> FindAsync(IUnitOfWork? unit, long id, CancellationToken token = default) =>
        store.ReadAsync(unit, db => AppointmentRows.FindAsync(db, id), token);

    /// <inheritdoc/>
    public async Task<Appointment> BookAsync(IUnitOfWork unit, NewAppointment appointment, CancellationToken token = default)
    {
        var db = Db(unit);
        var (act, step) = Beginning(appointment.Status);
        var kind = KindOf(appointment.Plugin, appointment.Kind);
        var title = TitleOf(kind, appointment.Title);
        await RequirePatientAsync(unit, appointment.PatientId, token);
        var (slot, location, zone) = await SlotJudge.CheckedAsync(db, appointment.Slot);
        await judge.RequireAsync(db, slot, location, zone, except: 0);
        // Proposed at first: guards are asked with the procedure and its appointment there, and it takes its time when they have let it pass.
        var proposed = Placed(new Appointment
        {
            Id = 0, PatientId = appointment.PatientId, Plugin = kind is null ? null : appointment.Plugin, Kind = kind?.Kind, Title = title,
            Status = AppointmentStatus.Proposed, ChangedAt = unit.Now, RowVersion = 1,
        }, slot);
        var note = NoteOf(appointment.Note);
        var id = await AppointmentRows.InsertAsync(db, proposed, new(AppointmentRows.NewUid(), slot.Minutes, note, null, null, null, unit.Now));
        var made = await WithProcedureAsync(unit, db, (await AppointmentRows.FindAsync(db, id))!, kind, token);
        return await GoAsync(unit, db, null, made, made with { Status = step.To }, act, null, zone, token);
    }

    /// <inheritdoc/>
    public async Task<Appointment> MoveAsync(IUnitOfWork unit, long id, long rowVersion, AppointmentSlot slot, string? reason, CancellationToken token = default)
    {
        var db = Db(unit);
        var (was, step) = await BeginAsync(db, id, rowVersion, AppointmentAct.Move);
        var why = AppointmentSteps.Holding.Contains(was.Status) ? ProcedureChecks.Reason(reason) : OptionalReason(reason);
        return await PlaceAsync(unit, db, was, step, AppointmentAct.Move, slot, why, token);
    }

    /// <inheritdoc/>
    public async Task<Appointment> CancelAsync(IUnitOfWork unit, long id, long rowVersion, string? reason, CancellationToken token = default)
    {
        var db = Db(unit);
        var why = ProcedureChecks.Reason(reason);
        var (was, step) = await BeginAsync(db, id, rowVersion, AppointmentAct.Cancel);
        await CallOffProcedureAsync(unit, db, was, why, token);
        return await GoAsync(unit, db, was, was, was with { Status = step.To }, AppointmentAct.Cancel, why, await ZoneAsync(db, was), token);
    }

    /// <summary>Books what is proposed or held, for the time it has.</summary>
    public async Task<Appointment> BookAsync(IUnitOfWork unit, long id, long rowVersion, AppointmentAct act, CancellationToken token)
    {
        var db = Db(unit);
        var (was, step) = await BeginAsync(db, id, rowVersion, act);
        if (was.StartsAt is null || was.Status is AppointmentStatus.NoShow) throw Refuse.Field("time", $"Say for when it is.");
        var (slot, location, zone) = await SlotJudge.CheckedAsync(db, SlotOf(was));
        await judge.RequireAsync(db, slot, location, zone, except: id);
        return await GoAsync(unit, db, was, was, was with { Status = step.To }, act, null, zone, token);
    }

    /// <summary>Books a time for who waits, or anew for who didn't come.</summary>
    public async Task<Appointment> BookAsync(IUnitOfWork unit, long id, long rowVersion, AppointmentSlot slot, CancellationToken token)
    {
        var db = Db(unit);
        var (was, step) = await BeginAsync(db, id, rowVersion, AppointmentAct.Book);
        return await PlaceAsync(unit, db, was, step, AppointmentAct.Book, slot, null, token);
    }

    /// <summary>Puts a patient on the waiting list.</summary>
    public async Task<Appointment> WaitAsync(IUnitOfWork unit, WaitingInput input, CancellationToken token)
    {
        var db = Db(unit);
        var step = AppointmentSteps.Require(null, AppointmentAct.Wait, actor);
        var kind = KindOf(input.Plugin, input.Kind);
        var title = TitleOf(kind, input.Title);
        await RequirePatientAsync(unit, input.PatientId, token);
        await input.CheckAsync(db);
        var id = await AppointmentRows.InsertAsync(db, new()
        {
            Id = 0, PatientId = input.PatientId, Plugin = kind is null ? null : input.Plugin, Kind = kind?.Kind, Title = title, Status = step.To,
            LocationId = input.LocationId, ChangedAt = unit.Now, RowVersion = 1,
        }, new(AppointmentRows.NewUid(), input.Minutes ?? kind?.Minutes ?? 30, NoteOf(input.Note), input.From, input.Until, input.PerformedBy, unit.Now));
        var done = (await AppointmentRows.FindAsync(db, id))!;
        await AppointmentRows.KeepAsync(unit, db, done, AppointmentAct.Wait, null);
        await unit.PublishAsync(new AppointmentChanged(done, null), token);
        return done;
    }

    /// <summary>Notes a fact: arrived, ready, over, didn't come, or a slip of the hand.</summary>
    public async Task<Appointment> NoteAsync(IUnitOfWork unit, long id, long rowVersion, AppointmentAct act, CancellationToken token)
    {
        var db = Db(unit);
        var (was, step) = await BeginAsync(db, id, rowVersion, act);
        if (act is AppointmentAct.NoShow && was.StartsAt > unit.Now + ClockSkew) throw Refuse.Because($"It isn’t time yet. Cancel it, if it is known already that the patient won’t come.");
        if (act is AppointmentAct.Fulfil && await ProcedureOfAsync(db, was) is { State: ProcedureState.Planned or ProcedureState.Booked or ProcedureState.InProgress })
            throw Refuse.Because($"Its procedure isn’t over. Close it there, and the appointment is over with it.");
        return await GoAsync(unit, db, was, was, was with { Status = step.To }, act, null, await ZoneAsync(db, was), token);
    }

    /// <summary>Marks it as entered in error; it stays, marked. A procedure that hasn't begun is called off.</summary>
    public async Task<Appointment> EnterInErrorAsync(IUnitOfWork unit, long id, long rowVersion, string? reason, CancellationToken token)
    {
        var db = Db(unit);
        var why = ProcedureChecks.Reason(reason);
        var (was, step) = await BeginAsync(db, id, rowVersion, AppointmentAct.EnterInError);
        if (await ProcedureOfAsync(db, was) is { State: ProcedureState.Planned or ProcedureState.Booked }) await CallOffProcedureAsync(unit, db, was, why, token);
        return await GoAsync(unit, db, was, was, was with { Status = step.To }, AppointmentAct.EnterInError, why, await ZoneAsync(db, was), token);
    }

    /// <summary>The slot that an appointment has.</summary>
    public static AppointmentSlot SlotOf(Appointment a) => new(a.LocationId!.Value, a.StartsAt!.Value, (int)(a.EndsAt!.Value - a.StartsAt.Value).TotalMinutes)
    {
        RoomId = a.RoomId, PerformedBy = a.PerformedBy, Team = a.Team,
    };

    private static Appointment Placed(Appointment a, AppointmentSlot slot) => a with
    {
        LocationId = slot.LocationId,
        RoomId = slot.RoomId,
        StartsAt = slot.StartsAt,
        EndsAt = slot.StartsAt.AddMinutes(slot.Minutes),
        PerformedBy = slot.PerformedBy,
        Team = slot.Team,
    };

    private (AppointmentAct, AppointmentStep) Beginning(AppointmentStatus status)
    {
        var act = status switch
        {
            AppointmentStatus.Booked => AppointmentAct.Book,
            AppointmentStatus.Pending => AppointmentAct.Hold,
            AppointmentStatus.Proposed => AppointmentAct.Propose,
            _ => throw Refuse.Field("status", $"A new appointment is Booked, Pending or Proposed."),
        };
        return (act, AppointmentSteps.Require(null, act, actor));
    }

    private async Task<(Appointment Was, AppointmentStep Step)> BeginAsync(DbConnection db, long id, long rowVersion, AppointmentAct act)
    {
        var was = await AppointmentRows.FindAsync(db, id) ?? throw AppointmentRows.Missing(id);
        return was.RowVersion == rowVersion ? (was, AppointmentSteps.Require(was.Status, act, actor)) : throw AppointmentRows.Stale();
    }

    private async Task<Appointment> PlaceAsync(
        IUnitOfWork unit, DbConnection db, Appointment was, AppointmentStep step, AppointmentAct act, AppointmentSlot wanted, string? why, CancellationToken token)
    {
        var (slot, location, zone) = await SlotJudge.CheckedAsync(db, wanted);
        await judge.RequireAsync(db, slot, location, zone, except: was.Id);
        var becomes = Placed(was, slot) with { Status = step.To };
        await AppointmentRows.SetMinutesAsync(db, was.Id, slot.Minutes);
        if (was.Kind is not null && was.ProcedureId is null)
        {
            // Whoever waited has had none: it is planned for the time that there is now.
            var proposed = await AppointmentRows.UpdateAsync(db, was, becomes with { Status = AppointmentStatus.Proposed, ChangedAt = unit.Now });
            var made = await WithProcedureAsync(unit, db, proposed, KindOf(was.Plugin, was.Kind), token);
            return await GoAsync(unit, db, was, made, made with { Status = step.To }, act, why, zone, token);
        }

        return await GoAsync(unit, db, was, was, becomes, act, why, zone, token);
    }

    // Puts an appointment where it goes: first its procedure, whose guards may refuse, then the row, which the store's triggers judge.
    private async Task<Appointment> GoAsync(
        IUnitOfWork unit, DbConnection db, Appointment? was, Appointment stands, Appointment becomes, AppointmentAct act, string? why, TimeZoneInfo? zone, CancellationToken token)
    {
        if (becomes.ProcedureId is { } procedure && becomes.Status is not (AppointmentStatus.Cancelled or AppointmentStatus.EnteredInError))
        {
            if (was is not null && Moved(was, becomes))
            {
                var its = (await procedures.FindAsync(unit, procedure, token))!;
                if (its.PlannedFor != becomes.StartsAt || its.RoomId != becomes.RoomId || its.LocationId != becomes.LocationId || its.PerformedBy != becomes.PerformedBy || !its.Team.SequenceEqual(becomes.Team))
                    await procedures.MoveAsync(unit, procedure, new(its.Title) { PlannedFor = becomes.StartsAt, LocationId = becomes.LocationId, RoomId = becomes.RoomId, PerformedBy = becomes.PerformedBy, Team = becomes.Team }, token);
            }

            if (act is AppointmentAct.Book && (await procedures.FindAsync(unit, procedure, token))!.State is ProcedureState.Planned)
                await procedures.BookWithAppointmentAsync(unit, procedure, token);
        }

        var done = await AppointmentRows.UpdateAsync(db, stands, becomes with { ChangedAt = unit.Now });
        await AppointmentRows.KeepAsync(unit, db, done, act, why);
        await TellAsync(unit, done, act, why, zone, token);
        await unit.PublishAsync(new AppointmentChanged(done, was), token);
        return done;
    }

    private static bool Moved(Appointment was, Appointment becomes) => was.StartsAt != becomes.StartsAt || was.EndsAt != becomes.EndsAt || was.LocationId != becomes.LocationId
        || was.RoomId != becomes.RoomId || was.PerformedBy != becomes.PerformedBy || !was.Team.SequenceEqual(becomes.Team);

    private async Task<Appointment> WithProcedureAsync(IUnitOfWork unit, DbConnection db, Appointment a, ProcedureKind? kind, CancellationToken token)
    {
        if (kind is null) return a;
        var planned = await procedures.PlanAsync(unit, a.Plugin!, new(kind.Kind, a.Title, a.PatientId)
        {
            PlannedFor = a.StartsAt, LocationId = a.LocationId, RoomId = a.RoomId, PerformedBy = a.PerformedBy, Team = a.Team,
        }, token);
        if (kind.Page is { } page) await ProcedureRows.SetHrefAsync(db, planned.Id, FormattableString.Invariant($"{page}/{planned.Id}"));
        return await AppointmentRows.UpdateAsync(db, a, a with { ProcedureId = planned.Id });
    }

    private async Task CallOffProcedureAsync(IUnitOfWork unit, DbConnection db, Appointment was, string why, CancellationToken token)
    {
        if (await ProcedureOfAsync(db, was) is { State: not (ProcedureState.Cancelled or ProcedureState.Voided or ProcedureState.Closed or ProcedureState.Aborted) } procedure)
            await procedures.CancelWithAppointmentAsync(unit, procedure.Id, why, token);
    }

    private static async Task<Procedure?> ProcedureOfAsync(DbConnection db, Appointment a) => a.ProcedureId is { } id ? await ProcedureRows.FindAsync(db, id) : null;

    private async Task RequirePatientAsync(IUnitOfWork unit, long id, CancellationToken token)
    {
        if (await patients.FindAsync(unit, id, token) is null) throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(id)}.");
    }

    private ProcedureKind? KindOf(string? plugin, string? kind) => string.IsNullOrEmpty(kind)
        ? null
        : kinds.Find(plugin, kind) ?? throw Refuse.Field("kind", $"There is no such kind of procedure here. Its module may be off.");

    private string TitleOf(ProcedureKind? kind, string? typed)
    {
        var checks = new Checks();
        var title = kind is null ? checks.Require(typed, "title", 200) : checks.Optional(typed, "title", 200) ?? words.Text(kind.Name);
        checks.Throw();
        return title;
    }

    private static string? NoteOf(string? typed) => Optional(typed, "note");

    private static string? OptionalReason(string? typed) => Optional(typed, "reason");

    private static string? Optional(string? typed, string field)
    {
        var checks = new Checks();
        var text = checks.Optional(typed, field, 500);
        checks.Throw();
        return text;
    }

    private static async Task<TimeZoneInfo?> ZoneAsync(DbConnection db, Appointment a) => a.LocationId is { } id ? await PlaceBook.ZoneAsync(db, id) : null;

    // What has a procedure is told by that; twice the same line says nothing.
    private async Task TellAsync(IUnitOfWork unit, Appointment a, AppointmentAct act, string? why, TimeZoneInfo? zone, CancellationToken token)
    {
        var when = a.StartsAt is { } at && zone is not null ? $"{WallClock.DayOf(zone, at):d MMMM yyyy} {WallClock.Text(zone, at)}" : "";
        var line = act switch
        {
            AppointmentAct.Book or AppointmentAct.Hold when a.ProcedureId is null => $"Appointment on {when}: {a.Title}",
            AppointmentAct.Move => $"Appointment moved to {when}: {a.Title}. {why}",
            AppointmentAct.NoShow => $"Didn’t come on {when}: {a.Title}",
            AppointmentAct.Cancel when a.ProcedureId is null => $"Appointment cancelled: {a.Title}. {why}",
            _ => null,
        };
        if (line is null) return;
        await timeline.WriteAsync(unit, new(a.PatientId, unit.Now, "calendar", Excerpt.Of(line),
            FormattableString.Invariant($"/appointments/{a.Id}")), token);
    }

    private static DbConnection Db(IUnitOfWork unit) => StoreEngine.Join(Rights.Core, unit);
}
