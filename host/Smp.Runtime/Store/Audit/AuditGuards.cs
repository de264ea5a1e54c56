using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Store.Audit;

/// <summary>
/// What keeps the trail as it is, also from the core itself: nothing in it is deleted, and nothing changed but by an erasure, which takes values and leaves
/// their hash.
/// </summary>
internal static class AuditGuards
{
    private static readonly (string Name, string Sql)[] All =
    [
        Keep("units", """
            WHEN NEW.reason IS NOT NULL OR NEW.reason_salt IS NOT NULL
              OR (NEW.id, NEW.at, NEW.plugin, NEW.act, NEW.actor_kind, NEW.actor, NEW.first_row, NEW.last_row)
                 IS NOT (OLD.id, OLD.at, OLD.plugin, OLD.act, OLD.actor_kind, OLD.actor, OLD.first_row, OLD.last_row)
              OR (NEW.staff_id, NEW.performed_by, NEW.request, NEW.reason_hash) IS NOT (OLD.staff_id, OLD.performed_by, OLD.request, OLD.reason_hash)
            """),
        Keep("rows", """
            WHEN NEW.salt IS NOT NULL OR NEW.old IS NOT NULL OR NEW.new IS NOT NULL OR NEW.erased_by IS NULL OR NEW.payload_hash IS NULL
              OR (NEW.id, NEW.unit, NEW.object, NEW.change, NEW.key, NEW.patient_id) IS NOT (OLD.id, OLD.unit, OLD.object, OLD.change, OLD.key, OLD.patient_id)
            """),
        Keep("seals", "WHEN true"),
        Stay("units"), Stay("rows"), Stay("seals"),
    ];

    /// <summary>Makes them anew.</summary>
    public static void Renew(SqliteSession session)
    {
        foreach (var (name, sql) in All)
        {
            session.Execute($"DROP TRIGGER IF EXISTS {name}");
            session.Execute(sql);
        }
    }

    /// <summary>Those that aren't there as they should be.</summary>
    public static IReadOnlyList<string> Missing(SqliteSession session)
    {
        using var find = new SqliteStatement(session, "SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name = ?1 AND sql = ?2");
        return [.. All.Where(guard => !IsThere(guard)).Select(guard => guard.Name)];

        bool IsThere((string Name, string Sql) guard)
        {
            var there = find.Bind(1, guard.Name).Bind(2, guard.Sql).Step();
            find.Reset();
            return there;
        }
    }

    private static (string, string) Keep(string table, string when) => Guard($"core__audit_{table}_keep",
        $"BEFORE UPDATE ON core__audit_{table} {when.ReplaceLineEndings("\n")}", "What the audit trail says is never changed.");

    private static (string, string) Stay(string table) => Guard($"core__audit_{table}_stay",
        $"BEFORE DELETE ON core__audit_{table}", "What the audit trail says is never deleted.");

    private static (string, string) Guard(string name, string on, string words) =>
        (name, $"CREATE TRIGGER {name} {on} BEGIN SELECT RAISE(ABORT, '{words}'); END");
}
