using System.Diagnostics;

namespace Smp.Testing.Disks;

/// <summary>
/// A disk of its own that can be filled up: a small file system in memory. Where nothing may be mounted, SQLite is told by
/// <see cref="FaultyDisk"/> that there is no room, which it then sees in the same way.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly FaultyDisk? pretended;

    public SmallDisk(int megabytes)
    {
        Folder = Directory.CreateTempSubdirectory("smp-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=700", "tmpfs", Folder)) IsMounted = true;
        else pretended = new FaultyDisk(Folder);
    }

    public string Folder { get; }

    /// <summary>Whether it is a file system of its own.</summary>
    public bool IsMounted { get; }

    private string Ballast => Path.Combine(Folder, "ballast");

    /// <summary>Takes all of the room that is left.</summary>
    public void Fill()
    {
        if (pretended is not null)
        {
            pretended.FailWrites(FaultyDisk.NoSpace);
            return;
        }

        var block = new byte[64 * 1024];
        using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, 0);
        try
        {
            while (true) ballast.Write(block);
        }
        catch (IOException)
        {
            // Full, to the last page.
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Free()
    {
        pretended?.Heal();
        File.Delete(Ballast);
    }

    /// <summary>Makes the whole file system read-only; nothing may be open in it.</summary>
    public bool MakeReadOnly() => IsMounted && Run("mount", "-o", "remount,ro", Folder);

    public void Dispose()
    {
        pretended?.Dispose();
        if (IsMounted) Run("umount", "-l", Folder);
        else if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(Folder, recursive: true);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
