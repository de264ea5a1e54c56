namespace Smp.Sdk;

/// <summary>Asks for the password again, for acts that are signed.</summary>
public interface IReauthentication
{
    /// <summary>Lets nobody further but whoever acts, with their password typed again. A wrong one is counted as at signing in. Not inside a unit of work.</summary>
    /// <param name="password">As typed; refused in the field <c>password</c>.</param>
    /// <param name="token">Gives up.</param>
    /// <returns>The key of the member of staff who acts.</returns>
    /// <exception cref="RefusedException">It isn't theirs, there were too many wrong ones, or whoever acts is no person who can sign in.</exception>
    Task<long> DemandAsync(string? password, CancellationToken token = default);
}
