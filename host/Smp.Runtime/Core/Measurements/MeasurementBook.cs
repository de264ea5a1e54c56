using System.Data.Common;
using System.Globalization;
using Dapper;
using Smp.Runtime.Core.Clinical;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Measurements;

/// <summary>The measurements of every patient: recorded, voided, listed.</summary>
public sealed class MeasurementBook(IStore<CorePlugin> store, ITimeline timeline, IClinicClock clock) : IMeasurements
{
    private const string Columns = """
        m.id, m.patient_id, m.kind,
        coalesce(m.weight_grams, m.height_millimetres, m.systolic_mmhg, m.pulse_per_minute, m.oxygen_saturation_percent) AS value,
        m.diastolic_mmhg AS diastolic, m.taken_at, s.name AS taken_by, m.procedure_id, m.recorded_by, m.recorded_at, m.voided_at, m.voided_by, m.void_reason
        FROM core__measurements m JOIN staff s ON s.id = m.taken_by
        """;

    /// <summary>Records measurements that were taken together, in a unit of work of their own.</summary>
    /// <exception cref="RefusedException">One of them is impossible; nothing was recorded then.</exception>
    public Task<IReadOnlyList<RecordedMeasurement>> RecordAsync(IReadOnlyList<NewMeasurement> measurements, CancellationToken token = default) =>
        store.WriteAsync<IReadOnlyList<RecordedMeasurement>>(new("Recorded measurements"), async unit =>
        {
            List<RecordedMeasurement> done = [];
            foreach (var measurement in measurements) done.Add(await InsertAsync(unit, measurement));
            // One line for what was measured together.
            foreach (var together in measurements.GroupBy(m => (m.PatientId, m.TakenAt)))
                await TellAsync(unit, together.Key.PatientId, together.Key.TakenAt, [.. together], token);
            return done;
        }, token);

    /// <inheritdoc/>
    public async Task<RecordedMeasurement> RecordAsync(IUnitOfWork unit, NewMeasurement measurement, CancellationToken token = default)
    {
        var done = await InsertAsync(unit, measurement);
        await TellAsync(unit, measurement.PatientId, measurement.TakenAt, [measurement], token);
        return done;
    }

    /// <summary>Voids a measurement, in a unit of work of its own.</summary>
    /// <exception cref="RefusedException">This patient has no such measurement, no reason, or it was voided before.</exception>
    public Task VoidAsync(long patientId, long id, string? reason, CancellationToken token = default) =>
        store.WriteAsync(new("Voided a measurement", reason?.Trim()), async unit =>
        {
            var whose = await unit.Connection.ExecuteScalarAsync<long?>("SELECT patient_id FROM core__measurements WHERE id = @id", new { id });
            if (whose != patientId) throw Refuse.Missing($"There is no measurement {id} of this patient.");
            await VoidAsync(unit, id, reason, token);
            return true;
        }, token);

    /// <inheritdoc/>
    public async Task VoidAsync(IUnitOfWork unit, long id, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        var why = checks.Require(reason, "reason", 500);
        checks.Throw();
        var db = StoreEngine.Join(Rights.Core, unit);
        var found = await db.QuerySingleOrDefaultAsync<Measurement>($"SELECT {Columns} WHERE m.id = @id", new { id })
            ?? throw Refuse.Missing($"There is no measurement {id}.");
        if (found.VoidedAt is { } before) throw Refuse.Because($"This measurement was voided already, by {found.VoidedBy} on {clock.DayOf(before)}.");
        await db.ExecuteAsync("UPDATE core__measurements SET voided_at = @Now, voided_by = @Name, void_reason = @why WHERE id = @id",
            new { id, unit.Now, unit.Actor.Name, why });
        await timeline.WriteAsync(unit, new(found.PatientId, unit.Now, "undo",
            $"Voided: {Shown(found.Kind, found.Value, found.Diastolic)}", Href(found.PatientId)), token);
    }

