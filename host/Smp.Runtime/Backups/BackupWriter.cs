using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Files;
using Smp.Runtime.Store.Audit;
using Smp.Runtime.Store.Sqlite;

namespace Smp.Runtime.Backups;

/// <summary>What shall be backed up where.</summary>
/// <param name="Folder">The folder that the backup is put into, with those before it.</param>
/// <param name="Kind">Why.</param>
/// <param name="Label">Words in its name, lower-case letters, digits, dots and hyphens; empty for none.</param>
/// <param name="Passphrase">To encrypt it with; null for not at all.</param>
internal sealed record BackupOrder(string Folder, BackupKind Kind, string Label = "", string? Passphrase = null);

/// <summary>A backup that was made.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Path">Its folder.</param>
/// <param name="Kind">Why.</param>
/// <param name="CreatedAt">When it was begun.</param>
/// <param name="Files">How many files are in it.</param>
/// <param name="Bytes">Of all of them in plain.</param>
/// <param name="Encrypted">Whether it needs its passphrase.</param>
/// <param name="AuditHead">Where the audit chain ends in it.</param>
/// <param name="Warnings">What somebody should look after: photos that are missing or damaged in the data folder. Empty when all is well.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record BackupMade(
    string Name, string Path, BackupKind Kind, DateTimeOffset CreatedAt, int Files, long Bytes, bool Encrypted, AuditHead AuditHead,
    IReadOnlyList<string> Warnings, double Seconds);

/// <summary>Makes backups of a data folder, while the clinic goes on.</summary>
internal sealed class BackupWriter(string data)
{
    private static readonly TimeSpan SyncEach = TimeSpan.FromMilliseconds(75);
    private readonly string database = Path.Combine(data, BackupManifest.Database);

    // What shall be encrypted is never in plain where the backups are, not even in passing.
    private readonly string passing = Path.Combine(data, "clinic.db.backup");

    /// <exception cref="BackupException">It couldn't be made; nothing is left of it.</exception>
    public BackupMade Make(BackupOrder order, DateTimeOffset now, CancellationToken token)
    {
        try
        {
            var clock = Stopwatch.StartNew();
            var shelf = new BackupShelf(order.Folder);
            using var backup = shelf.Begin(now, order.Label);
            var (manifest, warnings) = Fill(backup.Path, shelf, order, now, token);
            var path = backup.Finish();
            return new(Path.GetFileName(path), path, manifest.Kind, manifest.CreatedAt, manifest.Files.Count, manifest.Bytes, manifest.Encryption is not null,
                manifest.AuditHead, warnings, Math.Round(clock.Elapsed.TotalSeconds, 3));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new BackupException($"The backup to {order.Folder} could not be made: {error.Message}", error);
        }
        finally
        {
            RemovePassing();
        }
    }

    /// <summary>Removes what a process that was killed while it made an encrypted backup has left.</summary>
    public void RemovePassing() => File.Delete(passing);

