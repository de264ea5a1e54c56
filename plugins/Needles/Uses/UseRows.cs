using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Needles.Uses;

/// <summary>Which uses a list shows; null shows all.</summary>
/// <param name="PatientId">On this patient.</param>
/// <param name="LotId">From this lot.</param>
/// <param name="ContainerId">From this bottle or box.</param>
public sealed record UseQuery(long? PatientId = null, long? LotId = null, long? ContainerId = null);

/// <summary>Reads uses.</summary>
internal static class UseRows
{
    private const string Columns = """
        u.id, u.lot_id, l.number AS lot_number, i.title AS item, u.patient_id, p.family_name || ', ' || p.given_name AS patient, u.quantity,
        u.pick_id, u.container_id, u.microlitres, u.procedure_id, u.performed_by AS performed_by_id, s.name AS performed_by, u.actor AS recorded_by, u.used_at, u.recorded_at, u.note,
        u.voided_at, u.voided_by, u.void_reason, EXISTS (SELECT 1 FROM needles__recall_lots r WHERE r.lot_id = u.lot_id) AS recalled,
        (SELECT string_agg(f.flag, ',') FROM needles__use_flags f WHERE f.use_id = u.id) AS flag_names
        FROM needles__uses u JOIN needles__lots l ON l.id = u.lot_id JOIN needles__items i ON i.id = l.item_id
        JOIN patients p ON p.id = u.patient_id JOIN staff s ON s.id = u.performed_by
        """;

    public static async Task<Use?> FindAsync(DbConnection connection, long id) =>
        (await connection.QueryAsync<Use, string?, Use>($"SELECT {Columns} WHERE u.id = @id", WithFlags, new { id }, splitOn: "flag_names"))
        .SingleOrDefault();

    public static async Task<Page<Use>> PageAsync(
        DbConnection connection, UseQuery query, string usedAt, long id, int limit)
    {
        // One of four statements, so that each is answered from its own index.
        var only = query switch
        {
            { ContainerId: not null } => "u.container_id = @ContainerId AND (@PatientId IS NULL OR u.patient_id = @PatientId) AND (@LotId IS NULL OR u.lot_id = @LotId)",
            { PatientId: not null } => "u.patient_id = @PatientId AND (@LotId IS NULL OR u.lot_id = @LotId)",
            { LotId: not null } => "u.lot_id = @LotId",
            _ => "@PatientId IS NULL AND @LotId IS NULL",
        };
        var rows = await connection.QueryAsync<Use, string?, Use>($"""
            SELECT {Columns} WHERE {only} AND (u.used_at, u.id) < (@usedAt, @id)
            ORDER BY u.used_at DESC, u.id DESC LIMIT @limit + 1
            """, WithFlags, new { query.PatientId, query.LotId, query.ContainerId, usedAt, id, limit }, splitOn: "flag_names");
        return Keyset.ToPage(rows.AsList(), limit, u => [Keyset.Of(u.UsedAt), Keyset.Of(u.Id)]);
    }

    private static Use WithFlags(Use use, string? flags) =>
        use with { Flags = [.. (flags ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<UseFlag>).Order()] };
}
