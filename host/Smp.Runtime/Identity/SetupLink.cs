using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>
/// The one-time link that makes the first Administrator, while there is no user. Its token is made at each start, printed by the host, and
/// kept in memory as a hash. Scoped.
/// </summary>
public sealed class SetupLink(Users users, IdentityMemory memory)
{
    /// <summary>Opens the link, which ends an earlier one. Returns its token (43 characters), or null when there is a user already.</summary>
    public async Task<string?> OpenAsync(CancellationToken token = default)
    {
        memory.SetupHash = null;
        if (await users.AnyAsync(token)) return null;
        var plain = Secrets.New();
        memory.SetupHash = Secrets.Hash(plain);
        return plain;
    }

    /// <summary>Whether the link with this token can still be used.</summary>
    public async Task<bool> IsValidAsync(string? setupToken, CancellationToken token = default) =>
        Secrets.Matches(setupToken, memory.SetupHash) && !await users.AnyAsync(token);

    /// <summary>Makes the first user, an Administrator whatever role is given, and ends the link. Of two at once, one succeeds.</summary>
    /// <exception cref="RefusedException">The link isn't valid, the clinic has a user by now, or something in the input is wrong.</exception>
    public async Task<long> CompleteAsync(string? setupToken, NewUser user, CancellationToken token = default)
    {
        if (!Secrets.Matches(setupToken, memory.SetupHash))
            throw Refuse.Forbidden($"This link is no longer valid. Take the one that was printed when Smp was last started.");
        var id = await users.AddAsync(user with { Role = Role.Administrator }, first: true, token);
        memory.SetupHash = null;
        return id;
    }
}
