using Dapper;
using Microsoft.AspNetCore.Http;
using Smp.Runtime.Core;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>A browser on which staff may take turns by PIN.</summary>
/// <param name="Id">Key.</param>
/// <param name="Name">What it is called: where it lies, mostly.</param>
/// <param name="PairedAt">Since when.</param>
/// <param name="PairedBy">Who paired it; null where the command line did.</param>
/// <param name="RevokedAt">When it was revoked.</param>
public sealed record Tablet(long Id, string Name, DateTimeOffset PairedAt, string? PairedBy, DateTimeOffset? RevokedAt);

/// <summary>Paired browsers: each holds a random secret in a cookie, and the store its hash. Scoped.</summary>
public sealed class Tablets(IStore<CorePlugin> store, ICurrentActor actor, SessionBook sessions)
{
    private const string Cookie = "smp-tablet";
    // As long as browsers keep a cookie at most.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    /// <summary>Whether a request brings a secret; it may have been revoked.</summary>
    public static bool MayBePaired(HttpContext http) => http.Request.Cookies.ContainsKey(Cookie);

    /// <summary>The tablet that a request comes from, or null.</summary>
    public async Task<Tablet?> CurrentAsync(HttpContext http, CancellationToken token = default) =>
        http.Request.Cookies.TryGetValue(Cookie, out var secret) && secret?.Length == Secrets.Length
            ? await store.ReadAsync(db => db.QuerySingleOrDefaultAsync<Tablet>(
                $"{Select} WHERE t.hash = @hash AND t.revoked_at IS NULL", new { hash = Secrets.Hash(secret) }), token)
            : null;

    /// <summary>Pairs the browser that a request comes from. One that was paired before gets another name and secret.</summary>
    /// <param name="http">The request.</param>
    /// <param name="name">What it is called, at most 100 characters.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">The name won't do.</exception>
    public async Task PairAsync(HttpContext http, string? name, CancellationToken token = default)
    {
        var checks = new Checks();
        name = checks.Require(name, "name", 100);
        checks.Throw();
        var before = await CurrentAsync(http, token);
        var secret = Secrets.New();
        var ended = await store.WriteAsync(new("Paired a tablet"), async unit =>
        {
            var hashes = before is null ? [] : await RevokeAsync(unit, before.Id);
            await unit.Connection.ExecuteAsync("INSERT INTO core__tablets (name, hash, paired_at, paired_by) VALUES (@name, @hash, @Now, @StaffId)",
                new { name, hash = Secrets.Hash(secret), unit.Now, actor.Actor.StaffId });
            return hashes;
        }, token);
        sessions.Ended(ended);
        http.Response.Cookies.Append(Cookie, secret, new()
        {
            HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/", MaxAge = Kept,
        });
    }

    /// <summary>Every tablet, those that still are first, the newest first.</summary>
    public async Task<IReadOnlyList<Tablet>> ListAsync(CancellationToken token = default) =>
        (await store.ReadAsync(db => db.QueryAsync<Tablet>($"{Select} ORDER BY t.revoked_at IS NOT NULL, t.id DESC"), token)).AsList();

    /// <summary>Ends a tablet's pairing at once and for good; whoever is signed in there by PIN is signed out.</summary>
    /// <exception cref="RefusedException">There is no such tablet.</exception>
    public async Task RevokeAsync(long id, CancellationToken token = default) =>
        sessions.Ended(await store.WriteAsync(new("Revoked a tablet"), unit => RevokeAsync(unit, id), token));

    private static async Task<IReadOnlyList<string>> RevokeAsync(IUnitOfWork unit, long id)
    {
        if (await unit.Connection.ExecuteAsync("UPDATE core__tablets SET revoked_at = coalesce(revoked_at, @Now) WHERE id = @id", new { id, unit.Now }) == 0)
            throw Refuse.Missing($"There is no tablet {id}.");
        return (await unit.Connection.QueryAsync<string>("""
            UPDATE core__sessions SET ended_at = @Now
            WHERE tablet_id = @id AND method = 'Pin' AND ended_at IS NULL AND ends_at > @Now RETURNING hash
            """, new { id, unit.Now })).AsList();
    }

    private const string Select =
        "SELECT t.id, t.name, t.paired_at, s.name AS paired_by, t.revoked_at FROM core__tablets t LEFT JOIN staff s ON s.id = t.paired_by";
}
