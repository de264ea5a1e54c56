namespace Smp.Runtime.Identity;

/// <summary>
/// What identity remembers while the process runs, over every shell: one for each data folder, handed to each shell, so that a change
/// made in the new shell counts for requests that still run in the old one.
/// </summary>
public sealed class IdentityMemory : IDisposable
{
    private long permissionsVersion;

    /// <summary>Wrong attempts with names that nobody has.</summary>
    internal UnknownNames UnknownNames { get; } = new();

    /// <summary>Hashes of sessions that are known to go on.</summary>
    internal ExpiringSet LiveSessions { get; } = new();

    /// <summary>Hashes of sessions that were ended.</summary>
    internal ExpiringSet EndedSessions { get; } = new();

    /// <summary>Tickets to the second page of signing in that were used.</summary>
    internal ExpiringSet UsedTickets { get; } = new();

    /// <summary>SHA-256 of the open set-up link's token; null when none is open.</summary>
    internal string? SetupHash { get; set; }

    /// <summary>Grows with every change of what roles may.</summary>
    internal long PermissionsVersion => Interlocked.Read(ref permissionsVersion);

    // Hashing takes a processor for a tenth of a second, on purpose. One is always left for everybody who is signed in already.
    private readonly SemaphoreSlim hashing = new(Math.Max(1, Environment.ProcessorCount - 1));

    internal async Task<T> HashAsync<T>(Func<T> hash, CancellationToken token)
    {
        await hashing.WaitAsync(token);
        try
        {
            return await Task.Run(hash, CancellationToken.None);
        }
        finally
        {
            hashing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => hashing.Dispose();

    internal void PermissionsChanged() => Interlocked.Increment(ref permissionsVersion);
}
