using Microsoft.Data.Sqlite;
using Smp.Runtime.Files;
using Smp.Runtime.Store.Audit;
using Smp.Runtime.Store.Sqlite;
using SQLitePCL;

namespace Smp.Runtime.Backups;

/// <summary>The copy of a clinic's database that nobody writes to, read as a backup needs it. Older ones lack some of the tables.</summary>
internal sealed class CopiedDatabase(string path) : IDisposable
{
    private const int MostProblems = 20;
    private readonly SqliteConnection connection = OnlineBackup.OpenCopy(path);

    /// <summary>Where the audit chain ends.</summary>
    public AuditHead Head() => Has("core__audit_seals")
        ? Rows("SELECT number, hash FROM core__audit_seals ORDER BY number DESC LIMIT 1",
            r => new AuditHead(r.GetInt64(0), Convert.ToHexStringLower(r.GetFieldValue<byte[]>(1)))).FirstOrDefault() ?? AuditHead.None
        : AuditHead.None;

    /// <summary>How many migrations each plugin went through.</summary>
    public Dictionary<string, int> Migrations() => Has("core__migrations")
        ? Rows("SELECT plugin, count(*) FROM core__migrations GROUP BY plugin ORDER BY plugin", r => (r.GetString(0), r.GetInt32(1))).ToDictionary()
        : [];

    /// <summary>The files that lie beside the database.</summary>
    public IEnumerable<BackupFile> Files() => Has("core__files")
        ? Rows("SELECT sha256, length FROM core__files ORDER BY sha256", r => new BackupFile(FileVault.PathOf(r.GetString(0)), r.GetInt64(1), r.GetString(0)))
        : [];

    /// <summary>What SQLite finds wrong with it: pages, indexes, checks, and rows that refer to nothing. Reads all of it, several seconds for each GB.</summary>
    public IReadOnlyList<string> Problems(CancellationToken token)
    {
        using var stop = token.UnsafeRegister(static handle => raw.sqlite3_interrupt((sqlite3)handle!), connection.Handle);
        try
        {
            return
            [
                .. Rows($"PRAGMA integrity_check({MostProblems})", r => r.GetString(0)).Where(said => said != "ok").Select(said => $"The database is damaged: {said}."),
                .. Rows("PRAGMA foreign_key_check", r => $"A row of {r.GetString(0)} refers to one of {r.GetString(2)} that isn't there.").Distinct().Take(MostProblems),
            ];
        }
        catch (SqliteException error) when (!token.IsCancellationRequested)
        {
            return [$"The database is damaged: {error.Message}"];
        }
        catch (SqliteException)
        {
            throw new OperationCanceledException(token);
        }
    }

    public void Dispose() => connection.Dispose();

    private bool Has(string table) => Rows($"SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '{table}'", r => r.GetInt32(0)).Any();

    private IEnumerable<T> Rows<T>(string sql, Func<SqliteDataReader, T> row)
    {
        using var command = new SqliteCommand(sql, connection) { CommandTimeout = 0 };
        using var reader = command.ExecuteReader();
        while (reader.Read()) yield return row(reader);
    }
}
