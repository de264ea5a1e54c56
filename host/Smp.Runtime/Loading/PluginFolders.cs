using NuGet.Versioning;

namespace Smp.Runtime.Loading;

/// <summary>One version of a plugin that lies in a plugins folder.</summary>
/// <param name="Id">The name of its folder: the plugin's id.</param>
/// <param name="Version">The name of its version's folder.</param>
/// <param name="Folder">The full path of the version's folder; empty when it is wanted but not there.</param>
/// <param name="Manifest">Its manifest; null when it couldn't be read.</param>
/// <param name="Reasons">Why it can't run on this host, a sentence each; empty when nothing is known against it.</param>
public sealed record DiscoveredPlugin(string Id, string Version, string Folder, PluginManifest? Manifest, IReadOnlyList<string> Reasons)
{
    /// <summary>Whether nothing is known against it. The assembly hasn't been looked at yet.</summary>
    public bool Compatible => Reasons.Count == 0;
}

/// <summary>What lies in the plugins folders.</summary>
/// <param name="All">Every version of every plugin, in the order of the ids, the highest version first.</param>
/// <param name="Chosen">
/// For each id the version to run: the one that was asked for, else the highest compatible one, else the highest. It may
/// have reasons against it.
/// </param>
public sealed record Discovery(IReadOnlyList<DiscoveredPlugin> All, IReadOnlyDictionary<string, DiscoveredPlugin> Chosen);

/// <summary>Finds plugins in folders of the form <c>&lt;root&gt;/&lt;id&gt;/&lt;version&gt;/plugin.json</c>.</summary>
/// <remarks>
/// Folders whose names begin with a dot are passed over: an installation is unpacked there and then renamed. So are versions that were removed and
/// whose files are still held (<see cref="Removed"/>).
/// </remarks>
public sealed class PluginFolders(IReadOnlyList<string> roots, NuGetVersion sdkVersion)
{
    /// <summary>The file that marks a version's folder as removed. Windows keeps the files of what is loaded until the process ends.</summary>
    internal const string Removed = ".removed";

    /// <summary>Why no package may bring that file along: it would be installed, never be found, and be deleted at the next start. Null when it doesn't.</summary>
    internal static string? MarkObjection(string files) => File.Exists(Path.Combine(files, Removed))
        ? $"\"{Removed}\" is the name by which a clinic marks what it removed. Leave that file out."
        : null;

    /// <summary>Lists what is there. A broken plugin becomes an entry with its reasons; a root that doesn't exist holds none.</summary>
    /// <param name="wanted">The version to run for each id that the clinic chose one for, as the folder is named.</param>
    /// <exception cref="IOException">A root itself can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A root itself can't be read.</exception>
    public Discovery Discover(IReadOnlyDictionary<string, string>? wanted = null)
    {
        var found = new List<DiscoveredPlugin>();
        var first = new Dictionary<(string Id, string Version), DiscoveredPlugin>();
        foreach (var plugin in roots.Where(Directory.Exists).SelectMany(Versions))
        {
            // Neither labels after a plus nor the case of letters make another version.
            var key = (plugin.Id, NuGetVersion.TryParse(plugin.Version, out var version) ? version.ToNormalizedString().ToLowerInvariant() : plugin.Version);
            if (first.TryAdd(key, plugin)) found.Add(plugin);
            else found.Add(plugin with { Reasons = [.. plugin.Reasons, $"Version {plugin.Version} of {plugin.Id} lies in {first[key].Folder} too. Remove one of the two."] });
        }

        foreach (var (id, version) in wanted ?? new Dictionary<string, string>())
        {
            if (!found.Exists(plugin => plugin.Id == id && plugin.Version == version))
                found.Add(new(id, version, "", null, [$"Version {version} of {id} is to run, but it isn't installed."]));
        }

        var all = found.OrderBy(plugin => plugin.Id, StringComparer.Ordinal).ThenByDescending(Order).ToList();
        return new(all, all.GroupBy(plugin => plugin.Id).ToDictionary(versions => versions.Key, versions => Choose(versions, wanted?.GetValueOrDefault(versions.Key))));
    }

    private static DiscoveredPlugin Choose(IEnumerable<DiscoveredPlugin> versions, string? wanted) => wanted is null
        ? versions.FirstOrDefault(plugin => plugin.Compatible) ?? versions.First()
        : versions.Where(plugin => plugin.Version == wanted).MinBy(plugin => plugin.Reasons.Count)!;

    private static NuGetVersion Order(DiscoveredPlugin plugin) =>
        NuGetVersion.TryParse(plugin.Version, out var version) ? version : new NuGetVersion(0, 0, 0, "unknown");

    private IEnumerable<DiscoveredPlugin> Versions(string root)
    {
        foreach (var folder in Folders(root))
        {
            var id = Path.GetFileName(folder);
            IReadOnlyList<string>? versions = null;
            string? reason = null;
            try
            {
                versions = Folders(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                reason = $"The folder {folder} can't be read: {e.Message}";
            }

            if (reason is not null) yield return new(id, "", folder, null, [reason]);
            foreach (var version in (versions ?? []).Where(folder => !File.Exists(Path.Combine(folder, Removed)))) yield return Read(id, version);
        }
    }

    private DiscoveredPlugin Read(string id, string folder)
    {
        var version = Path.GetFileName(folder);
        var (manifest, problems) = ManifestReader.Read(Path.Combine(folder, "plugin.json"));
        var reasons = problems.ToList();
        if (manifest is not null)
        {
            if (manifest.Id != id) reasons.Add($"The plugin calls itself \"{manifest.Id}\", but its folder is called \"{id}\". Both must be the same.");
            if (manifest.Version.ToFullString() != version) reasons.Add($"The plugin is version {manifest.Version.ToFullString()}, but its folder is called \"{version}\". Both must be the same.");
            reasons.AddRange(PluginInspection.Objections(manifest, sdkVersion));
        }

        return new(id, version, folder, manifest, reasons);
    }

    private static List<string> Folders(string of) =>
        [.. Directory.EnumerateDirectories(Path.GetFullPath(of)).Where(folder => !Path.GetFileName(folder).StartsWith('.')).Order(StringComparer.Ordinal)];
}
