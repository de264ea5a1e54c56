namespace Smp.Sdk;

/// <summary>How an appointment stands: the statuses of HL7 FHIR's Appointment resource (R5), which writes them <c>checked-in</c>, <c>entered-in-error</c>.</summary>
public enum AppointmentStatus
{
    /// <summary>Somebody suggests it; it holds no time yet.</summary>
    Proposed,

    /// <summary>It holds its time; somebody has yet to agree.</summary>
    Pending,

    /// <summary>It stands.</summary>
    Booked,

    /// <summary>The patient is here.</summary>
    Arrived,

    /// <summary>The patient is ready to be seen, or being seen.</summary>
    CheckedIn,

    /// <summary>It took place.</summary>
    Fulfilled,

    /// <summary>It won't take place.</summary>
    Cancelled,

    /// <summary>The patient didn't come.</summary>
    NoShow,

    /// <summary>The patient waits for a time.</summary>
    Waitlist,

    /// <summary>It was entered in error.</summary>
    EnteredInError,
}

/// <summary>An appointment: the contract tables <c>appointments</c> and <c>appointment_staff</c>.</summary>
public sealed record Appointment
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Whose.</summary>
    public required long PatientId { get; init; }

    /// <summary>The module whose kind of procedure it is for; null where it is for no procedure.</summary>
    public string? Plugin { get; init; }

    /// <summary>The kind, in that module's own word: <see cref="ProcedureKind.Kind"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>As shown.</summary>
    public required string Title { get; init; }

    /// <summary>How it stands.</summary>
    public required AppointmentStatus Status { get; init; }

    /// <summary>Where. Null only for who waits anywhere.</summary>
    public long? LocationId { get; init; }

    /// <summary>In which room.</summary>
    public long? RoomId { get; init; }

    /// <summary>When it begins; null for who waits.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>When it ends, at most 24 hours later; at this moment its room and staff are free.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>The procedure it leads to.</summary>
    public long? ProcedureId { get; init; }

    /// <summary>When it was changed last.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Counts its changes.</summary>
    public required long RowVersion { get; init; }

    /// <summary>Whose hands.</summary>
    public long? PerformedBy { get; init; }

    /// <summary>Everybody else who takes part.</summary>
    public IReadOnlyList<TeamMember> Team { get; init; } = [];
}

/// <summary>Where and when an appointment is to be, and with whom: all of it is replaced.</summary>
/// <param name="LocationId">Where.</param>
/// <param name="StartsAt">When it begins. Cut to whole minutes.</param>
/// <param name="Minutes">How long: 5 to 1440.</param>
public sealed record AppointmentSlot(long LocationId, DateTimeOffset StartsAt, int Minutes)
{
    /// <summary>In which room of the location.</summary>
    public long? RoomId { get; init; }

    /// <summary>Whose hands.</summary>
    public long? PerformedBy { get; init; }

    /// <summary>Everybody else who takes part. At most 30.</summary>
    public IReadOnlyList<TeamMember> Team { get; init; } = [];
}

/// <summary>An appointment that somebody wants to make.</summary>
/// <param name="PatientId">Whose.</param>
/// <param name="Slot">Where, when, with whom.</param>
public sealed record NewAppointment(long PatientId, AppointmentSlot Slot)
{
    /// <summary>The module whose kind it is; <c>core</c> for the clinic's own. Null, as <see cref="Kind"/>, where it is for no procedure.</summary>
    public string? Plugin { get; init; }

    /// <summary>The kind of procedure, as it was declared.</summary>
    public string? Kind { get; init; }

    /// <summary>As shown; the kind's name when left out. At most 200 characters.</summary>
    public string? Title { get; init; }

    /// <summary>What to know of it. At most 500 characters.</summary>
    public string? Note { get; init; }

    /// <summary><see cref="AppointmentStatus.Booked"/>, <see cref="AppointmentStatus.Pending"/> or <see cref="AppointmentStatus.Proposed"/>.</summary>
    public AppointmentStatus Status { get; init; } = AppointmentStatus.Booked;
}

/// <summary>
/// The clinic's appointments. Everything joins the caller's unit of work. Nothing is booked twice: a room or a member of staff that is taken, a place that is
/// closed, and, for a kind of procedure, what guards say at <see cref="GuardStage.Book"/> refuse it.
/// </summary>
/// <remarks>
/// An appointment for a kind of procedure has its procedure from the beginning: planned with it, booked with it, moved and called off with it. Refusals throw
/// <see cref="RefusedException"/>; the detail <c>clashes</c> holds what is taken, <c>answers</c> what guards said.
/// </remarks>
public interface IAppointments
{
    /// <summary>An appointment, or null.</summary>
    /// <param name="unit">The unit of work; null to read outside of one.</param>
    /// <param name="id">Which.</param>
    /// <param name="token">Gives up.</param>
    Task<Appointment?> FindAsync(IUnitOfWork? unit, long id, CancellationToken token = default);

    /// <summary>Makes one. Publishes <see cref="AppointmentChanged"/>.</summary>
    Task<Appointment> BookAsync(IUnitOfWork unit, NewAppointment appointment, CancellationToken token = default);

    /// <summary>Moves one: time, place or people. Publishes <see cref="AppointmentChanged"/>.</summary>
    /// <param name="unit">The unit of work.</param>
    /// <param name="id">Which.</param>
    /// <param name="rowVersion">The version that it was read as; another one is refused as stale.</param>
    /// <param name="slot">What it shall be.</param>
    /// <param name="reason">Why; needed once it holds its time. At most 500 characters.</param>
    /// <param name="token">Gives up.</param>
    Task<Appointment> MoveAsync(IUnitOfWork unit, long id, long rowVersion, AppointmentSlot slot, string? reason, CancellationToken token = default);

    /// <summary>Calls one off, with its procedure. Publishes <see cref="AppointmentChanged"/>.</summary>
    /// <param name="unit">The unit of work.</param>
    /// <param name="id">Which.</param>
    /// <param name="rowVersion">The version that it was read as; another one is refused as stale.</param>
    /// <param name="reason">Why. At most 500 characters.</param>
    /// <param name="token">Gives up.</param>
    Task<Appointment> CancelAsync(IUnitOfWork unit, long id, long rowVersion, string? reason, CancellationToken token = default);
}

/// <summary>An appointment was made or changed. Published inside the unit of work.</summary>
/// <param name="Appointment">As it is now.</param>
/// <param name="Was">As it was; null where it is new.</param>
public sealed record AppointmentChanged(Appointment Appointment, Appointment? Was);
