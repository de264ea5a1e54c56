using Smp.Runtime.Shells;

namespace Smp.Runtime.Plugins;

/// <summary>What became of a module.</summary>
public enum PluginChangeKind
{
    /// <summary>It was seen for the first time.</summary>
    Found,

    /// <summary>Somebody turned it on, or tried it again.</summary>
    TurnedOn,

    /// <summary>Somebody turned it off.</summary>
    TurnedOff,

    /// <summary>Somebody chose a higher version.</summary>
    Upgraded,

    /// <summary>Somebody chose a lower version.</summary>
    RolledBack,

    /// <summary>It failed, and was left out.</summary>
    Failed,

    /// <summary>The version that was chosen failed; the one before goes on.</summary>
    WentBack,

    /// <summary>Something else changed, and with it how this one stands.</summary>
    Followed,

    /// <summary>Its files aren't there any more.</summary>
    Gone,

    /// <summary>Somebody took its records away.</summary>
    Purged,
}

/// <summary>An entry of a module's history.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="FromVersion">In which version it was; empty for none.</param>
/// <param name="ToVersion">In which it is since; empty for none.</param>
/// <param name="FromState">How it stood; null when it wasn't there.</param>
/// <param name="ToState">How it stood after; null when it isn't there any more.</param>
/// <param name="Reason">Why; empty where nobody said.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="At">When.</param>
/// <param name="ManifestSha256">Of the manifest of the version it is in since; null where that isn't known.</param>
/// <param name="AssemblySha256">Of that version's assembly.</param>
public sealed record PluginChange(
    PluginChangeKind Kind, string FromVersion, string ToVersion, PluginState? FromState, PluginState? ToState, string Reason, string Actor,
    DateTimeOffset At, string? ManifestSha256, string? AssemblySha256);

/// <summary>How a module stood when it was last looked at.</summary>
internal sealed record Standing(string Plugin, string Version, PluginState State, string Reason);
