using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Smp.Runtime.Store.Sqlite;

/// <summary>A command that borrows a prepared statement for each execution.</summary>
internal sealed class StoreCommand(StoreConnection connection) : DbCommand
{
    private readonly StoreParameters parameters = new();
    private string text = "";

    [AllowNull]
    public override string CommandText
    {
        get => text;
        set => text = value ?? "";
    }

    public override int CommandTimeout { get; set; }

    public override CommandType CommandType
    {
        get => CommandType.Text;
        set
        {
            if (value != CommandType.Text) throw new NotSupportedException("Only SQL text: there are no stored procedures.");
        }
    }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection
    {
        get => connection;
        set
        {
            if (!ReferenceEquals(value, connection)) throw new NotSupportedException("A command stays with its connection.");
        }
    }

    protected override DbParameterCollection DbParameterCollection => parameters;

    protected override DbTransaction? DbTransaction { get; set; }

    // The store interrupts statements itself, and knows whom else that would hit.
    public override void Cancel()
    {
    }

    public override void Prepare()
    {
    }

    protected override DbParameter CreateDbParameter() => new SqliteParameter();

    public override int ExecuteNonQuery() => Run(static command => command.ExecuteNonQuery());

    public override object? ExecuteScalar() => Run(static command => command.ExecuteScalar());

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        var session = connection.Session;
        lock (session.Gate)
        {
            var command = Rent(session);
            try
            {
                // Closing the connection with the reader is the store's business.
                return new StoreReader(connection, command, command.ExecuteReader(behavior & ~CommandBehavior.CloseConnection));
            }
            catch
            {
                command.Dispose();
                throw;
            }
        }
    }

    private T Run<T>(Func<SqliteCommand, T> execute)
    {
        var session = connection.Session;
        lock (session.Gate)
        {
            var command = Rent(session);
            T result;
            try
            {
                result = execute(command);
            }
            catch
            {
                command.Dispose();
                throw;
            }

            session.Return(connection.Rights, command);
            return result;
        }
    }

    private SqliteCommand Rent(SqliteSession session)
    {
        connection.ThrowIfEnded();
        var command = session.Rent(connection.Rights, text);
        foreach (var parameter in parameters.Items) command.Parameters.Add(parameter);
        return command;
    }
}