    /// <inheritdoc/>
    public async Task<Measurement?> LatestAsync(
        long patientId, MeasurementKind kind, int? maxAgeDays = null, IUnitOfWork? unit = null, CancellationToken token = default)
    {
        var found = unit is null
            ? await store.ReadAsync(db => LatestAsync(db, patientId, kind, null), token)
            : await LatestAsync(StoreEngine.Join(Rights.Core, unit), patientId, kind, null);
        return found is not null && maxAgeDays is { } days && AgeInDays(found, clock.Now) > days ? null : found;
    }

    /// <summary>The latest of each kind that a patient has, in the order of the kinds.</summary>
    public Task<IReadOnlyList<Measurement>> LatestOfEachAsync(long patientId, CancellationToken token = default) =>
        store.SnapshotAsync<IReadOnlyList<Measurement>>(async db =>
        {
            List<Measurement> latest = [];
            foreach (var kind in Enum.GetValues<MeasurementKind>())
            {
                if (await LatestAsync(db, patientId, kind, null) is { } found) latest.Add(found);
            }

            return latest;
        }, token);

    /// <summary>One page of a patient's measurements, the newest first, voided ones too.</summary>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<Measurement>> PageAsync(
        long patientId, MeasurementKind? kind, string? after, int limit, CancellationToken token = default)
    {
        var key = Keyset.Decode(after, 2) ?? ["9999", "0"];
        var rows = await store.ReadAsync(db => db.QueryAsync<Measurement>($"""
            SELECT {Columns} WHERE m.patient_id = @patientId AND (@kind IS NULL OR m.kind = @kind) AND (m.taken_at, m.id) < (@at, @id)
            ORDER BY m.taken_at DESC, m.id DESC LIMIT @limit + 1
            """, new { patientId, kind = kind?.ToString(), at = key[0], id = Keyset.Key(key[1]), limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, m => [Keyset.Of(m.TakenAt), Keyset.Of(m.Id)]);
    }

    /// <summary>What would be unusual about a measurement, before it is recorded.</summary>
    public Task<IReadOnlyList<FormattableString>> UnusualAsync(NewMeasurement measurement, CancellationToken token = default) =>
        store.ReadAsync(db => UnusualAsync(db, measurement), token);

    /// <summary>A measurement of a patient.</summary>
    /// <exception cref="RefusedException">This patient has no such measurement.</exception>
    public async Task<Measurement> RequireAsync(long patientId, long id, CancellationToken token = default) =>
        await store.ReadAsync(db => db.QuerySingleOrDefaultAsync<Measurement>(
            $"SELECT {Columns} WHERE m.id = @id AND m.patient_id = @patientId", new { id, patientId }), token)
            ?? throw Refuse.Missing($"There is no measurement {id} of this patient.");

    /// <summary>What can't be true of a measurement, field by field; empty when it can.</summary>
    public static IReadOnlyList<FieldError> Impossible(NewMeasurement measurement)
    {
        try
        {
            var checks = new Checks();
            MeasurementRange.Check(checks, measurement);
            checks.Throw();
            return [];
        }
        catch (RefusedException refusal)
        {
            return refusal.Errors;
        }
    }

    /// <summary>How many of the clinic's days lie between a measurement and a moment.</summary>
    public int AgeInDays(Measurement measurement, DateTimeOffset at) => clock.DayOf(at).DayNumber - clock.DayOf(measurement.TakenAt).DayNumber;

    /// <summary>A measurement as written on the timeline: <c>Weight 82.4 kg</c>.</summary>
    public static string Shown(MeasurementKind kind, long value, long? diastolic) =>
        string.Create(CultureInfo.InvariantCulture, $"{Label(kind)} {Number(kind, value, diastolic)} {MeasurementRange.Unit(kind)}");

    /// <summary>The number in the unit that people use: <c>82.4</c>, <c>128/79</c>.</summary>
    public static string Number(MeasurementKind kind, long value, long? diastolic, CultureInfo? culture = null) =>
        (value / MeasurementRange.UnitsPerShown(kind)).ToString("0.###", culture ?? CultureInfo.InvariantCulture)
            + (diastolic is { } low ? string.Create(CultureInfo.InvariantCulture, $"/{low}") : "");

    /// <summary>The unit that people use.</summary>
    public static string UnitOf(MeasurementKind kind) => MeasurementRange.Unit(kind);

    /// <summary>The latest that counts, taken at or before a moment.</summary>
    internal static Task<Measurement?> LatestAsync(DbConnection db, long patientId, MeasurementKind kind, DateTimeOffset? by) =>
        db.QueryFirstOrDefaultAsync<Measurement>($"""
            SELECT {Columns} WHERE m.patient_id = @patientId AND m.kind = @kind AND m.voided_at IS NULL AND (@by IS NULL OR m.taken_at <= @by)
            ORDER BY m.taken_at DESC, m.id DESC LIMIT 1
            """, new { patientId, kind = kind.ToString(), by });

    private Task TellAsync(IUnitOfWork unit, long patientId, DateTimeOffset at, IReadOnlyList<NewMeasurement> measured, CancellationToken token) =>
        timeline.WriteAsync(unit, new(patientId, Moments.Cut(at), "chart", string.Join(", ", measured.Select(m => Shown(m.Kind, m.Value, m.Diastolic))),
            Href(patientId)), token);

    private async Task<RecordedMeasurement> InsertAsync(IUnitOfWork unit, NewMeasurement measurement)
    {
        var m = measurement with { TakenAt = Moments.Cut(measurement.TakenAt) };
        var db = StoreEngine.Join(Rights.Core, unit);
        await ClinicalChecks.RequirePatientAsync(db, m.PatientId);
        var checks = new Checks();
        MeasurementRange.Check(checks, m);
        ClinicalChecks.Past(checks, m.TakenAt, unit.Now, "takenAt");
        await ClinicalChecks.LivedAsync(db, checks, m.PatientId, clock.DayOf(m.TakenAt), "takenAt");
        await ClinicalChecks.LookUpAsync(db, checks, m.PatientId, m.TakenBy, "takenBy", m.ProcedureId);
        checks.Throw();

        var unusual = await UnusualAsync(db, m);
        long? Of(MeasurementKind kind) => m.Kind == kind ? m.Value : null;
        var id = await db.ExecuteScalarAsync<long>("""
            INSERT INTO core__measurements
                (patient_id, kind, weight_grams, height_millimetres, systolic_mmhg, diastolic_mmhg, pulse_per_minute, oxygen_saturation_percent,
                 taken_at, taken_by, procedure_id, recorded_by, recorded_at)
            VALUES (@PatientId, @kind, @weight, @height, @systolic, @Diastolic, @pulse, @saturation, @TakenAt, @TakenBy, @ProcedureId, @Name, @Now)
            RETURNING id
            """, new
        {
            m.PatientId, kind = m.Kind.ToString(), weight = Of(MeasurementKind.Weight), height = Of(MeasurementKind.Height),
            systolic = Of(MeasurementKind.BloodPressure), m.Diastolic, pulse = Of(MeasurementKind.Pulse),
            saturation = Of(MeasurementKind.OxygenSaturation), m.TakenAt, m.TakenBy, m.ProcedureId, unit.Actor.Name, unit.Now,
        });
        return new(id, unusual);
    }

    private static async Task<IReadOnlyList<FormattableString>> UnusualAsync(DbConnection db, NewMeasurement m)
    {
        var before = m.Kind == MeasurementKind.Weight ? await LatestAsync(db, m.PatientId, MeasurementKind.Weight, m.TakenAt) : null;
        return MeasurementRange.Unusual(m, before?.Value);
    }

    private static string Label(MeasurementKind kind) => kind switch
    {
        MeasurementKind.BloodPressure => "Blood pressure",
        MeasurementKind.OxygenSaturation => "SpO₂",
        _ => kind.ToString(),
    };

    private static string Href(long patientId) => string.Create(CultureInfo.InvariantCulture, $"/patients/{patientId}/measurements");
}
