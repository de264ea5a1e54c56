using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>Somebody who shall be able to sign in.</summary>
/// <param name="UserName">2 to 64 letters, digits and <c>. - _ @</c>; nobody else's, without regard to case.</param>
/// <param name="Name">The person's name as shown, at most 100 characters.</param>
/// <param name="Role">What they are in the clinic.</param>
/// <param name="Password">12 to 256 characters.</param>
public sealed record NewUser(string UserName, string Name, Role Role, string Password)
{
    /// <summary>Without the password: what is printed ends up in logs.</summary>
    public override string ToString() => $"{UserName} ({Role})";
}

/// <summary>A user as listed.</summary>
/// <param name="Id">The user's key.</param>
/// <param name="UserName">The name to sign in with.</param>
/// <param name="StaffId">The member of staff this is.</param>
/// <param name="Name">The person's name.</param>
/// <param name="Role">What they are in the clinic.</param>
/// <param name="Active">Whether they work here now.</param>
/// <param name="LockedUntil">Until when wrong passwords keep them out, where they do; may be past.</param>
/// <param name="CreatedAt">When the user was added.</param>
public sealed record User(
    long Id, string UserName, long StaffId, string Name, Role Role, bool Active, DateTimeOffset? LockedUntil, DateTimeOffset CreatedAt);
