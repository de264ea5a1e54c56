using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Store.Audit;
using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Store;

/// <summary>
/// What a migration left behind, before it is committed: nothing of others changed, nothing outside the plugin's own names, and nothing that
/// would do later, with somebody else's rights, what the plugin itself may not.
/// </summary>
internal static partial class SchemaCheck
{
    // json_object takes a thousand arguments, two for each column.
    private const int MostColumns = 500;

    /// <exception cref="MigrationException">What it may not leave behind, named.</exception>
    public static void Check(SqliteSession session, Rights rights, HashSet<SchemaObject> before)
    {
        if (rights == Rights.Core) return;
        var after = Schema.Of(session);
        CheckNames(rights, before, after);
        var own = after.Where(o => IsOwn(rights, o.Name)).ToList();
        foreach (var trigger in own.Where(o => o.Type == "trigger")) CheckTrigger(trigger);
        foreach (var index in own.Where(o => o.Sql?.StartsWith("CREATE VIRTUAL", StringComparison.OrdinalIgnoreCase) == true)) CheckFullText(session, rights, index, own);
        HashSet<string> writes = [];
        foreach (var table in AuditTriggers.Tables(session, rights.TablePrefix)) CheckTable(session, rights, table, writes);
        foreach (var view in own.Where(o => o.Type == "view")) CheckStatements(session, rights, view.Name, [], writes);
        foreach (var trigger in own.Where(o => o.Type == "trigger" && writes.Contains($"{o.Name} {o.Table}"))) CheckTiming(trigger);
    }

    private static void CheckNames(Rights rights, HashSet<SchemaObject> before, HashSet<SchemaObject> after)
    {
        foreach (var its in after.Where(o => !before.Contains(o) && !(IsOwn(rights, o.Name) && IsOwn(rights, o.Table))))
        {
            throw new MigrationException(
                $"{rights.PluginId} may only make things whose names begin with {rights.TablePrefix}, on tables that do; {its.Name} on {its.Table} isn't.");
        }

        foreach (var lost in before.Where(o => !after.Contains(o) && !(IsOwn(rights, o.Name) && IsOwn(rights, o.Table))))
            throw new MigrationException($"{rights.PluginId} may only change what is its own; {lost.Name} isn't.");
    }

    // IGNORE ends the statement's other triggers too, and with them the one that writes the trail.
    private static void CheckTrigger(SchemaObject trigger)
    {
        if (RaiseIgnore().IsMatch(NotCode().Replace(trigger.Sql!, " ")))
        {
            throw new MigrationException(
                $"The trigger {trigger.Name} uses RAISE(IGNORE), which would skip the audit trail. Use RAISE(ABORT, …), or a WHEN clause.");
        }
    }

    // SQLite hands the triggers that come after it the row as it was before, so the trail would say what wasn't.
    private static void CheckTiming(SchemaObject trigger)
    {
        var words = Timing().Matches(NotCode().Replace(trigger.Sql!, " ")).Select(m => m.Value.ToUpperInvariant()).Take(2).ToList();
        var after = words[0] is "AFTER" or "INSTEAD";
        var what = words[0] is "BEFORE" ? words[1] : words[0];
        if (!after && what != "INSERT")
            throw new MigrationException($"The trigger {trigger.Name} writes to {trigger.Table} before a row of it is changed, and the audit trail couldn't say what that row was. Make it an AFTER trigger.");
    }

    // A full-text index isn't audited, so it may hold nothing of its own.
    private static void CheckFullText(SqliteSession session, Rights rights, SchemaObject index, List<SchemaObject> own)
    {
        if (own.Exists(o => o.Name == $"{index.Name}_content"))
        {
            throw new MigrationException(
                $"The full-text index {index.Name} keeps the texts itself, where no audit trail sees them. Give it content = '' or content = one of the plugin's own tables.");
        }

        // By name too: what FTS5 compiled while a grant was there it would read on with when the grant is gone.
        if (Content().Match(NotComment().Replace(index.Sql!, " ")) is { Success: true } match && match.Groups["table"].Value is { Length: > 0 } content && !IsOwn(rights, content))
            throw new MigrationException($"The full-text index {index.Name} would read {content}. Its content is '' or one of the plugin's own tables.");
        // Compiles what FTS5 reads its content with.
        Compile(session, rights, index.Name, $"SELECT * FROM {AuditedTable.Quote(index.Name)} WHERE rowid = 0", run: true);
    }

