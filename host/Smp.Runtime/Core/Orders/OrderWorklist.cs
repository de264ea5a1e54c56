using Dapper;
using Smp.Runtime.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Core.Orders;

/// <summary>Ordered work that failed for good.</summary>
[ForTheClinic]
internal sealed class OrderWorklist(IStore<CorePlugin> store, IClinicClock clock) : IWorklistSource
{
    public string Permission => CorePermissions.OrdersManage;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        var (count, since) = await store.ReadAsync(connection => connection.QuerySingleAsync<(long, DateTimeOffset?)>(
            "SELECT count(*), min(failed_at) FROM core__orders WHERE failed_at IS NOT NULL"), token);
        return since is not { } at ? [] :
            [new("Look at ordered work that failed", count == 1 ? "1 order" : $"{count} orders", "/orders?show=failed", DateOnly.FromDateTime(clock.ToLocal(at).DateTime), Urgency.Warning, null)];
    }
}
