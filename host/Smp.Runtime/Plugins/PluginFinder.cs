using NuGet.Versioning;
using Smp.Runtime.Hosting;
using Smp.Runtime.Loading;
using Smp.Runtime.Packages;

namespace Smp.Runtime.Plugins;

/// <summary>Finds the versions of plugins that there are, and looks at their files. None of their code runs.</summary>
internal sealed class PluginFinder(ClinicOptions options, DataFolder folder, SharedAssemblies shared)
{
    private readonly Dictionary<string, (string Look, AssemblyReport Report)> reports = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private AssemblyCheck? check;

    /// <summary>What else speaks against a version: given its id, its version and its folder, a sentence for each. Asked at each <see cref="Inspect"/>.</summary>
    public Func<string, string, string, IReadOnlyList<string>> Objections { get; set; } = static (_, _, _) => [];

    /// <summary>Every version of every plugin, in the order of the ids, the highest version first.</summary>
    public IReadOnlyList<FoundVersion> Find()
    {
        List<FoundVersion> found = [];
        foreach (var entry in options.InProcessPlugins)
        {
            var (manifest, reasons) = ReadEmbedded(entry);
            found.Add(new(manifest?.Id ?? entry.Name, manifest?.Version.ToNormalizedString() ?? "",
                Path.GetDirectoryName(entry.Assembly.Location)!, manifest, reasons, true, entry));
        }

        var inProcess = found.Select(f => f.Id).ToHashSet(StringComparer.Ordinal);
        var bundled = options.BundledPlugins.Select(Path.GetFullPath).ToList();
        foreach (var plugin in new PluginFolders([.. bundled, folder.Plugins], shared.SdkVersion).Discover().All)
        {
            if (inProcess.Contains(plugin.Id)) continue;
            found.Add(new(plugin.Id, plugin.Version, plugin.Folder, plugin.Manifest, plugin.Reasons,
                bundled.Exists(b => plugin.Folder.StartsWith(b + Path.DirectorySeparatorChar, StringComparison.Ordinal)), null));
        }

        return [.. found.OrderBy(f => f.Id, StringComparer.Ordinal).ThenByDescending(f => f.Number ?? new NuGetVersion(0, 0, 0, "unknown"))];
    }

    /// <summary>Adds what its files say against a version that nothing is known against.</summary>
    public FoundVersion Inspect(FoundVersion version)
    {
        if (version.Reasons.Count > 0 || version.Entry is not null) return version;
        var report = ReportOn(version);
        var reasons = report.Reasons;
        if (reasons.Count == 0) reasons = Objections(version.Id, version.Version, version.Folder);
        return version with { Reasons = reasons, References = report.References };
    }

    /// <summary>
    /// What a look at a version's assembly found: once for each folder of the host's, and again for one of the clinic's when its files change. A version
    /// that was removed can be installed again, with other contents.
    /// </summary>
    public AssemblyReport ReportOn(FoundVersion version)
    {
        lock (gate)
        {
            check ??= new AssemblyCheck(shared);
            try
            {
                var look = version.Bundled ? "" : FileHashes.Look(version.Folder);
                if (reports.TryGetValue(version.Folder, out var known) && known.Look == look) return known.Report;
                var report = check.Check(version.Folder, version.Manifest!);
                reports[version.Folder] = (look, report);
                return report;
            }
            catch (Exception error)
            {
                // Whatever its files do to the check is a reason to leave it out. They may be there the next time.
                return new(null, [$"Its files can't be read: {error.Message}"]);
            }
        }
    }

    private static ManifestReading ReadEmbedded(Type entry)
    {
        using var stream = entry.Assembly.GetManifestResourceStream("plugin.json");
        if (stream is null) return new(null, [$"{entry.Assembly.GetName().Name} has no resource plugin.json."]);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return ManifestReader.Parse(bytes.ToArray());
    }
}
