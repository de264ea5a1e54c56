using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Smp.Runtime.Core;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.KillTests;

/// <summary>A clinic's store with the tables of the units.</summary>
internal sealed class KillStore : IAsyncDisposable
{
    private static readonly Act Act = new("Did a unit of work");
    private readonly ServiceProvider services = new ServiceCollection().BuildServiceProvider();

    private KillStore(StoreEngine engine) => Engine = engine;

    public StoreEngine Engine { get; }

    /// <summary>Opens the store of a folder, without bringing it up to date.</summary>
    public static KillStore Open(string folder) =>
        new(new StoreEngine(PathIn(folder), new StoreOptions(), TimeProvider.System, NullLogger<StoreEngine>.Instance));

    /// <summary>The database in a folder.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, "clinic.db");

    /// <summary>Applies the core's migrations and so many of the units', and returns which of those it were that weren't there.</summary>
    public async Task<IReadOnlyList<int>> MigrateAsync(int migrations)
    {
        await Engine.MigrateAsync(Rights.Core, Migration.In(typeof(CorePlugin).Assembly));
        return await Engine.MigrateAsync(UnitTables.Rights, UnitTables.Migrations(migrations));
    }

    public Task<bool> WriteAsync(long number) =>
        Engine.WriteAsync(UnitTables.Rights, Act, Actor.System, services, unit => Units.RunAsync(unit, number), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await services.DisposeAsync();
    }
}
