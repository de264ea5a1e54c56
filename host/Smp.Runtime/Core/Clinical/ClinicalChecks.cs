using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Clinical;

/// <summary>What every clinical record refers to, looked up in its unit of work.</summary>
internal static class ClinicalChecks
{
    // A tablet's clock may be a little ahead.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>There is such a patient.</summary>
    /// <exception cref="RefusedException">There isn't.</exception>
    public static async Task RequirePatientAsync(DbConnection db, long id)
    {
        if (!await db.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM patients WHERE id = @id)", new { id }))
            throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(id)}.");
    }

    /// <summary>It happened in the patient's life: a day before is a slip of the hand, and no fact.</summary>
    public static async Task LivedAsync(DbConnection db, Checks checks, long patientId, DateOnly day, string field)
    {
        var born = await db.ExecuteScalarAsync<DateOnly>("SELECT birth_date FROM patients WHERE id = @patientId", new { patientId });
        checks.That(day >= born, field, $"This is before the patient was born, on {born}.");
    }

    /// <summary>The member of staff is known, and the procedure is this patient's.</summary>
    public static async Task LookUpAsync(DbConnection db, Checks checks, long patientId, long? staff, string staffField, long? procedure)
    {
        if (staff is not null)
        {
            var known = await db.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM staff WHERE id = @staff)", new { staff });
            checks.That(known, staffField, $"Choose somebody who works here.");
        }

        if (procedure is null) return;
        var whose = await db.ExecuteScalarAsync<long?>("SELECT patient_id FROM procedures WHERE id = @procedure", new { procedure });
        checks.That(whose == patientId, "procedureId", $"This isn't a procedure of this patient.");
    }

    /// <summary>It is over.</summary>
    public static void Past(Checks checks, DateTimeOffset at, DateTimeOffset now, string field) =>
        checks.That(at <= now + ClockSkew, field, $"This is in the future.");
}
