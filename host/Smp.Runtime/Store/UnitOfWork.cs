using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Store.Sqlite;
using Smp.Sdk;

namespace Smp.Runtime.Store;

/// <summary>One run of a unit of work. A unit that is run again gets a new one with the same moment and actor.</summary>
internal sealed class UnitOfWork(SqliteSession session, UnitRequest request) : IUnitOfWork
{
    private readonly Dictionary<Rights, StoreConnection> connections = [];
    private volatile bool ended;

    public DbConnection Connection => ConnectionFor(request.Rights);

    public Act Act => request.Act;

    public Actor Actor => request.Actor;

    public DateTimeOffset Now => request.Now;

    public async Task PublishAsync<TEvent>(TEvent @event, CancellationToken token = default) where TEvent : notnull
    {
        foreach (var handler in request.Services.GetServices<IEventHandler<TEvent>>())
            await handler.HandleAsync(@event, this, token);
    }

    public StoreConnection ConnectionFor(Rights rights)
    {
        lock (connections)
        {
            if (ended) throw new InvalidOperationException("This unit of work has ended.");
            if (!connections.TryGetValue(rights, out var connection))
                connections[rights] = connection = new StoreConnection(session, rights);
            return connection;
        }
    }

    public void End()
    {
        lock (connections)
        {
            ended = true;
            foreach (var connection in connections.Values) connection.End();
        }
    }
}