    private (BackupManifest Manifest, IReadOnlyList<string> Warnings) Fill(
        string folder, BackupShelf shelf, BackupOrder order, DateTimeOffset now, CancellationToken token)
    {
        var (before, key) = Before(shelf, order.Passphrase);
        RemovePassing();
        var copy = key is null ? Path.Combine(folder, BackupManifest.Database) : passing;
        Disk.Create(copy).Dispose();

        // First the database, then what it refers to: keys and files are only ever added.
        List<BackupFile> files = [Copy(copy, folder, key, token)];
        files.AddRange(Directory.EnumerateFiles(Path.Combine(data, "keys"), "*.xml").Order(StringComparer.Ordinal)
            .Select(path => Put(folder, $"keys/{Path.GetFileName(path)}", path, key, token)));

        List<BackupFile> missing = [];
        List<string> warnings = [];
        using var copied = new CopiedDatabase(copy);
        var earlier = before?.Manifest.Files.ToDictionary(f => f.Path) ?? [];
        foreach (var file in copied.Files())
        {
            token.ThrowIfCancellationRequested();
            var whole = new FileInfo(Path.Combine(data, file.Path)) is { Exists: true } there && there.Length == file.Length;
            var linked = earlier.GetValueOrDefault(file.Path) == file && TryLink(before!, file, folder);
            if (linked || (whole && TryPut(folder, file, key, token)))
            {
                files.Add(file);
                if (!whole) warnings.Add($"{file.Path} is missing or damaged in the data folder. This backup has it from the one before.");
            }
            else
            {
                missing.Add(file);
                warnings.Add($"{file.Path} is missing or damaged in the data folder, and isn't in this backup.");
            }
        }

        var manifest = new BackupManifest
        {
            Format = BackupManifest.CurrentFormat,
            Smp = typeof(BackupWriter).Assembly.GetName().Version!.ToString(3),
            Clinic = Owner(),
            CreatedAt = now,
            Kind = order.Kind,
            AuditHead = copied.Head(),
            Migrations = copied.Migrations(),
            Encryption = key?.Said,
            Files = files,
            Missing = missing,
        };
        BackupFolder.Seal(folder, manifest, key);
        foreach (var inside in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories)) Disk.SyncFolder(inside);
        Disk.SyncFolder(folder);
        return (manifest, warnings);
    }

    // The backup whose photos can be used again, and the key: the same one, where the passphrase is the same.
    private static (BackupFolder? Before, BackupKey? Key) Before(BackupShelf shelf, string? passphrase)
    {
        if (passphrase is null) return (shelf.Whole().FirstOrDefault(b => b.Manifest.Encryption is null), null);
        if (shelf.Whole().FirstOrDefault(b => b.Manifest.Encryption is not null) is { } latest
            && BackupKey.TryOpen(passphrase, latest.Manifest.Encryption!) is { } key)
        {
            return (latest, key);
        }

        return (null, BackupKey.Make(passphrase));
    }

    private static bool TryLink(BackupFolder before, BackupFile file, string folder)
    {
        if (before.Gap(file) is not null) return false;
        var name = Path.Combine(folder, before.NameOf(file));
        Disk.MakeFolder(Path.GetDirectoryName(name)!);
        return Disk.TryLink(before.PathOf(file), name);
    }

    /// <summary>Puts a file of the vault into the backup; false, and nothing put, when it isn't what its name says.</summary>
    private bool TryPut(string folder, BackupFile file, BackupKey? key, CancellationToken token)
    {
        if (Put(folder, file.Path, Path.Combine(data, file.Path), key, token) == file) return true;
        File.Delete(Path.Combine(folder, key is null ? file.Path : file.Path + SealedFile.Extension));
        return false;
    }

    private static BackupFile Put(string folder, string path, string source, BackupKey? key, CancellationToken token)
    {
        var name = Path.Combine(folder, key is null ? path : path + SealedFile.Extension);
        Disk.MakeFolder(Path.GetDirectoryName(name)!);
        using var from = Disk.OpenRead(source);
        using var to = Disk.Create(name);
        (long Length, string Sha256) hashed;
        if (key is null)
        {
            hashed = HashedCopy.Run(from, to, progress: null, token);
        }
        else
        {
            using var writer = SealedFile.Writer(to, key, path);
            hashed = HashedCopy.Run(from, writer, progress: null, token);
        }

        to.Flush(flushToDisk: true);
        return new(path, hashed.Length, hashed.Sha256);
    }

    // What is copied is summed, and goes to disk little by little, meanwhile: all of it at the end would hold up the writers' own syncs for as long
    // as that takes.
    private BackupFile Copy(string copy, string folder, BackupKey? key, CancellationToken token)
    {
        var parts = key is null && new FileInfo(database).Length > HashedCopy.Part ? new PartHashes(copy, token) : null;
        using var over = new ManualResetEventSlim();
        var syncing = Task.Factory.StartNew(() =>
        {
            while (!over.Wait(SyncEach)) Disk.SyncFile(copy);
            if (key is null) Disk.SyncFile(copy);
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            OnlineBackup.Copy(database, copy, parts is null ? null : parts.WrittenTo, token);
            over.Set();
            if (key is not null) return Put(folder, BackupManifest.Database, copy, key, token);
            if (parts is not null && parts.FinishAsync().GetAwaiter().GetResult() is var (size, summed)) return new(BackupManifest.Database, size, summed, InParts: true);
            using var from = Disk.OpenRead(copy);
            var (length, sha256) = HashedCopy.Run(from, to: null, progress: null, token);
            return new(BackupManifest.Database, length, sha256);
        }
        finally
        {
            over.Set();
            syncing.GetAwaiter().GetResult();
        }
    }

    /// <summary>What the data folder is called in its backups.</summary>
    public string Owner()
    {
        var path = Path.Combine(data, "backup.id");
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: 32 } known) return known;
        var made = Guid.NewGuid().ToString("N");
        File.Delete(path);
        using var file = Disk.Create(path);
        file.Write(System.Text.Encoding.ASCII.GetBytes(made + "\n"));
        return made;
    }
}
