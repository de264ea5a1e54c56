namespace Smp.Sdk;

/// <summary>How far a procedure has come.</summary>
public enum ProcedureState
{
    /// <summary>Somebody means to do it; nothing stands fast yet.</summary>
    Planned,

    /// <summary>It has its time and its team.</summary>
    Booked,

    /// <summary>It has begun.</summary>
    InProgress,

    /// <summary>It is done, and accounted for.</summary>
    Closed,

    /// <summary>It was broken off; what was done until then stays.</summary>
    Aborted,

    /// <summary>It won't take place.</summary>
    Cancelled,

    /// <summary>It was entered in error.</summary>
    Voided,
}

/// <summary>Somebody who takes part in a procedure.</summary>
/// <param name="StaffId">Who.</param>
/// <param name="Part">What they do in it, in the module's words: "Practitioner", "Assistant", "Scribe". At most 50 characters.</param>
public sealed record TeamMember(long StaffId, string Part);

/// <summary>A procedure, as every module sees it: the contract table <c>procedures</c>.</summary>
public sealed record Procedure
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>The module whose it is.</summary>
    public required string Plugin { get; init; }

    /// <summary>What it is, in that module's own word: "Session".</summary>
    public required string Kind { get; init; }

    /// <summary>As shown: "SMP session 2, density".</summary>
    public required string Title { get; init; }

    /// <summary>On whom.</summary>
    public required long PatientId { get; init; }

    /// <summary>How far it has come.</summary>
    public required ProcedureState State { get; init; }

    /// <summary>Where.</summary>
    public long? LocationId { get; init; }

    /// <summary>In which room.</summary>
    public long? RoomId { get; init; }

    /// <summary>For when it is planned.</summary>
    public DateTimeOffset? PlannedFor { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whose hands.</summary>
    public long? PerformedBy { get; init; }

    /// <summary>Who wrote it down, where that is somebody else.</summary>
    public long? RecordedBy { get; init; }

    /// <summary>Whether it was entered afterwards: what guards say of it is kept, and stops nothing.</summary>
    public bool Historical { get; init; }

    /// <summary>When it was entered.</summary>
    public required DateTimeOffset EnteredAt { get; init; }

    /// <summary>Why it was entered afterwards.</summary>
    public string? EnteredBecause { get; init; }

    /// <summary>Its page.</summary>
    public string? Href { get; init; }

    /// <summary>The appointment that leads to it: what moves the one moves the other.</summary>
    public long? AppointmentId { get; init; }

    /// <summary>Counts its changes.</summary>
    public required long RowVersion { get; init; }

    /// <summary>Everybody who takes part.</summary>
    public IReadOnlyList<TeamMember> Team { get; init; } = [];
}
