using System.Globalization;
using Dapper;
using Smp.Needles.Lots;
using Smp.Sdk;

namespace Smp.Needles.Containers;

/// <summary>Open bottles and boxes that are to be thrown away: their day has come, or their lot can't be used any more.</summary>
[ForTheClinic]
internal sealed class ContainerWorklist(IStore<NeedlesPlugin> store) : IWorklistSource
{
    public string Permission => Permissions.View;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        var rows = await store.ReadAsync(connection => connection.QueryAsync<Container>($"""
            SELECT {ContainerBook.Columns}
            WHERE c.state = 'Open' AND (c.discard_on <= @today OR {StockBook.State} IN ('Expired', 'Recalled', 'Disposed'))
            ORDER BY coalesce(c.discard_on, '9999-12-31'), c.id LIMIT @Limit
            """, new { today = query.Today, query.Limit }), token);
        return [.. rows.Select(c => Entry(c, query.Today)).OrderByDescending(e => e.Urgency).ThenBy(e => e.Due)];
    }

    private static WorklistEntry Entry(Container container, DateOnly today)
    {
        var late = container.LotState is LotState.Expired or LotState.Recalled or LotState.Disposed || container.IsPastDiscardOn(today);
        var why = container.LotState switch
        {
            LotState.Recalled => "recalled",
            LotState.Expired => "its lot expired",
            LotState.Disposed => "its lot was disposed of",
            _ => string.Create(CultureInfo.InvariantCulture, $"to be used until {container.DiscardOn:d MMMM yyyy}"),
        };
        return new(late ? $"Discard the open container of lot {container.LotNumber}" : $"Discard the container of lot {container.LotNumber} tonight",
            $"{container.Item} · {why}", string.Create(CultureInfo.InvariantCulture, $"/needles/containers/{container.Id}"),
            container.DiscardOn ?? today, late ? Urgency.Danger : Urgency.Notice);
    }
}
