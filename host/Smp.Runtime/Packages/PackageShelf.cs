using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using NuGet.Versioning;
using Smp.Runtime.Files;
using Smp.Runtime.Hosting;
using Smp.Runtime.Loading;

namespace Smp.Runtime.Packages;

/// <summary>A package that was received and looked at, and isn't installed yet.</summary>
/// <param name="Ticket">Names it to whoever sent it, for an hour.</param>
/// <param name="Manifest">What it says about itself.</param>
/// <param name="Source">What it came as.</param>
/// <param name="Sha256">Of the file; null for a folder.</param>
/// <param name="Files">Its files.</param>
/// <param name="IsInstalled">Whether the very same is installed already.</param>
public sealed record StagedPackage(string Ticket, PluginManifest Manifest, PackageSource Source, string? Sha256, IReadOnlyList<HashedFile> Files, bool IsInstalled)
{
    /// <summary>The version as its folder is named.</summary>
    public string Version => Manifest.Version.ToFullString();

    /// <summary>Of all files together.</summary>
    public long Bytes => Files.Sum(f => f.Bytes);
}

/// <summary>
/// The clinic's own plugins on disk: <c>plugins/&lt;id&gt;/&lt;version&gt;/</c>. What is received is unpacked and looked at in a folder beside them, and
/// becomes a version by one rename, so that none is ever seen by half.
/// </summary>
internal sealed class PackageShelf(DataFolder data, ClinicOptions options, TimeProvider time, ILogger<PackageShelf> log)
{
    private const string Incoming = ".incoming-";
    private const string Outgoing = ".removed-";
    private const int MostStaged = 8;
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly Dictionary<string, (StagedPackage Package, DateTimeOffset At)> staged = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly Lazy<SharedAssemblies> shared = new(SharedAssemblies.OfHost);

    /// <summary>How large packages may be.</summary>
    public PackageLimits Limits { get; init; } = PackageLimits.Default;

    private string Root => data.Plugins;

