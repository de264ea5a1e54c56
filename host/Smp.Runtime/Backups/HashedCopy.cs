using System.Buffers;
using System.Security.Cryptography;

namespace Smp.Runtime.Backups;

/// <summary>Reads a stream to its end, and says how long it was and what its SHA-256 is.</summary>
internal static class HashedCopy
{
    private const int BufferSize = 1024 * 1024;

    /// <param name="from">Read to its end.</param>
    /// <param name="to">Where what is read goes; null to only look at it.</param>
    /// <param name="progress">Told of every piece, in bytes.</param>
    /// <param name="token">Gives up between two pieces.</param>
    public static (long Length, string Sha256) Run(Stream from, Stream? to, Action<long>? progress, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var length = 0L;
            while (from.Read(buffer, 0, BufferSize) is > 0 and var read)
            {
                token.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
                to?.Write(buffer, 0, read);
                length += read;
                progress?.Invoke(read);
            }

            return (length, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
