using System.Buffers;
using System.Security.Cryptography;

namespace Smp.Runtime.Backups;

/// <summary>
/// The SHA-256 of the SHA-256 of each 64 MiB of a file. The parts are summed side by side, and while the file is still written:
/// each as soon as it is said to be there.
/// </summary>
internal sealed class PartHashes(string path, CancellationToken token)
{
    private const int BufferSize = 1024 * 1024;

    // The first part is summed last: a database's first page is written when all others are.
    private readonly List<Task<byte[]>?> parts = [null];

    /// <summary>So many bytes from the beginning won't change any more, those of the first part excepted.</summary>
    public void WrittenTo(long length)
    {
        while ((parts.Count + 1L) * HashedCopy.Part <= length) Begin(parts.Count, HashedCopy.Part);
    }

    /// <summary>The file is whole.</summary>
    public async Task<(long Length, string Sha256)> FinishAsync()
    {
        var length = new FileInfo(path).Length;
        for (var rest = length - (long)parts.Count * HashedCopy.Part; rest > 0; rest -= HashedCopy.Part) Begin(parts.Count, Math.Min(rest, HashedCopy.Part));
        parts[0] = Task.Run(() => Hash(0, (int)Math.Min(length, HashedCopy.Part)), token);
        return (length, Convert.ToHexStringLower(SHA256.HashData([.. (await Task.WhenAll(parts!)).SelectMany(hash => hash)])));
    }

    private void Begin(int part, long length) => parts.Add(Task.Run(() => Hash((long)part * HashedCopy.Part, (int)length), token));

    private byte[] Hash(long at, int length)
    {
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var left = length; left > 0;)
            {
                token.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(file, buffer.AsSpan(0, Math.Min(BufferSize, left)), at);
                if (read == 0) throw new EndOfStreamException($"{path} is shorter than it was.");
                hash.AppendData(buffer, 0, read);
                at += read;
                left -= read;
            }

            return hash.GetHashAndReset();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
