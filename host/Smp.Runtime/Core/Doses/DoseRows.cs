using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Doses;

/// <summary>The rows of the ledger.</summary>
internal static class DoseRows
{
    private const string Columns = """
        d.id, d.patient_id, d.drug_id, d.drug, d.concentration_micrograms_per_millilitre, d.volume_microlitres, d.amount_nanograms, d.with_adrenaline,
        d.sedating, d.route, d.area_square_centimetres, d.occluded, d.lot_id, d.lot, d.procedure_id, s.name AS performed_by, d.given_at, d.recorded_by,
        d.recorded_at, d.plugin, d.note, d.voided_at, d.voided_by, d.void_reason, d.flags AS words
        FROM core__doses d JOIN staff s ON s.id = d.performed_by
        """;

    public static Task<Dose?> FindAsync(DbConnection db, long id) =>
        OneAsync(db, $"SELECT {Columns} WHERE d.id = @id", new { id });

    public static async Task<Page<Dose>> PageAsync(DbConnection db, long patientId, string? after, int limit)
    {
        var key = Keyset.Decode(after, 2) ?? ["9999", "0"];
        var rows = await QueryAsync(db, $"""
            SELECT {Columns} WHERE d.patient_id = @patientId AND (d.given_at, d.id) < (@at, @id) ORDER BY d.given_at DESC, d.id DESC LIMIT @limit + 1
            """, new { patientId, at = key[0], id = Keyset.Key(key[1]), limit });
        return Keyset.ToPage(rows, limit, d => [Keyset.Of(d.GivenAt), Keyset.Of(d.Id)]);
    }

    public static Task<Dose?> SedatedSinceAsync(DbConnection db, long patientId, DateTimeOffset since) => OneAsync(db, $"""
        SELECT {Columns} WHERE d.patient_id = @patientId AND d.sedating AND d.voided_at IS NULL AND d.given_at >= @since
        ORDER BY d.given_at DESC, d.id DESC LIMIT 1
        """, new { patientId, since });

    public static Task<long> InsertAsync(DbConnection db, IUnitOfWork unit, DoseRecord dose, Drug? drug, long amount, string plugin) =>
        db.ExecuteScalarAsync<long>("""
            INSERT INTO core__doses
                (patient_id, drug_id, drug, concentration_micrograms_per_millilitre, volume_microlitres, amount_nanograms, with_adrenaline, sedating, route,
                 area_square_centimetres, occluded, lot_id, lot, procedure_id, performed_by, given_at, recorded_by, recorded_at, plugin, note, flags)
            VALUES (@PatientId, @DrugId, @drugName, @ConcentrationMicrogramsPerMillilitre, @VolumeMicrolitres, @amount, @WithAdrenaline, @sedating, @route,
                 @AreaSquareCentimetres, @Occluded, @LotId, @Lot, @ProcedureId, @PerformedBy, @GivenAt, @Name, @Now, @plugin, @Note, '')
            RETURNING id
            """, new
        {
            dose.PatientId, dose.DrugId, drugName = drug?.Name ?? dose.DrugName, dose.ConcentrationMicrogramsPerMillilitre, dose.VolumeMicrolitres, amount,
            dose.WithAdrenaline, sedating = drug?.Sedating ?? false, route = dose.Route.ToString(), dose.AreaSquareCentimetres, dose.Occluded, dose.LotId,
            dose.Lot, dose.ProcedureId, dose.PerformedBy, dose.GivenAt, unit.Actor.Name, unit.Now, plugin, dose.Note,
        });

    private static async Task<Dose?> OneAsync(DbConnection db, string sql, object values) => await QueryAsync(db, sql, values) is [var dose, ..] ? dose : null;

    private static async Task<IReadOnlyList<Dose>> QueryAsync(DbConnection db, string sql, object values) =>
        (await db.QueryAsync<Dose, string, Dose>(sql, (dose, words) => dose with
        {
            Flags = [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<DoseFlag>)],
        }, values, splitOn: "words")).AsList();
}
