using System.Data.Common;

namespace Smp.Sdk;

/// <summary>What is used of the store in more than one way.</summary>
public static class StoreExtensions
{
    /// <summary>Reads inside a unit of work where there is one, with the caller's own rights, and by itself where there is none.</summary>
    public static Task<T> ReadAsync<TPlugin, T>(
        this IStore<TPlugin> store, IUnitOfWork? unit, Func<DbConnection, Task<T>> read, CancellationToken token = default)
        where TPlugin : IPlugin => unit is null ? store.ReadAsync(read, token) : read(store.Join(unit));
}
