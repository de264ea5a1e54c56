using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Store.Audit;
using SQLitePCL;

namespace Smp.Runtime.Store.Sqlite;

/// <summary>
/// One open handle with its prepared statements. Used by one unit of work or read at a time; <see cref="Gate"/> is held
/// while a statement runs, so that whoever stops a unit knows when the handle is quiet.
/// </summary>
internal sealed class SqliteSession(SqliteConnection connection, int statementsKept) : IDisposable
{
    private SqliteStatement? begin;
    private SqliteStatement? rollback;

    public object Gate { get; } = new();

    public SqliteConnection Connection => connection;

    /// <summary>Its prepared statements.</summary>
    public KeptStatements Statements { get; } = new(connection, statementsKept);

    /// <summary>Whether a transaction is open: some failures (disk full, an interrupted write) end it whole.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <summary>Whether a deferred foreign key leads nowhere as yet: the commit would fail by it.</summary>
    public bool HasOpenForeignKeys
    {
        get
        {
            // SQLITE_DBSTATUS_DEFERRED_FKS
            raw.sqlite3_db_status(connection.Handle, 10, out var open, out _, 0);
            return open != 0;
        }
    }

    /// <summary>Begins a read of one moment.</summary>
    public void Begin() => (begin ??= new(this, "BEGIN")).Run();

    /// <summary>Ends a read of one moment.</summary>
    public void Rollback() => (rollback ??= new(this, "ROLLBACK")).Run();

    public void Execute(string sql) => SqliteFile.Execute(connection.Handle!, sql);

    /// <summary>Whose statement is compiled or run now; null for the store's own, which nothing is denied. Set while <see cref="Gate"/> is held.</summary>
    public AccessPolicy? Policy { get; set; }

    /// <summary>The unit of work that rows are audited under; null outside of one.</summary>
    public long? Unit { get; set; }

    /// <summary>Whether the unit changed anything that is audited.</summary>
    public bool Changed { get; set; }

    /// <summary>Lets the session judge statements, and gives its triggers the functions that they need.</summary>
    public void Guard()
    {
        var handle = connection.Handle!;
        raw.sqlite3_limit(handle, raw.SQLITE_LIMIT_ATTACHED, 0);
        raw.sqlite3_set_authorizer(handle, (strdelegate_authorizer)Authorize, null);
        // SQLITE_INNOCUOUS: triggers may call them although the schema isn't trusted.
        const int Flags = raw.SQLITE_UTF8 | 0x200000;
        raw.sqlite3_create_function(handle, "smp_unit", 0, Flags, null, (context, _, _) =>
        {
            Changed = true;
            if (Unit is { } unit) raw.sqlite3_result_int64(context, unit);
            else raw.sqlite3_result_error(context, "Only a unit of work changes the clinic's data.");
        });
        raw.sqlite3_create_function(handle, "smp_payload", 3, Flags, null, static (context, _, values) =>
        {
            Span<byte> its = stackalloc byte[AuditHash.Length];
            AuditRecords.HashPayload(new AuditHash(), Bytes(values[0]), IsNull(values[1]), Bytes(values[1]), IsNull(values[2]), Bytes(values[2]), its);
            raw.sqlite3_result_blob(context, its);

            static bool IsNull(sqlite3_value value) => raw.sqlite3_value_type(value) == raw.SQLITE_NULL;
            static ReadOnlySpan<byte> Bytes(sqlite3_value value) => IsNull(value) ? default : raw.sqlite3_value_blob(value);
        });
        raw.sqlite3_create_function(handle, "smp_sha256", 1, Flags | raw.SQLITE_DETERMINISTIC, null, static (context, _, values) =>
        {
            if (raw.sqlite3_value_type(values[0]) == raw.SQLITE_NULL) raw.sqlite3_result_null(context);
            else raw.sqlite3_result_text(context, Convert.ToHexStringLower(SHA256.HashData(raw.sqlite3_value_blob(values[0]))));
        });
    }

    private int Authorize(object data, int action, string? first, string? second, string? database, string? within) =>
        Policy is not { } policy || policy.Judge(action, first, second, database, within) ? raw.SQLITE_OK : raw.SQLITE_DENY;

    /// <summary>Stops the statement that runs. Safe from any thread.</summary>
    public void Interrupt()
    {
        if (connection.Handle is { IsClosed: false } handle) raw.sqlite3_interrupt(handle);
    }

    /// <summary>Forgets every prepared statement: the schema or the rights changed.</summary>
    public void Forget() => Statements.Clear();

    public void Dispose()
    {
        Forget();
        begin?.Dispose();
        rollback?.Dispose();
        connection.Dispose();
    }
}
