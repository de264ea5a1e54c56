using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Smp.Runtime.Hosting;

/// <summary>What ails the disk or the database.</summary>
internal enum StoreFaultKind
{
    DiskFull,
    ReadOnly,
    DiskError,
    Damaged,
    CantOpen,
    Held,
}

/// <summary>
/// What ails the disk or the database, in words: the one place that knows what the engine's and the system's codes mean for those who
/// work here. The API, the pages and the command line all say it by this.
/// </summary>
public sealed class StoreFault
{
    // The system's own numbers, as .NET hands them on for a file.
    private const int ReadOnlyFileSystem = 30;
    private static readonly HashSet<int> NoRoom = OperatingSystem.IsWindows() ? [112, 39] : OperatingSystem.IsMacOS() ? [28, 69, 27] : [28, 122, 27];

    private readonly StoreFaultKind kind;
    private readonly string code;

    private StoreFault(StoreFaultKind kind, string code) => (this.kind, this.code) = (kind, code);

    /// <summary>Whether room on the disk is all that is missing.</summary>
    public bool IsDiskFull => kind == StoreFaultKind.DiskFull;

    /// <summary>Whether only a backup helps.</summary>
    public bool IsDamage => kind == StoreFaultKind.Damaged;

    /// <summary>What it means for what somebody was about to do in an open clinic, and what to do: no SQL, and nothing of the data.</summary>
    public FormattableString Sentence => kind switch
    {
        StoreFaultKind.DiskFull => Say(
            $"The disk that holds the clinic's data is full, so this was not recorded, and nothing of it is there by half. Make room on that disk and do it again. Nothing has to be restarted, and what is there can be read meanwhile."),
        StoreFaultKind.ReadOnly => Say(
            $"The clinic's data can't be written to: its folder or its disk is read-only. This was not recorded, and nothing of it is there by half; what is there can be read. Make the folder writable and do it again."),
        StoreFaultKind.Damaged => Say(
            $"The clinic's database is damaged where this is kept, so it can be neither shown nor recorded, and nothing was changed. What is kept elsewhere in it still works. Restore the last backup soon: smp backup list shows which there are."),
        StoreFaultKind.CantOpen => Say(
            $"The clinic's database can't be opened just now, so this couldn't be done, and nothing was changed. See that its folder is there and can be written to, and try again."),
        StoreFaultKind.Held => Say(
            $"Another program holds the clinic's database, such as a tool that looks into it. This was not recorded, and nothing of it is there by half. Close that program and do it again."),
        _ => Say(
            $"The disk that holds the clinic's data reported an error ({code}), so this couldn't be done, and nothing of it is there by half. See that the disk is well, has room and can be written to; the system's own log says more. Then do it again."),
    };

    /// <summary>Why a clinic can't be opened, and what to do. Nothing was overwritten by trying.</summary>
    public string AtOpening => kind switch
    {
        StoreFaultKind.DiskFull => "The disk is full. Make room on it and start again.",
        StoreFaultKind.ReadOnly => $"The folder, the database or the disk is read-only for {Environment.UserName}. Make it writable and start again.",
        StoreFaultKind.Damaged => "Its database is damaged; nothing was written to it. Restore the last backup: 'smp backup list' shows which there are.",
        StoreFaultKind.CantOpen => $"Its database is there and can't be opened by {Environment.UserName}. See that the folder and the files in it can be read and written, and start again.",
        StoreFaultKind.Held => "Another program holds its database, such as a tool that looks into it. Close that program and start again.",
        _ => $"The disk reported an error ({code}). See that it is well; the system's own log says more.",
    };

    /// <summary>What lies at the bottom of an error; null when it is neither the disk nor the database.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="opening">Whether the clinic was being opened.</param>
    public static StoreFault? Of(Exception error, bool opening = false)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is SqliteException sqlite) return Of(sqlite, opening);
            if (cause is IOException file && Of(file) is { } fault) return fault;
        }

        return null;
    }

    private static StoreFault? Of(SqliteException error, bool opening)
    {
        var code = error.SqliteExtendedErrorCode == 0 ? error.SqliteErrorCode : error.SqliteExtendedErrorCode;
        StoreFaultKind? kind = (error.SqliteErrorCode, code) switch
        {
            (raw.SQLITE_FULL, _) => StoreFaultKind.DiskFull,
            // The index of the log couldn't grow.
            (_, raw.SQLITE_IOERR_SHMSIZE) => StoreFaultKind.DiskFull,
            // In an open clinic it is a read that tries to write, which is a mistake in the code and none of the disk.
            (raw.SQLITE_READONLY, raw.SQLITE_READONLY) when !opening => null,
            (raw.SQLITE_READONLY, _) => StoreFaultKind.ReadOnly,
            (raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB, _) => StoreFaultKind.Damaged,
            (raw.SQLITE_CANTOPEN or raw.SQLITE_PERM, _) => StoreFaultKind.CantOpen,
            (raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL, _) => StoreFaultKind.Held,
            (raw.SQLITE_IOERR, _) => StoreFaultKind.DiskError,
            _ => null,
        };
        return kind is { } known ? new(known, string.Create(CultureInfo.InvariantCulture, $"SQLite {code}")) : null;
    }

    private static StoreFault? Of(IOException error)
    {
        var number = error.HResult & 0xFFFF;
        if (NoRoom.Contains(number)) return new(StoreFaultKind.DiskFull, "");
        return !OperatingSystem.IsWindows() && number == ReadOnlyFileSystem ? new(StoreFaultKind.ReadOnly, "") : null;
    }

    private static FormattableString Say(FormattableString sentence) => sentence;
}
