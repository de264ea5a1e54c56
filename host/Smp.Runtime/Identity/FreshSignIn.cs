using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>
/// Whether whoever is signed in typed their password a short while ago, in this very session: for acts that sign something. After a PIN nobody
/// has. Scoped.
/// </summary>
public sealed class FreshSignIn(RequestContext request, TimeProvider time)
{
    /// <summary>Whether the password was typed within this time.</summary>
    public bool IsWithin(TimeSpan within) => request.PasswordAt is { } at && time.GetUtcNow() - at <= within;

    /// <summary>Demands that a session wasn't begun by PIN: what lets somebody in for longer than the session isn't given away by four digits.</summary>
    /// <exception cref="RefusedException">It was.</exception>
    public void DemandPassword()
    {
        if (request.Actor.Kind is ActorKind.Person && request.PasswordAt is null) throw Refuse.Forbidden($"A PIN isn't enough for this. Sign in with your password first.");
    }

    /// <summary>Demands that it was.</summary>
    /// <exception cref="RefusedException">It wasn't: the password is to be asked for again.</exception>
    public void Demand(TimeSpan within)
    {
        if (!IsWithin(within)) throw Refuse.Forbidden($"This needs your password, typed within the last {(int)within.TotalMinutes} minutes. Sign in with it again.");
    }
}
