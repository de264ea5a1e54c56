using System.Globalization;
using Dapper;
using Smp.Runtime.Core.Settings;
using Smp.Sdk;

namespace Smp.Runtime.Core.Credentials;

/// <summary>Credentials of those who work here that expired, or soon will, and weren't renewed.</summary>
[ForTheClinic]
internal sealed class CredentialWorklist(IStore<CorePlugin> store, SettingsBook settings) : IWorklistSource
{
    // From here on a renewal may come too late for what is booked.
    private const int PressingDays = 14;

    public string Permission => Identity.CorePermissions.StaffView;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        var due = await store.ReadAsync(db => db.QueryAsync<(long StaffId, string Member, string Kind, string? Name, DateOnly Until)>("""
            SELECT c.staff_id, s.name, c.kind, c.name, max(c.valid_until)
            FROM core__credentials c JOIN staff s ON s.id = c.staff_id
            WHERE c.ended_at IS NULL AND s.active = 1
            GROUP BY c.staff_id, s.name, c.kind, c.name COLLATE NOCASE
            HAVING max(c.valid_until) <= @until
            ORDER BY max(c.valid_until), c.staff_id LIMIT @Limit
            """, new { until = query.Today.AddDays(settings.CredentialWarningDays), query.Limit }), token);
        return
        [
            .. due.Select(c => new WorklistEntry(
                $"Renew {What(c.Kind, c.Name)} of {c.Member}",
                string.Create(CultureInfo.InvariantCulture, $"{(c.Until < query.Today ? "Expired" : "Expires")} on {c.Until:d MMMM yyyy}"),
                string.Create(CultureInfo.InvariantCulture, $"/staff/{c.StaffId}/credentials"), c.Until,
                c.Until < query.Today ? Urgency.Danger : c.Until <= query.Today.AddDays(PressingDays) ? Urgency.Warning : Urgency.Notice)),
        ];
    }

    private static string What(string kind, string? name) => kind switch
    {
        nameof(CredentialKind.Licence) => "the licence",
        nameof(CredentialKind.BloodbornePathogenTraining) => "the training on bloodborne pathogens",
        nameof(CredentialKind.BasicLifeSupport) => "basic life support",
        _ => name ?? kind,
    };
}
