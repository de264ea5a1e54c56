namespace Smp.Sdk;

/// <summary>What kind of actor acts.</summary>
public enum ActorKind
{
    /// <summary>A member of staff who is signed in.</summary>
    Person,

    /// <summary>A program that uses an API token of a member of staff.</summary>
    Token,

    /// <summary>Whoever runs the command line on the machine that holds the data folder.</summary>
    CommandLine,

    /// <summary>The clinic's own scheduled work.</summary>
    System,
}

/// <summary>Who acts: written beside everything that is done.</summary>
/// <param name="Kind">What kind of actor.</param>
/// <param name="Name">As shown: the person's name, the token's name with its owner's, "Command line (root)".</param>
/// <param name="StaffId">The member of staff behind it, where there is one.</param>
public sealed record Actor(ActorKind Kind, string Name, long? StaffId = null)
{
    /// <summary>The clinic's own scheduled work.</summary>
    public static Actor System { get; } = new(ActorKind.System, "System");
}

/// <summary>Who acts in this request or scope. Scoped.</summary>
public interface ICurrentActor
{
    /// <summary>Who acts; <see cref="Actor.System"/> outside a request.</summary>
    Actor Actor { get; }

    /// <summary>Whether the actor may do what a permission names: <c>needles.receive</c>.</summary>
    bool May(string permission);
}
