using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Files;
using Smp.Runtime.Store;
using Smp.Runtime.Store.Audit;
using Smp.Runtime.Store.Sqlite;
using Smp.Sdk;

namespace Smp.Runtime.Core.Erasure;

/// <summary>
/// Takes a patient's rows out of every table, by foreign keys. What must name the patient, or something of theirs, goes. What only may stays, and names nobody any more;
/// where the table's own rules don't let it, it goes too. Of one unit of work.
/// </summary>
internal sealed class RowEraser
{
    // SQLITE_CONSTRAINT, and those of it that a row may stand in the way of by what its table demands.
    private const int Constraint = 19, Check = 275, NotNull = 1299, Trigger = 1811;

    // A chain of foreign keys this long leads in a circle.
    private const int Deepest = 24;

    // What the host writes down beside a record for itself says nothing to who looks at what goes.
    private static readonly HashSet<string> Inner = ["core__patient_keys", "core__patient_merge_rows"];

    private readonly DbConnection connection;
    private readonly GuardTriggers guards;
    private readonly Dictionary<string, AuditedTable> tables;
    private readonly IReadOnlyList<PatientKey> direct;
    private readonly ILookup<string, ChildKey> children;
    private readonly IReadOnlySet<string> required;
    private readonly Dictionary<string, (long Goes, long Unnamed)> counts = new(StringComparer.OrdinalIgnoreCase);
    private IReadOnlySet<string> turns = new HashSet<string>();
    private bool whole;

