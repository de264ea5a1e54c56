using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Smp.Runtime.Store.Sqlite;

/// <summary>
/// One open handle with its prepared statements. Used by one unit of work or read at a time; <see cref="Gate"/> is held
/// while a statement runs, so that whoever stops a unit knows when the handle is quiet.
/// </summary>
internal sealed class SqliteSession(SqliteConnection connection, int statementsKept) : IDisposable
{
    private readonly Dictionary<(Rights, string), LinkedListNode<Kept>> kept = [];
    private readonly LinkedList<Kept> byAge = [];

    public object Gate { get; } = new();

    public SqliteConnection Connection => connection;

    /// <summary>Whether a transaction is open: some failures (disk full, an interrupted write) end it whole.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    public void Execute(string sql) => SqliteFile.Execute(connection.Handle!, sql);

    /// <summary>Runs statements that neither begin nor end a transaction, nor reach for another file: they stay inside the one that is open.</summary>
    /// <exception cref="SqliteException">One failed, or would have left the transaction.</exception>
    public void ExecuteWithin(string sql)
    {
        string? refused = null;
        int Authorize(object data, int action, string? first, string? second, string? database, string? trigger)
        {
            if (action is not (raw.SQLITE_TRANSACTION or raw.SQLITE_SAVEPOINT or raw.SQLITE_ATTACH or raw.SQLITE_DETACH)) return raw.SQLITE_OK;
            refused = action is raw.SQLITE_TRANSACTION ? first : action is raw.SQLITE_SAVEPOINT ? "SAVEPOINT" : "ATTACH";
            return raw.SQLITE_DENY;
        }

        raw.sqlite3_set_authorizer(connection.Handle, Authorize, null);
        try
        {
            Execute(sql);
        }
        catch (SqliteException error) when (refused is not null)
        {
            throw new SqliteException($"{refused} isn't for it to say: it runs in a transaction already.", error.SqliteErrorCode, error.SqliteExtendedErrorCode);
        }
        finally
        {
            raw.sqlite3_set_authorizer(connection.Handle, (strdelegate_authorizer?)null, null);
        }
    }

    /// <summary>Stops the statement that runs. Safe from any thread.</summary>
    public void Interrupt()
    {
        if (connection.Handle is { IsClosed: false } handle) raw.sqlite3_interrupt(handle);
    }

    /// <summary>A command for this SQL that nobody else uses now; prepared before, if it ran before with these rights.</summary>
    public SqliteCommand Rent(Rights rights, string sql)
    {
        if (kept.Remove((rights, sql), out var node))
        {
            byAge.Remove(node);
            return node.Value.Command;
        }

        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    /// <summary>Takes a command back that ran without an error, and drops the one unused for longest when there are too many.</summary>
    public void Return(Rights rights, SqliteCommand command)
    {
        command.Parameters.Clear();
        var node = new LinkedListNode<Kept>(new((rights, command.CommandText), command));
        if (!kept.TryAdd(node.Value.Key, node))
        {
            command.Dispose();
            return;
        }

        byAge.AddLast(node);
        if (kept.Count > statementsKept && byAge.First is { } oldest)
        {
            byAge.RemoveFirst();
            kept.Remove(oldest.Value.Key);
            oldest.Value.Command.Dispose();
        }
    }

    /// <summary>Forgets every prepared statement: the schema or the rights changed.</summary>
    public void Forget()
    {
        foreach (var statement in byAge) statement.Command.Dispose();
        byAge.Clear();
        kept.Clear();
    }

    public void Dispose()
    {
        Forget();
        connection.Dispose();
    }

    private sealed record Kept((Rights, string) Key, SqliteCommand Command);
}
