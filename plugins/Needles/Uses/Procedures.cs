using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Needles.Uses;

/// <summary>Procedures that units are taken and used in: the contract table <c>procedures</c>.</summary>
internal static class Procedures
{
    /// <summary>Whose procedure it is; null when there is none such.</summary>
    public static Task<long?> PatientOfAsync(DbConnection connection, long id) =>
        connection.ExecuteScalarAsync<long?>("SELECT patient_id FROM procedures WHERE id = @id", new { id });

    /// <summary>For when a procedure is planned, or when it began; null when neither is known.</summary>
    public static Task<DateTimeOffset?> PlannedForAsync(DbConnection connection, long id) =>
        connection.ExecuteScalarAsync<DateTimeOffset?>("SELECT coalesce(started_at, planned_for) FROM procedures WHERE id = @id", new { id });

    /// <exception cref="RefusedException">There is no such procedure, or it is another patient's.</exception>
    public static async Task CheckAsync(DbConnection connection, long? id, long patientId)
    {
        if (id is not { } key) return;
        var whose = await PatientOfAsync(connection, key) ?? throw Refuse.Missing($"There is no procedure {key}.");
        if (whose != patientId) throw Refuse.Field("procedureId", $"This procedure is another patient's.");
    }
}
