namespace Smp.Runtime.Identity;

/// <summary>
/// What identity remembers while the process runs, over every shell: one for each data folder, handed to each shell, so that a change
/// made in the new shell counts for requests that still run in the old one.
/// </summary>
public sealed class IdentityMemory
{
    private long permissionsVersion;

    /// <summary>Wrong attempts with names that nobody has.</summary>
    internal UnknownNames UnknownNames { get; } = new();

    /// <summary>SHA-256 of the open set-up link's token; null when none is open.</summary>
    internal string? SetupHash { get; set; }

    /// <summary>Grows with every change of what roles may.</summary>
    internal long PermissionsVersion => Interlocked.Read(ref permissionsVersion);

    internal void PermissionsChanged() => Interlocked.Increment(ref permissionsVersion);
}
