using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Smp.Runtime.Hosting;

/// <summary>The clinic's data folder, owned by this process until it is disposed.</summary>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream held;

    private DataFolder(string path, FileStream held) => (Path, this.held) = (path, held);

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>The database.</summary>
    public string Database => System.IO.Path.Combine(Path, "clinic.db");

    /// <summary>Keys that cookies and secrets are protected with.</summary>
    public string Keys => System.IO.Path.Combine(Path, "keys");

    /// <summary>Where the audit chain ended, as time went by.</summary>
    public string Heads => System.IO.Path.Combine(Path, "audit-heads.txt");

    /// <summary>Plugins that the clinic installed itself.</summary>
    public string Plugins => System.IO.Path.Combine(Path, "plugins");

    /// <summary>Where documents lie while they are printed.</summary>
    public string Printing => System.IO.Path.Combine(Path, "printing");

    /// <summary>The socket by which the command line talks to the host that owns the folder.</summary>
    public string Socket => SocketOf(Path);

    /// <summary>Takes the folder, and makes it when it isn't there. Only this user can look into a folder that is made.</summary>
    /// <exception cref="DataFolderException">Another process owns it, or it can't be written to.</exception>
    public static DataFolder Take(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            if (!Directory.Exists(full))
            {
                if (OperatingSystem.IsWindows()) Directory.CreateDirectory(full);
                else Directory.CreateDirectory(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new DataFolderException($"The data folder {full} can't be made: {error.Message}", error);
        }

        FileStream? held = null;
        try
        {
            // The lock is the open file itself: it ends with the process, however that ends.
            held = new FileStream(System.IO.Path.Combine(full, "clinic.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            held.SetLength(0);
            held.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            held.Flush();
            var folder = new DataFolder(full, held);
            folder.Protect();
            return folder;
        }
        catch (IOException error) when (held is null && IsHeld(error))
        {
            throw new DataFolderException(
                $"The clinic in {full} is open in another process. Use that one, stop it, or name another folder with --data.", error)
            { IsHeld = true };
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            Release(held);
            throw new DataFolderException(
                $"The data folder {full} can't be written to: {StoreFault.Of(error, opening: true)?.AtOpening ?? error.Message}", error);
        }
    }

    // What was to be written is what can't be: closing says so once more.
    private static void Release(FileStream? held)
    {
        try
        {
            held?.Dispose();
        }
        catch (IOException)
        {
            // The file is closed all the same.
        }
    }

    // The system's own numbers: a lock that somebody else has, and on Windows a file that is shared with nobody.
    private static bool IsHeld(IOException error) =>
        (error.HResult & 0xFFFF) is var number && (OperatingSystem.IsWindows() ? number is 32 or 33 : number is 11 or 35);

    // In a folder that somebody made beforehand others may look around; into what matters they may not. SQLite gives the files
    // beside the database the database's own mode.
    private void Protect()
    {
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (!File.Exists(Database))
            new FileStream(Database, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Own }).Dispose();
        foreach (var name in new[] { Database, Database + "-wal", Database + "-shm" }.Where(File.Exists)) File.SetUnixFileMode(name, Own);
        Directory.CreateDirectory(Keys, Own | UnixFileMode.UserExecute);
        File.SetUnixFileMode(Keys, Own | UnixFileMode.UserExecute);
    }

    /// <summary>The path of the socket for a data folder; short enough for every system, however deep the folder lies.</summary>
    public static string SocketOf(string folder)
    {
        var inside = System.IO.Path.Combine(System.IO.Path.GetFullPath(folder), "smp.sock");
        // The limit of a socket's path is 104 bytes on macOS and 108 on Linux, with the final zero.
        if (Encoding.UTF8.GetByteCount(inside) < 100) return inside;
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(inside)))[..24];
        return System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"smp-{name}", "smp.sock");
    }

    /// <summary>Lets go of the folder.</summary>
    public void Dispose() => held.Dispose();
}

/// <summary>The data folder can't be used.</summary>
/// <param name="message">Which folder, why, and what to do.</param>
/// <param name="inner">What was in the way.</param>
public sealed class DataFolderException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether another process has the clinic open, which may end.</summary>
    public bool IsHeld { get; init; }
}
