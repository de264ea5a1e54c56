using Dapper;
using Smp.Sdk;

namespace Smp.Needles.Recalls;

/// <summary>Whoever must still be told of a recall isn't forgotten before: their record isn't erased while the notice is open.</summary>
internal sealed class RecallErasure(IStore<NeedlesPlugin> store) : IEventHandler<PatientErased>
{
    public async Task HandleAsync(PatientErased @event, IUnitOfWork unit, CancellationToken token)
    {
        var open = await store.Join(unit).ExecuteScalarAsync<bool>("""
            SELECT EXISTS (
                SELECT 1 FROM needles__affected_patients a JOIN needles__recall_notices n ON n.id = a.notice_id
                WHERE a.patient_id = @PatientId AND a.outcome = 'NotYet' AND n.closed_at IS NULL)
            """, @event);
        if (open) throw Refuse.Because($"A recall is open that this patient hasn’t been told of. Tell them, or note why that can’t be, first.");
    }
}
