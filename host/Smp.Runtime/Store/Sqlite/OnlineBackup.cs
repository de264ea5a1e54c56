using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Smp.Runtime.Store.Sqlite;

/// <summary>Copies a database while it is written to.</summary>
internal static partial class OnlineBackup
{
    // 32 MiB: so much is on its way into the file before it is said to be there.
    private const int PagesAtATime = 8192;

    /// <summary>
    /// Copies what was committed when it began. One read transaction holds that moment from the first page to the last: without it each change
    /// made in between begins the copy anew, and in a busy clinic it never ends. Writers go on meanwhile; what they write stays in the log file
    /// until the copy is done.
    /// </summary>
    /// <param name="source">The database.</param>
    /// <param name="destination">A file that isn't there yet, or is empty. It isn't synced: that is for the caller to do.</param>
    /// <param name="written">Told how many bytes of the copy, from its beginning, won't change any more but for those of the first page.</param>
    /// <param name="token">Gives up between two pieces.</param>
    /// <exception cref="SqliteException">The database can't be read, or the copy can't be written.</exception>
    public static void Copy(string source, string destination, Action<long>? written = null, CancellationToken token = default)
    {
        using var from = Open(source, SqliteOpenMode.ReadWrite,
            "PRAGMA query_only = ON; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -64; BEGIN; SELECT 1 FROM sqlite_schema;");
        // Nobody else sees the copy before it is done, and half a copy is thrown away.
        using var to = Open(destination, SqliteOpenMode.ReadWriteCreate,
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -2048;");
        using var backup = raw.sqlite3_backup_init(to.Handle!, "main", from.Handle!, "main") ?? throw Failed(to.Handle!);
        var page = 0L;
        int code;
        while ((code = raw.sqlite3_backup_step(backup, PagesAtATime)) == raw.SQLITE_OK)
        {
            token.ThrowIfCancellationRequested();
            if (written is null) continue;
            // A page that SQLite still holds back would be written later.
            if (Flush(to.Handle!.DangerousGetHandle()) is var flushed && flushed != raw.SQLITE_OK) throw Failed(to.Handle!, flushed);
            if (page == 0) page = PageSize(to);
            written((raw.sqlite3_backup_pagecount(backup) - raw.sqlite3_backup_remaining(backup)) * page);
        }

        var end = raw.sqlite3_backup_finish(backup);
        if (code != raw.SQLITE_DONE) throw Failed(to.Handle!, code);
        if (end != raw.SQLITE_OK) throw Failed(to.Handle!, end);
    }

    private static long PageSize(SqliteConnection connection)
    {
        using var command = new SqliteCommand("PRAGMA page_size", connection);
        return (long)command.ExecuteScalar()!;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_db_cacheflush")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int Flush(nint handle);

    /// <summary>Opens a copy that nobody writes to, wherever it lies: nothing is made beside it.</summary>
    public static SqliteConnection OpenCopy(string path)
    {
        // A path within an address: what has a meaning there is escaped.
        var escaped = Path.GetFullPath(path).Replace("%", "%25", StringComparison.Ordinal).Replace("?", "%3f", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal);
        return Open($"file:{escaped}?immutable=1", SqliteOpenMode.ReadOnly, "PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;");
    }

    private static SqliteConnection Open(string source, SqliteOpenMode mode, string pragmas)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = source, Mode = mode, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            SqliteFile.Execute(connection.Handle!, pragmas);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static SqliteException Failed(sqlite3 handle, int code = 0)
    {
        if (code == 0) code = raw.sqlite3_errcode(handle);
        return new(raw.sqlite3_errstr(code).utf8_to_string(), code & 0xff, code);
    }
}
