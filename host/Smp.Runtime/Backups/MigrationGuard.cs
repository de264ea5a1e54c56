using System.Data.Common;
using Smp.Runtime.Plugins;
using Smp.Runtime.Store;

namespace Smp.Runtime.Backups;

/// <summary>Sees to it that tables are changed only after a backup: one for each start and each swap of modules, and none for a clinic that is only being made.</summary>
internal sealed class MigrationGuard(StoreEngine store, ClinicBackups backups, LifeProgress progress)
{
    private Dictionary<string, long>? applied;
    private bool isNew;
    private string? made;

    /// <summary>Looks at the clinic as it was before this start.</summary>
    public async Task StartAsync()
    {
        applied = await CountAsync();
        isNew = applied.Count == 0;
    }

    /// <summary>From here on the clinic has data, and what is changed is changed by somebody's wish.</summary>
    public void Begin() => (applied, isNew, made) = (null, false, null);

    /// <summary>Makes a backup when migrations are to come. Returns the name of the one that was made for this start or swap; null when none was needed.</summary>
    /// <exception cref="MigrationException">It couldn't be made; the migrations must not be applied.</exception>
    public async Task<string?> BeforeAsync(string plugin, IReadOnlyList<Migration> migrations)
    {
        if (isNew || made is not null || migrations.Count == 0) return made;
        applied ??= await CountAsync();
        if (applied.GetValueOrDefault(plugin) >= migrations.Count) return null;
        progress.At(ModuleStep.BackingUp);
        made = (await backups.BackupBeforeAsync("migration", plugin)).Name;
        progress.At(ModuleStep.Migrating);
        return made;
    }

    // By hand: it runs at every start.
    private Task<Dictionary<string, long>> CountAsync() => store.ReadAsync(Rights.Core, oneMoment: true, async connection =>
    {
        Dictionary<string, long> counts = [];
        if (await HasAsync(connection))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT plugin, count(*) FROM core__migrations GROUP BY plugin";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) counts[reader.GetString(0)] = reader.GetInt64(1);
        }

        return counts;
    }, CancellationToken.None);

    private static async Task<bool> HasAsync(DbConnection connection)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_schema WHERE name = 'core__migrations'";
        return (long)(await command.ExecuteScalarAsync())! > 0;
    }
}
