using System.Data.Common;
using Smp.Runtime.Core.Appointments;
using Smp.Runtime.Shells;
using Smp.Runtime.Store;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Core.Procedures;

/// <summary>The clinic's procedures. Every step goes through <see cref="ProcedureSteps"/>, and what asks guards through <see cref="GuardBoard"/>.</summary>
internal sealed class ProcedureBook(
    IStore<CorePlugin> store, GuardBoard guards, GuardRecord record, ProcedureChecks inputs, ShellContents shell, ITimeline timeline, IIncidents incidents,
    ICurrentActor actor, IClinicClock clock, Words words) : IProcedures
{
    private const string Answers = "answers";

    /// <inheritdoc/>
    public Task<Procedure> PlanAsync(IUnitOfWork unit, NewProcedure procedure, CancellationToken token = default) =>
        PlanAsync(unit, StoreEngine.OwnerOf(unit), procedure, token);

    /// <summary>Plans one of the module that declared its kind, for an appointment.</summary>
    internal async Task<Procedure> PlanAsync(IUnitOfWork unit, string plugin, NewProcedure procedure, CancellationToken token)
    {
        var step = ProcedureSteps.Require(null, ProcedureAct.Plan, actor);
        var added = await inputs.CheckedAsync(unit, new Procedure
        {
            Id = 0, Plugin = plugin, Kind = procedure.Kind, Title = procedure.Title, PatientId = procedure.PatientId, State = step.To,
            LocationId = procedure.LocationId, RoomId = procedure.RoomId, PlannedFor = procedure.PlannedFor, PerformedBy = procedure.PerformedBy,
            EnteredAt = unit.Now, Href = procedure.Href, RowVersion = 1, Team = procedure.Team,
        }, token);
        return await AddAsync(unit, added, ProcedureAct.Plan);
    }

    /// <inheritdoc/>
    public async Task<Procedure> ChangeAsync(IUnitOfWork unit, long id, long rowVersion, ProcedureChange change, CancellationToken token = default)
    {
        var (was, step) = await BeginAsync(unit, id, ProcedureAct.Change);
        if (was.RowVersion != rowVersion) throw Stale();
        var moves = was.PlannedFor != change.PlannedFor || was.LocationId != change.LocationId || was.RoomId != change.RoomId || was.PerformedBy != change.PerformedBy
            || !was.Team.SequenceEqual(change.Team);
        if (moves) RefuseItsAppointments(was);
        return await ChangeAsync(unit, was, step, change, token);
    }

    /// <summary>Moves one together with its appointment, whosever it is.</summary>
    internal async Task<Procedure> MoveAsync(IUnitOfWork unit, long id, ProcedureChange change, CancellationToken token)
    {
        var was = await ProcedureRows.FindAsync(Db(unit), id) ?? throw Missing(id);
        return await ChangeAsync(unit, was, ProcedureSteps.Require(was.State, ProcedureAct.Change, actor), change, token);
    }

    private async Task<Procedure> ChangeAsync(IUnitOfWork unit, Procedure was, ProcedureStep step, ProcedureChange change, CancellationToken token)
    {
        var becomes = await inputs.CheckedAsync(unit, was with
        {
            Title = change.Title,
            LocationId = change.LocationId,
            RoomId = change.RoomId,
            PlannedFor = change.PlannedFor,
            PerformedBy = change.PerformedBy,
            Team = change.Team,
        }, token);
        if (was.State is ProcedureState.InProgress && becomes.PerformedBy is null) throw Refuse.Field("performedBy", $"Say who performs it.");
        if (step.Asks is not null) inputs.RequireTime(becomes);
        return await GoAsync(unit, becomes, ProcedureAct.Change, step, null, token);
    }

    /// <inheritdoc/>
    public async Task<Procedure> BookAsync(IUnitOfWork unit, long id, CancellationToken token = default)
    {
        var (was, step) = await BeginAsync(unit, id, ProcedureAct.Book);
        RefuseItsAppointments(was);
        return await BookAsync(unit, was, step, token);
    }

    /// <summary>Books one together with its appointment, whosever it is.</summary>
    internal async Task<Procedure> BookWithAppointmentAsync(IUnitOfWork unit, long id, CancellationToken token)
    {
        var was = await ProcedureRows.FindAsync(Db(unit), id) ?? throw Missing(id);
        return await BookAsync(unit, was, ProcedureSteps.Require(was.State, ProcedureAct.Book, actor), token);
    }

    private async Task<Procedure> BookAsync(IUnitOfWork unit, Procedure was, ProcedureStep step, CancellationToken token)
    {
        inputs.RequireTime(was);
        var done = await GoAsync(unit, was with { State = step.To }, ProcedureAct.Book, step, null, token);
        await TellAsync(unit, done, unit.Now, $"Booked for {clock.ToLocal(done.PlannedFor!.Value):d MMMM yyyy HH:mm}: {done.Title}", token);
        return done;
    }

    /// <inheritdoc/>
    public async Task<Procedure> StartAsync(IUnitOfWork unit, long id, CancellationToken token = default)
    {
        var (was, step) = await BeginAsync(unit, id, ProcedureAct.Start);
        var performer = was.PerformedBy ?? unit.Actor.StaffId
            ?? throw Refuse.Field("performedBy", $"Say who performs it: {unit.Actor.Name} is no member of staff.");
        var done = await GoAsync(unit, was with
        {
            State = step.To,
            StartedAt = unit.Now,
            PerformedBy = performer,
            RecordedBy = unit.Actor.StaffId == performer ? null : unit.Actor.StaffId,
        }, ProcedureAct.Start, step, null, token);
        await AppointmentFollower.FollowAsync(unit, Db(unit), done, AppointmentAct.CheckIn, AppointmentStatus.CheckedIn, null, token);
        await TellAsync(unit, done, unit.Now, $"Started: {done.Title}", token);
        await unit.PublishAsync(new ProcedureStarted(done), token);
        return done;
    }

    /// <inheritdoc/>
    public Task<Procedure> CloseAsync(IUnitOfWork unit, long id, CancellationToken token = default) => EndAsync(unit, id, ProcedureAct.Close, null, token);

    /// <inheritdoc/>
    public Task<Procedure> AbortAsync(IUnitOfWork unit, long id, string? reason, CancellationToken token = default) =>
        EndAsync(unit, id, ProcedureAct.Abort, ProcedureChecks.Reason(reason), token);

    /// <inheritdoc/>
    public async Task<Procedure> CancelAsync(IUnitOfWork unit, long id, string? reason, CancellationToken token = default)
    {
        var why = ProcedureChecks.Reason(reason);
        var (was, step) = await BeginAsync(unit, id, ProcedureAct.Cancel);
        var done = await CancelAsync(unit, was, step, why, token);
        await AppointmentFollower.FollowAsync(unit, Db(unit), done, AppointmentAct.Cancel, AppointmentStatus.Cancelled, why, token);
        return done;
    }

    /// <summary>Calls one off together with its appointment, whosever it is.</summary>
    internal async Task<Procedure> CancelWithAppointmentAsync(IUnitOfWork unit, long id, string why, CancellationToken token)
    {
        var was = await ProcedureRows.FindAsync(Db(unit), id) ?? throw Missing(id);
        return await CancelAsync(unit, was, ProcedureSteps.Require(was.State, ProcedureAct.Cancel, actor), why, token);
    }

    private async Task<Procedure> CancelAsync(IUnitOfWork unit, Procedure was, ProcedureStep step, string why, CancellationToken token)
    {
        var done = await GoAsync(unit, was with { State = step.To }, ProcedureAct.Cancel, step, why, token);
        await TellAsync(unit, done, unit.Now, $"Cancelled: {done.Title}. {why}", token);
        return done;
    }

    /// <inheritdoc/>
    public async Task<Procedure> VoidAsync(IUnitOfWork unit, long id, string? reason, CancellationToken token = default)
    {
        var why = ProcedureChecks.Reason(reason);
        var (was, step) = await BeginAsync(unit, id, ProcedureAct.Void);
        var done = await GoAsync(unit, was with { State = step.To }, ProcedureAct.Void, step, why, token);
        await AppointmentFollower.FollowAsync(unit, Db(unit), done, AppointmentAct.Cancel, AppointmentStatus.Cancelled, why, token);
        await TellAsync(unit, done, unit.Now, $"Voided: {done.Title}. {why}", token);
        await unit.PublishAsync(new ProcedureVoided(done, was.State, why), token);
        return done;
    }

    /// <inheritdoc/>
    public async Task<Procedure> EnterHistoricalAsync(IUnitOfWork unit, HistoricalProcedure procedure, CancellationToken token = default)
    {
        var step = ProcedureSteps.Require(null, ProcedureAct.EnterAfterwards, actor);
        var added = await inputs.CheckedAsync(unit, new Procedure
        {
            Id = 0, Plugin = StoreEngine.OwnerOf(unit), Kind = procedure.Kind, Title = procedure.Title, PatientId = procedure.PatientId, State = step.To,
            LocationId = procedure.LocationId, RoomId = procedure.RoomId, StartedAt = procedure.StartedAt, EndedAt = procedure.EndedAt,
            PerformedBy = procedure.PerformedBy, RecordedBy = unit.Actor.StaffId, Historical = true, EnteredAt = unit.Now,
            EnteredBecause = procedure.Because, Href = procedure.Href, RowVersion = 1, Team = procedure.Team,
        }, token);
        var done = await AddAsync(unit, added, ProcedureAct.EnterAfterwards);
        var reports = await guards.AskAsync(unit,
            [new(GuardStage.Start, done, done.StartedAt!.Value), new(GuardStage.Close, done, done.EndedAt!.Value)], token);
        foreach (var report in reports) await GuardRecord.KeepAsync(unit, done, report.Stage, record.Lines(report), CheckOutcome.EnteredAfterwards);
        var broken = reports.SelectMany(r => r.Findings).Where(f => f.Blocks).Select(f => words.Say(f.Answer.Sentence)).Distinct().ToList();
        await TellAsync(unit, done, done.StartedAt.Value, $"Entered afterwards: {done.Title}", token);
        if (broken.Count > 0)
        {
            await incidents.OpenAsync(unit, new("HistoricalProcedure",
                Excerpt.Of($"Entered afterwards, and a rule stood against it: {done.Title}. {string.Join(" ", broken)}"), done.StartedAt.Value, done.PatientId, done.Href), token);
        }

        await unit.PublishAsync(new ProcedureClosed(done), token);
        return done;
    }

    /// <inheritdoc/>
    public Task<Procedure?> FindAsync(IUnitOfWork? unit, long id, CancellationToken token = default) =>
        store.ReadAsync(unit, db => ProcedureRows.FindAsync(db, id), token);

    /// <inheritdoc/>
    public Task<Page<Procedure>> ListAsync(IUnitOfWork? unit, long patientId, string? after, int limit, CancellationToken token = default) =>
        store.ReadAsync(unit, db => ProcedureRows.PageAsync(db, patientId, after, limit), token);

    /// <inheritdoc/>
    public async Task<GuardReport> AskAsync(long procedureId, GuardStage stage, GuardedUse? use, CancellationToken token = default)
    {
        var procedure = await FindAsync(null, procedureId, token) ?? throw Missing(procedureId);
        var report = await guards.AskAsync(Question(procedure, stage, use, clock.Now, actor.Actor), token);
        return await store.ReadAsync(db => GuardRecord.WithOverridesAsync(db, report, procedureId, use, clock.Now), token);
    }

    /// <inheritdoc/>
    public async Task<GuardReport> AskAsync(IUnitOfWork unit, long procedureId, GuardStage stage, GuardedUse? use, CancellationToken token = default) =>
        await AskAsync(unit, await ProcedureRows.FindAsync(Db(unit), procedureId) ?? throw Missing(procedureId), stage, use, token);

    /// <inheritdoc/>
    public async Task<GuardReport> RequireAsync(IUnitOfWork unit, long procedureId, GuardedUse use, CancellationToken token = default)
    {
        var procedure = await ProcedureRows.FindAsync(Db(unit), procedureId) ?? throw Missing(procedureId);
        if (procedure.State is not ProcedureState.InProgress)
            throw Refuse.Because($"This procedure isn’t in progress, so nothing can be used in it. Start it first; what was used already is recorded as a use.");
        return await RequireAsync(unit, procedure, GuardStage.Use, use, token);
    }

    private async Task<GuardReport> AskAsync(IUnitOfWork unit, Procedure procedure, GuardStage stage, GuardedUse? use, CancellationToken token)
    {
        var report = (await guards.AskAsync(unit, [Question(procedure, stage, use, unit.Now, unit.Actor)], token))[0];
        return await GuardRecord.WithOverridesAsync(Db(unit), report, procedure.Id, use, unit.Now);
    }

    private async Task<GuardReport> RequireAsync(IUnitOfWork unit, Procedure procedure, GuardStage stage, GuardedUse? use, CancellationToken token)
    {
        var report = await AskAsync(unit, procedure, stage, use, token);
        var lines = record.Lines(report);
        var blocking = report.Findings.Where(f => f.Blocks).ToList();
        if (blocking.Count == 0)
        {
            await GuardRecord.KeepAsync(unit, procedure, stage, lines, CheckOutcome.WentAhead, use);
            return report;
        }

        var first = blocking[0].Answer.Sentence;
        var details = new Dictionary<string, object?> { [Answers] = lines };
        throw blocking.Count == 1
            ? new RefusedException(RefusalKind.Refused, $"It can’t go ahead. {first}") { Details = details }
            : new RefusedException(RefusalKind.Refused, $"It can’t go ahead, for {blocking.Count} reasons. The first: {first}") { Details = details };
    }

    /// <summary>What guards had said where they are why something was refused; null where it was refused for another reason.</summary>
    internal static IReadOnlyList<GuardLine>? AnswersOf(RefusedException refused) => refused.Details.GetValueOrDefault(Answers) as IReadOnlyList<GuardLine>;

    private static GuardQuestion Question(Procedure procedure, GuardStage stage, GuardedUse? use, DateTimeOffset now, Actor who)
    {
        if (stage is GuardStage.Use && use is null) throw Refuse.Field("use", $"Say what would be used.");
        // Whoever starts it performs it, where nobody is named.
        var asked = stage is GuardStage.Start && procedure.PerformedBy is null ? procedure with { PerformedBy = who.StaffId } : procedure;
        return new(stage, asked, stage is GuardStage.Book ? procedure.PlannedFor ?? now : now) { Use = stage is GuardStage.Use ? use : null };
    }

    private async Task<(Procedure Procedure, ProcedureStep Step)> BeginAsync(IUnitOfWork unit, long id, ProcedureAct act)
    {
        var procedure = await ProcedureRows.FindAsync(Db(unit), id) ?? throw Missing(id);
        var step = ProcedureSteps.Require(procedure.State, act, actor);
        var owner = StoreEngine.OwnerOf(unit);
        // Only its own module knows what belongs to a step. While that doesn't run, the clinic itself does what can't wait.
        var standsIn = owner == "core" && !shell.Plugins.Any(p => p.Id == procedure.Plugin);
        return procedure.Plugin == owner || standsIn
            ? (procedure, step)
            : throw Refuse.Because($"This procedure belongs to {shell.NameOf(procedure.Plugin)}. Go on with it there.");
    }

    private async Task<Procedure> AddAsync(IUnitOfWork unit, Procedure added, ProcedureAct act)
    {
        var done = (await ProcedureRows.FindAsync(Db(unit), await ProcedureRows.InsertAsync(Db(unit), added)))!;
        await GuardRecord.KeepAsync(unit, done, act, done.EnteredBecause, null);
        return done;
    }

    private async Task<Procedure> GoAsync(IUnitOfWork unit, Procedure becomes, ProcedureAct act, ProcedureStep step, string? reason, CancellationToken token)
    {
        // Guards are asked before the row changes: the question holds the procedure as it stands, with what is about to be.
        var report = step.Asks is { } stage ? await RequireAsync(unit, becomes with { State = step.From!.Value }, stage, null, token) : null;
        if (!await ProcedureRows.UpdateAsync(Db(unit), becomes)) throw Stale();
        var done = (await ProcedureRows.FindAsync(Db(unit), becomes.Id))!;
        await GuardRecord.KeepAsync(unit, done, act, reason, report);
        return done;
    }

    private async Task<Procedure> EndAsync(IUnitOfWork unit, long id, ProcedureAct act, string? reason, CancellationToken token)
    {
        var (was, step) = await BeginAsync(unit, id, act);
        // A clock that was set back must not keep a procedure from ending.
        var ended = unit.Now > was.StartedAt!.Value ? unit.Now : was.StartedAt.Value;
        var done = await GoAsync(unit, was with { State = step.To, EndedAt = ended }, act, step, reason, token);
        await AppointmentFollower.FollowAsync(unit, Db(unit), done, AppointmentAct.Fulfil, AppointmentStatus.Fulfilled, reason, token);
        await TellAsync(unit, done, ended, act is ProcedureAct.Close ? $"Closed: {done.Title}" : $"Aborted: {done.Title}. {reason}", token);
        await unit.PublishAsync(new ProcedureClosed(done), token);
        return done;
    }

    private Task TellAsync(IUnitOfWork unit, Procedure procedure, DateTimeOffset at, string text, CancellationToken token) =>
        timeline.WriteAsync(unit, new(procedure.PatientId, at, "calendar", Excerpt.Of(text), procedure.Href), token);

    private static void RefuseItsAppointments(Procedure procedure)
    {
        if (procedure.AppointmentId is not null) throw Refuse.Because($"This procedure has an appointment. Book and move that, and the procedure goes along.");
    }

    private static DbConnection Db(IUnitOfWork unit) => StoreEngine.Join(Rights.Core, unit);

    private static RefusedException Missing(long id) => Refuse.Missing($"There is no procedure {id}.");

    private static RefusedException Stale() =>
        Refuse.Stale($"Somebody else changed this procedure meanwhile. Look at it as it is now, and change it again.");
}
