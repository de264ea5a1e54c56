using System.Data.Common;
using Dapper;
using Smp.Needles.Items;

namespace Smp.Needles.Uses;

/// <summary>What of an item a patient is allergic to, by the coded allergies of their record.</summary>
internal static class Allergies
{
    public static async Task<IReadOnlyList<Substance>> OfAsync(DbConnection connection, long itemId, long patientId)
    {
        var rows = await connection.QueryAsync<string>("""
            SELECT DISTINCT s.substance FROM needles__item_substances s JOIN patient_allergies a ON a.substance = s.substance
            WHERE s.item_id = @itemId AND a.patient_id = @patientId
            """, new { itemId, patientId });
        return [.. rows.Select(Enum.Parse<Substance>).Order()];
    }

    /// <summary>In words, for a sentence: "latex, other amide anaesthetic".</summary>
    public static string Words(IEnumerable<Substance> substances) => string.Join(", ", substances.Select(s => s switch
    {
        Substance.OtherAmideAnaesthetic => "amide anaesthetics",
        Substance.EsterAnaesthetic => "ester anaesthetics",
        Substance.Pigment => "pigments",
        Substance.Antibiotic => "antibiotics",
        Substance.Antiseptic => "antiseptics",
        Substance.Adhesive => "adhesives",
        _ => s.ToString().ToLowerInvariant(),
    }));
}
