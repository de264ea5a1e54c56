using System.Data.Common;
using Dapper;

namespace Smp.Runtime.Core.Patients;

/// <summary>Finds who may be the same person: the same birth date and a similar name, the same phone, or the same e-mail address.</summary>
internal static class Duplicates
{
    public static async Task<IReadOnlyList<LikelyDuplicate>> FindAsync(DbConnection connection, PatientInput input, long? except)
    {
        Dictionary<long, (Row Row, List<string> Because)> found = [];
        var sameDay = await connection.QueryAsync<Row>(
            $"SELECT p.id, p.given_name, p.family_name, p.birth_date FROM patients p WHERE p.birth_date = @BirthDate AND {PatientMerges.Own}", new { input.BirthDate });
        foreach (var row in sameDay)
        {
            if (Similar(input.GivenName!, input.FamilyName!, row.GivenName, row.FamilyName)) Add(row, "name");
        }

        foreach (var (kind, value, word) in new[]
        {
            ("Phone", PatientInput.PhoneKey(input.Phone), "phone"), ("Email", input.Email?.ToLowerInvariant(), "email"),
        })
        {
            if (value is null) continue;
            var same = await connection.QueryAsync<Row>($"""
                SELECT p.id, p.given_name, p.family_name, p.birth_date
                FROM core__patient_keys k
                    JOIN patients p ON p.id = coalesce((SELECT m.survivor_id FROM core__patient_merges m WHERE m.merged_id = k.patient_id AND m.undone_at IS NULL), k.patient_id)
                WHERE k.kind = @kind AND k.value = @value AND {PatientMerges.Own} LIMIT 10
                """, new { kind, value });
            foreach (var row in same) Add(row, word);
        }

        return [.. found.Values.Select(f => new LikelyDuplicate(f.Row.Id, $"{f.Row.FamilyName}, {f.Row.GivenName}", f.Row.BirthDate, f.Because))];

        void Add(Row row, string because)
        {
            if (row.Id == except) return;
            if (!found.TryGetValue(row.Id, out var entry)) found[row.Id] = entry = (row, []);
            entry.Because.Add(because);
        }
    }

    /// <summary>Whether two names may be one: alike but for case, diacritics, order, and one slip in each four letters.</summary>
    internal static bool Similar(string givenA, string familyA, string givenB, string familyB)
    {
        var a = PatientInput.NameKey(familyA + givenA);
        var b = PatientInput.NameKey(familyB + givenB);
        var swapped = PatientInput.NameKey(givenB + familyB);
        var slips = Math.Max(1, Math.Max(a.Length, b.Length) / 4);
        return Distance(a, b) <= slips || a == swapped;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment).</summary>
    internal static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }

    private sealed record Row(long Id, string GivenName, string FamilyName, DateOnly BirthDate);
}
