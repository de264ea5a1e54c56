using Smp.Runtime.Api;
using Smp.Runtime.Hosting;
using Smp.Runtime.Plugins;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Packages;

/// <summary>A version that was removed.</summary>
/// <param name="Plugin">The plugin's id.</param>
/// <param name="Version">The version.</param>
/// <param name="FilesGone">Whether its files went at once; else they are held and go at the next start.</param>
public sealed record RemovedVersion(string Plugin, string Version, bool FilesGone);

/// <summary>A module that was purged.</summary>
/// <param name="Plugin">The module's id.</param>
/// <param name="Backup">The name of the backup that was made before.</param>
/// <param name="Tables">The tables that went, with the rows that they had.</param>
/// <param name="Versions">The versions whose files went with them; none of those that come with the host.</param>
public sealed record PurgedModule(string Plugin, string Backup, IReadOnlyList<TableRows> Tables, IReadOnlyList<RemovedVersion> Versions);

/// <summary>Installs and removes plugins, for whoever does it in this request.</summary>
public sealed class Packages(Clinic clinic, ICurrentActor actor, IServiceProvider scope)
{
    /// <summary>Bytes of a package at most.</summary>
    public const long MostBytes = 64_000_000;

    private readonly PackageShelf shelf = clinic.Packages;

    /// <summary>Everything that is recorded as installed, in the order of ids.</summary>
    public async Task<IReadOnlyList<PackageRecord>> ListAsync(CancellationToken token = default) =>
        [.. (await clinic.PackageRecords.ReadAsync(token)).Values.OrderBy(p => p.Plugin, StringComparer.Ordinal).ThenBy(p => p.Version, StringComparer.Ordinal)];

    /// <summary>Whether there are versions of a module that the clinic installed.</summary>
    public bool IsInstalled(string plugin) => Of(plugin).Count > 0;

    /// <summary>Takes in a package and looks at it; nothing is installed yet, and nothing of it is loaded.</summary>
    /// <exception cref="RefusedException">It can't be installed here; the field <c>package</c> has every reason.</exception>
    public async Task<StagedPackage> ReceiveAsync(Stream content, PackageSource source = PackageSource.Package, CancellationToken token = default)
    {
        try
        {
            return await shelf.ReceiveAsync(content, source, token);
        }
        catch (PackageException error)
        {
            throw Refuse.Fields([.. error.Reasons.Select(reason => new FieldError("package", $"{reason}"))]);
        }
    }

    /// <summary>What was received under a ticket.</summary>
    /// <exception cref="RefusedException">It isn't there any more.</exception>
    public StagedPackage Find(string ticket) => shelf.Find(ticket) ?? throw Refuse.Missing($"That package isn't here any more: it is kept for an hour. Choose the file again.");

    /// <summary>Forgets what was received.</summary>
    public void Drop(string ticket)
    {
        if (shelf.Find(ticket) is not null) shelf.Drop(ticket);
    }

    /// <summary>
    /// Installs what was received, beside the versions that are there. A new module is off until it is turned on. What is installed already, with the same
    /// content, stays as it is.
    /// </summary>
    /// <exception cref="RefusedException">The package isn't there any more.</exception>
    public async Task<StagedPackage> InstallAsync(string ticket, CancellationToken token = default)
    {
        var package = Find(ticket);
        await clinic.Life.ChangeFilesAsync(async () =>
        {
            // Looked at again: since it was received, another may have been installed under its number, or the same one removed.
            package = package with { IsInstalled = IsInstalled(package) };
            if (package.IsInstalled) return;
            // The record first: a row without files means nothing, and files without a row look as if they had been put there by hand.
            await WriteAsync(new Act($"Installed a module's version"), unit =>
                PackageRecords.WriteAsync(unit, package.Manifest.Id, package.Version, package.Source, package.Sha256, package.Files), token);
            try
            {
                shelf.Place(package);
            }
            catch
            {
                await WriteAsync(new Act("Took back an installation that failed"), unit => PackageRecords.ForgetAsync(unit, package.Manifest.Id, package.Version), CancellationToken.None);
                throw;
            }
        }, gone: false, actor.Actor, scope, token);
        shelf.Drop(ticket);
        return package;
    }

