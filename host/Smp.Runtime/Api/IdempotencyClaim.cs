using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Identity;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Api;

/// <summary>
/// A request's claim on its Idempotency-Key. The first unit of work of the request writes it, so that the key is taken exactly when
/// something was done: not by a request that was refused, and not lost when the machine stops before the answer went out.
/// </summary>
/// <param name="owner">Whose key: a user or token.</param>
/// <param name="key">The key as the client gave it.</param>
/// <param name="fingerprint">SHA-256 of method, path and body.</param>
internal sealed class IdempotencyClaim(string owner, string key, string fingerprint)
{
    /// <summary>How long a key and its answer are kept.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    // Tells this request's row from another's when a unit is run again.
    private readonly string request = Guid.NewGuid().ToString("N");

    public string Owner => owner;

    public string Key => key;

    public string Fingerprint => fingerprint;

    public string Request => request;

    /// <summary>Takes the key of the request that a scope belongs to, where it has one; nothing outside of requests.</summary>
    /// <exception cref="RefusedException">Another request took it meanwhile.</exception>
    public static Task TakeForAsync(IServiceProvider scope, IUnitOfWork unit) => scope.GetService<RequestContext>()?.Claim?.TakeAsync(unit) ?? Task.CompletedTask;

    /// <summary>Takes the key inside a unit of work. A second unit of the same request finds its own claim.</summary>
    /// <exception cref="RefusedException">Another request took it meanwhile.</exception>
    public async Task TakeAsync(IUnitOfWork unit)
    {
        var connection = StoreEngine.Join(Rights.Core, unit);
        await connection.ExecuteAsync("DELETE FROM core__requests WHERE owner = @owner AND key = @key AND at <= @until",
            new { owner, key, until = unit.Now - KeptFor });
        var holder = await connection.ExecuteScalarAsync<string>("""
            INSERT INTO core__requests (owner, key, request, fingerprint, at) VALUES (@owner, @key, @request, @fingerprint, @Now)
            ON CONFLICT (owner, key) DO UPDATE SET request = core__requests.request
            RETURNING request
            """, new { owner, key, request, fingerprint, unit.Now });
        if (holder != request)
            throw Refuse.Because($"Another request with the same Idempotency-Key was carried out meanwhile. Ask again for its answer.");
    }
}
