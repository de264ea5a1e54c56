using Smp.Sdk;

namespace Smp.Sessions.Healing;

/// <summary>A check of how the skin heals after a session.</summary>
public sealed record HealingCheck
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>After which session.</summary>
    public required long SessionId { get; init; }

    /// <summary>Of whom.</summary>
    public required long PatientId { get; init; }

    /// <summary>The day it was made.</summary>
    public required DateOnly CheckedOn { get; init; }

    /// <summary>Days since the session, which is day 0.</summary>
    public required int Day { get; init; }

    /// <summary>Whether the skin has healed.</summary>
    public required bool Healed { get; init; }

    /// <summary>What was seen.</summary>
    public string? Note { get; init; }

    /// <summary>Why nobody looked, where the check was missed and is settled all the same.</summary>
    public string? MissedReason { get; init; }

    /// <summary>Who looked.</summary>
    public required string CheckedBy { get; init; }

    /// <summary>When it was written down.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>What was found; empty when nothing was.</summary>
    public IReadOnlyList<FoundInHealing> Findings { get; init; } = [];
}

/// <summary>Something that a check found.</summary>
/// <param name="Id">Key.</param>
/// <param name="CheckId">By which check.</param>
/// <param name="Finding">What.</param>
/// <param name="ResolvedAt">When it was over; null while it is open.</param>
/// <param name="ResolvedBy">Who said so.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record FoundInHealing(long Id, long CheckId, HealingFinding Finding, DateTimeOffset? ResolvedAt, string? ResolvedBy, string? Outcome)
{
    /// <summary>Whether it stops the next session.</summary>
    public bool Stops => ResolvedAt is null && HealingSchedule.Stops(Finding);
}

/// <summary>A check, as it is recorded.</summary>
public sealed record HealingInput
{
    /// <summary>The day it was made: not before the session, not in the future. Today when left out.</summary>
    public DateOnly? CheckedOn { get; init; }

    /// <summary>What was found.</summary>
    public IReadOnlyList<HealingFinding>? Findings { get; init; }

    /// <summary>How grave an infection or allergic reaction is; needed with one. It is recorded as a complication, too.</summary>
    public ComplicationSeverity? Severity { get; init; }

    /// <summary>Whether the skin has healed: from day 7 on, and not with an open infection or allergic reaction.</summary>
    public bool Healed { get; init; }

    /// <summary>What was seen; needed with an infection or allergic reaction. At most 1,000 characters.</summary>
    public string? Note { get; init; }

    /// <summary>Why nobody looked: settles a check that was missed, instead of all else. At most 500 characters.</summary>
    public string? MissedReason { get; init; }
}

/// <summary>A check that is due.</summary>
/// <param name="SessionId">After which session.</param>
/// <param name="PatientId">Of whom.</param>
/// <param name="Patient">Their name.</param>
/// <param name="Number">Which session of the plan it was.</param>
/// <param name="Day">The day of the session.</param>
/// <param name="Due">The day it is due.</param>
public sealed record DueCheck(long SessionId, long PatientId, string Patient, int Number, DateOnly Day, DateOnly Due);
