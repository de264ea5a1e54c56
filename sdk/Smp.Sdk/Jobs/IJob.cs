namespace Smp.Sdk;

/// <summary>
/// Work that a unit of work orders and that is done after it: what reaches outside (a message, a file for a laboratory), and what is due later. An order is
/// kept with the unit that gave it, so neither is there without the other, and outlasts crashes and restarts.
/// </summary>
/// <remarks>
/// <para>
/// It is done at least once, by the clinic itself (<see cref="ActorKind.System"/>): a process that ends in the middle does it again, so what it does outside
/// has to bear that. What throws is tried again after 1, 5 and 15 minutes, 1, 4, 12 and 24 hours, and then waits for a person, as does at once what throws
/// <see cref="RefusedException"/>: trying again wouldn't help. A run may take 5 minutes; the token fires then, and whenever the module makes way.
/// </para>
/// <para>
/// While its module is off, work waits. An order is kept as JSON under the name of its type, so a later version of the module must still read it.
/// </para>
/// </remarks>
/// <typeparam name="TOrder">A record of the plugin that says what to do: keys rather than people's data, which may have changed by then.</typeparam>
public interface IJob<in TOrder> where TOrder : notnull
{
    /// <summary>Does what was ordered.</summary>
    Task RunAsync(TOrder order, CancellationToken token);
}
