using System.Collections;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Smp.Runtime.Store.Sqlite;

/// <summary>
/// Rows of a borrowed statement, which goes back when the reader is closed. What is copied out of the statement's own memory is copied
/// within the session's gate: a unit that went over its budget may still be reading while its statement is taken from it.
/// </summary>
internal sealed class StoreReader : DbDataReader
{
    private readonly StoreConnection connection;
    private readonly SqliteCommand command;
    private readonly SqliteDataReader rows;
    private bool closed;

    public StoreReader(StoreConnection connection, SqliteCommand command, SqliteDataReader rows)
    {
        this.connection = connection;
        this.command = command;
        this.rows = rows;
        connection.Opened(this);
    }

    public override int Depth => rows.Depth;

    public override int FieldCount => rows.FieldCount;

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
                return rows.Read();
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
                return rows.NextResult();
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

    public override string GetName(int ordinal)
    {
        lock (connection.Session.Gate) return rows.GetName(ordinal);
    }

    public override int GetOrdinal(string name)
    {
        lock (connection.Session.Gate) return rows.GetOrdinal(name);
    }

    public override string GetString(int ordinal)
    {
        lock (connection.Session.Gate) return rows.GetString(ordinal);
    }

    public override object GetValue(int ordinal)
    {
        lock (connection.Session.Gate) return rows.GetValue(ordinal);
    }

    public override int GetValues(object[] values)
    {
        lock (connection.Session.Gate) return rows.GetValues(values);
    }

    public override bool IsDBNull(int ordinal) => rows.IsDBNull(ordinal);

    public override T GetFieldValue<T>(int ordinal)
    {
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
            rows.Dispose();
            connection.Session.Return(connection.Rights, command);
        }
    }
}
