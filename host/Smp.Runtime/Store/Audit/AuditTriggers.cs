using System.Text;
using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Store.Audit;

/// <summary>
/// The triggers that write the trail: on every table of the core and of the plugins, made from the table's columns, and made
/// anew when those change. What is not audited: the trail itself, and full-text indexes, which hold nothing that a table doesn't.
/// </summary>
internal static class AuditTriggers
{
    private static readonly HashSet<string> Itself = ["core__audit_units", "core__audit_rows", "core__audit_seals", "core__audit_schema"];

    // What lets somebody in is shown as its hash: that it changed is seen, and what it is isn't.
    private static readonly HashSet<string> Secrets =
    [
        "core__users.password_hash", "core__users.security_stamp", "core__tokens.hash", "core__sessions.hash", "core__tablets.hash", "core__totp.secret",
        "core__recovery_codes.hash", "core__pins.hash", "core__calendar_feeds.hash",
    ];

    /// <summary>Whether a column holds what lets somebody in.</summary>
    public static bool IsSecret(string table, string column) => Secrets.Contains($"{table}.{column}");

    /// <summary>The tables that are audited, of one plugin or of all.</summary>
    /// <param name="session">Whose schema.</param>
    /// <param name="prefix">What their names begin with; null for all of them.</param>
    public static IReadOnlyList<AuditedTable> Tables(SqliteSession session, string? prefix = null)
    {
        List<AuditedTable> tables = [];
        using var list = new SqliteStatement(session, "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name");
        while (list.Step())
        {
            var name = list.Text(0)!;
            if (!Itself.Contains(name) && (prefix is null || name.StartsWith(prefix, StringComparison.Ordinal)))
                tables.Add(Describe(session, name, withoutRowId: list.Integer(1) == 1));
        }

        return tables;
    }

    /// <summary>
    /// Drops the triggers of these tables and makes them anew. They must be the youngest on their tables: SQLite fires the youngest
    /// first, so that a row's own image stands in the trail before what other triggers then do to it.
    /// </summary>
    public static void Renew(SqliteSession session, IReadOnlyList<AuditedTable> tables)
    {
        foreach (var table in tables)
        {
            Drop(session, table.Name);
            foreach (var trigger in table.Triggers()) session.Execute(trigger.Sql);
        }
    }

    /// <summary>Drops a table's triggers: before it is altered, which looks into them.</summary>
    public static void Drop(SqliteSession session, string table)
    {
        foreach (var kind in AuditedTable.Kinds) session.Execute($"DROP TRIGGER IF EXISTS {AuditedTable.Quote($"{AccessPolicy.TrailPrefix}{table}_{kind}")}");
    }

    /// <summary>Writes the images of all rows of a table: when the trail begins, and when a migration has changed its columns.</summary>
    public static void Baseline(SqliteSession session, AuditedTable table) => session.Execute($"""
        INSERT INTO core__audit_rows (unit, object, change, key, patient_id, salt, new)
        SELECT smp_unit(), {AuditedTable.Literal(table.Name)}, 'B', {table.Key("t")}, {table.Patient("t")}, randomblob(16), {table.Image("t")}
        FROM {AuditedTable.Quote(table.Name)} AS t
        """);

    /// <summary>The tables whose triggers aren't what they should be.</summary>
    public static IReadOnlyList<string> Missing(SqliteSession session)
    {
        Dictionary<string, string> there = [];
        using var list = new SqliteStatement(session, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'");
        while (list.Step()) there[list.Text(0)!] = list.Text(1)!;
        return [.. Tables(session).Where(t => t.Triggers().Any(wanted => there.GetValueOrDefault(wanted.Name) != wanted.Sql)).Select(t => t.Name)];
    }

    private static AuditedTable Describe(SqliteSession session, string table, bool withoutRowId)
    {
        List<AuditedColumn> columns = [];
        using (var list = new SqliteStatement(session, "SELECT name, upper(type), pk FROM pragma_table_xinfo(?1) WHERE hidden = 0 ORDER BY cid"))
        {
            for (list.Bind(1, table); list.Step();)
                columns.Add(new(list.Text(0)!, list.Text(1)!, (int)list.Integer(2), Secrets.Contains($"{table}.{list.Text(0)}")));
        }

        string? patient = null;
        using (var keys = new SqliteStatement(session, "SELECT \"from\" FROM pragma_foreign_key_list(?1) WHERE lower(\"table\") = 'patients' ORDER BY id DESC"))
        {
            keys.Bind(1, table);
            if (keys.Step()) patient = keys.Text(0);
            keys.Reset();
        }

        return new(table, columns, withoutRowId, table == "patients" ? ContractTables.Key : patient);
    }
}

/// <summary>A column as the trail shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its declared type, in capitals.</param>
/// <param name="KeyPosition">Its place in the primary key, from 1; 0 when it isn't part of it.</param>
/// <param name="IsSecret">Whether only a hash of it is shown.</param>
internal sealed record AuditedColumn(string Name, string Type, int KeyPosition, bool IsSecret);

/// <summary>A table with its triggers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its stored columns; what is generated from them is left out.</param>
/// <param name="WithoutRowId">Whether its primary key is all there is to find a row by.</param>
/// <param name="PatientColumn">The column that says which patient a row is about.</param>
internal sealed record AuditedTable(string Name, IReadOnlyList<AuditedColumn> Columns, bool WithoutRowId, string? PatientColumn)
{
    /// <summary>What ends the names of a table's triggers: insert, update, update of the key, delete.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["i", "u", "k", "d"];