    /// <summary>Removes a version of a module that the clinic installed, or all of them. The module's records stay.</summary>
    /// <param name="plugin">Its id.</param>
    /// <param name="version">Which version; null for all.</param>
    /// <param name="token">Gives up before anything was removed.</param>
    /// <exception cref="RefusedException">It is on, it comes with the host, or there is no such version.</exception>
    public async Task<IReadOnlyList<RemovedVersion>> RemoveAsync(string plugin, string? version, CancellationToken token = default)
    {
        List<RemovedVersion> removed = [];
        await clinic.Life.ChangeFilesAsync(async () =>
        {
            var folders = Of(plugin).Where(f => version is null || Path.GetFileName(f) == version).ToList();
            var status = clinic.Plugins.FirstOrDefault(p => p.Id == plugin);
            if (folders.Count == 0)
                throw version is null && status is not null ? Refuse.Because($"{status.Name} comes with the host. It can be turned off, and not removed.")
                    : version is null ? Refuse.Missing($"The module {plugin} isn't installed here.")
                    : Refuse.Missing($"Version {version} of {plugin} isn't among those that the clinic installed.");
            // What is wanted but fails counts as on: it owes its guards.
            if (status is { On: true } && folders.Exists(f => Path.GetFileName(f) == status.Version))
                throw Refuse.Because($"{status.Name} {status.Version} is on. Turn it off before it is removed.");
            removed.AddRange(await TakeFilesAsync(plugin, folders));
        }, gone: true, actor.Actor, scope, token);
        return removed;
    }

    /// <summary>
    /// Removes a module with every version that the clinic installed and all that the database has of it: tables, settings, what it was granted, its entries
    /// in the search. Timelines and the module's history stay, and so do the audit trail and backups. Files of modules that come with the host stay too.
    /// Also for a module whose files were removed before. A backup is made first. The records go in one piece, and the files after them: whatever comes
    /// between, doing it again does the rest.
    /// </summary>
    /// <param name="plugin">Its id.</param>
    /// <param name="typed">The id once more, as whoever wants it typed it.</param>
    /// <param name="accept">The fingerprint of the plan that was agreed to; null where none was shown.</param>
    /// <param name="reason">Why, for the history and the audit trail; null for nothing. At most 500 characters.</param>
    /// <param name="token">Gives up before anything was removed.</param>
    /// <exception cref="RefusedException">
    /// The id was typed otherwise; the module is on, or isn't there; one that is on reads its tables; the plan that was agreed to isn't what would happen any
    /// more; the backup can't be made.
    /// </exception>
    public async Task<PurgedModule> PurgeAsync(string plugin, string? typed, string? accept, string? reason, CancellationToken token = default)
    {
        PurgedModule? purged = null;
        await clinic.Life.ChangeFilesAsync(async () =>
        {
            var order = new PluginOrder(plugin, PluginAction.Remove, Accept: accept, Reason: reason, Purge: true);
            var planned = await clinic.Book.PlanAsync(order);
            if (typed != plugin) throw Refuse.Field("purge", $"Type the module's id, {plugin}: all its records go.");
            PluginLife.Demand(planned.Plan, order);
            using var doing = clinic.Progress.Begin(plugin, planned.Plan.Name, PluginAction.Remove);
            clinic.Progress.At(ModuleStep.BackingUp);
            var backup = await BackupAsync(plugin, token);
            clinic.Progress.At(ModuleStep.TakingRecords);
            var tables = await clinic.Book.PurgeAsync(planned, backup, actor.Actor);
            await clinic.Settings.LoadAsync(CancellationToken.None);
            clinic.Identity.PermissionsChanged();
            clinic.Progress.At(ModuleStep.TakingFiles);
            purged = new(plugin, backup, tables, await TakeFilesAsync(plugin, Of(plugin)));
        }, gone: true, actor.Actor, scope, token);
        return purged!;
    }

    private async Task<string> BackupAsync(string plugin, CancellationToken token)
    {
        try
        {
            return (await clinic.Backups.BackupBeforeAsync("purge", plugin, token)).Name;
        }
        catch (MigrationException error)
        {
            throw Refuse.Because($"{error.Message}");
        }
    }

    // The files first: without its row, what is left after a fall would look as if it had been put there by hand.
    private async Task<List<RemovedVersion>> TakeFilesAsync(string plugin, IReadOnlyList<string> folders)
    {
        List<RemovedVersion> removed = [];
        foreach (var folder in folders)
        {
            var which = Path.GetFileName(folder);
            removed.Add(new(plugin, which, shelf.Remove(folder)));
            await WriteAsync(new Act("Removed a module's version"), unit => PackageRecords.ForgetAsync(unit, plugin, which), CancellationToken.None);
        }

        return removed;
    }

    private bool IsInstalled(StagedPackage package)
    {
        try
        {
            return shelf.IsInstalled(package.Manifest, package.Files);
        }
        catch (PackageException error)
        {
            throw Refuse.Because($"{error.Message}");
        }
    }

    // An id is a name, not a path.
    private IReadOnlyList<string> Of(string plugin) => Path.GetFileName(plugin) == plugin && !plugin.StartsWith('.') ? shelf.Versions(plugin) : [];

    private Task<bool> WriteAsync(Act act, Func<IUnitOfWork, Task> write, CancellationToken token) => clinic.Store.WriteAsync(Rights.Core, act, actor.Actor, scope, async unit =>
    {
        await IdempotencyClaim.TakeForAsync(scope, unit);
        await write(unit);
        return true;
    }, token);
}
