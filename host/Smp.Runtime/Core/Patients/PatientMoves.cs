using System.Data.Common;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Store;
using Smp.Runtime.Store.Audit;
using Smp.Sdk;

namespace Smp.Runtime.Core.Patients;

/// <summary>Moves a patient's rows to another patient, and those rows back. What it does is SQL on every table with a foreign key to <c>patients</c>.</summary>
internal static class PatientMoves
{
    /// <summary>The table that is copied rather than moved: an allergy must never be lost, whatever becomes of the merge.</summary>
    public const string Allergies = "patient_allergies";

    // SQLITE_CONSTRAINT with UNIQUE and PRIMARYKEY.
    private const int Constraint = 19, Unique = 2067, PrimaryKey = 1555;

    /// <summary>Moves all of one patient's rows, and notes under the merge which they were.</summary>
    public static async Task<IReadOnlyList<MergedTable>> MoveAsync(DbConnection connection, long merge, long from, long to)
    {
        List<MergedTable> moved = [];
        foreach (var key in await PatientKeys.DirectAsync(connection))
        {
            if (key.Table == Allergies) continue;
            var (rows, keys) = await connection.QuerySingleAsync<(long, string)>(
                $"SELECT count(*), json_group_array({key.Key}) FROM {Quote(key.Table)} AS t WHERE t.{Quote(key.Field)} = @from", new { from });
            if (rows == 0) continue;
            var stay = 0L;
            if (!await TryAsync(connection, key, null, from, to)) (rows, stay, keys) = await OneByOneAsync(connection, key, keys, from, to);
            if (rows > 0) await NoteAsync(connection, merge, key.Table, key.Field, copied: false, rows, keys);
            moved.Add(Line(key.Table, rows, 0, stay));
        }

        if (await CopyAllergiesAsync(connection, merge, from, to) is { } copied) moved.Add(copied);
        return [.. moved.GroupBy(t => t.Table).Select(g => g.First() with { Moves = g.Sum(t => t.Moves), Stays = g.Sum(t => t.Stays) }).OrderBy(t => t.Table, StringComparer.Ordinal)];
    }

    /// <summary>Takes back what a merge moved, and nothing else.</summary>
    /// <exception cref="RefusedException">A row can't go back, since the other record has its own in its place by now.</exception>
    public static async Task<IReadOnlyList<PartedTable>> ReturnAsync(DbConnection connection, long merge, long from, long to)
    {
        var there = await PatientKeys.DirectAsync(connection);
        List<PartedTable> back = [];
        foreach (var (table, field, copied, rows, keys) in await connection.QueryAsync<(string, string, bool, long, string)>(
            "SELECT object, field, copied, rows, keys FROM core__patient_merge_rows WHERE merge_id = @merge ORDER BY id", new { merge }))
        {
            var returned = 0;
            // A table that was purged since isn't there any more, nor its rows.
            if (there.FirstOrDefault(k => k.Table == table && k.Field == field) is { } key)
            {
                var sql = copied
                    ? $"DELETE FROM {Quote(table)} AS t WHERE t.{Quote(field)} = @from AND {key.Key} IN (SELECT value FROM json_each(@keys))"
                    : $"UPDATE {Quote(table)} AS t SET {Quote(field)} = @to WHERE t.{Quote(field)} = @from AND {key.Key} IN (SELECT value FROM json_each(@keys))";
                try
                {
                    returned = await connection.ExecuteAsync(sql, new { from, to, keys });
                }
                catch (SqliteException error) when (error.SqliteErrorCode == Constraint)
                {
                    throw Refuse.Because($"{PatientKeys.Describe(table).Words} can’t go back to {PatientSummary.NumberOf(to)}: {error.Message}. Put that right first.");
                }
            }

            var (owner, words) = PatientKeys.Describe(table);
            back.Add(new(table, owner, words, returned, rows - returned));
        }

        return back;
    }

    // Where the surviving record has its own row in the place of some, those stay, and all others move.
    private static async Task<(long Moved, long Stay, string Keys)> OneByOneAsync(DbConnection connection, PatientKey key, string keys, long from, long to)
    {
        List<object> moved = [];
        var all = (await connection.QueryAsync("SELECT value FROM json_each(@keys)", new { keys })).Select(row => (object)row.value).ToList();
        foreach (var one in all)
        {
            if (await TryAsync(connection, key, one, from, to)) moved.Add(one);
        }

        // Keys of several parts are JSON in themselves.
        var parts = moved.Select(k => k is string { Length: > 0 } text && text[0] == '[' && key.Key.StartsWith("json_array", StringComparison.Ordinal) ? text : JsonSerializer.Serialize(k));
        return (moved.Count, all.Count - moved.Count, $"[{string.Join(',', parts)}]");
    }

    private static async Task<bool> TryAsync(DbConnection connection, PatientKey key, object? one, long from, long to)
    {
        var which = one is null ? "" : $" AND {key.Key} = @one";
        try
        {
            await connection.ExecuteAsync($"UPDATE {Quote(key.Table)} AS t SET {Quote(key.Field)} = @to WHERE t.{Quote(key.Field)} = @from{which}", new { from, to, one });
            return true;
        }
        catch (SqliteException error) when (error.SqliteExtendedErrorCode is Unique or PrimaryKey)
        {
            return false;
        }
        catch (SqliteException error) when (error.SqliteErrorCode == Constraint)
        {
            throw Refuse.Because($"{PatientKeys.Describe(key.Table).Words} can’t be moved to {PatientSummary.NumberOf(to)}: {error.Message}");
        }
    }

    private static async Task<MergedTable?> CopyAllergiesAsync(DbConnection connection, long merge, long from, long to)
    {
        var keys = (await connection.QueryAsync<long>("""
            INSERT INTO patient_allergies (patient_id, substance, detail)
            SELECT @to, o.substance, o.detail FROM patient_allergies o
            WHERE o.patient_id = @from AND NOT EXISTS (
                SELECT 1 FROM patient_allergies m WHERE m.patient_id = @to AND m.substance = o.substance AND m.detail IS o.detail)
            ORDER BY o.id RETURNING id
            """, new { from, to })).AsList();
        var all = await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM patient_allergies WHERE patient_id = @from", new { from });
        if (keys.Count > 0) await NoteAsync(connection, merge, Allergies, "patient_id", copied: true, keys.Count, JsonSerializer.Serialize(keys));
        return all == 0 ? null : Line(Allergies, 0, keys.Count, all - keys.Count);
    }

    private static Task<int> NoteAsync(DbConnection connection, long merge, string table, string field, bool copied, long rows, string keys) =>
        connection.ExecuteAsync("""
            INSERT INTO core__patient_merge_rows (merge_id, object, field, copied, rows, keys) VALUES (@merge, @table, @field, @copied, @rows, @keys)
            """, new { merge, table, field, copied, rows, keys });

    private static MergedTable Line(string table, long moves, long copies, long stays)
    {
        var (owner, words) = PatientKeys.Describe(table);
        return new(table, owner, words, moves, copies, stays);
    }

    private static string Quote(string name) => AuditedTable.Quote(name);
}
