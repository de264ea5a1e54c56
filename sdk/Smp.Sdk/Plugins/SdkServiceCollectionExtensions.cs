using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Smp.Sdk;

/// <summary>Registers implementations of the SDK's extension points by their names in the clinic's language.</summary>
public static class SdkServiceCollectionExtensions
{
    /// <summary>Adds a source of the worklist.</summary>
    public static IServiceCollection AddWorklist<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServiceCollection services)
        where T : class, IWorklistSource => services.AddScoped<IWorklistSource, T>();

    /// <summary>Adds a handler that takes part in the unit of work which publishes <typeparamref name="TEvent"/>.</summary>
    public static IServiceCollection AddHandler<TEvent,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServiceCollection services)
        where T : class, IEventHandler<TEvent> where TEvent : notnull => services.AddScoped<IEventHandler<TEvent>, T>();

    /// <summary>Adds the job that does what <typeparamref name="TOrder"/> says.</summary>
    public static IServiceCollection AddJob<TOrder,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServiceCollection services)
        where T : class, IJob<TOrder> where TOrder : notnull => services.AddScoped<IJob<TOrder>, T>();

    /// <summary>Provides the clinic's supply ledger. One module can; a second one is refused by name.</summary>
    public static IServiceCollection AddSupplyLedger<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServiceCollection services)
        where T : class, ISupplyLedger => services.AddScoped<ISupplyLedger, T>();

    /// <summary>
    /// Adds a guard of procedures. The manifest declares it under <c>guards</c>, by the class's name without "Guard" in lower-case words joined by
    /// hyphens (<c>IntervalGuard</c> is <c>"interval"</c>): what a module protects is known while the module isn't running, too.
    /// </summary>
    public static IServiceCollection AddGuard<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServiceCollection services)
        where T : class, IProcedureGuard => services.AddScoped<IProcedureGuard, T>();

    /// <summary>
    /// Registers what makes use of another module's exports, where that module runs. Name it under <c>optional</c> in the manifest. Where it doesn't run, its
    /// exports aren't there: whatever mentions their types lies in classes that are registered here and nowhere else, and those are <c>internal</c>.
    /// <code>services.AddWith("sessions", with => with.AddHandler&lt;SessionEnded, CountsSessions&gt;());</code>
    /// </summary>
    /// <param name="services">The collection that <see cref="IPlugin.ConfigureServices"/> was given.</param>
    /// <param name="module">The module's id.</param>
    /// <param name="add">Registers. Called at once, or not at all.</param>
    public static IServiceCollection AddWith(this IServiceCollection services, string module, Action<IServiceCollection> add)
    {
        if (services is IModuleServices company && company.Runs(module)) add(services);
        return services;
    }

    /// <summary>Adds sample data for a demonstration clinic and for tests.</summary>
    public static IServiceCollection AddDemo<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServiceCollection services)
        where T : class, IDemoData => services.AddScoped<IDemoData, T>();
}
