using System.Globalization;
using Dapper;
using Smp.Consents.Records;
using Smp.Sdk;

namespace Smp.Consents.Guarding;

/// <summary>Procedures that are coming and lack a consent, forms that can be signed now, and withdrawals that something follows from.</summary>
internal sealed class ConsentWorklist(IStore<ConsentsPlugin> store, ISettings<ConsentsPlugin> settings, IClinicClock clock, ICurrentActor actor) : IWorklistSource
{
    public string Permission => Permissions.View;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        var whose = query.PatientId is null ? "" : "AND {0} = @PatientId";
        var ahead = settings.Get<int>("aheadDays");
        var parameters = new { query.PatientId, query.Limit, clock.Now, until = clock.Now.AddDays(ahead), today = query.Today };
        var (lacking, open, unseen) = await store.SnapshotAsync(async db => (
            (await db.QueryAsync<Lacking>($"""
                SELECT p.id, p.patient_id, p.title AS what, p.planned_for, t.id AS template_id, t.title, v.cooling_off_days
                FROM procedures p JOIN consents__template_procedures n ON n.procedure = p.kind JOIN consents__templates t ON t.id = n.template_id
                JOIN consents__versions v ON v.template_id = t.id AND v.state = 'Published'
                WHERE p.state IN ('Planned', 'Booked') AND p.planned_for >= @Now AND p.planned_for < strftime('%Y-%m-%dT%H:%M:%fZ', @until, '+' || v.cooling_off_days || ' days')
                  {whose.Replace("{0}", "p.patient_id", StringComparison.Ordinal)}
                  AND NOT EXISTS (SELECT 1 FROM consents__records r WHERE r.patient_id = p.patient_id AND r.template_id = t.id
                    AND (r.state IN ('Draft', 'Presented', 'Understood', 'CoolingOff') OR (r.state = 'Active' AND (r.expires_on IS NULL OR r.expires_on >= substr(p.planned_for, 1, 10)))
                         OR (t.kind = 'PhotoClinical' AND r.state = 'Declined')))
                ORDER BY p.planned_for LIMIT @Limit
                """, parameters)).AsList(),
            (await db.QueryAsync<Open>($"""
                SELECT r.id, r.patient_id, r.title, r.state, r.presented_at, r.sign_from, r.created_at FROM consents__records r
                WHERE r.state IN ('Draft', 'Presented', 'Understood', 'CoolingOff') AND (r.sign_from IS NULL OR r.sign_from <= @Now) {whose.Replace("{0}", "r.patient_id", StringComparison.Ordinal)}
                ORDER BY r.sign_from LIMIT @Limit
                """, parameters)).AsList(),
            (await db.QueryAsync<Unseen>($"""
                SELECT r.id, r.patient_id, r.title, r.kind, w.at FROM consents__withdrawals w JOIN consents__records r ON r.id = w.record_id
                WHERE w.seen_at IS NULL {whose.Replace("{0}", "r.patient_id", StringComparison.Ordinal)} ORDER BY w.at LIMIT @Limit
                """, parameters)).AsList()), token);
        var names = actor.May(Permissions.SeePatients) ? await NamesAsync([.. lacking.Select(l => l.PatientId), .. open.Select(o => o.PatientId), .. unseen.Select(u => u.PatientId)], token) : [];
        string Who(long id) => names.TryGetValue(id, out var name) ? name : PatientSummary.NumberOf(id);
        IEnumerable<WorklistEntry> all =
        [
            .. unseen.Select(u => new WorklistEntry($"See to the consent that {Who(u.PatientId)} has withdrawn",
                u.Kind is ConsentKind.PhotoMarketing ? $"{u.Title} · take the photos down wherever they are shown" : $"{u.Title} · what needs it is held", ConsentBook.Href(u.Id), clock.DayOf(u.At), Urgency.Danger, u.PatientId)),
            .. lacking.Select(l =>
            {
                // Presented later than that, it can't be signed in time.
                var due = clock.DayOf(l.PlannedFor).AddDays(-(int)l.CoolingOffDays);
                return new WorklistEntry($"Present a form to {Who(l.PatientId)}", string.Create(CultureInfo.InvariantCulture, $"{l.Title} · for {l.What} on {clock.DayOf(l.PlannedFor):d MMM yyyy}"),
                    FormattableString.Invariant($"/consents/present?patient={l.PatientId}&template={l.TemplateId}&procedure={l.Id}"), due, due <= query.Today ? Urgency.Danger : Urgency.Warning, l.PatientId);
            }),
            .. open.Select(o => new WorklistEntry(o.State is ConsentState.Draft ? $"Present the form prepared for {Who(o.PatientId)}" : $"Have a form signed by {Who(o.PatientId)}", o.Title, ConsentBook.Href(o.Id),
                clock.DayOf(o.SignFrom ?? o.CreatedAt), Urgency.Notice, o.PatientId)),
        ];
        return [.. all.OrderByDescending(e => e.Urgency).ThenBy(e => e.Due).Take(query.Limit)];
    }

    private Task<Dictionary<long, string>> NamesAsync(long[] ids, CancellationToken token) => store.ReadAsync(async db =>
        (await db.QueryAsync<(long Id, string Name)>("SELECT id, family_name || ', ' || given_name FROM patients WHERE id IN @ids", new { ids = ids.Distinct() })).ToDictionary(n => n.Id, n => n.Name), token);

    private sealed record Lacking(long Id, long PatientId, string What, DateTimeOffset PlannedFor, long TemplateId, string Title, long CoolingOffDays);

    private sealed record Open(long Id, long PatientId, string Title, ConsentState State, DateTimeOffset? PresentedAt, DateTimeOffset? SignFrom, DateTimeOffset CreatedAt);

    private sealed record Unseen(long Id, long PatientId, string Title, ConsentKind Kind, DateTimeOffset At);
}