    /// <summary>Deletes what earlier runs left behind: half of an installation, and versions whose files were held when they were removed.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(Root)) return;
        foreach (var folder in Directory.EnumerateDirectories(Root).ToList())
        {
            var name = Path.GetFileName(folder);
            if (name.StartsWith(Incoming, StringComparison.Ordinal) || name.StartsWith(Outgoing, StringComparison.Ordinal)) TryDelete(folder);
            else if (!name.StartsWith('.'))
                foreach (var version in Removed(folder)) TryDelete(version);
        }
    }

    /// <summary>Takes in a package, unpacks it and looks at it. Nothing of it is loaded.</summary>
    /// <param name="content">The file.</param>
    /// <param name="source">Whether it is a package as it was made, or one that was made of a folder just now.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="PackageException">It can't be installed here.</exception>
    /// <exception cref="IOException">The disk is in the way.</exception>
    public async Task<StagedPackage> ReceiveAsync(Stream content, PackageSource source, CancellationToken token)
    {
        Expire();
        var ticket = Guid.NewGuid().ToString("N");
        var folder = FolderOf(ticket);
        Disk.MakeFolder(folder);
        try
        {
            var file = Path.Combine(folder, "package");
            var sha256 = await CopyAsync(content, file, token);
            var files = FilesOf(ticket);
            Disk.MakeFolder(files);
            var identity = await Task.Run(() => new PackageArchive(file, Limits).Unpack(files, token), token);
            File.Delete(file);
            var manifest = Look(files, identity);
            var hashed = FileHashes.Of(files);
            var package = new StagedPackage(ticket, manifest, source, source == PackageSource.Package ? sha256 : null, hashed, IsInstalled(manifest, hashed));
            lock (gate) staged[ticket] = (package, time.GetUtcNow());
            return package;
        }
        catch
        {
            TryDelete(folder);
            throw;
        }
    }

    /// <summary>What was received under a ticket; null when it isn't there any more.</summary>
    public StagedPackage? Find(string ticket)
    {
        lock (gate) return staged.TryGetValue(ticket, out var found) && time.GetUtcNow() - found.At < Kept ? found.Package : null;
    }

    /// <summary>Puts what was received in its place. It must not be there yet.</summary>
    /// <exception cref="IOException">The disk is in the way; nothing is there then.</exception>
    public void Place(StagedPackage package)
    {
        var files = FilesOf(package.Ticket);
        foreach (var folder in Directory.EnumerateDirectories(files, "*", SearchOption.AllDirectories).Prepend(files)) Disk.SyncFolder(folder);
        var plugin = Path.Combine(Root, package.Manifest.Id);
        Disk.MakeFolder(plugin);
        Directory.Move(files, Path.Combine(plugin, package.Version));
        Disk.SyncFolder(plugin);
        Disk.SyncFolder(Root);
    }

    /// <summary>Forgets what was received and isn't wanted, or lies in its place now.</summary>
    public void Drop(string ticket)
    {
        lock (gate) staged.Remove(ticket);
        TryDelete(FolderOf(ticket));
    }

    /// <summary>The folders of a plugin's versions, those that the clinic installed.</summary>
    public IReadOnlyList<string> Versions(string plugin) => Directory.Exists(Path.Combine(Root, plugin))
        ? [.. Directory.EnumerateDirectories(Path.Combine(Root, plugin)).Where(f => !Path.GetFileName(f).StartsWith('.') && !IsRemoved(f)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Takes a version away. Where files of it are held, it counts as removed from now on, and they go at the next start. Returns whether they went.</summary>
    public bool Remove(string folder)
    {
        var gone = Path.Combine(Root, $"{Outgoing}{Guid.NewGuid():N}");
        try
        {
            // By one rename, so that half of it is never found.
            Directory.Move(folder, gone);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            File.WriteAllBytes(Path.Combine(folder, PluginFolders.Removed), []);
            log.LogInformation(error, "{Folder} is held, and goes at the next start", folder);
            return false;
        }

        TryDelete(gone);
        var plugin = Path.GetDirectoryName(folder)!;
        if (!Directory.EnumerateFileSystemEntries(plugin).Any()) TryDelete(plugin);
        return true;
    }

    /// <summary>What lies here and comes with the host.</summary>
    public Discovery Discover() => new PluginFolders([.. options.BundledPlugins.Select(Path.GetFullPath), Root], shared.Value.SdkVersion).Discover();

    private PluginManifest Look(string files, PackageIdentity? identity)
    {
        var (manifest, reasons) = new PluginInspection(shared.Value).Inspect(files, Discover().All);
        if (manifest is null || reasons.Count > 0) throw new PackageException([.. reasons]);
        if (PluginFolders.MarkObjection(files) is { } marked) throw new PackageException(marked);
        // They become folders.
        if (PackagePath.Objection($"{manifest.Id}/{manifest.Version.ToFullString()}") is { } name) throw new PackageException(name);
        if (identity?.Objection(manifest) is { } objection) throw new PackageException(objection);
        return manifest;
    }

    /// <summary>Whether the very same is installed. A version is the same for good: what is there under its number is never written over.</summary>
    /// <exception cref="PackageException">The version is there with other contents, or comes with the host.</exception>
    public bool IsInstalled(PluginManifest manifest, IReadOnlyList<HashedFile> files)
    {
        if (options.BundledPlugins.SelectMany(root => VersionsIn(Path.Combine(root, manifest.Id))).FirstOrDefault(f => IsVersion(f, manifest.Version)) is not null)
            throw new PackageException($"{manifest.Name} {manifest.Version} comes with this host already. Install a newer version, or none.");
        if (ThereOf(manifest) is not { } there) return false;
        var other = there.Except(files).Concat(files.Except(there)).Select(f => f.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return other.Count == 0 ? true : throw new PackageException(
            $"{manifest.Name} {manifest.Version} is installed already, with other contents ({string.Join(", ", other.Take(5))}{(other.Count > 5 ? ", …" : "")}). A version never changes: its publisher gives the new one another number.");
    }

    private IReadOnlyList<HashedFile>? ThereOf(PluginManifest manifest)
    {
        try
        {
            return Versions(manifest.Id).FirstOrDefault(f => IsVersion(f, manifest.Version)) is { } there ? FileHashes.Of(there) : null;
        }
        catch (Exception error) when (error is DirectoryNotFoundException or FileNotFoundException)
        {
            // Somebody removes it at this moment. It is looked at again before anything is installed, when nobody else changes it.
            return null;
        }
    }

    private static IEnumerable<string> VersionsIn(string folder) => Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [];

    private static bool IsVersion(string folder, NuGetVersion version) => NuGetVersion.TryParse(Path.GetFileName(folder), out var its) && its == version;

    private async Task<string> CopyAsync(Stream content, string to, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = Disk.Create(to);
        var buffer = new byte[81_920];
        long length = 0;
        for (int read; (read = await content.ReadAsync(buffer, token)) > 0;)
        {
            if ((length += read) > Limits.Package) throw new PackageException($"The package has more than {Limits.Package} bytes, and no more are right.");
            hash.AppendData(buffer.AsSpan(0, read));
            await file.WriteAsync(buffer.AsMemory(0, read), token);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // What somebody uploaded and then left, the oldest first when there is too much of it.
    private void Expire()
    {
        List<string> old;
        lock (gate)
        {
            old = [.. staged.OrderByDescending(s => s.Value.At).Index().Where(s => s.Index >= MostStaged - 1 || time.GetUtcNow() - s.Item.Value.At >= Kept).Select(s => s.Item.Key)];
        }

        foreach (var ticket in old) Drop(ticket);
    }

    private string FolderOf(string ticket) => Path.Combine(Root, Incoming + ticket);

    private string FilesOf(string ticket) => Path.Combine(FolderOf(ticket), "files");

    private static bool IsRemoved(string folder) => File.Exists(Path.Combine(folder, PluginFolders.Removed));

    private static List<string> Removed(string plugin) => [.. Directory.EnumerateDirectories(plugin).Where(IsRemoved)];

    private void TryDelete(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It isn't looked at any more, and is deleted at the next start.
            log.LogWarning(error, "{Folder} can't be deleted now", folder);
        }
    }
}
