using System.Buffers;
using System.Security.Cryptography;

namespace Smp.Runtime.Backups;

/// <summary>Reads a stream to its end, and says how long it was and what its SHA-256 is.</summary>
internal static class HashedCopy
{
    /// <summary>How long the parts of a file are whose hash is made of theirs.</summary>
    public const int Part = 64 * 1024 * 1024;

    private const int BufferSize = 1024 * 1024;

    /// <param name="from">Read to its end.</param>
    /// <param name="to">Where what is read goes; null to only look at it.</param>
    /// <param name="progress">Told of every piece, in bytes.</param>
    /// <param name="token">Gives up between two pieces.</param>
    /// <param name="inParts">Whether the hash is that of the hashes of its parts, one after the other.</param>
    public static (long Length, string Sha256) Run(Stream from, Stream? to, Action<long>? progress, CancellationToken token, bool inParts = false)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var all = inParts ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var length = 0L;
            // Never beyond the end of a part.
            while (from.Read(buffer, 0, (int)Math.Min(BufferSize, Part - length % Part)) is > 0 and var read)
            {
                token.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
                to?.Write(buffer, 0, read);
                length += read;
                if (length % Part == 0) all?.AppendData(hash.GetHashAndReset());
                progress?.Invoke(read);
            }

            if (length % Part != 0) all?.AppendData(hash.GetHashAndReset());
            return (length, Convert.ToHexStringLower((all ?? hash).GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
