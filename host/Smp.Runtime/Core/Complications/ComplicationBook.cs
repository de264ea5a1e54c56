using System.Data.Common;
using System.Globalization;
using Dapper;
using Smp.Runtime.Core.Clinical;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Complications;

/// <summary>What may change of a complication while it is open.</summary>
public sealed record ComplicationChange
{
    /// <summary>How grave it is now.</summary>
    public ComplicationSeverity? Severity { get; init; }

    /// <summary>What was seen; 1 to 1,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>What was done about it; at most 1,000 characters.</summary>
    public string? Treatment { get; init; }
}

/// <summary>The complications of every patient: recorded, followed, closed with their outcome.</summary>
public sealed class ComplicationBook(IStore<CorePlugin> store, IIncidents incidents, ITimeline timeline, IClinicClock clock) : IComplications
{
    private const string Columns = """
        c.id, c.patient_id, c.procedure_id, p.title AS procedure, c.kind, c.other_kind, c.onset_on, c.severity, c.description, c.treatment, c.outcome,
        c.resolved_at, c.resolved_by, c.recorded_by, c.recorded_at, c.plugin, c.row_version
        FROM core__complications c LEFT JOIN procedures p ON p.id = c.procedure_id
        """;

    /// <summary>Records a complication in a unit of work of its own.</summary>
    /// <exception cref="RefusedException">A field needs another look, or there is no such patient.</exception>
    public Task<long> RecordAsync(NewComplication complication, CancellationToken token = default) =>
        store.WriteAsync(new("Recorded a complication"), unit => RecordAsync(unit, complication, token), token);

    /// <inheritdoc/>
    public async Task<long> RecordAsync(IUnitOfWork unit, NewComplication complication, CancellationToken token = default)
    {
        var c = complication;
        var db = StoreEngine.Join(Rights.Core, unit);
        await ClinicalChecks.RequirePatientAsync(db, c.PatientId);
        var checks = new Checks();
        checks.That(c.Kind is not null, "kind", $"Say what it is.");
        checks.That(c.Severity is not null, "severity", $"Say how grave it is.");
        var description = checks.Require(c.Description, "description", 1000);
        var treatment = checks.Optional(c.Treatment, "treatment", 1000);
        var other = c.Kind == ComplicationKind.OtherComplication ? checks.Require(c.OtherKind, "otherKind", 100) : null;
        checks.That(c.OnsetOn is not null, "onsetOn", $"Say when it began.");
        checks.That(!(c.OnsetOn > clock.DayOf(unit.Now)), "onsetOn", $"This is in the future.");
        if (c.OnsetOn is { } onset) await ClinicalChecks.LivedAsync(db, checks, c.PatientId, onset, "onsetOn");
        await ClinicalChecks.LookUpAsync(db, checks, c.PatientId, null, "", c.ProcedureId);
        checks.Throw();

        var id = await db.ExecuteScalarAsync<long>("""
            INSERT INTO core__complications
                (patient_id, procedure_id, kind, other_kind, onset_on, severity, description, treatment, recorded_by, recorded_at, plugin)
            VALUES (@PatientId, @ProcedureId, @kind, @other, @OnsetOn, @severity, @description, @treatment, @Name, @Now, @plugin)
            RETURNING id
            """, new
        {
            c.PatientId, c.ProcedureId, kind = c.Kind.ToString(), other, c.OnsetOn, severity = c.Severity.ToString(), description, treatment,
            unit.Actor.Name, unit.Now, plugin = StoreEngine.OwnerOf(unit),
        });
        var said = $"Complication: {Named(c.Kind!.Value, other)}, {c.Severity.ToString()!.ToLowerInvariant()}";
        await timeline.WriteAsync(unit, new(c.PatientId, unit.Now, "alert", said, Href(c.PatientId, id)), token);
        if (c.Severity == ComplicationSeverity.Severe) await OpenIncidentAsync(unit, c.PatientId, id, c.Kind.Value, other, token);
        return id;
    }

    /// <summary>Changes what is said of an open complication.</summary>
    /// <exception cref="RefusedException">A field needs another look, this patient has no such complication, it is resolved, or somebody changed it meanwhile.</exception>
    public Task<Complication> ChangeAsync(long patientId, long id, long rowVersion, ComplicationChange change, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.That(change.Severity is not null, "severity", $"Say how grave it is.");
        var description = checks.Require(change.Description, "description", 1000);
        var treatment = checks.Optional(change.Treatment, "treatment", 1000);
        checks.Throw();
        return store.WriteAsync(new("Changed a complication"), async unit =>
        {
            var before = await OpenOneAsync(unit.Connection, patientId, id, rowVersion);
            await unit.Connection.ExecuteAsync("""
                UPDATE core__complications SET severity = @severity, description = @description, treatment = @treatment, row_version = row_version + 1
                WHERE id = @id
                """, new { id, severity = change.Severity.ToString(), description, treatment });
            if (change.Severity == ComplicationSeverity.Severe && before.Severity != ComplicationSeverity.Severe)
                await OpenIncidentAsync(unit, patientId, id, before.Kind, before.OtherKind, token);
            return await RequireAsync(unit.Connection, patientId, id);
        }, token);
    }

