using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace Smp.Testing.Disks;

/// <summary>
/// A disk that fails on demand, for the files of one folder: SQLite asks the system by way of a table of calls, which is made for
/// this, and here some of them answer with an error. All else in this process goes on as ever.
/// </summary>
internal sealed unsafe partial class FaultyDisk : IDisposable
{
    public const int Io = 5;
    public const int NoSpace = 28;
    public const int ReadOnly = 30;

    // What SQLite writes and reads with, by the names in its table; which of them it uses was decided when it was built.
    private static readonly string[] Writes = ["write", "pwrite", "pwrite64", "ftruncate"];
    private static readonly string[] Reads = ["read", "pread", "pread64"];
    private static readonly ConcurrentDictionary<string, FaultyDisk> Folders = [];
    private static readonly Dictionary<string, nint> Real = [];
    private static readonly Lock Gate = new();
    private readonly string folder;
    private string? only;
    private int left = int.MaxValue;
    private int errno;
    private bool reads;

    public FaultyDisk(string folder)
    {
        this.folder = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        lock (Gate)
        {
            if (Real.Count == 0) Install();
        }

        Folders[this.folder] = this;
    }

    /// <summary>How many writes (or reads) were made since <see cref="FailWrites"/> or <see cref="FailReads"/>.</summary>
    public int Made { get; private set; }

    /// <summary>Whether any was refused since.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>From now on writes fail, once so many have gone well: to all files, or to one alone.</summary>
    public void FailWrites(int with, int after = 0, string? only = null) => Fail(with, after, false, only);

    /// <summary>From now on reads fail, once so many have gone well.</summary>
    public void FailReads(int with, int after = 0) => Fail(with, after, true, null);

    /// <summary>The disk is well again.</summary>
    public void Heal() => errno = 0;

    public void Dispose() => Folders.TryRemove(folder, out _);

    private void Fail(int with, int after, bool read, string? file)
    {
        errno = 0;
        (left, reads, only, Made, HasFailed) = (after, read, file, 0, false);
        errno = with;
    }

    private bool Refuses(string path, bool read)
    {
        if (errno == 0 || read != reads || (only is not null && path != folder + only)) return false;
        if (Made++ < left) return false;
        return HasFailed = true;
    }

    private static int Ask(int file, bool read)
    {
        if (Folders.IsEmpty) return 0;
        var path = File.ResolveLinkTarget($"/proc/self/fd/{file}", returnFinalTarget: false)?.FullName;
        foreach (var disk in Folders.Values)
        {
            if (path?.StartsWith(disk.folder, StringComparison.Ordinal) == true && disk.Refuses(path, read)) return disk.errno;
        }

        return 0;
    }

    private static nint Fail(int errno)
    {
        Marshal.SetLastSystemError(errno);
        return -1;
    }

    [UnmanagedCallersOnly]
    private static nint Write(int file, void* data, nint count) =>
        Ask(file, read: false) is var error and not 0 ? Fail(error) : ((delegate* unmanaged<int, void*, nint, nint>)Real["write"])(file, data, count);

    [UnmanagedCallersOnly]
    private static nint PWrite(int file, void* data, nint count, long at) =>
        Ask(file, read: false) is var error and not 0 ? Fail(error) : ((delegate* unmanaged<int, void*, nint, long, nint>)Real["pwrite"])(file, data, count, at);

    [UnmanagedCallersOnly]
    private static nint PWrite64(int file, void* data, nint count, long at) =>
        Ask(file, read: false) is var error and not 0 ? Fail(error) : ((delegate* unmanaged<int, void*, nint, long, nint>)Real["pwrite64"])(file, data, count, at);

    [UnmanagedCallersOnly]
    private static int Truncate(int file, long length) =>
        Ask(file, read: false) is var error and not 0 ? (int)Fail(error) : ((delegate* unmanaged<int, long, int>)Real["ftruncate"])(file, length);

    [UnmanagedCallersOnly]
    private static nint Read(int file, void* data, nint count) =>
        Ask(file, read: true) is var error and not 0 ? Fail(error) : ((delegate* unmanaged<int, void*, nint, nint>)Real["read"])(file, data, count);

    [UnmanagedCallersOnly]
    private static nint PRead(int file, void* data, nint count, long at) =>
        Ask(file, read: true) is var error and not 0 ? Fail(error) : ((delegate* unmanaged<int, void*, nint, long, nint>)Real["pread"])(file, data, count, at);

    [UnmanagedCallersOnly]
    private static nint PRead64(int file, void* data, nint count, long at) =>
        Ask(file, read: true) is var error and not 0 ? Fail(error) : ((delegate* unmanaged<int, void*, nint, long, nint>)Real["pread64"])(file, data, count, at);

    private static void Install()
    {
        var vfs = (Vfs*)FindVfs(0);
        foreach (var name in Writes.Concat(Reads))
        {
            fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
            {
                var real = vfs->GetSystemCall(vfs, text);
                if (real == 0) continue;
                Real[name] = real;
                _ = vfs->SetSystemCall(vfs, text, name switch
                {
                    "write" => (nint)(delegate* unmanaged<int, void*, nint, nint>)&Write,
                    "pwrite" => (nint)(delegate* unmanaged<int, void*, nint, long, nint>)&PWrite,
                    "pwrite64" => (nint)(delegate* unmanaged<int, void*, nint, long, nint>)&PWrite64,
                    "ftruncate" => (nint)(delegate* unmanaged<int, long, int>)&Truncate,
                    "read" => (nint)(delegate* unmanaged<int, void*, nint, nint>)&Read,
                    "pread" => (nint)(delegate* unmanaged<int, void*, nint, long, nint>)&PRead,
                    _ => (nint)(delegate* unmanaged<int, void*, nint, long, nint>)&PRead64,
                });
            }
        }
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint FindVfs(nint name);

    // sqlite3_vfs of sqlite3.h, whose layout is fixed: three numbers, then pointers.
    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        public int Version;
        public int FileSize;
        public int MaxPath;
        public fixed long Between[16];
        public delegate* unmanaged<Vfs*, byte*, nint, int> SetSystemCall;
        public delegate* unmanaged<Vfs*, byte*, nint> GetSystemCall;
    }
}
