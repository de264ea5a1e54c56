using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Sessions.Plans;

/// <summary>Reads plans.</summary>
internal static class PlanRows
{
    private const string Columns = """
        id, patient_id, indication, hairline, target, estimated_sessions, state, held_from, state_reason, design_version, completed_at, satisfaction, touch_up_due, created_by,
        created_at, changed_at, row_version FROM sessions__plans
        """;

    public static async Task<TreatmentPlan?> FindAsync(DbConnection db, long id) =>
        await db.QuerySingleOrDefaultAsync<TreatmentPlan>($"SELECT {Columns} WHERE id = @id", new { id }) is { } plan ? await WholeAsync(db, plan) : null;

    /// <exception cref="RefusedException">There is no such plan.</exception>
    public static async Task<TreatmentPlan> RequireAsync(DbConnection db, long id) => await FindAsync(db, id) ?? throw Missing(id);

    public static RefusedException Missing(long id) => Refuse.Missing($"There is no treatment plan {id}.");

    public static async Task<IReadOnlyList<TreatmentPlan>> OfPatientAsync(DbConnection db, long patientId)
    {
        List<TreatmentPlan> plans = [];
        foreach (var plan in await db.QueryAsync<TreatmentPlan>($"SELECT {Columns} WHERE patient_id = @patientId ORDER BY id DESC LIMIT 50", new { patientId }))
            plans.Add(await WholeAsync(db, plan));
        return plans;
    }

    /// <summary>The plan that a session of a patient belongs to, where nobody says which: the newest that can be treated.</summary>
    public static Task<long?> TreatableAsync(DbConnection db, long patientId) => db.ExecuteScalarAsync<long?>("""
        SELECT max(id) FROM sessions__plans WHERE patient_id = @patientId AND state IN ('Consented', 'Active', 'Completed', 'TouchUpDue', 'TouchUpActive')
        """, new { patientId });

    public static async Task<IReadOnlyList<PlanPigment>> PigmentsAsync(DbConnection db, long planId) => (await db.QueryAsync<PlanPigment>(
        "SELECT id, shade, brand FROM sessions__plan_pigments WHERE plan_id = @planId AND active = 1 ORDER BY id", new { planId })).AsList();

    private static async Task<TreatmentPlan> WholeAsync(DbConnection db, TreatmentPlan plan)
    {
        var zones = await db.QueryAsync<(ScalpZone Zone, int DensityPercent)>("SELECT zone, density_percent FROM sessions__plan_zones WHERE plan_id = @Id", new { plan.Id });
        return plan with { Zones = [.. zones.Select(z => new PlanZone(z.Zone, z.DensityPercent)).OrderBy(z => z.Zone)], Pigments = await PigmentsAsync(db, plan.Id) };
    }
}
