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
}
