using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Core.Orders;
using Smp.Runtime.Health;
using Smp.Runtime.Store.Sqlite;
using Smp.Sdk;

namespace Smp.Runtime.Store;

/// <summary>A unit of work as one plugin sees it: whoever began it, or whoever handles an event in it.</summary>
internal sealed class UnitOfWork(UnitRun run, Rights owner) : IUnitOfWork
{
    public UnitRun Run => run;

    public Rights Owner => owner;

    public DbConnection Connection => run.ConnectionFor(owner);

    public Act Act => run.Request.Act;

    public Actor Actor => run.Request.Actor;

    public DateTimeOffset Now => run.Request.Now;

    public async Task PublishAsync<TEvent>(TEvent @event, CancellationToken token = default) where TEvent : notnull
    {
        var services = run.Request.Services;
        var health = services.GetService<ClinicHealth>();
        foreach (var handler in services.GetServices<IEventHandler<TEvent>>())
        {
            // A handler acts with its own plugin's rights, not with those of whoever published.
            var its = services.GetRequiredService<PluginRights>().Of(handler.GetType().Assembly);
            var gauge = health?.Gauge(its.PluginId, PluginCall.EventHandler);
            var began = CallGauge.Begin();
            try
            {
                await handler.HandleAsync(@event, new UnitOfWork(run, its), token);
            }
            catch (Exception error) when (gauge is not null && Blame.IsFault(error))
            {
                gauge.Failed(handler.GetType().Name, error);
                throw;
            }
            finally
            {
                gauge?.Ended(began);
            }
        }
    }

    public Task OrderAsync<TOrder>(TOrder order, DateTimeOffset? notBefore = null, string? key = null, CancellationToken token = default) where TOrder : notnull =>
        OrderBook.AddAsync(this, order, notBefore ?? Now, key);

    public Task<bool> TakeBackAsync<TOrder>(string key, CancellationToken token = default) where TOrder : notnull =>
        OrderBook.RemoveAsync(this, typeof(TOrder), key);
}

/// <summary>One run of a unit of work. A unit that is run again gets a new one with the same moment and actor.</summary>
/// <param name="session">The writer's.</param>
/// <param name="request">What is run.</param>
/// <param name="readOnly">Whether nothing may be changed through it.</param>
internal sealed class UnitRun(SqliteSession session, UnitRequest request, bool readOnly = false)
{
    private readonly Dictionary<Rights, StoreConnection> connections = [];
    private volatile bool ended;
    private volatile bool stopped;

    public UnitRequest Request => request;

    /// <summary>Whether what was begun in it must keep away from the store: until it has ended, and for good when it had to be stopped.</summary>
    public bool HoldsBack => !ended || stopped;

    /// <summary>A look into this run for somebody who is asked in the middle of it: to read, and to be ended before the run is.</summary>
    public UnitRun Lend() => new(session, request, readOnly: true);

    /// <summary>It went over its budget.</summary>
    public void Stop() => stopped = true;

    public StoreConnection ConnectionFor(Rights rights)
    {
        lock (connections)
        {
            if (ended) throw new InvalidOperationException("This unit of work has ended.");
            if (!connections.TryGetValue(rights, out var connection))
                connections[rights] = connection = new StoreConnection(session, rights, inUnit: true, readOnly);
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
