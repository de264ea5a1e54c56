using Dapper;
using Smp.Runtime.Core;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>A token that was just made.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Token">The token itself: shown now and never again.</param>
public sealed record CreatedToken(long Id, string Token)
{
    /// <summary>Without the token: what is printed ends up in logs.</summary>
    public override string ToString() => $"Token {Id}";
}

/// <summary>A token as listed.</summary>
/// <param name="Id">Its key.</param>
/// <param name="UserName">Its owner.</param>
/// <param name="Name">What it is for, as its owner named it.</param>
/// <param name="Permissions">What it may at most; null for whatever its owner may, now and later.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
/// <param name="RevokedAt">When it was revoked.</param>
public sealed record ApiToken(
    long Id, string UserName, string Name, IReadOnlyList<string>? Permissions,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);

/// <summary>
/// API tokens of users. A token never may more than its owner's role: what the role loses, the token loses. They are looked up for
/// every request, so that revoking one counts at once. Scoped.
/// </summary>
public sealed class Tokens(IStore<CorePlugin> store, PermissionCatalog catalog, RolePermissions roles, ICurrentActor actor, TimeProvider time)
{
    /// <summary>What a token begins with, so that it is known for one where it shouldn't be.</summary>
    public const string Prefix = "smp_";

    /// <summary>Makes a token. What is returned is the only time it is seen: the store keeps its SHA-256.</summary>
    /// <param name="userName">Whose it is.</param>
    /// <param name="name">What it is for, at most 100 characters.</param>
    /// <param name="permissions">What it may; null for whatever the owner's role may, now and later.</param>
    /// <param name="expires">When it ends by itself; null for never.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="RefusedException">There is no such active user, or a permission doesn't exist or isn't the owner's; they are named.</exception>
    public async Task<CreatedToken> CreateAsync(
        string userName, string name, IReadOnlyCollection<string>? permissions, DateTimeOffset? expires = null, CancellationToken token = default)
    {
        var owner = await store.ReadAsync(db => Users.FindAsync(db, userName), token);
        var checks = new Checks();
        name = checks.Require(name, "name", 100);
        checks.That(expires is null || expires > time.GetUtcNow(), "expires", $"This is past already.");
        CheckPermissions(checks, permissions, owner.Role, await roles.OfAsync(owner.Role, token));
        // What a token makes may not do more than the token itself, whoever its owner is.
        if (actor.Actor.Kind == ActorKind.Token)
        {
            checks.That(permissions is not null, "permissions", $"A token can't make one that may everything. Name the permissions.");
            var lacking = (permissions ?? []).Where(p => !actor.May(p)).ToList();
            checks.That(lacking.Count == 0, "permissions", $"This token itself may not: {string.Join(", ", lacking)}.");
        }

        checks.Throw();

        var plain = Prefix + Secrets.New();
        var granted = permissions is null ? null : string.Join(' ', permissions.Distinct().Order(StringComparer.Ordinal));
        var id = await store.WriteAsync(new("Made an API token"), async unit =>
            await unit.Connection.ExecuteScalarAsync<long?>("""
                INSERT INTO core__tokens (user_id, name, hash, permissions, created_at, expires_at)
                SELECT u.id, @name, @hash, @granted, @Now, @expires
                FROM core__users u JOIN staff s ON s.id = u.staff_id
                WHERE u.id = @Id AND s.active = 1
                RETURNING id
                """, new { owner.Id, name, hash = Secrets.Hash(plain), granted, unit.Now, expires })
                ?? throw Refuse.Because($"{owner.Name} isn't active, and so can have no token."), token);
        return new(id, plain);
    }

    /// <summary>Tokens, also those that ended, the newest first.</summary>
    /// <param name="userName">Whose; null for everybody's.</param>
    /// <param name="token">Cancels.</param>
    public Task<IReadOnlyList<ApiToken>> ListAsync(string? userName = null, CancellationToken token = default) =>
        store.ReadAsync<IReadOnlyList<ApiToken>>(async db => [.. (await db.QueryAsync<Row>("""
            SELECT t.id, u.user_name, t.name, t.permissions, t.created_at, t.expires_at, t.revoked_at
            FROM core__tokens t JOIN core__users u ON u.id = t.user_id
            WHERE @all OR u.normalized_name = @key
            ORDER BY t.id DESC
            """, new { all = userName is null, key = UserNames.Key(userName) })).Select(r => r.ToToken())], token);

    /// <summary>Ends a token at once and for good. One that ended already stays as it is.</summary>
    /// <param name="id">Its key.</param>
    /// <param name="userName">Whose it must be; null for anybody's.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="RefusedException">There is no such token, or it is somebody else's.</exception>
    public Task RevokeAsync(long id, string? userName = null, CancellationToken token = default) =>
        store.WriteAsync(new("Revoked an API token"), async unit =>
        {
            var revoked = await unit.Connection.ExecuteAsync("""
                UPDATE core__tokens SET revoked_at = coalesce(revoked_at, @Now)
                WHERE id = @id AND (@all OR user_id = (SELECT id FROM core__users WHERE normalized_name = @key))
                """, new { id, unit.Now, all = userName is null, key = UserNames.Key(userName) });
            return revoked == 1 ? revoked : throw Refuse.Missing($"There is no token {id}.");
        }, token);

    /// <summary>Whose token this is, when it is one that counts now.</summary>
    internal Task<TokenOwner?> FindAsync(string plain, CancellationToken token)
    {
        if (plain.Length != Prefix.Length + Secrets.Length || !plain.StartsWith(Prefix, StringComparison.Ordinal))
            return Task.FromResult<TokenOwner?>(null);
        return store.ReadAsync(db => db.QuerySingleOrDefaultAsync<TokenOwner>("""
            SELECT t.id AS token_id, t.name AS token_name, t.permissions, u.id AS user_id, u.user_name, u.staff_id, s.name, s.role
            FROM core__tokens t JOIN core__users u ON u.id = t.user_id JOIN staff s ON s.id = u.staff_id
            WHERE t.hash = @hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > @now) AND s.active = 1
            """, new { hash = Secrets.Hash(plain), now = time.GetUtcNow() }), token);
    }

    private void CheckPermissions(Checks checks, IReadOnlyCollection<string>? permissions, Role role, IReadOnlySet<string> mine)
    {
        if (permissions is null) return;
        var unknown = permissions.Where(p => catalog.Find(p) is null).ToList();
        var beyond = permissions.Where(p => !mine.Contains(p)).Except(unknown).ToList();
        checks.That(permissions.Count > 0, "permissions", $"Name at least one permission.");
        checks.That(unknown.Count == 0, "permissions", $"There is no such permission in this clinic: {string.Join(", ", unknown)}.");
        checks.That(beyond.Count == 0, "permissions", $"The role {role} may not: {string.Join(", ", beyond)}. A token can't do more than its owner.");
    }

    private sealed record Row(
        long Id, string UserName, string Name, string? Permissions, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
    {
        public ApiToken ToToken() => new(Id, UserName, Name, Permissions?.Split(' '), CreatedAt, ExpiresAt, RevokedAt);
    }
}

/// <summary>A token that counts, with its owner. Its permissions are separated by spaces; null stands for all of the owner's.</summary>
internal sealed record TokenOwner(
    long TokenId, string TokenName, string? Permissions, long UserId, string UserName, long StaffId, string Name, Role Role);
