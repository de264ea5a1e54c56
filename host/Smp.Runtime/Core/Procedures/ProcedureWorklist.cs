using Dapper;
using Smp.Runtime.Identity;
using Smp.Runtime.Shells;
using Smp.Sdk;

namespace Smp.Runtime.Core.Procedures;

/// <summary>Procedures that nobody has closed since yesterday or longer, and those that were booked for a day that has passed.</summary>
internal sealed class ProcedureWorklist(IStore<CorePlugin> store, IClinicClock clock, ShellContents shell) : IWorklistSource
{
    public string Permission => CorePermissions.ProceduresView;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        var since = TodayBegan(query.Today);
        // One of two statements, so that each is answered from its own index.
        var whose = query.PatientId is null ? "" : "patient_id = @PatientId AND";
        var open = await store.ReadAsync(db => db.QueryAsync<Row>($"""
            SELECT id, plugin, title, patient_id, state, coalesce(started_at, planned_for) AS at, href FROM procedures
            WHERE {whose} ((state = 'InProgress' AND started_at < @since) OR (state = 'Booked' AND planned_for < @since))
            ORDER BY state DESC, at LIMIT @Limit
            """, new { query.PatientId, since, query.Limit }), token);
        return [.. open.Select(p => p.State is ProcedureState.InProgress
            ? new WorklistEntry($"Close {p.Title}", "It has been in progress since that day.", Href(p), clock.DayOf(p.At), Urgency.Danger, p.PatientId)
            : new WorklistEntry($"Settle {p.Title}", "Its day has passed: start it, book another day, or cancel it.", Href(p), clock.DayOf(p.At), Urgency.Warning, p.PatientId))];
    }

    private string Href(Row p) => p.Href is { } href && shell.Plugins.Any(x => x.Id == p.Plugin) ? href : ProcedureRows.HrefOf(p.Id);

    private DateTimeOffset TodayBegan(DateOnly today)
    {
        var midnight = today.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, clock.Zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    private sealed record Row(long Id, string Plugin, string Title, long PatientId, ProcedureState State, DateTimeOffset At, string? Href);
}
