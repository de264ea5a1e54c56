using Smp.Runtime.Files;
using Smp.Runtime.Store.Audit;

namespace Smp.Runtime.Backups;

/// <summary>A clinic that was restored.</summary>
/// <param name="Data">Its data folder.</param>
/// <param name="Name">The backup it came from.</param>
/// <param name="CreatedAt">When that was begun: what was done afterwards isn't there.</param>
/// <param name="Files">How many files.</param>
/// <param name="Bytes">Of all of them.</param>
/// <param name="AuditHead">Where the audit chain ends.</param>
/// <param name="Missing">Files that the backup hadn't got.</param>
/// <param name="Audit">What the audit trail in it says was done past the store before the backup was made.</param>
public sealed record Restored(
    string Data, string Name, DateTimeOffset CreatedAt, int Files, long Bytes, AuditHead AuditHead, IReadOnlyList<string> Missing, IReadOnlyList<string> Audit);

/// <summary>Makes a data folder out of a backup, on this machine or another.</summary>
public static class BackupRestore
{
    /// <summary>Restores a backup that was checked whole into a folder that is empty or isn't there. The database gets its name last.</summary>
    /// <param name="path">The backup's folder.</param>
    /// <param name="data">The data folder to be made.</param>
    /// <param name="passphrase">Of an encrypted backup.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="token">Gives up; nothing is left then.</param>
    /// <exception cref="BackupException">The folder isn't empty, the backup isn't whole, or the passphrase is missing or another one; nothing was written.</exception>
    /// <exception cref="IOException">It couldn't be written; nothing is left of it.</exception>
    public static Restored Run(string path, string data, string? passphrase, Action<BackupProgress>? progress = null, CancellationToken token = default)
    {
        var target = Empty(data);
        var backup = BackupFolder.Open(path);
        var key = backup.Unlock(passphrase);
        // A trail that somebody meddled with is restored as it is, and told: refused, it would be lost with all else that the backup holds.
        var report = BackupCheck.Run(path, passphrase, progress, token);
        if (report.Problems.Count > 0)
            throw new BackupException($"The backup isn't whole, so nothing was restored: {string.Join(" ", report.Problems.Take(3))}");

        var was = Directory.Exists(target);
        var arriving = Path.Combine(target, "restoring");
        Disk.MakeFolder(arriving);
        try
        {
            // Nobody opens a clinic here meanwhile: this is the file that a host would lock.
            using var held = new FileStream(Path.Combine(target, "clinic.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(target, Disk.OwnFolder);
            Fill(arriving, backup, key, progress, token);
            PutInPlace(arriving, target);
        }
        catch
        {
            // The folder itself may be a disk of its own, which stays.
            foreach (var folder in Directory.EnumerateDirectories(target)) Directory.Delete(folder, recursive: true);
            foreach (var file in Directory.EnumerateFiles(target)) File.Delete(file);
            if (!was) Directory.Delete(target);
            throw;
        }

        var manifest = backup.Manifest;
        return new(target, Path.GetFileName(backup.Path), manifest.CreatedAt, manifest.Files.Count, manifest.Bytes, manifest.AuditHead, [.. manifest.Missing.Select(f => f.Path)], report.Audit);
    }

    /// <summary>Looks whether a folder can be restored into: it isn't there, or it is empty. Returns its full path.</summary>
    /// <exception cref="BackupException">It can't.</exception>
    public static string Empty(string data)
    {
        var target = Path.GetFullPath(data);
        if (File.Exists(Path.Combine(target, BackupManifest.Database)))
            throw new BackupException($"There is a clinic in {target}, and a backup is never restored over one. Name a new folder with --data.");
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new BackupException($"{target} isn't an empty folder. A backup is restored into one that is new or empty: name it with --data.");
        return target;
    }

    private static void Fill(string folder, BackupFolder backup, BackupKey? key, Action<BackupProgress>? progress, CancellationToken token)
    {
        var done = 0L;
        foreach (var file in backup.Manifest.Files)
        {
            var name = Path.Combine(folder, file.Path);
            Disk.MakeFolder(Path.GetDirectoryName(name)!);
            using var to = Disk.Create(name);
            // Checked before, and looked at again while it is written: disks fail in between.
            if (BackupCheck.Look(backup, file, key, to, read => progress?.Invoke(new("Restoring", done += read, backup.Manifest.Bytes)), token) is { } problem)
                throw new BackupException($"The backup can't be read: {problem}");
            to.Flush(flushToDisk: true);
        }

        foreach (var inside in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories)) Disk.SyncFolder(inside);
    }

    private static void PutInPlace(string arriving, string target)
    {
        foreach (var folder in Directory.EnumerateDirectories(arriving)) Directory.Move(folder, Path.Combine(target, Path.GetFileName(folder)));
        // Before it is called that, nobody takes the folder for a clinic.
        Disk.SyncFolder(target);
        File.Move(Path.Combine(arriving, BackupManifest.Database), Path.Combine(target, BackupManifest.Database));
        Directory.Delete(arriving);
        Disk.SyncFolder(target);
    }
}
