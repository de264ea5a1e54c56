using Dapper;
using Smp.Sdk;
using Smp.Sessions.Treating;

namespace Smp.Sessions.Plans;

/// <summary>
/// What a consent means for plans, where a module sees to consents: one that is given moves assessed plans on, one that is withdrawn holds every plan that hasn't ended. Whoever gave or took it, the plan
/// follows: it asks for no permission of theirs.
/// </summary>
internal sealed class FollowsConsents(IStore<SessionsPlugin> store, PlanBook plans) : IEventHandler<ConsentGiven>, IEventHandler<ConsentWithdrawn>
{
    public Task HandleAsync(ConsentGiven given, IUnitOfWork unit, CancellationToken token) =>
        MoveAsync(unit, given.PatientId, given.Procedures, PlanEvent.Consent, $"Signed: {given.Title}", token);

    public Task HandleAsync(ConsentWithdrawn withdrawn, IUnitOfWork unit, CancellationToken token) =>
        MoveAsync(unit, withdrawn.PatientId, withdrawn.Procedures, PlanEvent.Hold, $"The client has withdrawn: {withdrawn.Title}", token);

    private async Task MoveAsync(IUnitOfWork unit, long patientId, IReadOnlyList<string> procedures, PlanEvent on, string reason, CancellationToken token)
    {
        if (!procedures.Contains(Session.Kind, StringComparer.OrdinalIgnoreCase)) return;
        var found = await store.Join(unit).QueryAsync<(long Id, PlanState State)>("SELECT id, state FROM sessions__plans WHERE patient_id = @patientId ORDER BY id", new { patientId });
        foreach (var (id, state) in found.AsList())
            if (PlanStates.Find(state, on, null) is not null) await plans.GoAsync(unit, id, on, reason.Length <= 500 ? reason : reason[..500], null, token, byRule: true);
    }
}
