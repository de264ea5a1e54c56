using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Smp.Runtime.Store.Sqlite;

/// <summary>A command that borrows a prepared statement for each execution.</summary>
internal sealed class StoreCommand : DbCommand
{
    private readonly StoreConnection connection;
    private readonly StoreParameters parameters = new();
    private string text = "";

    public StoreCommand(StoreConnection connection)
    {
        this.connection = connection;
        GC.SuppressFinalize(this);
    }

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

    // Closing the connection with the reader is the store's business, and the reader gives the statement back.
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) =>
        Run((connection, behavior & ~CommandBehavior.CloseConnection), static (statement, with) => new StoreReader(with.connection, statement, statement.Command.ExecuteReader(with.Item2)), keep: true);

    private T Run<T>(Func<SqliteCommand, T> execute) => Run(execute, static (statement, execute) => execute(statement.Command), keep: false);

    private T Run<TWith, T>(TWith with, Func<KeptStatement, TWith, T> execute, bool keep)
    {
        var session = connection.Session;
        lock (session.Gate)
        {
            connection.Enter();
            var statement = connection.Rent(text);
            try
            {
                foreach (var parameter in parameters.Items) statement.Command.Parameters.Add(parameter);
                var result = execute(statement, with);
                if (!keep) session.Statements.Return(statement);
                return result;
            }
            catch (Exception error)
            {
                session.Statements.Drop(statement);
                if (error is SqliteException its && connection.WasDenied) throw connection.Denial(its);
                throw;
            }
            finally
            {
                connection.Leave();
            }
        }
    }
}
