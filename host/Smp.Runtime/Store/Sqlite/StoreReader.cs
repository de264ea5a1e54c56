using System.Collections;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Smp.Runtime.Store.Sqlite;

/// <summary>
/// Rows of a borrowed statement, which goes back when the reader is closed. What is copied out of the statement's own memory is copied
/// within the session's gate: a unit that went over its budget may still be reading while its statement is taken from it.
/// </summary>
internal sealed class StoreReader : DbDataReader
{
    private readonly StoreConnection connection;
    private readonly KeptStatement statement;
    private readonly SqliteDataReader rows;
    private string[] names;
    private object[]? values;
    private bool onRow;
    private bool filled;
    private bool closed;

    public StoreReader(StoreConnection connection, KeptStatement statement, SqliteDataReader rows)
    {
        this.connection = connection;
        this.statement = statement;
        this.rows = rows;
        names = statement.Columns ??= NamesOf(rows);
        connection.Opened(this);
    }

    public override int Depth => rows.Depth;

    public override int FieldCount => names.Length;

    public override bool HasRows => rows.HasRows;

    public override bool IsClosed => closed;

    public override int RecordsAffected => rows.RecordsAffected;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    public override bool Read()
    {
        lock (connection.Session.Gate)
        {
            connection.Enter();
            try
            {
                onRow = rows.Read();
                filled = false;
                return onRow;
            }
            catch (SqliteException error) when (connection.WasDenied)
            {
                throw connection.Denial(error);
            }
            finally
            {
                connection.Leave();
            }
        }
    }

    public override bool NextResult()
    {
        lock (connection.Session.Gate)
        {
            connection.Enter();
            try
            {
                (onRow, values) = (false, null);
                if (!rows.NextResult()) return false;
                // Several statements in one text: each has its own columns.
                (names, statement.Columns) = (NamesOf(rows), null);
                return true;
            }
            catch (SqliteException error) when (connection.WasDenied)
            {
                throw connection.Denial(error);
            }
            finally
            {
                connection.Leave();
            }
        }
    }

    // The whole row at once: the gate is passed once for it, not for each value.
    private object[] Values()
    {
        if (filled && values is not null) return values;
        lock (connection.Session.Gate)
        {
            values ??= new object[names.Length];
            // As the provider would, and with two calls into the engine for a value rather than five.
            var row = rows.Handle!;
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = raw.sqlite3_column_type(row, i) switch
                {
                    raw.SQLITE_INTEGER => raw.sqlite3_column_int64(row, i),
                    raw.SQLITE_FLOAT => raw.sqlite3_column_double(row, i),
                    raw.SQLITE_TEXT => raw.sqlite3_column_text(row, i).utf8_to_string(),
                    raw.SQLITE_BLOB => raw.sqlite3_column_blob(row, i).ToArray(),
                    _ => DBNull.Value,
                };
            }

            filled = true;
            return values;
        }
    }

    private static string[] NamesOf(SqliteDataReader rows)
    {
        var names = new string[rows.FieldCount];
        for (var i = 0; i < names.Length; i++) names[i] = rows.GetName(i);
        return names;
    }

    public override bool GetBoolean(int ordinal) => rows.GetBoolean(ordinal);

    public override byte GetByte(int ordinal) => rows.GetByte(ordinal);

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
    {
        lock (connection.Session.Gate) return rows.GetBytes(ordinal, dataOffset, buffer, bufferOffset, length);
    }

    public override char GetChar(int ordinal) => rows.GetChar(ordinal);

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
    {
        lock (connection.Session.Gate) return rows.GetChars(ordinal, dataOffset, buffer, bufferOffset, length);
    }

    public override string GetDataTypeName(int ordinal)
    {
        lock (connection.Session.Gate) return rows.GetDataTypeName(ordinal);
    }

    public override DateTime GetDateTime(int ordinal)
    {
        lock (connection.Session.Gate) return rows.GetDateTime(ordinal);
    }

    public override decimal GetDecimal(int ordinal)
    {
        lock (connection.Session.Gate) return rows.GetDecimal(ordinal);
    }

    public override double GetDouble(int ordinal) => rows.GetDouble(ordinal);

    public override IEnumerator GetEnumerator() => new DbEnumerator(this, closeReader: false);

    public override Type GetFieldType(int ordinal)
    {
        // On a row, the kind of the value itself; of a NULL and before the first row, what the column is declared as.
        if (onRow && Values()[ordinal] is var value and not DBNull) return value.GetType();
        lock (connection.Session.Gate) return rows.GetFieldType(ordinal);
    }

    public override float GetFloat(int ordinal) => rows.GetFloat(ordinal);

    public override Guid GetGuid(int ordinal)
    {
        lock (connection.Session.Gate) return rows.GetGuid(ordinal);
    }

    public override short GetInt16(int ordinal) => rows.GetInt16(ordinal);

    public override int GetInt32(int ordinal) => rows.GetInt32(ordinal);

    public override long GetInt64(int ordinal) => rows.GetInt64(ordinal);

    public override string GetName(int ordinal) => names[ordinal];

    public override int GetOrdinal(string name)
    {
        lock (connection.Session.Gate) return rows.GetOrdinal(name);
    }

    public override string GetString(int ordinal)
    {
        lock (connection.Session.Gate) return rows.GetString(ordinal);
    }

    public override object GetValue(int ordinal) => Values()[ordinal];

    public override int GetValues(object[] values)
    {
        lock (connection.Session.Gate) return rows.GetValues(values);
    }

    public override bool IsDBNull(int ordinal) => rows.IsDBNull(ordinal);

    // The provider's own streams are handles into the file; what a plugin gets is a copy.
    public override T GetFieldValue<T>(int ordinal)
    {
        if (typeof(T) == typeof(Stream)) return (T)(object)GetStream(ordinal);
        if (typeof(T) == typeof(TextReader)) return (T)(object)GetTextReader(ordinal);
        lock (connection.Session.Gate) return rows.GetFieldValue<T>(ordinal);
    }

    // Disposing closes.
    public override void Close()
    {
        lock (connection.Session.Gate)
        {
            if (closed) return;
            closed = true;
            connection.Closed(this);
            connection.Closing(rows.Dispose);
            connection.Session.Statements.Return(statement);
        }
    }
}
