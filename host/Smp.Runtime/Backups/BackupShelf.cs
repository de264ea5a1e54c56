using System.Text.RegularExpressions;
using Smp.Runtime.Files;
using Smp.Runtime.Store.Audit;

namespace Smp.Runtime.Backups;

/// <summary>How a backup stands, at a first look: <c>smp backup verify</c> looks closely.</summary>
public enum BackupState
{
    /// <summary>Manifest and files are there.</summary>
    Whole,

    /// <summary>It was never finished, or files of it are gone.</summary>
    Incomplete,

    /// <summary>Its manifest can't be read.</summary>
    Damaged,
}

/// <summary>A backup as it is listed.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Path">Its folder.</param>
/// <param name="State">How it stands.</param>
/// <param name="Problem">What is wrong with it; empty when nothing is.</param>
/// <param name="CreatedAt">When it was begun; null where that can't be read.</param>
/// <param name="Kind">Why it was made; null where that can't be read.</param>
/// <param name="Bytes">Of all its files in plain. Photos that an earlier backup in the same folder holds as well take no room twice.</param>
/// <param name="Encrypted">Whether it needs a passphrase.</param>
/// <param name="AuditHead">Where the audit chain ends in it; null where that can't be read.</param>
/// <param name="Missing">How many files were missing in the data folder when it was made.</param>
public sealed record BackupSummary(
    string Name, string Path, BackupState State, string Problem, DateTimeOffset? CreatedAt, BackupKind? Kind, long Bytes, bool Encrypted,
    AuditHead? AuditHead, int Missing);

/// <summary>A folder with backups in it.</summary>
/// <param name="folder">Need not be there yet.</param>
public sealed partial class BackupShelf(string folder)
{
    private const string Unfinished = ".partial";

    /// <summary>Full path of the folder.</summary>
    public string Folder { get; } = System.IO.Path.GetFullPath(folder);

    /// <summary>Every backup, the newest first; also those that aren't whole, and say so.</summary>
    public IReadOnlyList<BackupSummary> List() => [.. Paths().Select(Look)];

    /// <summary>The folder of a backup of this name.</summary>
    /// <exception cref="BackupException">There is none.</exception>
    public string Find(string name)
    {
        var path = System.IO.Path.Combine(Folder, name);
        return Name().IsMatch(name) && Directory.Exists(path) ? path : throw new BackupException($"There is no backup {name} in {Folder}.");
    }

    internal IEnumerable<BackupFolder> Whole()
    {
        foreach (var path in Paths())
        {
            if (Try(path) is { } backup && !backup.Gaps().Any()) yield return backup;
        }
    }

    /// <summary>Begins a new backup under a name that says when. Until <see cref="NewBackup.Finish"/> it can't be taken for a whole one.</summary>
    internal NewBackup Begin(DateTimeOffset now, string label)
    {
        Disk.MakeFolder(Folder);
        RemoveUnfinished();
        var stem = now.UtcDateTime.ToString("yyyy-MM-dd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture) + (label.Length > 0 ? $"-{label}" : "");
        for (var again = 1; ; again++)
        {
            var name = again == 1 ? stem : $"{stem}-{again}";
            if (Directory.Exists(System.IO.Path.Combine(Folder, name)) || Hold(name) is not { } held) continue;
            if (Directory.Exists(PartialOf(name)))
            {
                held.Dispose();
                continue;
            }

            Disk.MakeFolder(PartialOf(name));
            return new(PartialOf(name), System.IO.Path.Combine(Folder, name), held);
        }
    }

    /// <summary>Removes a backup. From the first moment on it isn't listed as whole.</summary>
    internal void Remove(string name)
    {
        using var held = Hold(name);
        if (held is null) return;
        Directory.Move(System.IO.Path.Combine(Folder, name), PartialOf(name));
        Directory.Delete(PartialOf(name), recursive: true);
    }

    // Left by a process that was killed: what one still works on is held by it.
    private void RemoveUnfinished()
    {
        foreach (var path in Directory.EnumerateDirectories(Folder, ".*" + Unfinished))
        {
            using var held = Hold(System.IO.Path.GetFileName(path)[1..^Unfinished.Length]);
            if (held is not null) Directory.Delete(path, recursive: true);
        }
    }

    private FileStream? Hold(string name)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(Folder, $".{name}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException error) when (error.GetType() == typeof(IOException) && Directory.Exists(Folder) && File.Exists(System.IO.Path.Combine(Folder, $".{name}.lock")))
        {
            return null;
        }
    }

    private string PartialOf(string name) => System.IO.Path.Combine(Folder, $".{name}{Unfinished}");

    private IEnumerable<string> Paths() => Directory.Exists(Folder)
        ? Directory.EnumerateDirectories(Folder).Where(p => Name().IsMatch(System.IO.Path.GetFileName(p)))
            .OrderByDescending(p => System.IO.Path.GetFileName(p).TrimStart('.'), StringComparer.Ordinal)
        : [];

    private static BackupFolder? Try(string path)
    {
        try
        {
            return System.IO.Path.GetFileName(path).StartsWith('.') ? null : BackupFolder.Open(path);
        }
        catch (Exception error) when (error is BackupException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static BackupSummary Look(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        if (name.StartsWith('.')) return Without(BackupState.Incomplete, "It is being made, or was never finished.");
        try
        {
            var backup = BackupFolder.Open(path);
            var manifest = backup.Manifest;
            var gap = backup.Gaps().FirstOrDefault() ?? "";
            return new(name, path, gap.Length == 0 ? BackupState.Whole : BackupState.Incomplete, gap, manifest.CreatedAt, manifest.Kind, manifest.Bytes,
                manifest.Encryption is not null, manifest.AuditHead, manifest.Missing.Count);
        }
        catch (Exception error) when (error is BackupException or IOException or UnauthorizedAccessException)
        {
            return Without(File.Exists(System.IO.Path.Combine(path, BackupManifest.FileName)) ? BackupState.Damaged : BackupState.Incomplete, error.Message);
        }

        BackupSummary Without(BackupState state, string problem) => new(name, path, state, problem, null, null, 0, false, null, 0);
    }

    [GeneratedRegex(@"^\.?\d{4}-\d\d-\d\dT\d{6}Z(-[a-z0-9.-]+)?(\.partial)?$")]
    private static partial Regex Name();
}

/// <summary>A backup that is being made, in a folder whose name says so.</summary>
internal sealed class NewBackup(string path, string final, FileStream held) : IDisposable
{
    private bool finished;

    /// <summary>Where its files go.</summary>
    public string Path => path;

    /// <summary>Gives it its name. Returns its folder.</summary>
    public string Finish()
    {
        Directory.Move(path, final);
        finished = true;
        Disk.SyncFolder(System.IO.Path.GetDirectoryName(final)!);
        return final;
    }

    public void Dispose()
    {
        try
        {
            if (!finished) Directory.Delete(path, recursive: true);
        }
        finally
        {
            held.Dispose();
        }
    }
}
