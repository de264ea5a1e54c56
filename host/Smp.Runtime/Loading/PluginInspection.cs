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
        var report = check.Check(folder, manifest);
        reasons.AddRange(report.Reasons);
        if (reasons.Count > 0) return new(manifest, reasons);
        var company = manifest.Requires.Concat(manifest.Optional).ToList();
        var fitting = company.Select(c => installed.FirstOrDefault(i => i.Id == c.Key && i.Manifest is { } its && c.Value.Satisfies(its.Version))).ToList();
        // What isn't here yet is judged when it is.
        if (ContractCheck.Objection(manifest, folder, [.. fitting.OfType<DiscoveredPlugin>().Where(f => f.Manifest!.Exports is not null).Select(f =>
                new ContractFile(f.Id, f.Version, f.Manifest!.Exports!, f.Folder))], fitting.Contains(null), report.References) is { } objection)
            reasons.Add(objection);
        return new(manifest, reasons);
    }

    /// <summary>What speaks against a manifest on this host.</summary>
    public static IEnumerable<string> Objections(PluginManifest manifest, NuGetVersion sdkVersion)
    {
        if (!manifest.Sdk.Satisfies(sdkVersion))
            yield return $"{manifest.Name} {manifest.Version} runs on SDK {manifest.Sdk.PrettyPrint()}; this host has {sdkVersion.ToNormalizedString()}.";
    }
}
