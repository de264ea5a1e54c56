using NuGet.Versioning;
using Smp.Runtime.Loading;

namespace Smp.Runtime.Plugins;

/// <summary>A version of a plugin that was found, whether it can run or not.</summary>
/// <param name="Id">The plugin's id.</param>
/// <param name="Version">As its folder is called; empty where that can't be said.</param>
/// <param name="Folder">Where it lies; empty when it is wanted but not there.</param>
/// <param name="Manifest">What it says about itself; null when that can't be read.</param>
/// <param name="Reasons">Why it can't run on this host, a sentence each.</param>
/// <param name="Bundled">Whether it came with the host: then it is on until the clinic turns it off.</param>
/// <param name="Entry">Its class, where that is in this process already; null for all that lie in folders.</param>
internal sealed record FoundVersion(
    string Id, string Version, string Folder, PluginManifest? Manifest, IReadOnlyList<string> Reasons, bool Bundled, Type? Entry)
{
    /// <summary>Its version to compare with others; null where it has none.</summary>
    public NuGetVersion? Number { get; } = Manifest?.Version ?? (NuGetVersion.TryParse(Version, out var parsed) ? parsed : null);

    /// <summary>Its name as shown.</summary>
    public string Name => Manifest?.Name ?? Id;
}
