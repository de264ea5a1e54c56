using System.Text.Json;
using Smp.Sdk;

namespace Smp.Runtime.Core.Audit;

/// <summary>A unit of work in the audit trail: who did what, when and why.</summary>
public sealed record AuditUnit
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The module that did it; <c>core</c> for the clinic's own.</summary>
    public required string Module { get; init; }

    /// <summary>What was done.</summary>
    public required string Act { get; init; }

    /// <summary>What kind of actor did it.</summary>
    public required ActorKind ActorKind { get; init; }

    /// <summary>Who did it, or recorded it, as they were called then.</summary>
    public required string Actor { get; init; }

    /// <summary>The member of staff who did it, or recorded it.</summary>
    public long? StaffId { get; init; }

    /// <summary>The member of staff whose hands did it, where somebody else recorded it.</summary>
    public long? PerformedBy { get; init; }

    /// <summary>Their name now.</summary>
    public string? PerformedByName { get; init; }

    /// <summary>Why, where the domain asks for a reason.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether a reason was given that was erased since.</summary>
    public bool ReasonErased { get; init; }

    /// <summary>The request that it was part of, as the log calls it.</summary>
    public string? Request { get; init; }

    /// <summary>How many rows it changed.</summary>
    public long Changes { get; init; }

    /// <summary>The patient that its first twenty changes are about; null for none or several.</summary>
    public long? PatientId { get; init; }
}

/// <summary>How a row changed.</summary>
public enum ChangeKind
{
    /// <summary>It is new.</summary>
    Inserted,

    /// <summary>It has other values.</summary>
    Updated,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>It was there when the trail began.</summary>
    ThereBefore,

    /// <summary>Not a row: the table has another name, which is the key.</summary>
    Renamed,
}

/// <summary>One changed row.</summary>
public sealed record AuditChange
{
    /// <summary>Its number in the trail.</summary>
    public required long Row { get; init; }

    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>How it changed.</summary>
    public required ChangeKind Change { get; init; }

    /// <summary>The row's key; a key of several columns as a JSON array.</summary>
    public required string Key { get; init; }

    /// <summary>The patient that the row is about.</summary>
    public long? PatientId { get; init; }

    /// <summary>Its values before, by column; null when it is new, or when they were erased.</summary>
    public JsonElement? Old { get; init; }

    /// <summary>Its values after, by column; null when it is gone, or when they were erased.</summary>
    public JsonElement? New { get; init; }

    /// <summary>The erasure that took its values.</summary>
    public AuditErased? Erased { get; init; }
}

/// <summary>An erasure, as the changes that lost their values tell it.</summary>
/// <param name="Id">Key of the erasure.</param>
/// <param name="At">When.</param>
/// <param name="By">By whom.</param>
/// <param name="Unit">The unit of work that did it.</param>
public sealed record AuditErased(long Id, DateTimeOffset At, string? By, long? Unit);
