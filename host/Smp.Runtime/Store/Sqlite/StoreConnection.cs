using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Smp.Sdk;

namespace Smp.Runtime.Store.Sqlite;

/// <summary>
/// What a plugin gets to run statements on: one plugin's view of a session, for as long as its unit or read lasts. It can't
/// open, close or begin anything, and never hands out what lies beneath.
/// </summary>
internal sealed class StoreConnection : DbConnection
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(20);
    private readonly SqliteSession session;
    private readonly Rights rights;
    private readonly bool inUnit;
    private readonly bool readOnly;
    private readonly List<StoreReader> open = [];
    private volatile bool ended;
    private SessionRights? its;

    /// <param name="session">Lent by the store.</param>
    /// <param name="rights">Whose statements run.</param>
    /// <param name="inUnit">Whether it belongs to a unit of work, and so to its transaction.</param>
    /// <param name="readOnly">Whether statements that change something are refused: one that is interrupted would end its whole transaction.</param>
    public StoreConnection(SqliteSession session, Rights rights, bool inUnit = false, bool readOnly = false)
    {
        (this.session, this.rights, this.inUnit, this.readOnly) = (session, rights, inUnit, readOnly);
        // A finalizer would have nothing to do, and costs as much as a fifteenth of a short read.
        GC.SuppressFinalize(this);
    }

    internal SqliteSession Session => session;

    [AllowNull]
    public override string ConnectionString
    {
        get => "";
        set => throw new NotSupportedException("The store opens its connections itself.");
    }

    public override string Database => "main";

    public override string DataSource => "clinic";

    public override string ServerVersion => session.Connection.ServerVersion;

    // Dapper closes what it had to open itself: an open connection is left alone.
    public override ConnectionState State => ended ? ConnectionState.Closed : ConnectionState.Open;

    public override void Open() => ThrowIfEnded();

    // Neither a using block nor Dapper ends a connection that the store lent out.
    public override void Close()
    {
    }

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException("There is one database.");

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException(
        "A unit of work is a transaction already: throw to roll it back, return to commit it.");

    protected override DbCommand CreateDbCommand() => new StoreCommand(this);

    /// <summary>Ends the connection's life: what is still open is closed, and nothing runs through it any more.</summary>
    internal void End()
    {
        ended = true;
        // A statement may still run that nobody awaits, or have passed the check above just before: it is stopped until the session is quiet.
        while (!Monitor.TryEnter(session.Gate, Quiet)) session.Interrupt();
        try
        {
            foreach (var reader in open.ToArray()) reader.Dispose();
        }
        finally
        {
            Monitor.Exit(session.Gate);
        }
    }

    internal void Opened(StoreReader reader) => open.Add(reader);

    internal void Closed(StoreReader reader) => open.Remove(reader);

    /// <summary>
    /// From here to <see cref="Leave"/> statements are judged by the rights that the connection was lent with. Each time anew:
    /// SQLite compiles a statement again when the schema has changed, and FTS5 compiles its own as it goes. Within the session's gate.
    /// </summary>
    internal void Enter()
    {
        ThrowIfEnded();
        // Some errors end the whole transaction. What came after would be committed by itself, outside of every unit.
        if (inUnit && !session.InTransaction) throw new InvalidOperationException("An error has ended this unit's transaction; nothing more can be done in it.");
        Judge();
    }

    /// <summary>
    /// Closes something that may still run the rest of its text while it is closed: with the same rights, and where the unit's transaction has ended already, in one
    /// that is taken back.
    /// </summary>
    internal void Closing(Action close)
    {
        var passing = inUnit && !session.InTransaction;
        if (passing) session.Execute("BEGIN");
        Judge();
        try
        {
            close();
        }
        finally
        {
            Leave();
            if (passing && session.InTransaction) session.Execute("ROLLBACK");
        }
    }

    private void Judge()
    {
        its ??= session.Statements.Of(rights, readOnly);
        its.Policy.Begin();
        session.Policy = its.Policy;
    }

    /// <summary>A statement with these rights. Between <see cref="Enter"/> and <see cref="Leave"/>.</summary>
    internal KeptStatement Rent(string sql) => session.Statements.Rent(its!, sql);

    internal void Leave() => session.Policy = null;

    /// <summary>Whether it was denied what it reached for since <see cref="Enter"/>.</summary>
    internal bool WasDenied => its?.Policy.Denied is not null;

    /// <summary>What to throw then.</summary>
    internal StoreDeniedException Denial(SqliteException error) => new(rights.PluginId, its!.Policy.Denied!, error);

    private void ThrowIfEnded()
    {
        if (ended)
        {
            throw new InvalidOperationException(
                "This connection's unit of work or read has ended. Await everything inside the delegate, and keep no connection.");
        }
    }
}
