using System.Collections.Concurrent;
using Dapper;
using Smp.Runtime.Hosting;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Packages;

/// <summary>Where the files of a version came from.</summary>
public enum PackageSource
{
    /// <summary>A package.</summary>
    Package,

    /// <summary>A folder that was installed.</summary>
    Folder,

    /// <summary>They were put into the plugins folder by hand, and recorded when the plugin was turned on.</summary>
    ByHand,
}

/// <summary>A version that the clinic installed.</summary>
/// <param name="Plugin">The plugin's id.</param>
/// <param name="Version">As its folder is named.</param>
/// <param name="Source">Where its files came from.</param>
/// <param name="Sha256">Of the package; null for a folder.</param>
/// <param name="InstalledBy">Who installed it, or turned it on.</param>
/// <param name="InstalledAt">When, in UTC.</param>
/// <param name="Files">Its files as they were then.</param>
public sealed record PackageRecord(
    string Plugin, string Version, PackageSource Source, string? Sha256, string InstalledBy, DateTimeOffset InstalledAt, IReadOnlyList<HashedFile> Files);

/// <summary>What was installed, and whether it is still that.</summary>
internal sealed class PackageRecords(StoreEngine store, DataFolder data)
{
    private const int MostNamed = 5;

    // What lies elsewhere came with the host, and changes with it.
    private readonly string root = data.Plugins + Path.DirectorySeparatorChar;

    // What was compared since the last load, by what could be seen of the folder then: a change is judged several times over.
    private readonly ConcurrentDictionary<string, (string Look, PackageRecord Record, IReadOnlyList<string> Reasons)> compared = new(StringComparer.Ordinal);

    // What was loaded from each folder. It stays until the process ends, whatever lies there afterwards.
    private readonly ConcurrentDictionary<string, IReadOnlyList<HashedFile>> loaded = new(StringComparer.Ordinal);

    /// <summary>Everything that is recorded, by id and version.</summary>
    public Task<Dictionary<(string Plugin, string Version), PackageRecord>> ReadAsync(CancellationToken token = default) =>
        store.ReadAsync(Rights.Core, oneMoment: true, async connection =>
        {
            var files = (await connection.QueryAsync<(long Package, string Path, string Sha256, long Bytes)>(
                "SELECT package_id, path, sha256, bytes FROM core__package_files ORDER BY package_id, path")).ToLookup(f => f.Package, f => new HashedFile(f.Path, f.Sha256, f.Bytes));
            var packages = await connection.QueryAsync<Row>("SELECT id, plugin, version, source, sha256, installed_by, installed_at FROM core__packages");
            return packages.ToDictionary(p => (p.Plugin, p.Version),
                p => new PackageRecord(p.Plugin, p.Version, p.Source, p.Sha256, p.InstalledBy, p.InstalledAt, [.. files[p.Id]]));
        }, token);

    /// <summary>Reads every byte again at the next look: something is about to be loaded, and lengths and times can be set to what they were.</summary>
    public void LookAgain() => compared.Clear();

    /// <summary>Remembers what a version was loaded from.</summary>
    public void Loaded(string folder)
    {
        if (compared.TryGetValue(folder, out var known)) loaded.TryAdd(folder, known.Record.Files);
    }

    /// <summary>Judges versions: why each must not be loaded, a sentence each; nothing when its files are those that were recorded.</summary>
    public Func<string, string, string, IReadOnlyList<string>> Judge(IReadOnlyDictionary<(string Plugin, string Version), PackageRecord> records) => (plugin, version, folder) =>
        folder.StartsWith(root, StringComparison.Ordinal) ? Objections(records, plugin, version, folder) : [];

    private IReadOnlyList<string> Objections(IReadOnlyDictionary<(string Plugin, string Version), PackageRecord> records, string plugin, string version, string folder)
    {
        // Put there by hand: recorded when it is turned on.
        if (!records.TryGetValue((plugin, version), out var record))
            return [];
        if (loaded.TryGetValue(folder, out var old) && !old.SequenceEqual(record.Files))
            return [$"Version {version} ran with other contents since the clinic was started, and a process keeps what it loaded. Start the clinic again to run these."];
        try
        {
            var look = FileHashes.Look(folder);
            if (compared.TryGetValue(folder, out var known) && known.Look == look && known.Record.Files.SequenceEqual(record.Files)) return known.Reasons;
            var reasons = Differences(record, FileHashes.Of(folder));
            compared[folder] = (look, record, reasons);
            return reasons;
        }
        catch (Exception error) when (error is PackageException or IOException or UnauthorizedAccessException)
        {
            return [$"Its files can't be compared with those that were installed: {error.Message}"];
        }
    }

