using NuGet.Versioning;

namespace Smp.Runtime.Loading;

/// <summary>What a look at one version of a plugin found, without running any of it.</summary>
/// <param name="Manifest">Its manifest; null when it couldn't be read.</param>
/// <param name="Reasons">Everything that speaks against it, a sentence each.</param>
internal sealed record InspectedPlugin(PluginManifest? Manifest, IReadOnlyList<string> Reasons);

/// <summary>Looks at a folder as the host does before it loads what lies there: for those who install a plugin, and for those who make one.</summary>
internal sealed class PluginInspection(SharedAssemblies shared)
{
    private readonly AssemblyCheck check = new(shared);

    /// <summary>Looks at a folder with a <c>plugin.json</c>. Doesn't throw for what is in it.</summary>
    /// <param name="folder">The folder of one version.</param>
    /// <param name="installed">What is installed beside it, whose exports it may use.</param>
    public InspectedPlugin Inspect(string folder, IReadOnlyCollection<DiscoveredPlugin> installed)
    {
        var (manifest, problems) = ManifestReader.Read(Path.Combine(folder, "plugin.json"));
        if (manifest is null) return new(null, problems);
        List<string> reasons = [.. problems, .. Objections(manifest, shared.SdkVersion)];
        reasons.AddRange(check.Check(folder, manifest.Assembly).Reasons);
        return new(manifest, reasons);
    }

    /// <summary>What speaks against a manifest on this host.</summary>
    public static IEnumerable<string> Objections(PluginManifest manifest, NuGetVersion sdkVersion)
    {
        if (!manifest.Sdk.Satisfies(sdkVersion))
            yield return $"{manifest.Name} {manifest.Version} runs on SDK {manifest.Sdk.PrettyPrint()}; this host has {sdkVersion.ToNormalizedString()}.";
    }
}
