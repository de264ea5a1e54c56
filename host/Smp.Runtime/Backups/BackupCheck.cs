using Smp.Runtime.Files;
using Smp.Runtime.Store.Audit;

namespace Smp.Runtime.Backups;

/// <summary>How far long work has come.</summary>
/// <param name="Step">What is being done.</param>
/// <param name="Done">Bytes so far.</param>
/// <param name="Total">Bytes in all; 0 where that isn't known.</param>
public sealed record BackupProgress(string Step, long Done, long Total);

/// <summary>What a close look at a backup found.</summary>
/// <param name="Ok">Whether nothing is wrong with it.</param>
/// <param name="Name">Its folder's name.</param>
/// <param name="Problems">What is wrong with it, a sentence each.</param>
/// <param name="Audit">What the audit trail in it says was done past the store before it was made. The backup itself is whole, and can be restored.</param>
/// <param name="Missing">Files that were missing in the data folder already when it was made. It isn't damaged, but it hasn't got them.</param>
/// <param name="CreatedAt">When it was begun.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Bytes">Of all of them in plain.</param>
/// <param name="Encrypted">Whether it is encrypted.</param>
/// <param name="AuditHead">Where the audit chain ends in it.</param>
public sealed record BackupReport(
    bool Ok, string Name, IReadOnlyList<string> Problems, IReadOnlyList<string> Audit, IReadOnlyList<string> Missing, DateTimeOffset CreatedAt, int Files, long Bytes,
    bool Encrypted, AuditHead AuditHead);

/// <summary>Looks closely at backups: every byte of every file, and whether the database in it is one.</summary>
public static class BackupCheck
{
    private const int MostProblems = 100;

    /// <summary>Whether a backup needs a passphrase.</summary>
    /// <exception cref="BackupException">There is no backup, or its manifest can't be read.</exception>
    public static bool NeedsPassphrase(string path) => BackupFolder.Open(path).Manifest.Encryption is not null;

    /// <summary>Checks a backup. Takes several seconds for each GB. Nothing is written but, for an encrypted one, a passing copy of its database.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="passphrase">Of an encrypted one.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="BackupException">There is no backup, its manifest can't be read, or the passphrase is missing or another one.</exception>
    public static BackupReport Run(string path, string? passphrase, Action<BackupProgress>? progress = null, CancellationToken token = default)
    {
        var backup = BackupFolder.Open(path);
        var key = backup.Unlock(passphrase);
        var manifest = backup.Manifest;
        List<string> problems = [.. Extra(backup).Select(name => $"{name} doesn't belong to this backup.")];
        IReadOnlyList<string> audit = [];
        var passing = key is null ? null : Directory.CreateTempSubdirectory("smp-verify-").FullName;
        try
        {
            var database = passing is null ? Path.Combine(backup.Path, BackupManifest.Database) : Path.Combine(passing, BackupManifest.Database);
            var done = 0L;
            var databaseIsWhole = false;
            foreach (var file in manifest.Files)
            {
                var isDatabase = file.Path == BackupManifest.Database;
                using var copy = isDatabase && passing is not null ? Disk.Create(database) : null;
                var problem = Look(backup, file, key, copy, read => progress?.Invoke(new("Reading", done += read, manifest.Bytes)), token);
                if (problem is not null) problems.Add(problem);
                else if (isDatabase) databaseIsWhole = true;
            }

            if (databaseIsWhole)
            {
                progress?.Invoke(new("Checking the database", 0, 0));
                problems.AddRange(LookInto(database, manifest, token));
                if (problems.Count == 0) audit = CopiedTrail.Problems(database);
            }
            else if (manifest.Files.All(f => f.Path != BackupManifest.Database))
            {
                problems.Add("There is no database in it.");
            }
        }
        finally
        {
            if (passing is not null) Directory.Delete(passing, recursive: true);
        }

        return new(problems.Count + audit.Count == 0, Path.GetFileName(backup.Path), [.. problems.Take(MostProblems)], audit, [.. manifest.Missing.Select(f => f.Path)],
            manifest.CreatedAt, manifest.Files.Count, manifest.Bytes, manifest.Encryption is not null, manifest.AuditHead);
    }

    /// <summary>Reads a file of a backup to its end, perhaps into a copy, and says what is wrong with it.</summary>
    internal static string? Look(BackupFolder backup, BackupFile file, BackupKey? key, Stream? copy, Action<long>? progress, CancellationToken token)
    {
        if (backup.Gap(file) is { } gap) return gap;
        try
        {
            using var content = backup.OpenRead(file, key);
            return HashedCopy.Run(content, copy, progress, token, file.InParts) == (file.Length, file.Sha256)
                ? null
                : $"{backup.NameOf(file)} isn't as it was written: its content has another hash.";
        }
        catch (BackupException error)
        {
            return error.Message;
        }
    }

    private static IEnumerable<string> Extra(BackupFolder backup)
    {
        var known = backup.Manifest.Files.Select(backup.NameOf).Append(BackupManifest.FileName).Append(BackupFolder.CheckName).ToHashSet();
        return Directory.EnumerateFiles(backup.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(f => Path.GetRelativePath(backup.Path, f).Replace('\\', '/')).Where(f => !known.Contains(f)).Order(StringComparer.Ordinal);
    }

    private static List<string> LookInto(string database, BackupManifest manifest, CancellationToken token)
    {
        using var copy = new CopiedDatabase(database);
        List<string> problems = [.. copy.Problems(token)];
        // What can't be read without errors isn't asked for more.
        if (problems.Count > 0) return problems;
        if (copy.Head() != manifest.AuditHead)
            problems.Add($"The audit chain ends at seal {copy.Head().Seal} in the database and at {manifest.AuditHead.Seal} in the manifest.");
        if (!copy.Migrations().OrderBy(m => m.Key).SequenceEqual(manifest.Migrations.OrderBy(m => m.Key)))
            problems.Add("The database went through other migrations than the manifest says.");
        var held = manifest.Files.Concat(manifest.Missing).ToHashSet();
        problems.AddRange(copy.Files().Where(f => !held.Contains(f)).Select(f => $"{f.Path} is recorded in the database, and isn't in the backup."));
        return problems;
    }
}
