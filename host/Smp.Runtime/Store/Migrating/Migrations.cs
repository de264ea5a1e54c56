using Dapper;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Store.Audit;
using Smp.Runtime.Store.Sqlite;
using Smp.Sdk;

namespace Smp.Runtime.Store;

/// <summary>Applies migrations and remembers them by checksum, each in a transaction of its own that the audit trail records like any other.</summary>
/// <param name="writer">The writer's session and trail, for this turn.</param>
/// <param name="rights">Whose tables.</param>
/// <param name="time">Dates what is applied.</param>
/// <param name="backup">The backup that was made before them; null when none was.</param>
internal sealed class Migrations(WriterSession writer, Rights rights, TimeProvider time, string? backup = null)
{
    private readonly SqliteSession session = writer.Session;

    /// <summary>Applies what hasn't been, and returns the numbers.</summary>
    /// <exception cref="MigrationException">An old migration is missing or was changed, the database is newer, or one failed.</exception>
    public IReadOnlyList<int> Apply(IReadOnlyList<Migration> migrations)
    {
        session.Execute("""
            CREATE TABLE IF NOT EXISTS core__migrations (
                plugin     TEXT NOT NULL,
                number     INTEGER NOT NULL,
                name       TEXT NOT NULL,
                sha256     TEXT NOT NULL,
                applied_at TEXT NOT NULL,
                PRIMARY KEY (plugin, number)
            ) STRICT, WITHOUT ROWID
            """);
        var applied = AppliedOf(session, rights.PluginId);
        if (AppliedMigrations.Objection(rights.PluginId, applied, applied.Count > migrations.Count ? BreakingOf(session, rights) : [], migrations) is { } objection) throw new MigrationException(objection);
        List<int> done = [];
        foreach (var migration in migrations.Skip(applied.Count))
        {
            Apply(migration);
            done.Add(migration.Number);
        }

        // A statement prepared before may not fit the tables any more.
        if (done.Count > 0) session.Forget();
        return done;
    }

    /// <summary>
    /// Makes the trail's triggers and guards anew where somebody changed the schema past the store. What was changed meanwhile the verification shows.
    /// Returns the tables that weren't audited, and the guards.
    /// </summary>
    public IReadOnlyList<string> Mend()
    {
        if (writer.Trail is null || SchemaVersion.IsKept(session)) return [];
        session.Execute("BEGIN IMMEDIATE");
        var missing = AuditTriggers.Missing(session);
        AuditTriggers.Renew(session, [.. AuditTriggers.Tables(session).Where(t => missing.Contains(t.Name))]);
        var unguarded = AuditGuards.Missing(session);
        if (unguarded.Count > 0) AuditGuards.Renew(session);
        SchemaVersion.Keep(session);
        session.Execute("COMMIT");
        session.Forget();
        return [.. missing, .. unguarded];
    }

    private void Apply(Migration migration)
    {
        // SQLite ends a text at the one, and takes the other for white space; neither is seen by whoever reads the file.
        if (migration.Sql.AsSpan().IndexOfAny('\0', '\uFEFF') >= 0)
            throw new MigrationException($"The migration {migration.Name} of {rights.PluginId} holds a character that can't be seen (NUL or U+FEFF). Take it out.");
        var hadTrail = writer.Trail is not null;
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            writer.Trail?.BeginGroup();
            writer.Trail?.BeginUnit();
            var before = Schema.Of(session);
            new MigrationRun(session, rights, audited: writer.Trail is not null).Run(migration.Sql);
            SchemaCheck.Check(session, rights, before);
            var now = Moments.Cut(time.GetUtcNow());
            session.Connection.Execute(
                "INSERT INTO core__migrations (plugin, number, name, sha256, applied_at) VALUES (@PluginId, @Number, @Name, @Sha256, @now)",
                new { rights.PluginId, migration.Number, migration.Name, migration.Sha256, now });
            if (migration.IsBreaking && rights != Rights.Core)
            {
                session.Connection.Execute(
                    "INSERT INTO core__breaking_migrations (plugin, number, name, backup, applied_at) VALUES (@PluginId, @Number, @Name, @backup, @now)",
                    new { rights.PluginId, migration.Number, migration.Name, backup, now });
            }

            AuditTables();
            writer.Trail?.EndUnit(new(rights.PluginId, new Act($"Applied the migration {migration.Name}"), Actor.System, now, null));
            writer.Trail?.Seal();
            session.Execute("COMMIT");
            writer.Trail?.Committed();
        }
        catch (Exception error)
        {
            writer.Trail?.Abandon();
            if (!hadTrail) writer.EndTrail();
            if (session.InTransaction) session.Execute("ROLLBACK");
            throw error as MigrationException
                ?? new MigrationException($"The migration {migration.Name} of {rights.PluginId} failed and was rolled back: {error.Message}", error);
        }
    }

    // Last of all, so that the trail's triggers are the youngest.
    private void AuditTables()
    {
        if (writer.Trail is null)
        {
            if (!writer.BeginTrail()) return;
            AuditGuards.Renew(session);
            foreach (var table in AuditTriggers.Tables(session)) AuditTriggers.Baseline(session, table);
        }

        AuditTriggers.Renew(session, AuditTriggers.Tables(session, rights == Rights.Core ? null : rights.TablePrefix));
        SchemaVersion.Keep(session);
    }

    // By hand: it runs at every start, and Dapper would compile two methods and a regular expression for it.
    private static List<AppliedMigration> AppliedOf(SqliteSession session, string plugin)
    {
        using var command = new SqliteCommand(
            "SELECT number, name, sha256 FROM core__migrations WHERE plugin = @plugin ORDER BY number", session.Connection);
        command.Parameters.AddWithValue("@plugin", plugin);
        using var reader = command.ExecuteReader();
        List<AppliedMigration> applied = [];
        while (reader.Read()) applied.Add(new(reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        return applied;
    }

    // The core's own count on nothing; and before its tenth migration there was no such table.
    private static List<BreakingMigration> BreakingOf(SqliteSession session, Rights rights)
    {
        if (rights == Rights.Core) return [];
        return [.. session.Connection.Query<BreakingMigration>(
            "SELECT number, name, backup, applied_at FROM core__breaking_migrations WHERE plugin = @PluginId ORDER BY number", new { rights.PluginId })];
    }
}
