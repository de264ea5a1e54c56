using Microsoft.Extensions.Logging;
using Smp.Runtime.Core.Settings;
using Smp.Runtime.Store;
using Smp.Runtime.Store.Audit;
using Smp.Sdk;

namespace Smp.Runtime.Backups;

/// <summary>The backups of an open clinic. One is made at a time; others wait.</summary>
public sealed class ClinicBackups : IDisposable
{
    private readonly SemaphoreSlim making = new(1, 1);
    private readonly string data;
    private readonly SettingsBook settings;
    private readonly TimeProvider time;
    private readonly ILogger<ClinicBackups> log;
    private readonly BackupWriter writer;

    internal ClinicBackups(string data, SettingsBook settings, TimeProvider time, ILogger<ClinicBackups> log)
    {
        (this.data, this.settings, this.time, this.log) = (data, settings, time, log);
        writer = new BackupWriter(data);
        writer.RemovePassing();
    }

    /// <summary>Where backups go unless somebody names another folder.</summary>
    public string Folder => settings.Backups.FolderOf(data);

    /// <summary>Every backup in the clinic's folder, the newest first.</summary>
    public IReadOnlyList<BackupSummary> List() => new BackupShelf(Folder).List();

    /// <summary>Makes a backup for whoever asks.</summary>
    /// <param name="folder">Where to, a full path; the clinic's own folder when left out.</param>
    /// <param name="passphrase">To encrypt it with, 12 to 1,000 characters; null for not at all.</param>
    /// <param name="token">Gives up; nothing is left then.</param>
    /// <exception cref="RefusedException">The passphrase or folder isn't one, or it couldn't be made, such as on a full disk; the sentence says why.</exception>
    public async Task<BackupMade> CreateAsync(string? folder, string? passphrase, CancellationToken token = default)
    {
        var checks = new Checks();
        checks.That(passphrase is null or { Length: >= 12 and <= 1000 }, "passphrase", $"A passphrase has 12 to 1000 characters.");
        checks.That(folder is null || Path.IsPathFullyQualified(folder), "folder", $"This is a full path.");
        checks.Throw();
        try
        {
            return await MakeAsync(new(folder ?? Folder, BackupKind.Manual, Passphrase: passphrase), token);
        }
        catch (BackupException error)
        {
            throw Refuse.Because($"{error.Message}");
        }
    }

    /// <summary>Makes a backup before tables are changed.</summary>
    /// <param name="change">What comes: <c>migration</c>, <c>purge</c>.</param>
    /// <param name="label">What for: a module's id.</param>
    /// <param name="token">Gives up; nothing is left then.</param>
    /// <exception cref="MigrationException">It couldn't be made, so the tables must stay as they are.</exception>
    internal async Task<BackupMade> BackupBeforeAsync(string change, string label, CancellationToken token = default)
    {
        try
        {
            // Read from the database itself: the core's own migrations come before the settings.
            var folder = BackupSettings.ReadFolderOf(data);
            var made = await MakeAsync(new(folder, BackupKind.BeforeMigration, $"before-{change}-{label}"), token);
            Tidy(folder);
            return made;
        }
        catch (BackupException error)
        {
            throw new MigrationException($"Tables are only changed after a backup. {error.Message}", error);
        }
    }

    /// <summary>Makes the nightly backup, and removes those that aren't kept any longer.</summary>
    /// <exception cref="BackupException">It couldn't be made.</exception>
    internal async Task<BackupMade> BackupNightlyAsync(CancellationToken token)
    {
        var folder = Folder;
        var made = await MakeAsync(new(folder, BackupKind.Nightly, "nightly"), token);
        Tidy(folder);
        return made;
    }

    /// <summary>When the last nightly backup of this clinic was begun; null when there is none in its folder.</summary>
    internal DateTimeOffset? LastNightly() => Own(Folder).FirstOrDefault(b => b.Manifest.Kind == BackupKind.Nightly)?.Manifest.CreatedAt;

    /// <summary>Where the audit chain ended when each of this clinic's backups was made.</summary>
    internal IReadOnlyList<AuditHead> Heads() => [.. Own(Folder).Select(b => b.Manifest.AuditHead)];

    private async Task<BackupMade> MakeAsync(BackupOrder order, CancellationToken token)
    {
        await making.WaitAsync(token);
        try
        {
            var now = Moments.Cut(time.GetUtcNow());
            // On a thread of its own: SQLite copies without a pause.
            var made = await Task.Factory.StartNew(() => writer.Make(order, now, token), token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            log.LogInformation("The backup {Backup} was made: {Bytes} bytes in {Seconds} s, audit chain up to seal {Seal} {Hash}",
                made.Path, made.Bytes, made.Seconds, made.AuditHead.Seal, made.AuditHead.Hash);
            foreach (var warning in made.Warnings) log.LogWarning("The backup {Backup}: {Warning}", made.Name, warning);
            return made;
        }
        finally
        {
            making.Release();
        }
    }

    // A backup that was made is made, whatever becomes of those before it.
    private void Tidy(string folder)
    {
        try
        {
            var (shelf, kept) = (new BackupShelf(folder), settings.Backups);
            var whole = Own(folder).Select(b => (Path.GetFileName(b.Path), b.Manifest.Kind, b.Manifest.CreatedAt));
            foreach (var name in new Retention(kept.Daily, kept.Weekly).Superfluous(whole, settings.Zone))
            {
                shelf.Remove(name);
                log.LogInformation("The backup {Backup} was removed: newer ones are kept", name);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.LogError(error, "Old backups in {Folder} could not be removed", folder);
        }
    }

    // Another clinic may use the same folder; its backups are its own.
    private IEnumerable<BackupFolder> Own(string folder)
    {
        var owner = writer.Owner();
        return new BackupShelf(folder).Whole().Where(b => b.Manifest.Clinic == owner);
    }

    /// <summary>The clinic closes, and no backup is being made.</summary>
    public void Dispose() => making.Dispose();
}
