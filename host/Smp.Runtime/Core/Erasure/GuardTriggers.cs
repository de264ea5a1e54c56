using Smp.Runtime.Store.Audit;
using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Core.Erasure;

/// <summary>
/// Lets rows go that their own module's triggers hold fast: "a movement is never changed". Law goes before that. Of a table that refuses, the triggers that can
/// refuse are taken away inside the unit of work and made anew before it ends, so nobody else ever meets the table without them. Those that write
/// the audit trail stay where they are.
/// </summary>
internal sealed class GuardTriggers(SqliteSession session)
{
    private readonly Dictionary<string, List<string>> suspended = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes a table's triggers away. False when it has none that refuse, or they are away already.</summary>
    public bool Suspend(string table)
    {
        lock (session.Gate)
        {
            if (suspended.ContainsKey(table)) return false;
            List<(string Name, string Sql)> its = [];
            using (var list = new SqliteStatement(session,
                "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE AND sql LIKE '%RAISE%' ORDER BY rowid"))
            {
                for (list.Bind(1, table); list.Step();) its.Add((list.Text(0)!, list.Text(1)!));
            }

            its.RemoveAll(t => t.Name.StartsWith(AccessPolicy.TrailPrefix, StringComparison.Ordinal) || t.Name.StartsWith("core__audit_", StringComparison.Ordinal));
            if (its.Count == 0) return false;
            foreach (var (name, _) in its) session.Execute($"DROP TRIGGER {AuditedTable.Quote(name)}");
            suspended[table] = [.. its.Select(t => t.Sql)];
            return true;
        }
    }

    /// <summary>Makes them anew, as they were.</summary>
    public void Restore()
    {
        if (suspended.Count == 0) return;
        lock (session.Gate)
        {
            foreach (var sql in suspended.Values.SelectMany(s => s)) session.Execute(sql);
            // The trail's own must be the youngest.
            AuditTriggers.Renew(session, [.. AuditTriggers.Tables(session).Where(t => suspended.ContainsKey(t.Name))]);
            Store.SchemaVersion.Keep(session);
            suspended.Clear();
        }
    }
}
