using System.Security.Cryptography;

namespace Smp.Runtime.Api;

/// <summary>
/// The key that bodies of requests are hashed with, to tell one that is sent again from another. A body may hold a password: with a plain hash in the database,
/// whoever reads a backup could try words until one fits. It lies beside the clinic's keys, isn't backed up, and counts for the day that answers are kept.
/// </summary>
internal sealed class RequestKey(string folder)
{
    private readonly Lock gate = new();
    private byte[]? bytes;

    /// <summary>Begins a hash.</summary>
    /// <exception cref="IOException">The key can't be read or written.</exception>
    public IncrementalHash Begin() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Bytes());

    private byte[] Bytes()
    {
        lock (gate) return bytes ??= ReadOrMake(Path.Combine(folder, "requests.key"));
    }

    private static byte[] ReadOrMake(string path)
    {
        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: 32 } known) return known;
        var made = RandomNumberGenerator.GetBytes(32);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(made);
        return made;
    }
}