    /// <summary>The triggers, each with its name.</summary>
    public IEnumerable<(string Name, string Sql)> Triggers()
    {
        yield return Trigger("i", "INSERT", "", Row("I", "NEW", "NULL", Image("NEW")));
        // A row with another key, or of another patient, is another row: the one goes, the other comes, each with whom it is about.
        var same = PatientColumn is null ? $"{Key("OLD")} IS {Key("NEW")}" : $"{Key("OLD")} IS {Key("NEW")} AND {Patient("OLD")} IS {Patient("NEW")}";
        yield return Trigger("u", "UPDATE", $" WHEN {same}", Row("U", "NEW", Image("OLD"), Image("NEW")));
        yield return Trigger("k", "UPDATE", $" WHEN NOT ({same})", Row("D", "OLD", Image("OLD"), "NULL") + Row("I", "NEW", "NULL", Image("NEW")));
        yield return Trigger("d", "DELETE", "", Row("D", "OLD", Image("OLD"), "NULL"));
    }

    /// <summary>What names a row: the integer key itself, or the parts of another key as JSON.</summary>
    public string Key(string row)
    {
        var parts = Columns.Where(c => c.KeyPosition > 0).OrderBy(c => c.KeyPosition).ToList();
        return parts is [{ Type: "INTEGER" } key] && !WithoutRowId ? $"{row}.{Quote(key.Name)}"
            : parts.Count == 0 ? $"{row}._rowid_"
            : $"json_array({string.Join(", ", parts.Select(p => Value(row, p)))})";
    }

    /// <summary>All of a row, as JSON.</summary>
    public string Image(string row) => $"json_object({string.Join(", ", Columns.Select(c => $"{Literal(c.Name)}, {Value(row, c)}"))})";

    /// <summary>The patient that a row is about, or NULL.</summary>
    public string Patient(string row) => PatientColumn is null ? "NULL" : $"{row}.{Quote(PatientColumn)}";

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private (string, string) Trigger(string kind, string on, string when, string body)
    {
        var name = $"{AccessPolicy.TrailPrefix}{Name}_{kind}";
        return (name, $"CREATE TRIGGER {Quote(name)} AFTER {on} ON {Quote(Name)}{when} BEGIN{body} END");
    }

    private string Row(string change, string row, string before, string after) => new StringBuilder()
        .Append(" INSERT INTO core__audit_rows (unit, object, change, key, patient_id, salt, old, new) VALUES (smp_unit(), ")
        .Append(Literal(Name)).Append(", '").Append(change).Append("', ").Append(Key(row)).Append(", ").Append(Patient(row))
        .Append(", randomblob(16), ").Append(before).Append(", ").Append(after).Append(");").ToString();

    private static string Value(string row, AuditedColumn column)
    {
        var value = $"{row}.{Quote(column.Name)}";
        return column.IsSecret || column.Type == "BLOB" ? $"'sha256:' || smp_sha256({value})"
            : column.Type is "INTEGER" or "INT" or "REAL" ? value
            // A text made by a JSON function still knows that it is JSON while the statement runs, and would stand in the image as such.
            : column.Type is "TEXT" ? $"{value} || ''"
            : $"CASE typeof({value}) WHEN 'blob' THEN 'sha256:' || smp_sha256({value}) WHEN 'text' THEN {value} || '' ELSE {value} END";
    }
}
