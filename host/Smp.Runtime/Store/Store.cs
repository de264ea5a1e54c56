using System.Data.Common;
using Smp.Runtime.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Store;

/// <summary>The store with one plugin's rights, in one request or scope.</summary>
internal sealed class Store<TPlugin>(
    StoreEngine engine, PluginRights rights, RequestContext request, IServiceProvider scope) : IStore<TPlugin> where TPlugin : IPlugin
{
    private readonly Rights mine = rights.Of(typeof(TPlugin).Assembly);

    public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken token = default) =>
        engine.ReadAsync(mine, oneMoment: false, read, token);

    public Task<T> SnapshotAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken token = default) =>
        engine.ReadAsync(mine, oneMoment: true, read, token);

    public Task<T> WriteAsync<T>(Act act, Func<IUnitOfWork, Task<T>> write, CancellationToken token = default)
    {
        // A request that may come twice is claimed in the very unit that carries it out: both happen, or neither.
        var claim = act.Refusal ? null : request.Claim;
        return engine.WriteAsync(mine, act, request.Actor, scope, claim is null ? write : ClaimedAsync, token, request.RequestId);

        async Task<T> ClaimedAsync(IUnitOfWork unit)
        {
            await claim.TakeAsync(unit);
            return await write(unit);
        }
    }

    public DbConnection Join(IUnitOfWork unit) => StoreEngine.Join(mine, unit);
}