    private RowEraser(SqliteSession session, DbConnection connection, IReadOnlyList<PatientKey> direct, IReadOnlyList<ChildKey> children, IReadOnlySet<string> required)
    {
        (this.connection, this.direct, this.required) = (connection, direct, required);
        guards = new(session);
        this.children = children.ToLookup(k => k.Parent, StringComparer.OrdinalIgnoreCase);
        lock (session.Gate) tables = AuditTriggers.Tables(session).ToDictionary(t => t.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The rows that went or were changed, as the audit trail names them: table, and key.</summary>
    public List<(string Table, object Key)> Rows { get; } = [];

    /// <summary>What those rows held that may be the name of a file.</summary>
    public HashSet<string> Hashes { get; } = new(StringComparer.Ordinal);

    /// <summary>The columns that such names stood in: others may stand there, too.</summary>
    public HashSet<(string Table, string Column)> HashColumns { get; } = [];

    /// <summary>What was done, by table.</summary>
    public IReadOnlyList<ErasedTable> Counts => [.. counts.Where(c => c.Value is not (0, 0)).OrderBy(c => c.Key, StringComparer.Ordinal).Select(c =>
    {
        var (owner, words) = PatientKeys.Describe(c.Key);
        return new ErasedTable(c.Key, owner, words, c.Value.Goes, c.Value.Unnamed);
    })];

    public static async Task<RowEraser> BeginAsync(IUnitOfWork unit)
    {
        var (direct, children) = (await PatientKeys.DirectAsync(unit.Connection), await PatientKeys.ChildrenAsync(unit.Connection));
        var session = ((StoreConnection)unit.Connection).Session;
        var required = (await unit.Connection.QueryAsync<string>("""
            SELECT lower(t.name || '.' || c.name) FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c
            WHERE t.schema = 'main' AND t.type = 'table' AND (c."notnull" = 1 OR c.pk > 0)
            """)).ToHashSet(StringComparer.Ordinal);
        // Tables may refer to each other in a circle: what leads nowhere in the end is found when the unit ends.
        lock (session.Gate) session.Execute("PRAGMA defer_foreign_keys = ON");
        return new(session, unit.Connection, direct, children, required);
    }

    /// <summary>Takes everything of a patient.</summary>
    public async Task TakeAllAsync(long patient)
    {
        whole = true;
        turns = direct.Where(k => k.Required || RecordKinds.InWords.Contains(k.Table)).Select(k => k.Table).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var key in direct)
        {
            var its = $"t.{Quote(key.Field)} = @Patient";
            if (key.Required || RecordKinds.InWords.Contains(key.Table)) await GoAsync(key.Table, its, new Which(patient), 0);
            else await LoseAsync(key.Table, key.Field, its, new Which(patient), 0);
        }

        await GoAsync("core__patient_keys", "t.patient_id = @Patient", new Which(patient), 0);
        // What was taken over from a record that goes is known by the merge.
        await GoAsync("core__patient_merge_rows", "t.merge_id IN (SELECT id FROM core__patient_merges WHERE @Patient IN (survivor_id, merged_id))", new Which(patient), 0);
        await GoAsync("core__patient_merges", "@Patient IN (t.survivor_id, t.merged_id)", new Which(patient), 0);
        const string Leads = "(t.href = @Path OR t.href LIKE @Path || '/%' OR t.href LIKE @Path || '?%' OR t.href LIKE @Path || '#%')";
        await connection.ExecuteAsync($"""
            DELETE FROM core__search WHERE rowid IN (SELECT t.id FROM core__search_entries AS t WHERE {Leads});
            DELETE FROM core__patient_search WHERE rowid = @Patient
            """, new Which(patient));
        await GoAsync("core__search_entries", Leads, new Which(patient), 0);
    }

    /// <summary>Takes what may go while the clinical record stays: appointments and messages. Those that a record which stays refers to, stay.</summary>
    /// <param name="patient">Whose.</param>
    /// <param name="contact">Whether all of it; otherwise messages that weren't sent yet.</param>
    public async Task TakePartAsync(long patient, bool contact)
    {
        turns = RecordKinds.ContactRoots;
        if (contact)
        {
            foreach (var table in turns.Order(StringComparer.Ordinal)) await GoAsync(table, "t.patient_id = @Patient", new Which(patient), 0);
        }
        else
        {
            await GoAsync("core__messages", "t.patient_id = @Patient AND t.status = 'Waiting'", new Which(patient), 0);
        }
    }

    /// <summary>Ends it: what held rows fast holds again.</summary>
    public void End() => guards.Restore();

    private async Task GoAsync(string table, string which, Which args, int depth)
    {
        if (depth > Deepest) throw Refuse.Because($"{PatientKeys.Describe(table).Words} refer to each other in a circle, and can’t be erased.");
        if (!whole)
        {
            foreach (var held in children[table].Where(c => RecordKinds.Of(c.Table) is not RecordKind.Contact))
                which += $" AND NOT EXISTS (SELECT 1 FROM {Quote(held.Table)} AS held WHERE held.{Quote(held.From)} = t.{Quote(held.To)})";
        }

        if (!await connection.ExecuteScalarAsync<bool>($"SELECT EXISTS (SELECT 1 FROM {Quote(table)} AS t WHERE {which})", args)) return;
        foreach (var child in children[table]) await LeaveAsync(child, table, which, args, depth);
        await NoteAsync(table, which, args);
        var gone = await RunAsync(table, $"DELETE FROM {Quote(table)} AS t WHERE {which}", args);
        Count(table, gone, 0);
    }

    // What hangs on rows that go.
    private async Task LeaveAsync(ChildKey child, string parent, string which, Which args, int depth)
    {
        var keys = await connection.ExecuteScalarAsync<string>($"SELECT json_group_array(DISTINCT t.{Quote(child.To)}) FROM {Quote(parent)} AS t WHERE {which}", args);
        var (hanging, its) = ($"t.{Quote(child.From)} IN (SELECT value FROM json_each(@Keys))", args with { Keys = keys! });
        var own = direct.Where(k => k.Table.Equals(child.Table, StringComparison.OrdinalIgnoreCase) && k.Required).ToList();
        // What has its turn of its own isn't met here. What must name a patient and names another is theirs.
        if (own.Count > 0 && turns.Contains(child.Table)) hanging += $" AND NOT ({string.Join(" OR ", own.Select(k => $"t.{Quote(k.Field)} = @Patient"))})";
        if (child.Table.Equals(parent, StringComparison.OrdinalIgnoreCase)) hanging += $" AND NOT ({which})";
        if (!required.Contains($"{child.Table}.{child.From}".ToLowerInvariant())) await LoseAsync(child.Table, child.From, hanging, its, depth + 1);
        else if (own.Count > 0 && await connection.ExecuteScalarAsync<bool>(
            $"SELECT EXISTS (SELECT 1 FROM {Quote(child.Table)} AS t WHERE {hanging} AND NOT ({string.Join(" OR ", own.Select(k => $"t.{Quote(k.Field)} = @Patient"))}))", its))
            throw Refuse.Because($"{PatientKeys.Describe(child.Table).Words} of another patient hang on this record. Put that right first.");
        else await GoAsync(child.Table, hanging, its, depth + 1);
    }

    // What may stay without the name does; where it can't, it goes.
    private async Task LoseAsync(string table, string field, string which, Which args, int depth)
    {
        if (!await connection.ExecuteScalarAsync<bool>($"SELECT EXISTS (SELECT 1 FROM {Quote(table)} AS t WHERE {which})", args)) return;
        var before = Rows.Count;
        await NoteAsync(table, which, args, files: false);
        try
        {
            Count(table, 0, await RunAsync(table, $"UPDATE {Quote(table)} AS t SET {Quote(field)} = NULL WHERE {which}", args));
        }
        catch (SqliteException error) when (error.SqliteExtendedErrorCode is Check or NotNull)
        {
            Rows.RemoveRange(before, Rows.Count - before);
            await GoAsync(table, which, args, depth);
        }
    }

    private async Task<int> RunAsync(string table, string sql, Which args)
    {
        while (true)
        {
            try
            {
                return await connection.ExecuteAsync(sql, args);
            }
            catch (SqliteException error) when (error.SqliteExtendedErrorCode == Trigger && guards.Suspend(table))
            {
                // Once more, without what held it.
            }
            catch (SqliteException error) when (error.SqliteErrorCode == Constraint && error.SqliteExtendedErrorCode is not (Check or NotNull))
            {
                throw Refuse.Because($"{PatientKeys.Describe(table).Words} can’t be erased: {error.Message}");
            }
        }
    }

    private async Task NoteAsync(string table, string which, Which args, bool files = true)
    {
        var its = tables[table];
        var texts = files ? its.Columns.Where(c => c.Type is not ("INTEGER" or "INT" or "REAL" or "BLOB") && !c.IsSecret).Select(c => c.Name).ToList() : [];
        foreach (IDictionary<string, object?> row in await connection.QueryAsync(
            $"SELECT {string.Join(", ", [$"{its.Key("t")} AS \" key\"", .. texts.Select(c => $"t.{Quote(c)}")])} FROM {Quote(table)} AS t WHERE {which}", args))
        {
            Rows.Add((its.Name, row[" key"]!));
            foreach (var column in texts)
            {
                if (row[column] is not string value || !FileVault.IsHash(value)) continue;
                Hashes.Add(value);
                HashColumns.Add((its.Name, column));
            }
        }
    }

    private void Count(string table, long goes, long unnamed)
    {
        if (Inner.Contains(table)) return;
        var (g, u) = counts.GetValueOrDefault(table);
        counts[table] = (g + goes, u + unnamed);
    }

    private static string Quote(string name) => AuditedTable.Quote(name);

    private sealed record Which(long Patient, string Keys = "[]")
    {
        public string Path => FormattableString.Invariant($"/patients/{Patient}");
    }
}