    /// <summary>Closes a complication with how it ended.</summary>
    /// <exception cref="RefusedException">No outcome, this patient has no such complication, it is resolved, or somebody changed it meanwhile.</exception>
    public Task<Complication> ResolveAsync(long patientId, long id, long rowVersion, string? outcome, CancellationToken token = default)
    {
        var checks = new Checks();
        var text = checks.Require(outcome, "outcome", 1000);
        checks.Throw();
        return store.WriteAsync(new("Resolved a complication"), async unit =>
        {
            var before = await OpenOneAsync(unit.Connection, patientId, id, rowVersion);
            await unit.Connection.ExecuteAsync("""
                UPDATE core__complications SET outcome = @text, resolved_at = @Now, resolved_by = @Name, row_version = row_version + 1 WHERE id = @id
                """, new { id, text, unit.Now, unit.Actor.Name });
            await timeline.WriteAsync(unit, new(patientId, unit.Now, "check", $"Resolved: {Named(before.Kind, before.OtherKind)}", Href(patientId, id)), token);
            return await RequireAsync(unit.Connection, patientId, id);
        }, token);
    }

    /// <summary>Opens a resolved complication again: it came back, or wasn't over. What was said of its end stays in the audit trail.</summary>
    /// <exception cref="RefusedException">No reason, this patient has no such complication, it is open, or somebody changed it meanwhile.</exception>
    public Task<Complication> ReopenAsync(long patientId, long id, long rowVersion, string? reason, CancellationToken token = default)
    {
        var checks = new Checks();
        var why = checks.Require(reason, "reason", 500);
        checks.Throw();
        return store.WriteAsync(new("Opened a complication again", why), async unit =>
        {
            var before = await RequireAsync(unit.Connection, patientId, id);
            RefuseStale(before, rowVersion);
            if (before.ResolvedAt is null) throw Refuse.Because($"This complication is open.");
            await unit.Connection.ExecuteAsync("""
                UPDATE core__complications SET outcome = NULL, resolved_at = NULL, resolved_by = NULL, row_version = row_version + 1 WHERE id = @id
                """, new { id });
            await timeline.WriteAsync(unit, new(patientId, unit.Now, "alert", $"Open again: {Named(before.Kind, before.OtherKind)}", Href(patientId, id)), token);
            return await RequireAsync(unit.Connection, patientId, id);
        }, token);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Complication>> ListAsync(long patientId, CancellationToken token = default) =>
        (await store.ReadAsync(db => db.QueryAsync<Complication>($"""
            SELECT {Columns} WHERE c.patient_id = @patientId ORDER BY c.resolved_at IS NOT NULL, c.onset_on DESC, c.id DESC
            """, new { patientId }), token)).AsList();

    /// <summary>A complication of a patient.</summary>
    /// <exception cref="RefusedException">This patient has no such complication.</exception>
    public Task<Complication> RequireAsync(long patientId, long id, CancellationToken token = default) =>
        store.ReadAsync(db => RequireAsync(db, patientId, id), token);

    /// <summary>The patient's procedures, the latest first, to choose which one a complication followed.</summary>
    public async Task<IReadOnlyList<(long Id, string Title, DateTimeOffset At)>> ProceduresAsync(long patientId, CancellationToken token = default) =>
        (await store.ReadAsync(db => db.QueryAsync<(long, string, DateTimeOffset)>("""
            SELECT id, title, coalesce(started_at, planned_for, entered_at) FROM procedures
            WHERE patient_id = @patientId AND state NOT IN ('Cancelled', 'Voided') ORDER BY 3 DESC, id DESC LIMIT 200
            """, new { patientId }), token)).AsList();

    private static async Task<Complication> OpenOneAsync(DbConnection db, long patientId, long id, long rowVersion)
    {
        var found = await RequireAsync(db, patientId, id);
        RefuseStale(found, rowVersion);
        return found.ResolvedAt is null ? found : throw Refuse.Because($"This complication is resolved. Open it again first.");
    }

    private static void RefuseStale(Complication found, long rowVersion)
    {
        if (found.RowVersion != rowVersion)
            throw Refuse.Stale($"This complication was changed by somebody else after you opened it. Load it again, and make your change there.");
    }

    private static async Task<Complication> RequireAsync(DbConnection db, long patientId, long id) =>
        await db.QuerySingleOrDefaultAsync<Complication>($"SELECT {Columns} WHERE c.id = @id AND c.patient_id = @patientId", new { id, patientId })
            ?? throw Refuse.Missing($"There is no complication {id} of this patient.");

    private Task<long> OpenIncidentAsync(IUnitOfWork unit, long patientId, long id, ComplicationKind kind, string? other, CancellationToken token) =>
        incidents.OpenAsync(unit, new("SevereComplication", $"Severe complication: {Named(kind, other)}.", unit.Now, patientId, Href(patientId, id)), token);

    private static string Named(ComplicationKind kind, string? other) => other ?? kind switch
    {
        ComplicationKind.ShockLoss => "shock loss",
        ComplicationKind.PoorGrowth => "poor growth",
        ComplicationKind.ColourShift => "colour shift",
        ComplicationKind.AnaestheticToxicity => "toxicity of a local anaesthetic",
        ComplicationKind.NeedlestickToPatient => "needlestick to the patient",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static string Href(long patientId, long id) => string.Create(CultureInfo.InvariantCulture, $"/patients/{patientId}/complications/{id}");
}
