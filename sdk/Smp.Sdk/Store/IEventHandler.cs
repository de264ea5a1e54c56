namespace Smp.Sdk;

/// <summary>
/// Takes part in the unit of work that published an event. It writes through
/// <see cref="IStore{TPlugin}.Join"/>; what it throws fails the whole unit.
/// </summary>
/// <typeparam name="TEvent">A record of the SDK such as <see cref="LotRecalled"/>.</typeparam>
public interface IEventHandler<in TEvent> where TEvent : notnull
{
    /// <summary>Handles the event inside the unit. Runs again whenever the unit does.</summary>
    Task HandleAsync(TEvent @event, IUnitOfWork unit, CancellationToken token);
}
