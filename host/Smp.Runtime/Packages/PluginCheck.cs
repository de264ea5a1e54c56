using Smp.Runtime.Files;
using Smp.Runtime.Loading;

namespace Smp.Runtime.Packages;

/// <summary>What a look at a plugin found, for those who make one.</summary>
/// <param name="Id">Its id; null when its manifest can't be read.</param>
/// <param name="Version">Its version; null when its manifest can't be read.</param>
/// <param name="Sdk">The version of this host's SDK.</param>
/// <param name="Complaints">Everything that speaks against it, a sentence each; empty when a clinic would install it.</param>
public sealed record CheckedPlugin(string? Id, string? Version, string Sdk, IReadOnlyList<string> Complaints);

/// <summary>Looks at a plugin as a clinic does that installs it, without a clinic and without running any of it.</summary>
public static class PluginCheck
{
    /// <summary>Looks at a folder with <c>plugin.json</c>, or at a package. What it uses of others' exports shows where those are installed.</summary>
    /// <exception cref="IOException">There is nothing, or it can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It can't be read.</exception>
    public static CheckedPlugin Run(string path, CancellationToken token = default)
    {
        if (!Directory.Exists(path) && !File.Exists(path)) throw new FileNotFoundException($"There is no file and no folder {path}.");
        var shared = SharedAssemblies.OfHost();
        var temporary = Path.Combine(Path.GetTempPath(), $"smp-check-{Guid.NewGuid():N}");
        Disk.MakeFolder(temporary);
        try
        {
            // A folder goes the same way, so that its names and its size are looked at too.
            var package = Path.Combine(temporary, "package");
            if (Directory.Exists(path))
            {
                using var made = Disk.Create(package);
                FolderPackage.Write(path, made);
            }

            var files = Path.Combine(temporary, "files");
            Disk.MakeFolder(files);
            var identity = new PackageArchive(Directory.Exists(path) ? package : path, PackageLimits.Default).Unpack(files, token);
            var (manifest, reasons) = new PluginInspection(shared).Inspect(files, []);
            string?[] objections = [PluginFolders.MarkObjection(files), manifest is null ? null : identity?.Objection(manifest)];
            return new(manifest?.Id, manifest?.Version.ToFullString(), shared.SdkVersion.ToNormalizedString(), [.. reasons, .. objections.OfType<string>()]);
        }
        catch (PackageException error)
        {
            return new(null, null, shared.SdkVersion.ToNormalizedString(), error.Reasons);
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }
}
