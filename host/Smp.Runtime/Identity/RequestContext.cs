using Smp.Runtime.Api;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>What is known about the request or scope that things are done in. Scoped; set once, by whoever begins the scope.</summary>
public sealed class RequestContext : ICurrentActor
{
    private static readonly IReadOnlySet<string> None = new HashSet<string>();

    /// <inheritdoc/>
    public Actor Actor { get; private set; } = Actor.System;

    /// <summary>The actor's permissions; everything for the system itself.</summary>
    public IReadOnlySet<string>? Permissions { get; private set; }

    /// <summary>What the request is called in the log and in the audit trail; null outside of one.</summary>
    public string? RequestId { get; set; }

    /// <summary>The claim on this request's Idempotency-Key, where it has one.</summary>
    internal IdempotencyClaim? Claim { get; set; }

    /// <inheritdoc/>
    public bool May(string permission) => Permissions?.Contains(permission) ?? true;

    /// <summary>Sets who acts. Without permissions (null) the actor may do everything: the system and the command line.</summary>
    public void Set(Actor actor, IReadOnlySet<string>? permissions)
    {
        Actor = actor;
        Permissions = permissions;
    }

    /// <summary>Names who acts from here on. What the request may do stays as it is.</summary>
    internal void ActAs(Actor actor) => Actor = actor;

    /// <summary>Nobody in particular: a visitor who isn't signed in.</summary>
    public void SetNobody() => Set(new Actor(ActorKind.Person, "Not signed in"), None);

    /// <summary>Makes this scope act as another one does: a panel as the page that shows it.</summary>
    public void CopyFrom(RequestContext other)
    {
        Set(other.Actor, other.Permissions);
        RequestId = other.RequestId;
    }
}
