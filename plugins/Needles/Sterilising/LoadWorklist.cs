using System.Globalization;
using Dapper;
using Smp.Sdk;

namespace Smp.Needles.Sterilising;

/// <summary>Loads whose indicators are to be read, that are to be released, or that failed and whose sets are still here.</summary>
[ForTheClinic]
internal sealed class LoadWorklist(IStore<NeedlesPlugin> store, IClinicClock clock, ISettings<NeedlesPlugin> settings) : IWorklistSource
{
    public string Permission => Permissions.View;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        var rows = await store.ReadAsync(connection => connection.QueryAsync<SteriliserLoad>($"""
            SELECT * FROM (
                SELECT {LoadBook.Columns} WHERE s.state <> 'Failed' AND (s.state = 'Waiting' OR s.chemical = 'Pending' OR s.biological = 'Pending')
                UNION ALL
                SELECT {LoadBook.Columns} WHERE s.state = 'Failed' AND EXISTS (SELECT 1 FROM needles__lots h WHERE h.load_id = s.id AND h.on_hand > 0))
            ORDER BY state = 'Failed' DESC, id LIMIT @Limit
            """, new { query.Limit }), token);
        var early = settings.Get<bool>("releaseBeforeBiological");
        return [.. rows.Select(load => Entry(load, early)).OrderByDescending(e => e.Urgency).ThenBy(e => e.Due)];
    }

    private WorklistEntry Entry(SteriliserLoad load, bool early)
    {
        var (title, urgency) = load switch
        {
            { State: LoadState.Failed } => ($"Take the sets of load {load.Number} out of the house or sterilise them again", Urgency.Danger),
            { Chemical: IndicatorResult.Pending } => ($"Read the chemical indicator of load {load.Number}", Urgency.Warning),
            { State: LoadState.Waiting } when early || load.Biological is IndicatorResult.Pass => ($"Release load {load.Number}", Urgency.Warning),
            _ => ($"Read the biological indicator of load {load.Number}", Urgency.Notice),
        };
        var detail = load.State is LoadState.Failed
            ? string.Create(CultureInfo.InvariantCulture, $"{load.OnHand} sets here · an indicator failed")
            : string.Create(CultureInfo.InvariantCulture, $"{load.SetCount} sets · {load.Program}");
        return new(title, detail, string.Create(CultureInfo.InvariantCulture, $"/needles/loads/{load.Id}"), clock.DayOf(load.FailedAt ?? load.EndedAt), urgency);
    }
}
