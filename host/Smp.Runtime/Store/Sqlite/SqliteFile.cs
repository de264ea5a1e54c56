using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Smp.Runtime.Store.Sqlite;

/// <summary>
/// One database file and how connections to it are opened. With <see cref="SqliteSession"/> this is all of the store that
/// knows the engine: transactions, savepoints, interruption.
/// </summary>
internal sealed class SqliteFile(string path, int statementsKept, int logPages)
{
    /// <summary>Of a database that is made now. Larger ones than SQLite's usual 4,096 are copied in fewer pieces, and the trail is written in fewer.</summary>
    public const int PageSize = 8192;

    // SQLITE_DBCONFIG_ENABLE_QPSG
    private const int StablePlans = 1007;

    static SqliteFile()
    {
        // SQLite counts the memory it uses under one lock for all threads: without, two threads read nearly twice as much. It is decided
        // before the first connection, or stays as it was.
        const int MemoryStatus = 9;
        Batteries_V2.Init();
        raw.sqlite3_config(MemoryStatus, 0);
    }

    public string Path => path;

    public SqliteSession OpenWriter() => Open(SqliteOpenMode.ReadWriteCreate, "");

    public SqliteSession OpenReader() => Open(SqliteOpenMode.ReadWrite, "PRAGMA query_only = ON;");

    private SqliteSession Open(SqliteOpenMode mode, string more)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            // What guards a connection stays on its handle, so a handle is never handed to another owner by a pool.
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        try
        {
            connection.Open();
            var handle = connection.Handle!;
            // Off: what would let a statement write to the schema or to shadow tables.
            raw.sqlite3_db_config(handle, raw.SQLITE_DBCONFIG_DEFENSIVE, 1, out _);
            // On: a statement keeps its plan. Else one that a partial index might serve is compiled again whenever another value is bound.
            raw.sqlite3_db_config(handle, StablePlans, 1, out _);
            Execute(handle, $"""
                PRAGMA page_size = {PageSize};
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA foreign_keys = ON;
                PRAGMA recursive_triggers = ON;
                PRAGMA trusted_schema = OFF;
                PRAGMA cell_size_check = ON;
                PRAGMA busy_timeout = 5000;
                PRAGMA wal_autocheckpoint = {logPages};
                PRAGMA journal_size_limit = 67108864;
                PRAGMA secure_delete = ON;
                PRAGMA temp_store = MEMORY;
                PRAGMA cache_size = -16384;
                {more}
                """);
            var session = new SqliteSession(connection, statementsKept);
            session.Guard();
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal static void Execute(sqlite3 handle, string sql)
    {
        var code = raw.sqlite3_exec(handle, sql);
        if (code != raw.SQLITE_OK)
            throw new SqliteException(raw.sqlite3_errmsg(handle).utf8_to_string(), code, raw.sqlite3_extended_errcode(handle));
    }
}
