namespace Smp.Sdk;

/// <summary>A procedure that somebody means to do.</summary>
/// <param name="Kind">What it is, in the module's own word: "Session". At most 50 characters.</param>
/// <param name="Title">As shown: "SMP session 2, density". At most 200 characters.</param>
/// <param name="PatientId">On whom.</param>
public sealed record NewProcedure(string Kind, string Title, long PatientId)
{
    /// <summary>For when it is planned; needed before it can be booked.</summary>
    public DateTimeOffset? PlannedFor { get; init; }

    /// <summary>Where.</summary>
    public long? LocationId { get; init; }

    /// <summary>In which room of that location.</summary>
    public long? RoomId { get; init; }

    /// <summary>Whose hands it shall be. Whoever starts it when nobody is named.</summary>
    public long? PerformedBy { get; init; }

    /// <summary>Everybody else who takes part. At most 30.</summary>
    public IReadOnlyList<TeamMember> Team { get; init; } = [];

    /// <summary>Its page, as a path in this clinic; the clinic's own page of procedures when left out. At most 200 characters.</summary>
    public string? Href { get; init; }
}

/// <summary>A procedure that took place and wasn't recorded then.</summary>
/// <param name="Kind">What it was, in the module's own word. At most 50 characters.</param>
/// <param name="Title">As shown. At most 200 characters.</param>
/// <param name="PatientId">On whom.</param>
/// <param name="PerformedBy">Whose hands. Also somebody who works here no longer.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended: not before it began, and not in the future.</param>
/// <param name="Because">Why it is entered only now. At most 500 characters.</param>
public sealed record HistoricalProcedure(
    string Kind, string Title, long PatientId, long PerformedBy, DateTimeOffset StartedAt, DateTimeOffset EndedAt, string? Because)
{
    /// <summary>Where.</summary>
    public long? LocationId { get; init; }

    /// <summary>In which room of that location.</summary>
    public long? RoomId { get; init; }

    /// <summary>Everybody else who took part. At most 30.</summary>
    public IReadOnlyList<TeamMember> Team { get; init; } = [];

    /// <summary>Its page, as a path in this clinic; the clinic's own page of procedures when left out. At most 200 characters.</summary>
    public string? Href { get; init; }
}

/// <summary>What can be changed of a procedure that hasn't ended: all of it is replaced.</summary>
/// <param name="Title">As shown. At most 200 characters.</param>
public sealed record ProcedureChange(string Title)
{
    /// <summary>For when it is planned. What is booked keeps a time.</summary>
    public DateTimeOffset? PlannedFor { get; init; }

    /// <summary>Where.</summary>
    public long? LocationId { get; init; }

    /// <summary>In which room of that location.</summary>
    public long? RoomId { get; init; }

    /// <summary>Whose hands.</summary>
    public long? PerformedBy { get; init; }

    /// <summary>Everybody else who takes part. At most 30.</summary>
    public IReadOnlyList<TeamMember> Team { get; init; } = [];
}

/// <summary>
/// The clinic's procedures: the common ground of what modules do to patients. Everything joins the caller's unit of work, and belongs to the
/// module whose unit it is: no other module moves it on. Book, start, close and use ask every guard, and are refused where one stands in the way.
/// </summary>
/// <remarks>
/// Refusals throw <see cref="RefusedException"/>: no such procedure or patient, the step isn't one of the state's (the sentence says which state it
/// is in), not allowed, or a guard (its detail <c>answers</c> holds what all of them said).
/// </remarks>
public interface IProcedures
{
    /// <summary>Plans one. No guard is asked yet.</summary>
    Task<Procedure> PlanAsync(IUnitOfWork unit, NewProcedure procedure, CancellationToken token = default);

    /// <summary>Changes time, place and team of one that hasn't ended. Guards are asked again (<see cref="GuardStage.Book"/>) where it is booked.</summary>
    /// <param name="unit">The unit of work.</param>
    /// <param name="id">Which.</param>
    /// <param name="rowVersion">The version that the change was made from; another one is refused as stale.</param>
    /// <param name="change">What it shall be.</param>
    /// <param name="token">Gives up.</param>
    Task<Procedure> ChangeAsync(IUnitOfWork unit, long id, long rowVersion, ProcedureChange change, CancellationToken token = default);

    /// <summary>Books what is planned, for the time it is planned for.</summary>
    Task<Procedure> BookAsync(IUnitOfWork unit, long id, CancellationToken token = default);

