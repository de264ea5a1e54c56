namespace Smp.Sdk;

/// <summary>What was measured. Each kind has one unit, in which its value is a whole number.</summary>
public enum MeasurementKind
{
    /// <summary>Body weight, in grams.</summary>
    Weight,

    /// <summary>Height, in millimetres.</summary>
    Height,

    /// <summary>Blood pressure, in mmHg: systolic, with the diastolic beside it.</summary>
    BloodPressure,

    /// <summary>Pulse, in beats a minute.</summary>
    Pulse,

    /// <summary>Oxygen saturation (SpO₂), in percent.</summary>
    OxygenSaturation,
}

/// <summary>A measurement, as somebody takes it.</summary>
/// <param name="PatientId">Of whom.</param>
/// <param name="Kind">What.</param>
/// <param name="Value">In the kind's unit: grams, millimetres, mmHg (systolic), beats a minute, percent.</param>
/// <param name="TakenAt">When; not in the future.</param>
/// <param name="TakenBy">The member of staff who took it.</param>
public sealed record NewMeasurement(long PatientId, MeasurementKind Kind, long Value, DateTimeOffset TakenAt, long TakenBy)
{
    /// <summary>Diastolic pressure in mmHg; only for, and needed for, blood pressure.</summary>
    public long? Diastolic { get; init; }

    /// <summary>The procedure it was taken in, where there is one.</summary>
    public long? ProcedureId { get; init; }
}

/// <summary>A measurement, as stored. It is never changed or deleted: a wrong one is voided and taken anew.</summary>
public sealed record Measurement
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Of whom.</summary>
    public required long PatientId { get; init; }

    /// <summary>What.</summary>
    public required MeasurementKind Kind { get; init; }

    /// <summary>In the kind's unit: grams, millimetres, mmHg (systolic), beats a minute, percent.</summary>
    public required long Value { get; init; }

    /// <summary>Diastolic pressure in mmHg.</summary>
    public long? Diastolic { get; init; }

    /// <summary>When it was taken.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>Who took it, by name.</summary>
    public required string TakenBy { get; init; }

    /// <summary>The procedure it was taken in.</summary>
    public long? ProcedureId { get; init; }

    /// <summary>Who wrote it down.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>When it was written down.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>When it was voided; null while it counts.</summary>
    public DateTimeOffset? VoidedAt { get; init; }

    /// <summary>Who voided it.</summary>
    public string? VoidedBy { get; init; }

    /// <summary>Why.</summary>
    public string? VoidReason { get; init; }
}

/// <summary>A measurement that was recorded.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Unusual">What is unusual about it, in sentences; empty when nothing is. It counts all the same.</param>
public sealed record RecordedMeasurement(long Id, IReadOnlyList<FormattableString> Unusual);

/// <summary>Dated observations with their unit: one book for every module.</summary>
public interface IMeasurements
{
    /// <summary>Records a measurement inside a unit of work. What is unusual is said and recorded.</summary>
    /// <exception cref="RefusedException">The value is impossible, the time is in the future, or there is no such patient, procedure or member of staff.</exception>
    Task<RecordedMeasurement> RecordAsync(IUnitOfWork unit, NewMeasurement measurement, CancellationToken token = default);

    /// <summary>Voids a measurement that was wrong: it stays, marked, and counts no more.</summary>
    /// <exception cref="RefusedException">There is no such measurement, no reason, or it was voided before.</exception>
    Task VoidAsync(IUnitOfWork unit, long id, string? reason, CancellationToken token = default);

    /// <summary>The latest measurement of a kind that counts; null when there is none.</summary>
    /// <param name="patientId">Of whom.</param>
    /// <param name="kind">What.</param>
    /// <param name="maxAgeDays">Not older than so many of the clinic's days; null for any age. 0 is today's.</param>
    /// <param name="unit">The unit of work to read in, where there is one.</param>
    /// <param name="token">Stops reading.</param>
    Task<Measurement?> LatestAsync(
        long patientId, MeasurementKind kind, int? maxAgeDays = null, IUnitOfWork? unit = null, CancellationToken token = default);
}
