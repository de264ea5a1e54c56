using System.Data.Common;
using System.Text.RegularExpressions;
using Dapper;
using Smp.Runtime.Store;
using Smp.Runtime.Store.Audit;

namespace Smp.Runtime.Core.Patients;

/// <summary>What one table holds of a patient.</summary>
/// <param name="Table">Its name in the database.</param>
/// <param name="Owner">The module whose it is.</param>
/// <param name="Words">What it holds: "Recall notices".</param>
/// <param name="Columns">Its columns, without those that are left out.</param>
/// <param name="LeftOut">Columns that hold what lets somebody in, and are never given away.</param>
/// <param name="Rows">The values, in the order of the columns: null, long, double, string or byte[].</param>
internal sealed record PatientTable(
    string Table, string Owner, string Words, IReadOnlyList<string> Columns, IReadOnlyList<string> LeftOut, IReadOnlyList<IReadOnlyList<object?>> Rows);

/// <summary>
/// All of a patient's rows: those that name the patient, and those that hang on them by further foreign keys and name nobody themselves. Where a row names somebody, that
/// decides, whatever it hangs on: a bottle opened for one patient and used for another belongs to each in their own part.
/// </summary>
internal static partial class PatientRows
{
    /// <summary>The tables with rows of a patient's, by name, the patient's own first.</summary>
    public static async Task<IReadOnlyList<PatientTable>> ReadAsync(DbConnection connection, long patient)
    {
        List<PatientTable> tables = [(await TableAsync(connection, "patients", "t.id = @patient", patient))!];
        foreach (var (table, which) in (await ConditionsAsync(connection)).OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (await TableAsync(connection, table, which, patient) is { } found) tables.Add(found);
        }

        return tables;
    }

    /// <summary>For each table that can hold a patient's rows, SQL over its alias <c>t</c> that says which.</summary>
    internal static async Task<IReadOnlyDictionary<string, string>> ConditionsAsync(DbConnection connection)
    {
        var direct = (await PatientKeys.DirectAsync(connection)).GroupBy(k => k.Table, StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.OrdinalIgnoreCase);
        var children = (await PatientKeys.ChildrenAsync(connection)).ToLookup(k => k.Parent, StringComparer.OrdinalIgnoreCase);
        Dictionary<string, string> found = new(StringComparer.OrdinalIgnoreCase);
        foreach (var (table, keys) in direct) found[table] = string.Join(" OR ", keys.Select(k => $"t.{Quote(k.Field)} = @patient"));
        Queue<string> next = new(direct.Keys.Order(StringComparer.Ordinal));
        while (next.TryDequeue(out var parent))
        {
            foreach (var child in children[parent])
            {
                // What must name a patient is theirs alone.
                if (direct.TryGetValue(child.Table, out var own) && own.Exists(k => k.Required) || child.Table.Equals(parent, StringComparison.OrdinalIgnoreCase)) continue;
                var nobody = own is null ? "" : string.Concat(own.Select(k => $" AND t.{Quote(k.Field)} IS NULL"));
                // A parent's own condition speaks of t; inside it is another t, which hides the outer one.
                var hanging = $"t.{Quote(child.From)} IN (SELECT t.{Quote(child.To)} FROM {Quote(parent)} AS t WHERE {found[parent]}){nobody}";
                var known = found.TryGetValue(child.Table, out var there);
                if (known && (there!.Contains(hanging, StringComparison.Ordinal) || there.Length > 20_000)) continue;
                found[child.Table] = known ? $"{there} OR ({hanging})" : $"({hanging})";
                if (!known) next.Enqueue(child.Table);
            }
        }

        return found;
    }

    private static async Task<PatientTable?> TableAsync(DbConnection connection, string table, string which, long patient)
    {
        var names = (await connection.QueryAsync<string>("SELECT name FROM pragma_table_xinfo(@table) WHERE hidden = 0 ORDER BY cid", new { table })).AsList();
        var columns = names.Where(c => !IsSecret(table, c)).ToList();
        var rows = (await connection.QueryAsync($"SELECT {string.Join(", ", columns.Select(c => $"t.{Quote(c)}"))} FROM {Quote(table)} AS t WHERE {which}", new { patient }))
            .Select(r => (IReadOnlyList<object?>)[.. ((IDictionary<string, object?>)r).Values]).ToList();
        if (rows.Count == 0) return null;
        var (owner, words) = PatientKeys.Describe(table);
        return new(table, owner, words, columns, [.. names.Except(columns)], rows);
    }

    private static bool IsSecret(string table, string column) => AuditTriggers.IsSecret(table, column) || Secret().IsMatch(column);

    private static string Quote(string name) => AuditedTable.Quote(name);

    [GeneratedRegex("(^|_)(hash|salt|secret|password|pin|token|stamp)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Secret();
}
