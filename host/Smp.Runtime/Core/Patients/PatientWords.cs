using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Patients;

/// <summary>The words that a patient is found by: their own, and those of the records that were merged into theirs.</summary>
internal static class PatientWords
{
    /// <summary>Writes them anew. A record that was merged into another isn't found by itself any more.</summary>
    public static async Task RenewAsync(DbConnection connection, long id)
    {
        await connection.ExecuteAsync("DELETE FROM core__patient_search WHERE rowid = @id", new { id });
        if (await PatientMerges.SurvivorAsync(connection, id) is not null) return;
        var rows = await connection.QueryAsync<Row>("""
            WITH RECURSIVE one(id) AS (
                SELECT @id UNION SELECT m.merged_id FROM one JOIN core__patient_merges m ON m.survivor_id = one.id AND m.undone_at IS NULL)
            SELECT p.id, p.given_name, p.family_name, p.preferred_name, p.email, p.phone, p.birth_date FROM one JOIN patients p ON p.id = one.id ORDER BY p.id
            """, new { id });
        await connection.ExecuteAsync("INSERT INTO core__patient_search (rowid, words) VALUES (@id, @words)",
            new { id, words = string.Join(' ', rows.SelectMany(Words).Where(w => !string.IsNullOrEmpty(w)).Distinct(StringComparer.OrdinalIgnoreCase)) });
    }

    private static IEnumerable<string?> Words(Row row) =>
        [row.GivenName, row.FamilyName, row.PreferredName, row.Email, .. PatientInput.PhoneWords(row.Phone), row.BirthDate, PatientSummary.NumberOf(row.Id)];

    private sealed record Row(long Id, string GivenName, string FamilyName, string? PreferredName, string? Email, string? Phone, string BirthDate);
}
