using Dapper;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Store;

/// <summary>Applies migrations and remembers them by checksum, each in a transaction of its own.</summary>
internal static class Migrations
{
    /// <summary>Applies what hasn't been, and returns the numbers.</summary>
    /// <exception cref="MigrationException">An old migration is missing or was changed, the database is newer, or one failed.</exception>
    public static IReadOnlyList<int> Apply(
        SqliteSession session, Rights rights, IReadOnlyList<Migration> migrations, DateTimeOffset now)
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
        var plugin = rights.PluginId;
        var applied = AppliedOf(session, plugin);
        Compare(plugin, applied, migrations);

        List<int> done = [];
        foreach (var migration in migrations.Skip(applied.Count))
        {
            session.Execute("BEGIN IMMEDIATE");
            try
            {
                var before = Objects(session);
                session.ExecuteWithin(migration.Sql);
                CheckNames(rights, before, Objects(session));
                session.Connection.Execute(
                    "INSERT INTO core__migrations (plugin, number, name, sha256, applied_at) VALUES (@plugin, @Number, @Name, @Sha256, @now)",
                    new { plugin, migration.Number, migration.Name, migration.Sha256, now });
                session.Execute("COMMIT");
            }
            catch (Exception error)
            {
                if (session.InTransaction) session.Execute("ROLLBACK");
                throw error as MigrationException
                    ?? new MigrationException($"The migration {migration.Name} of {plugin} failed and was rolled back: {error.Message}", error);
            }

            done.Add(migration.Number);
        }

        // A statement prepared before may not fit the tables any more.
        if (done.Count > 0) session.Forget();
        return done;
    }

    private static void Compare(string plugin, List<Applied> applied, IReadOnlyList<Migration> migrations)
    {
        if (applied.Count > migrations.Count)
        {
            throw new MigrationException(
                $"The clinic's data was made by a newer version of {plugin}: it has the migration {applied[migrations.Count].Name}, which this version doesn't know. Install that version again.");
        }

        for (var i = 0; i < applied.Count; i++)
        {
            if (applied[i].Sha256 != migrations[i].Sha256)
            {
                throw new MigrationException(
                    $"The migration {migrations[i].Name} of {plugin} was changed after the clinic's data went through it. What has been applied stays as it was; changes go into a new migration.");
            }
        }
    }

    // What the plugin's statements may not touch is checked as they run; here only what new things are called.
    private static void CheckNames(Rights rights, HashSet<(string, string)> before, HashSet<(string Name, string Table)> after)
    {
        if (rights == Rights.Core) return;
        foreach (var (name, table) in after.Where(o => !before.Contains(o)))
        {
            if (!name.StartsWith(rights.TablePrefix, StringComparison.Ordinal) || !table.StartsWith(rights.TablePrefix, StringComparison.Ordinal))
            {
                throw new MigrationException(
                    $"{rights.PluginId} may only make things whose names begin with {rights.TablePrefix}, on tables that do; {name} on {table} isn't.");
            }
        }
    }

    // By hand: it runs at every start, and Dapper would compile two methods and a regular expression for it.
    private static List<Applied> AppliedOf(SqliteSession session, string plugin)
    {
        using var command = new SqliteCommand(
            "SELECT number, name, sha256 FROM core__migrations WHERE plugin = @plugin ORDER BY number", session.Connection);
        command.Parameters.AddWithValue("@plugin", plugin);
        using var reader = command.ExecuteReader();
        List<Applied> applied = [];
        while (reader.Read()) applied.Add(new(reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        return applied;
    }

    private static HashSet<(string, string)> Objects(SqliteSession session)
    {
        using var command = new SqliteCommand("SELECT name, tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'", session.Connection);
        using var reader = command.ExecuteReader();
        HashSet<(string, string)> objects = [];
        while (reader.Read()) objects.Add((reader.GetString(0), reader.GetString(1)));
        return objects;
    }

    private sealed record Applied(int Number, string Name, string Sha256);
}
