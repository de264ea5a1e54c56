using System.Data.Common;

namespace Smp.Sdk;

/// <summary>
/// The clinic's store as one plugin sees it. Like <c>ILogger&lt;T&gt;</c>, the type says who asks: statements run with the rights of
/// <typeparamref name="TPlugin"/>: on its own tables (<c>&lt;id&gt;__&lt;name&gt;</c>), on what its manifest names under
/// <c>data.reads</c>, and on the keys of the contract tables (<c>patients</c>, <c>staff</c>, …). What reaches further throws
/// <see cref="StoreDeniedException"/>. Scoped: use it within the request or scope that injected it.
/// </summary>
/// <remarks>
/// Connections are for Dapper or plain ADO.NET, are open, and belong to the store: they are valid inside the delegate
/// only, and can't begin, commit or roll back. Statements are prepared once and kept, so write SQL with parameters.
/// Enums are read from their names; pass <c>value.ToString()</c> to write one.
/// </remarks>
/// <typeparam name="TPlugin">The class that implements <see cref="IPlugin"/> in the caller's plugin.</typeparam>
public interface IStore<TPlugin> where TPlugin : IPlugin
{
    /// <summary>Reads. Each statement sees what was committed when it began; for several statements at one moment use <see cref="SnapshotAsync{T}"/>.</summary>
    /// <exception cref="InvalidOperationException">Called inside a unit of work: use the unit's connection there.</exception>
    /// <exception cref="OperationCanceledException">The token fired; a running statement was interrupted.</exception>
    Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken token = default);

    /// <summary>Reads with several statements that all see the same moment.</summary>
    /// <exception cref="InvalidOperationException">Called inside a unit of work: use the unit's connection there.</exception>
    /// <exception cref="OperationCanceledException">The token fired; a running statement was interrupted.</exception>
    Task<T> SnapshotAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken token = default);

    /// <summary>
    /// Runs one unit of work: all of it is committed and on disk when the task completes, or none of it is.
    /// </summary>
    /// <param name="act">What is being done, for the audit trail.</param>
    /// <param name="write">
    /// The unit. It may be run more than once (when a neighbour in its commit group fails), so it acts on nothing but the
    /// store and starts from the same values each time. It has a budget of 5 seconds of wall-clock time by default.
    /// </param>
    /// <param name="token">Gives up a unit that hasn't begun; one that has begun is finished, so that nothing is done by half.</param>
    /// <exception cref="RefusedException">What the unit itself threw to refuse; nothing was written.</exception>
    /// <exception cref="InvalidOperationException">Called inside another unit of work: join that one.</exception>
    /// <exception cref="TimeoutException">The unit went over its budget; nothing was written.</exception>
    Task<T> WriteAsync<T>(Act act, Func<IUnitOfWork, Task<T>> write, CancellationToken token = default);

    /// <summary>
    /// A connection with this plugin's own rights inside somebody else's unit of work: for services and event handlers that
    /// are called with a unit. Valid until the unit ends.
    /// </summary>
    /// <exception cref="InvalidOperationException">The unit has ended.</exception>
    DbConnection Join(IUnitOfWork unit);
}
