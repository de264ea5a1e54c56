using System.Data.Common;

namespace Smp.Sdk;

/// <summary>A unit of work that is under way: what is done through it is committed together, or not at all.</summary>
public interface IUnitOfWork
{
    /// <summary>The connection, with the rights of the plugin that began the unit. Sees the unit's own changes.</summary>
    DbConnection Connection { get; }

    /// <summary>What is being done.</summary>
    Act Act { get; }

    /// <summary>Who is doing it.</summary>
    Actor Actor { get; }

    /// <summary>The moment the unit is dated with: the same for all of its rows, also when it is run again. UTC, whole milliseconds.</summary>
    DateTimeOffset Now { get; }

    /// <summary>
    /// Tells every enabled module, inside this unit: each <see cref="IEventHandler{TEvent}"/> runs before the task completes,
    /// and a handler that throws fails the unit.
    /// </summary>
    Task PublishAsync<TEvent>(TEvent @event, CancellationToken token = default) where TEvent : notnull;

    /// <summary>Orders work from the plugin's own <see cref="IJob{TOrder}"/>, to be done once this unit is committed.</summary>
    /// <param name="order">What to do.</param>
    /// <param name="notBefore">Not earlier than then; as soon as possible when left out.</param>
    /// <param name="key">
    /// What the order is about, such as <c>"appointment 17"</c>: ordering again under the same key puts the new order and time in place of those that
    /// wait. At most 100 characters.
    /// </param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="InvalidOperationException">The plugin registers no job for such orders.</exception>
    Task OrderAsync<TOrder>(TOrder order, DateTimeOffset? notBefore = null, string? key = null, CancellationToken token = default) where TOrder : notnull;

    /// <summary>
    /// Takes back what was ordered under a key. False when nothing waits under it: it was done, or never ordered. What is being done at that moment may be
    /// done all the same.
    /// </summary>
    Task<bool> TakeBackAsync<TOrder>(string key, CancellationToken token = default) where TOrder : notnull;
}
