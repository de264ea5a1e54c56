using System.Text;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Store.Audit;
using Smp.Runtime.Store.Sqlite;
using SQLitePCL;

namespace Smp.Runtime.Store;

/// <summary>
/// Runs a migration's statements one by one with the plugin's rights, so that what they do to rows is audited between one change of
/// a table and the next.
/// </summary>
internal sealed class MigrationRun(SqliteSession session, Rights rights, bool audited)
{
    private readonly AccessPolicy policy = new(rights, AccessMode.Migration);
    private readonly string? prefix = rights == Rights.Core ? null : rights.TablePrefix;

    /// <exception cref="Sdk.StoreDeniedException">A statement reached for what isn't the plugin's.</exception>
    /// <exception cref="SqliteException">One failed.</exception>
    public void Run(string sql)
    {
        var rest = Encoding.UTF8.GetBytes(sql + '\0').AsSpan();
        while (rest.Length > 1)
        {
            var statement = Prepare(rest, out var tail);
            rest = rest[^tail..];
            // A comment or white space.
            if (statement.IsInvalid) continue;
            using (statement) Run(statement);
        }
    }

    private void Run(sqlite3_stmt statement)
    {
        var (touches, drops, alters) = (policy.Touches, policy.Drops, policy.Alters);
        IReadOnlyList<AuditedTable> before = audited && alters ? Tables() : [];
        // An ALTER looks into the triggers, and finds columns there that it is about to drop or rename.
        foreach (var table in before) AuditTriggers.Drop(session, table.Name);
        // What goes with its table goes row by row, so that the trail has it.
        if (audited && drops is not null && Tables().Any(t => t.Name == drops)) Empty(drops);
        Judged(() =>
        {
            int code;
            do code = raw.sqlite3_step(statement);
            while (code == raw.SQLITE_ROW);
            return code == raw.SQLITE_DONE ? raw.SQLITE_OK : code;
        });
        if (audited && alters) Altered(before, Tables());
        else if (audited && touches is not null) AuditTriggers.Renew(session, [.. Tables().Where(t => t.Name == touches)]);
    }

    private void Altered(IReadOnlyList<AuditedTable> before, IReadOnlyList<AuditedTable> after)
    {
        AuditTriggers.Renew(session, after);
        if (before.ExceptBy(after.Select(t => t.Name), t => t.Name).ToList() is [var gone] && after.ExceptBy(before.Select(t => t.Name), t => t.Name).ToList() is [var came])
            Renamed(gone.Name, came.Name);
        // Other columns make other images. Written down once, so that the trail knows each row as it is now, and what its new columns hold.
        foreach (var table in after)
        {
            if (before.FirstOrDefault(t => t.Name == table.Name) is { } was && !was.Columns.SequenceEqual(table.Columns)) AuditTriggers.Baseline(session, table);
        }
    }

    // Its own triggers wouldn't run when it is dropped, so they don't run now.
    private void Empty(string table)
    {
        foreach (var trigger in Schema.Of(session).Where(o => o.Type == "trigger" && o.Table == table)) session.Execute($"DROP TRIGGER {AuditedTable.Quote(trigger.Name)}");
        session.Policy = policy;
        try
        {
            session.Execute($"DELETE FROM {AuditedTable.Quote(table)}");
        }
        finally
        {
            session.Policy = null;
        }
    }

    private sqlite3_stmt Prepare(ReadOnlySpan<byte> sql, out int tail)
    {
        session.Policy = policy;
        policy.Begin();
        try
        {
            var code = raw.sqlite3_prepare_v2(session.Connection.Handle!, sql, out var statement, out var rest);
            tail = rest.Length;
            if (code != raw.SQLITE_OK) throw Error(code);
            return statement;
        }
        finally
        {
            session.Policy = null;
        }
    }

    private void Judged(Func<int> run)
    {
        session.Policy = policy;
        try
        {
            if (run() is not raw.SQLITE_OK and var code) throw Error(code);
        }
        finally
        {
            session.Policy = null;
        }
    }

    private Exception Error(int code)
    {
        var handle = session.Connection.Handle!;
        var error = new SqliteException(raw.sqlite3_errmsg(handle).utf8_to_string(), code, raw.sqlite3_extended_errcode(handle));
        if (policy.Denied?.EndsWith(" sqlite_sequence", StringComparison.Ordinal) == true)
            return new MigrationException("AUTOINCREMENT isn't to be had, because its counter is a table of everybody's. INTEGER PRIMARY KEY alone never gives a key twice that is in use.", error);
        return policy.Denied is { } denied ? new Sdk.StoreDeniedException(rights.PluginId, denied, error) : error;
    }

    private IReadOnlyList<AuditedTable> Tables() => AuditTriggers.Tables(session, prefix);

    private void Renamed(string from, string to) => session.Execute($"""
        INSERT INTO core__audit_rows (unit, object, change, key, salt)
        VALUES (smp_unit(), {AuditedTable.Literal(from)}, 'R', {AuditedTable.Literal(to)}, randomblob(16))
        """);
}
