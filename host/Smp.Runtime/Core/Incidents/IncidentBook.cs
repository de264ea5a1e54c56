using Dapper;
using Smp.Runtime.Core.Clinical;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Core.Incidents;

/// <summary>An incident, as stored.</summary>
public sealed record Incident
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>The module whose rule was broken.</summary>
    public required string Plugin { get; init; }

    /// <summary>A word that groups incidents.</summary>
    public required string Kind { get; init; }

    /// <summary>What happened.</summary>
    public required string Text { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>To whom.</summary>
    public long? PatientId { get; init; }

    /// <summary>Where to read more.</summary>
    public string? Href { get; init; }

    /// <summary>Who recorded the fact.</summary>
    public required string OpenedBy { get; init; }

    /// <summary>What the review found; null while it is open.</summary>
    public string? Outcome { get; init; }

    /// <summary>Who reviewed it.</summary>
    public string? ReviewedBy { get; init; }

    /// <summary>When it was reviewed.</summary>
    public DateTimeOffset? ReviewedAt { get; init; }
}

/// <summary>Incidents: opened by modules with the fact that broke a rule, reviewed by a physician.</summary>
public sealed class IncidentBook(IStore<CorePlugin> store, ITimeline timeline) : IIncidents
{
    private const string Columns = """
        i.id, i.plugin, i.kind, i.text, i.at, i.patient_id, i.href, i.opened_by, i.outcome, s.name AS reviewed_by, i.reviewed_at
        FROM core__incidents i LEFT JOIN staff s ON s.id = i.reviewed_by
        """;

    /// <inheritdoc/>
    public async Task<long> OpenAsync(IUnitOfWork unit, NewIncident incident, CancellationToken token = default)
    {
        var id = await StoreEngine.Join(Rights.Core, unit).ExecuteScalarAsync<long>("""
            INSERT INTO core__incidents (plugin, kind, text, at, patient_id, href, opened_by, opened_at)
            VALUES (@plugin, @Kind, @Text, @At, @PatientId, @Href, @Name, @Now) RETURNING id
            """, new
        {
            plugin = StoreEngine.OwnerOf(unit), incident.Kind, incident.Text, incident.At, incident.PatientId, incident.Href,
            Name = incident.Confidential ? "Confidential" : unit.Actor.Name, unit.Now,
        });
        if (incident.PatientId is { } patient)
            await timeline.WriteAsync(unit, new(patient, incident.At, "alert", incident.Text, $"/incidents/{id}"), token);
        return id;
    }

    /// <summary>Opens an incident that a member of staff reports.</summary>
    /// <exception cref="RefusedException">A field needs another look, or there is no such patient.</exception>
    public Task<long> ReportAsync(IncidentReport report, CancellationToken token = default) => store.WriteAsync(new("Reported an incident"), async unit =>
    {
        var checks = new Checks();
        checks.That(report.Kind is not null, "kind", $"Say what kind of incident it is.");
        var text = checks.Require(report.Text, "text", 500);
        checks.That(report.At is not null, "at", $"Say when it happened.");
        if (report.At is { } at) ClinicalChecks.Past(checks, at, unit.Now, "at");
        checks.Throw();
        if (report.PatientId is { } patient) await ClinicalChecks.RequirePatientAsync(unit.Connection, patient);
        return await OpenAsync(unit, new(report.Kind.ToString()!, text, report.At!.Value, report.PatientId), token);
    }, token);

    /// <summary>An incident, or null.</summary>
    public Task<Incident?> FindAsync(long id, CancellationToken token = default) => store.ReadAsync(connection =>
        connection.QuerySingleOrDefaultAsync<Incident>($"SELECT {Columns} WHERE i.id = @id", new { id }), token);

    /// <summary>Incidents, the newest first: those that wait for a review, or all.</summary>
    public async Task<IReadOnlyList<Incident>> ListAsync(bool openOnly, int limit, CancellationToken token = default) =>
        (await PageAsync(openOnly, null, limit, token)).Items;

    /// <summary>One page of the incidents, the newest first: those that wait for a review, or all.</summary>
    /// <exception cref="RefusedException">The cursor isn't one of this list.</exception>
    public async Task<Page<Incident>> PageAsync(bool openOnly, string? after, int limit, CancellationToken token = default)
    {
        var key = Keyset.Decode(after, 2) ?? ["9999", "0"];
        var rows = await store.ReadAsync(connection => connection.QueryAsync<Incident>($"""
            SELECT {Columns} WHERE (@all OR i.reviewed_at IS NULL) AND (i.at, i.id) < (@at, @id)
            ORDER BY i.at DESC, i.id DESC LIMIT @limit + 1
            """, new { all = !openOnly, at = key[0], id = Keyset.Key(key[1]), limit }), token);
        return Keyset.ToPage(rows.AsList(), limit, incident => [Keyset.Of(incident.At), Keyset.Of(incident.Id)]);
    }

    /// <summary>Closes an incident with what the review found.</summary>
    /// <exception cref="RefusedException">No outcome, no such incident, reviewed before, or the actor is no member of staff.</exception>
    public Task ReviewAsync(long id, string? outcome, CancellationToken token = default)
    {
        var checks = new Checks();
        var text = checks.Require(outcome, "outcome", 1000);
        checks.Throw();
        return store.WriteAsync(new("Reviewed an incident", text), async unit =>
        {
            if (unit.Actor.StaffId is not { } staff)
                throw Refuse.Forbidden($"A review carries a physician's name: do it signed in, or with a physician's token.");
            var done = await unit.Connection.ExecuteAsync("""
                UPDATE core__incidents SET outcome = @text, reviewed_by = @staff, reviewed_at = @Now
                WHERE id = @id AND reviewed_at IS NULL
                """, new { id, text, staff, unit.Now });
            if (done == 1) return true;
            var known = await unit.Connection.ExecuteScalarAsync<bool>("SELECT count(*) FROM core__incidents WHERE id = @id", new { id });
            throw known ? Refuse.Because($"This incident was reviewed already.") : Refuse.Missing($"There is no incident {id}.");
        }, token);
    }
}
