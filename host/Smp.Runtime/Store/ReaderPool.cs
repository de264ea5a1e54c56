using System.Collections.Concurrent;
using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Store;

/// <summary>The sessions that read. Each is used by one read at a time; more reads than sessions wait for their turn.</summary>
internal sealed class ReaderPool(SqliteFile file, int size) : IDisposable
{
    private readonly ConcurrentBag<SqliteSession> idle = [];
    private readonly SemaphoreSlim free = new(size, size);
    private int version;

    public async Task<T> UseAsync<T>(Rights rights, bool oneMoment, Func<StoreConnection, Task<T>> read, CancellationToken token)
    {
        await free.WaitAsync(token);
        var session = default(SqliteSession);
        var before = Volatile.Read(ref version);
        try
        {
            if (!idle.TryTake(out session)) session = file.OpenReader();
            var connection = new StoreConnection(session, rights);
            try
            {
                if (oneMoment) session.Begin();
                await using var stop = token.UnsafeRegister(static s => ((SqliteSession)s!).Interrupt(), session);
                return await read(connection);
            }
            catch (Exception) when (token.IsCancellationRequested)
            {
                throw new OperationCanceledException(token);
            }
            finally
            {
                connection.End();
                if (session.InTransaction) session.Rollback();
            }
        }
        finally
        {
            if (session is not null)
            {
                if (before == Volatile.Read(ref version)) idle.Add(session);
                else session.Dispose();
            }

            free.Release();
        }
    }

    /// <summary>Lets go of every session: what they prepared may be out of date.</summary>
    public void Renew()
    {
        Interlocked.Increment(ref version);
        while (idle.TryTake(out var session)) session.Dispose();
    }

    public void Dispose()
    {
        Renew();
        free.Dispose();
    }
}