    /// <summary>The files of a folder that was put there by hand, as they are now.</summary>
    /// <exception cref="RefusedException">They can't be recorded.</exception>
    public static IReadOnlyList<HashedFile> Look(string folder)
    {
        try
        {
            return FileHashes.Of(folder);
        }
        catch (PackageException error)
        {
            throw Refuse.Because($"It can't be turned on. {error.Message}");
        }
    }

    /// <summary>Records a version, in place of what was recorded of it before.</summary>
    public static async Task WriteAsync(IUnitOfWork unit, string plugin, string version, PackageSource source, string? sha256, IReadOnlyList<HashedFile> files)
    {
        await ForgetAsync(unit, plugin, version);
        var id = await unit.Connection.ExecuteScalarAsync<long>("""
            INSERT INTO core__packages (plugin, version, source, sha256, installed_by, installed_at)
            VALUES (@plugin, @version, @source, @sha256, @Name, @Now) RETURNING id
            """, new { plugin, version, source = source.ToString(), sha256, unit.Actor.Name, unit.Now });
        foreach (var file in files)
        {
            await unit.Connection.ExecuteAsync("INSERT INTO core__package_files (package_id, path, sha256, bytes) VALUES (@id, @Path, @Sha256, @Bytes)",
                new { id, file.Path, file.Sha256, file.Bytes });
        }
    }

    /// <summary>Records a folder that was put there by hand, unless it is recorded already.</summary>
    public static async Task AdoptAsync(IUnitOfWork unit, string plugin, string version, IReadOnlyList<HashedFile> files)
    {
        var known = await unit.Connection.ExecuteScalarAsync<long>("SELECT count(*) FROM core__packages WHERE plugin = @plugin AND version = @version", new { plugin, version });
        if (known == 0) await WriteAsync(unit, plugin, version, PackageSource.ByHand, null, files);
    }

    /// <summary>Forgets a version whose files go.</summary>
    public static async Task ForgetAsync(IUnitOfWork unit, string plugin, string version)
    {
        await unit.Connection.ExecuteAsync(
            "DELETE FROM core__package_files WHERE package_id IN (SELECT id FROM core__packages WHERE plugin = @plugin AND version = @version)", new { plugin, version });
        await unit.Connection.ExecuteAsync("DELETE FROM core__packages WHERE plugin = @plugin AND version = @version", new { plugin, version });
    }

    private static List<string> Differences(PackageRecord record, IReadOnlyList<HashedFile> now)
    {
        var then = record.Files.ToDictionary(f => f.Path, StringComparer.Ordinal);
        var here = now.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        List<string> reasons = [];
        Say("were changed", [.. now.Where(f => then.TryGetValue(f.Path, out var was) && was != f).Select(f => f.Path)]);
        Say("are missing", [.. then.Keys.Where(path => !here.Contains(path)).Order(StringComparer.Ordinal)]);
        Say("were added", [.. now.Where(f => !then.ContainsKey(f.Path)).Select(f => f.Path)]);
        if (reasons.Count > 0) reasons.Add($"It was installed by {record.InstalledBy}. Find out who touched it; then remove the version and install it again.");
        return reasons;

        void Say(string what, IReadOnlyList<string> paths)
        {
            if (paths.Count == 0) return;
            var more = paths.Count > MostNamed ? $" and {paths.Count - MostNamed} more" : "";
            reasons.Add($"Files of version {record.Version} {what} since it was installed: {string.Join(", ", paths.Take(MostNamed))}{more}.");
        }
    }

    private sealed record Row(long Id, string Plugin, string Version, PackageSource Source, string? Sha256, string InstalledBy, DateTimeOffset InstalledAt);
}
