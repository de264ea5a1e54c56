using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>Somebody who can sign in: a member of staff with a user name and a password.</summary>
public sealed class ClinicUser
{
    /// <summary>Selects users with their members of staff; a condition follows.</summary>
    internal const string Select = """
        SELECT u.id, u.staff_id, u.user_name, u.normalized_name, u.password_hash, u.security_stamp, u.locked_until, s.name, s.role, s.active
        FROM core__users u JOIN staff s ON s.id = u.staff_id
        """;

    /// <summary>The user's key.</summary>
    public long Id { get; init; }

    /// <summary>The member of staff this is.</summary>
    public long StaffId { get; init; }

    /// <summary>The name to sign in with.</summary>
    public required string UserName { get; init; }

    /// <summary>The person's name, as shown.</summary>
    public required string Name { get; init; }

    /// <summary>What they are in the clinic.</summary>
    public Role Role { get; init; }

    /// <summary>Whether they work here now; only then can they sign in.</summary>
    public bool Active { get; init; }

    internal string NormalizedName { get; init; } = "";

    internal string PasswordHash { get; init; } = "";

    /// <summary>Changes when every session of the user has to end.</summary>
    internal string SecurityStamp { get; init; } = "";

    internal DateTimeOffset? LockedUntil { get; init; }
}
