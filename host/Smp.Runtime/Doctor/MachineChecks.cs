using System.Globalization;
using System.Runtime.InteropServices;
using Smp.Runtime.Backups;
using Smp.Runtime.Hosting;
using SQLitePCL;

namespace Smp.Runtime.Doctor;

/// <summary>What can be looked at from outside, also when the clinic can't be opened.</summary>
public static class MachineChecks
{
    private const long LeastFree = 1_000_000_000;
    private static readonly TimeSpan OldestBackup = TimeSpan.FromDays(2);

    /// <summary>Looks at a data folder.</summary>
    /// <param name="data">The folder.</param>
    /// <param name="backups">Where its backups go.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<Finding> Of(string data, string backups, DateTimeOffset now) => [Versions(), Folder(data), Disk(data), Backup(data, backups, now)];

    private static Finding Versions() => new("version", true,
        $"Smp {typeof(MachineChecks).Assembly.GetName().Version!.ToString(3)}, {RuntimeInformation.FrameworkDescription}, SQLite {raw.sqlite3_libversion().utf8_to_string()}, {RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture}).");

    private static Finding Folder(string data)
    {
        var size = Size(Path.Combine(data, "clinic.db")) + Size(Path.Combine(data, "clinic.db-wal"));
        return new("folder", true, $"{Path.GetFullPath(data)}, with a database of {Sizes.Say(size)}.");
    }

    private static Finding Disk(string data)
    {
        var drive = new DriveInfo(Path.GetFullPath(data));
        // Room for a backup of what is there, and to work on.
        var needed = Math.Max(LeastFree, Size(Path.Combine(data, "clinic.db")) * 6 / 5);
        return drive.AvailableFreeSpace >= needed
            ? new("disk", true, $"{Sizes.Say(drive.AvailableFreeSpace)} are free.")
            : new("disk", false, $"Only {Sizes.Say(drive.AvailableFreeSpace)} are free on the disk of {Path.GetFullPath(data)}; a backup and a day's work want {Sizes.Say(needed)}. Make room, or move the backups to another disk.");
    }

    private static Finding Backup(string data, string folder, DateTimeOffset now)
    {
        IReadOnlyList<BackupSummary> all;
        try
        {
            all = new BackupShelf(folder).List();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new("backup", false, $"The backups in {folder} can't be looked at: {error.Message}");
        }

        if (all.FirstOrDefault(b => b is { State: BackupState.Whole, CreatedAt: not null }) is not { } last)
            return new("backup", false, $"There is no whole backup in {folder}. Make one: smp backup create --data {data}");
        var age = now - last.CreatedAt!.Value;
        var said = string.Create(CultureInfo.InvariantCulture, $"The last one is {last.Name}, made {(age < TimeSpan.FromHours(2) ? "within the last two hours" : age < OldestBackup ? $"{age.TotalHours:0} hours ago" : $"{age.TotalDays:0} days ago")}");
        return age > OldestBackup
            ? new("backup", false, $"{said}: too long ago. See why no nightly one was made, and make one: smp backup create --data {data}")
            : new("backup", true, $"{said}. Keep copies on another machine.");
    }

    private static long Size(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