    /// <summary>Begins it now. Publishes <see cref="ProcedureStarted"/>.</summary>
    Task<Procedure> StartAsync(IUnitOfWork unit, long id, CancellationToken token = default);

    /// <summary>Ends it now, accounted for. Publishes <see cref="ProcedureClosed"/>.</summary>
    Task<Procedure> CloseAsync(IUnitOfWork unit, long id, CancellationToken token = default);

    /// <summary>Breaks it off now. A fact: no guard is asked. Publishes <see cref="ProcedureClosed"/>.</summary>
    /// <param name="unit">The unit of work.</param>
    /// <param name="id">Which.</param>
    /// <param name="reason">Why. At most 500 characters.</param>
    /// <param name="token">Gives up.</param>
    Task<Procedure> AbortAsync(IUnitOfWork unit, long id, string? reason, CancellationToken token = default);

    /// <summary>Calls off what hasn't begun.</summary>
    /// <inheritdoc cref="AbortAsync"/>
    Task<Procedure> CancelAsync(IUnitOfWork unit, long id, string? reason, CancellationToken token = default);

    /// <summary>Marks it as entered in error; it stays, marked. Publishes <see cref="ProcedureVoided"/>.</summary>
    /// <inheritdoc cref="AbortAsync"/>
    Task<Procedure> VoidAsync(IUnitOfWork unit, long id, string? reason, CancellationToken token = default);

    /// <summary>
    /// Records one that took place before: closed at once. Guards are asked for their answers of its start and its end; they are kept, stop nothing,
    /// and a broken rule opens an incident. Publishes <see cref="ProcedureClosed"/>.
    /// </summary>
    Task<Procedure> EnterHistoricalAsync(IUnitOfWork unit, HistoricalProcedure procedure, CancellationToken token = default);

    /// <summary>A procedure with its team, or null.</summary>
    /// <param name="unit">The unit of work; null to read outside of one.</param>
    /// <param name="id">Which.</param>
    /// <param name="token">Gives up.</param>
    Task<Procedure?> FindAsync(IUnitOfWork? unit, long id, CancellationToken token = default);

    /// <summary>One page of a patient's procedures with their teams, the newest first: by start, planned time, or entry.</summary>
    /// <param name="unit">The unit of work; null to read outside of one.</param>
    /// <param name="patientId">Whose.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="token">Gives up.</param>
    Task<Page<Procedure>> ListAsync(IUnitOfWork? unit, long patientId, string? after, int limit, CancellationToken token = default);

    /// <summary>What every guard says now, to be shown. All are asked at once, each for a second at most. Outside of units of work.</summary>
    /// <param name="procedureId">Which procedure.</param>
    /// <param name="stage">What would happen.</param>
    /// <param name="use">What would be used, at <see cref="GuardStage.Use"/>.</param>
    /// <param name="token">Gives up.</param>
    Task<GuardReport> AskAsync(long procedureId, GuardStage stage, GuardedUse? use, CancellationToken token = default);

    /// <summary>
    /// What every guard says inside a unit of work, with its changes: one after the other, each for a second and all for three at most. Nothing is
    /// refused or kept; for what has happened already, such as a use.
    /// </summary>
    Task<GuardReport> AskAsync(IUnitOfWork unit, long procedureId, GuardStage stage, GuardedUse? use, CancellationToken token = default);

    /// <summary>
    /// Refuses a use that a guard stands in the way of, in a procedure that is in progress; keeps the answers where none does, and uses up the
    /// overrides that let it pass.
    /// </summary>
    Task<GuardReport> RequireAsync(IUnitOfWork unit, long procedureId, GuardedUse use, CancellationToken token = default);
}

/// <summary>A procedure has begun. Published inside the unit of work that starts it.</summary>
public sealed record ProcedureStarted(Procedure Procedure);

/// <summary>A procedure has ended: closed, aborted, or entered afterwards, as it says itself. Published inside the unit of work.</summary>
public sealed record ProcedureClosed(Procedure Procedure);

/// <summary>A procedure was entered in error. Published inside the unit of work.</summary>
/// <param name="Procedure">As it is now.</param>
/// <param name="Was">The state it was in.</param>
/// <param name="Reason">Why, as typed.</param>
public sealed record ProcedureVoided(Procedure Procedure, ProcedureState Was, string Reason);
