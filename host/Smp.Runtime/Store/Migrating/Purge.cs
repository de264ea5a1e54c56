using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Store.Audit;
using Smp.Runtime.Store.Sqlite;
using Smp.Sdk;

namespace Smp.Runtime.Store;

/// <summary>A table and how much is in it.</summary>
/// <param name="Name">Its name in the database.</param>
/// <param name="Rows">How many rows it has.</param>
public sealed record TableRows(string Name, long Rows);

/// <summary>
/// Takes away every table of a plugin, in one transaction of the writer's: row by row first, so that the audit trail has the end of each, and whatever else
/// is forgotten with them. It happens whole or not at all.
/// </summary>
/// <param name="writer">The writer's session and trail, for this turn.</param>
/// <param name="rights">Whose tables; never the core's.</param>
/// <param name="time">Dates it.</param>
internal sealed class Purge(WriterSession writer, Rights rights, TimeProvider time)
{
    private readonly SqliteSession session = writer.Session;

    /// <summary>Does it. Returns the tables, with the rows that they had.</summary>
    /// <param name="act">What is being done, and why.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="forget">What else goes in the same transaction, given the connection and the moment.</param>
    /// <exception cref="MigrationException">Something else in the database refers to the tables, or it failed; nothing was changed then.</exception>
    public IReadOnlyList<TableRows> Run(Act act, Actor actor, Action<SqliteConnection, DateTimeOffset> forget)
    {
        if (rights.Equals(Rights.Core)) throw new InvalidOperationException("The core's tables stay.");
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            writer.Trail?.BeginGroup();
            writer.Trail?.BeginUnit();
            if (ReferenceTo(session, rights) is { } reference) throw new MigrationException(reference);
            var gone = TakeTables();
            var now = Moments.Cut(time.GetUtcNow());
            forget(session.Connection, now);
            SchemaVersion.Keep(session);
            writer.Trail?.EndUnit(new(Rights.Core.PluginId, act, actor, now, null));
            writer.Trail?.Seal();
            session.Execute("COMMIT");
            writer.Trail?.Committed();
            session.Forget();
            return gone;
        }
        catch (Exception error)
        {
            writer.Trail?.Abandon();
            if (session.InTransaction) session.Execute("ROLLBACK");
            throw error as MigrationException ?? new MigrationException($"The tables of {rights.PluginId} can't be taken away, and all of them are as they were: {error.Message}", error);
        }
    }

    /// <summary>A plugin's tables with what is in them; full-text indexes hold nothing of their own and aren't among them.</summary>
    public static IReadOnlyList<TableRows> Count(SqliteSession session, Rights rights) => [.. AuditTriggers.Tables(session, rights.TablePrefix).Select(table =>
    {
        using var count = new SqliteStatement(session, $"SELECT count(*) FROM {AuditedTable.Quote(table.Name)}");
        count.Step();
        return new TableRows(table.Name, count.Integer(0));
    })];

    /// <summary>What would lead nowhere without a plugin's tables, as a sentence; null when nothing would. No foreign key of another plugin's can.</summary>
    public static string? ReferenceTo(SqliteSession session, Rights rights)
    {
        var named = new Regex($@"(?<!\w){Regex.Escape(rights.TablePrefix)}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        return Schema.Of(session).Where(o => !IsOwn(o) && o.Sql is not null && named.IsMatch(o.Sql)).OrderBy(o => o.Name, StringComparer.Ordinal)
            .Select(o => $"The {o.Type} {o.Name} uses its tables. The module that has it must be purged first.").FirstOrDefault();

        bool IsOwn(SchemaObject its) => its.Name.StartsWith(rights.TablePrefix, StringComparison.Ordinal);
    }

    private List<TableRows> TakeTables()
    {
        var own = Schema.Of(session).Where(o => o.Name.StartsWith(rights.TablePrefix, StringComparison.Ordinal)).OrderBy(o => o.Name, StringComparer.Ordinal).ToList();
        // Its own triggers would do at each row's end what the module meant to be done while it lives.
        Drop("VIEW", own.Where(o => o.Type == "view"));
        Drop("TRIGGER", own.Where(o => o.Type == "trigger" && !own.Exists(v => v.Type == "view" && v.Name == o.Table)));
        Drop("TABLE", own.Where(o => o.Sql?.StartsWith("CREATE VIRTUAL", StringComparison.OrdinalIgnoreCase) == true));
        // Also what RESTRICT forbids is looked at in the end only, when nothing refers to anything any more: tables may refer to each other in a circle.
        session.Execute("PRAGMA defer_foreign_keys = ON");
        var gone = Count(session, rights).ToList();
        var tables = ReferrersFirst([.. gone.Select(t => t.Name)]);
        foreach (var table in tables) session.Execute($"DELETE FROM {AuditedTable.Quote(table)}");
        foreach (var table in tables) session.Execute($"DROP TABLE {AuditedTable.Quote(table)}");
        return gone;
    }

    private void Drop(string what, IEnumerable<SchemaObject> those)
    {
        foreach (var each in those) session.Execute($"DROP {what} {AuditedTable.Quote(each.Name)}");
    }

    // Each row then ends by itself, and not by what its foreign key would do to it.
    private List<string> ReferrersFirst(IReadOnlyList<string> tables)
    {
        List<(string From, string To)> references = [];
        using (var keys = new SqliteStatement(session, "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list(?1)"))
        {
            foreach (var table in tables)
            {
                for (keys.Bind(1, table); keys.Step();) references.Add((table, keys.Text(0)!));
            }
        }

        List<string> ordered = [];
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (var table in tables) Visit(table);
        return ordered;

        void Visit(string table)
        {
            if (!seen.Add(table)) return;
            foreach (var (from, _) in references.Where(r => r.To.Equals(table, StringComparison.OrdinalIgnoreCase))) Visit(from);
            ordered.Add(table);
        }
    }
}
