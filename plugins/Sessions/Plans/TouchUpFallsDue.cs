using Dapper;
using Smp.Sdk;

namespace Smp.Sessions.Plans;

/// <summary>Order: on this day the touch-up of a plan is due.</summary>
/// <param name="PlanId">Of which.</param>
public sealed record TouchUpFallsDue(long PlanId);

/// <summary>Moves a completed plan on when its day has come.</summary>
internal sealed class TouchUpJob(IStore<SessionsPlugin> store, PlanBook plans, IClinicClock clock) : IJob<TouchUpFallsDue>
{
    public Task RunAsync(TouchUpFallsDue order, CancellationToken token) => store.WriteAsync(new("A touch-up fell due"), async unit =>
    {
        // What was taken up, given up or completed anew since then isn't due by this order.
        var due = await unit.Connection.ExecuteScalarAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM sessions__plans WHERE id = @PlanId AND state = 'Completed' AND touch_up_due <= @today)", new { order.PlanId, today = clock.DayOf(unit.Now) });
        if (due) await plans.GoAsync(unit, order.PlanId, PlanEvent.FallDue, null, null, token);
        return due;
    }, token);
}
