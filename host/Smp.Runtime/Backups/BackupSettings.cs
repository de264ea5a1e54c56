using System.Text.Json;
using Microsoft.Data.Sqlite;
using Smp.Runtime.Loading;

namespace Smp.Runtime.Backups;

/// <summary>How the clinic backs itself up.</summary>
/// <param name="Nightly">Whether it does each night.</param>
/// <param name="Hour">The hour of the clinic's day at which it does, 0 to 23.</param>
/// <param name="Folder">Where to; what isn't a full path lies in the data folder.</param>
/// <param name="Daily">How many nightly ones are kept, one for each day.</param>
/// <param name="Weekly">How many more are kept, one for each week before those.</param>
public sealed record BackupSettings(bool Nightly, int Hour, string Folder, int Daily, int Weekly)
{
    private const string DefaultFolder = "backups";

    private static readonly SettingDefinition NightlyBackups = new()
    {
        Name = "nightlyBackups", Type = SettingType.Boolean, Title = "Back up each night",
        Description = "By itself, while the clinic is open; a clinic that was closed at that hour does it soon after it opens.", Default = true,
    };

    private static readonly SettingDefinition BackupHour = new()
    {
        Name = "backupHour", Type = SettingType.WholeNumber, Title = "Hour of the nightly backup", Description = "From 0 to 23, by the clinic's clock.",
        Default = 3L, Minimum = 0, Maximum = 23,
    };

    private static readonly SettingDefinition BackupFolder = new()
    {
        Name = "backupFolder", Type = SettingType.Text, Title = "Folder for backups",
        Description = "On the clinic's own machine, best on another disk; a name without a path is a folder inside of the data folder.",
        Default = DefaultFolder, MaxLength = 300,
    };

    private static readonly SettingDefinition BackupsDaily = new()
    {
        Name = "backupsDaily", Type = SettingType.WholeNumber, Title = "Daily backups kept", Description = "How many of the nightly backups are kept, one for each day.",
        Default = 7L, Minimum = 1, Maximum = 366,
    };

    private static readonly SettingDefinition BackupsWeekly = new()
    {
        Name = "backupsWeekly", Type = SettingType.WholeNumber, Title = "Weekly backups kept",
        Description = "How many more are kept, one for each week before those days.", Default = 4L, Minimum = 0, Maximum = 520,
    };

    internal static IReadOnlyList<SettingDefinition> Definitions { get; } = [NightlyBackups, BackupHour, BackupFolder, BackupsDaily, BackupsWeekly];

    internal static BackupSettings From(Func<SettingDefinition, object> value) => new(
        (bool)value(NightlyBackups), (int)(long)value(BackupHour), (string)value(BackupFolder), (int)(long)value(BackupsDaily), (int)(long)value(BackupsWeekly));

    /// <summary>The full path of the folder for backups of a data folder.</summary>
    public string FolderOf(string data) => Resolve(data, Folder);

    /// <summary>
    /// The folder for backups of a data folder, read from its database without opening the clinic; the default one where that can't be read.
    /// </summary>
    public static string ReadFolderOf(string data)
    {
        var database = Path.Combine(data, BackupManifest.Database);
        if (!File.Exists(database)) return Resolve(data, DefaultFolder);
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = database, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 5,
            }.ToString());
            connection.Open();
            using var command = new SqliteCommand(
                $"PRAGMA query_only = ON; SELECT value FROM core__settings WHERE plugin = 'core' AND name = '{BackupFolder.Name}'", connection);
            return Resolve(data, command.ExecuteScalar() is string json ? JsonSerializer.Deserialize<string>(json)! : DefaultFolder);
        }
        catch (Exception error) when (error is SqliteException or JsonException)
        {
            return Resolve(data, DefaultFolder);
        }
    }

    private static string Resolve(string data, string folder) => Path.GetFullPath(folder.Trim() is { Length: > 0 } named ? named : DefaultFolder, Path.GetFullPath(data));
}