    private static void CheckTable(SqliteSession session, Rights rights, AuditedTable table, HashSet<string> writes)
    {
        using (var strict = new SqliteStatement(session, "SELECT strict FROM pragma_table_list WHERE schema = 'main' AND name = ?1"))
        {
            strict.Bind(1, table.Name).Step();
            var isStrict = strict.Integer(0) == 1;
            strict.Reset();
            if (!isStrict) throw new MigrationException($"The table {table.Name} isn't STRICT. Add the word after its columns, so that a column holds what it is declared to.");
        }

        if (!table.Columns.Any(c => c.KeyPosition > 0))
            throw new MigrationException($"The table {table.Name} has no primary key. It needs one, so that the audit trail can name its rows.");

        // What names a row stands in the trail for ever; the rest can be erased by law.
        if (table.PatientColumn is not null && table.Columns.FirstOrDefault(c => c.KeyPosition > 0 && c.Type != "INTEGER") is { } word)
            throw new MigrationException($"{table.Name} is about patients, and its key holds {word.Name}, which isn't an INTEGER: what a key says of a patient could never be erased from the audit trail. Give it an INTEGER key, and make {word.Name} UNIQUE.");
        if (table.Columns.Count > MostColumns)
            throw new MigrationException($"The table {table.Name} has {table.Columns.Count} columns, more than the {MostColumns} that the audit trail can write as one image. Cut it in two.");

        using (var keys = new SqliteStatement(session, "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list(?1)"))
        {
            for (keys.Bind(1, table.Name); keys.Step();)
            {
                var to = keys.Text(0)!;
                if (!IsOwn(rights, to) && !ContractTables.Names.Contains(to))
                    throw new MigrationException($"{table.Name} refers to {to}. A foreign key may refer to the plugin's own tables and to the contract tables: {string.Join(", ", ContractTables.Names.Order(StringComparer.Ordinal))}.");
            }
        }

        using (var patients = new SqliteStatement(session, "SELECT count(*) FROM pragma_foreign_key_list(?1) WHERE lower(\"table\") = 'patients'"))
        {
            patients.Bind(1, table.Name).Step();
            var count = patients.Integer(0);
            patients.Reset();
            if (count > 1) throw new MigrationException($"{table.Name} refers to patients by {count} columns. A row is about one patient, by whom the audit trail finds and erases it: use a table that links them.");
        }

        CheckStatements(session, rights, table.Name, [.. table.Columns.Select(c => c.Name)], writes);
    }

    // Its triggers and views run with the rights of whoever touches them, the host among them: so each is compiled once with the plugin's own.
    private static void CheckStatements(SqliteSession session, Rights rights, string name, IReadOnlyList<string> columns, HashSet<string> writes)
    {
        var (table, isView) = (AuditedTable.Quote(name), columns.Count == 0);
        Compile(session, rights, name, $"SELECT * FROM {table}");
        Compile(session, rights, name, $"INSERT INTO {table} DEFAULT VALUES", isView, writes: writes);
        Compile(session, rights, name, $"DELETE FROM {table}", isView, writes: writes);
        var set = string.Join(", ", (isView ? ColumnsOf(session, name) : columns).Select(c => $"{AuditedTable.Quote(c)} = {AuditedTable.Quote(c)}"));
        Compile(session, rights, name, $"UPDATE {table} SET {set}", isView, writes: writes);
    }

    private static List<string> ColumnsOf(SqliteSession session, string view)
    {
        List<string> columns = [];
        using var list = new SqliteStatement(session, "SELECT name FROM pragma_table_info(?1)");
        for (list.Bind(1, view); list.Step();) columns.Add(list.Text(0)!);
        return columns;
    }

    private static void Compile(SqliteSession session, Rights rights, string name, string sql, bool mayFail = false, bool run = false, HashSet<string>? writes = null)
    {
        var policy = new AccessPolicy(rights, AccessMode.Work) { Writes = writes };
        session.Policy = policy;
        try
        {
            using var statement = new SqliteStatement(session, run ? sql : "EXPLAIN " + sql);
            if (run) statement.Run();
        }
        catch (SqliteException error) when (policy.Denied is { } denied)
        {
            throw new MigrationException($"{name} would {denied}, which {rights.PluginId} may not.", error);
        }
        catch (SqliteException) when (mayFail)
        {
            // A view without a trigger for it can't be written to.
        }
        catch (SqliteException error)
        {
            throw new MigrationException($"{name} can't be used as it was made: {error.Message}", error);
        }
        finally
        {
            session.Policy = null;
        }
    }

    private static bool IsOwn(Rights rights, string name) => name.StartsWith(rights.TablePrefix, StringComparison.Ordinal);

    [GeneratedRegex("""--[^\n]*|/\*.*?(?:\*/|\z)|'(?:[^']|'')*'|"(?:[^"]|"")*"|\[[^\]]*\]|`[^`]*`""", RegexOptions.Singleline)]
    private static partial Regex NotCode();

    [GeneratedRegex(@"--[^\n]*|/\*.*?(?:\*/|\z)", RegexOptions.Singleline)]
    private static partial Regex NotComment();

    [GeneratedRegex("""[(,]\s*["'`\[]?content["'`\]]?\s*=\s*["'`\[]?(?<table>[^"'`\],)\s]*)""", RegexOptions.IgnoreCase)]
    private static partial Regex Content();

    [GeneratedRegex(@"\b(?:BEFORE|AFTER|INSTEAD|INSERT|UPDATE|DELETE)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Timing();

    [GeneratedRegex(@"\bRAISE\s*\(\s*IGNORE\b", RegexOptions.IgnoreCase)]
    private static partial Regex RaiseIgnore();
}
