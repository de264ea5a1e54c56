using Microsoft.Data.Sqlite;

namespace Smp.Benchmarks.Store;

/// <summary>A folder for the databases, gone at the end.</summary>
internal sealed class Scratch : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("smp-benchmark-").FullName;

    /// <summary>What it lies on: one in memory would have nothing to wait for.</summary>
    public string Format => new DriveInfo(Folder).DriveFormat;

    /// <summary>A file that isn't there yet.</summary>
    public string File(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, Guid.NewGuid().ToString("N"))).FullName;
        return Path.Combine(folder, name);
    }

    /// <summary>Removes a database with all that lies beside it.</summary>
    public static void Remove(string file) => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }
}
