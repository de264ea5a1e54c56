using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Smp.Runtime.Backups;

/// <summary>
/// An encrypted file: a header, then chunks of 1 MiB, each AES-256-GCM with its number as the nonce and a mark on the last. Header and path
/// are authenticated with every chunk, so that neither chunks nor files can be changed, swapped, cut or continued.
/// </summary>
internal static class SealedFile
{
    public const string Extension = ".enc";
    public const int ChunkLength = 1024 * 1024;
    public const int HeaderLength = 8 + 4 + BackupKey.SaltLength + IdLength;
    public const int TagLength = 16;
    private const int IdLength = 32;
    private static readonly byte[] Magic = "SMPBAK01"u8.ToArray();

    /// <summary>How long a file is when it is encrypted.</summary>
    public static long LengthOf(long plain) => HeaderLength + plain + TagLength * Math.Max(1, (plain + ChunkLength - 1) / ChunkLength);

    /// <summary>The salt and iterations that a file was encrypted under; null where it isn't such a file.</summary>
    public static (int Iterations, byte[] Salt)? Parameters(ReadOnlySpan<byte> header) =>
        header.Length == HeaderLength && header.StartsWith(Magic)
            ? (BinaryPrimitives.ReadInt32BigEndian(header[8..]), header.Slice(12, BackupKey.SaltLength).ToArray())
            : null;

    /// <summary>Encrypts what is written to it into another stream. Only disposing it writes the last chunk.</summary>
    public static Stream Writer(Stream to, BackupKey key, string path)
    {
        var header = new byte[HeaderLength];
        Magic.CopyTo(header, 0);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), key.IterationsUsed);
        key.Salt.CopyTo(header, 12);
        RandomNumberGenerator.Fill(header.AsSpan(HeaderLength - IdLength));
        to.Write(header);
        return new Sealing(to, new Chunks(key, header, path));
    }

    /// <summary>Decrypts another stream, from its beginning to its end.</summary>
    /// <exception cref="BackupException">It is no encrypted file, or of another passphrase. Also thrown while reading, when a chunk isn't as it was written.</exception>
    public static Stream Reader(Stream from, BackupKey key, string path)
    {
        var header = new byte[HeaderLength];
        if (from.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length
            || Parameters(header) is not { } said || said.Iterations != key.IterationsUsed || !said.Salt.AsSpan().SequenceEqual(key.Salt))
        {
            throw Broken(path);
        }

        return new Unsealing(from, new Chunks(key, header, path), path);
    }

    private static BackupException Broken(string path, Exception? error = null) => new($"{path} isn't as it was written: it was changed, swapped or cut.", error);

    private sealed class Chunks(BackupKey key, byte[] header, string path) : IDisposable
    {
        private readonly AesGcm cipher = new(key.ForFile(header.AsSpan(HeaderLength - IdLength)), TagLength);
        private readonly byte[] with = [.. header, .. Encoding.UTF8.GetBytes(path)];
        private readonly byte[] nonce = new byte[12];
        private ulong number;

        public void Encrypt(ReadOnlySpan<byte> plain, Span<byte> into, bool last) => cipher.Encrypt(Next(last), plain, into[..plain.Length], into[plain.Length..], with);

        public void Decrypt(ReadOnlySpan<byte> chunk, Span<byte> plain, bool last) =>
            cipher.Decrypt(Next(last), chunk[..^TagLength], chunk[^TagLength..], plain, with);

        public void Dispose() => cipher.Dispose();

        private byte[] Next(bool last)
        {
            BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(3), number++);
            nonce[11] = last ? (byte)1 : (byte)0;
            return nonce;
        }
    }

    private sealed class Sealing(Stream to, Chunks chunks) : OneWay
    {
        private readonly byte[] plain = new byte[ChunkLength];
        private readonly byte[] chunk = new byte[ChunkLength + TagLength];
        private int filled;

        public override bool CanWrite => true;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                // A full chunk waits until it is known whether it is the last.
                if (filled == ChunkLength) Flush(last: false);
                var part = Math.Min(buffer.Length, ChunkLength - filled);
                buffer[..part].CopyTo(plain.AsSpan(filled));
                filled += part;
                buffer = buffer[part..];
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                Flush(last: true);
                chunks.Dispose();
                CryptographicOperations.ZeroMemory(plain);
            }

            base.Dispose(disposing);
        }

        private void Flush(bool last)
        {
            chunks.Encrypt(plain.AsSpan(0, filled), chunk.AsSpan(0, filled + TagLength), last);
            to.Write(chunk, 0, filled + TagLength);
            filled = 0;
        }
    }

    private sealed class Unsealing(Stream from, Chunks chunks, string path) : OneWay
    {
        // One byte more than a chunk, which tells whether another one follows.
        private readonly byte[] ahead = new byte[ChunkLength + TagLength + 1];
        private readonly byte[] plain = new byte[ChunkLength];
        private int held;
        private int at;
        private int end;
        private bool done;

        public override bool CanRead => true;

        public override int Read(Span<byte> buffer)
        {
            if (at == end && !done) Next();
            var part = Math.Min(buffer.Length, end - at);
            plain.AsSpan(at, part).CopyTo(buffer);
            at += part;
            return part;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                chunks.Dispose();
                CryptographicOperations.ZeroMemory(plain);
                from.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Next()
        {
            held += from.ReadAtLeast(ahead.AsSpan(held), ahead.Length - held, throwOnEndOfStream: false);
            done = held < ahead.Length;
            var length = done ? held : held - 1;
            if (length < TagLength) throw Broken(path);
            try
            {
                chunks.Decrypt(ahead.AsSpan(0, length), plain.AsSpan(0, length - TagLength), last: done);
            }
            catch (AuthenticationTagMismatchException error)
            {
                throw Broken(path, error);
            }

            (at, end) = (0, length - TagLength);
            if (!done) ahead[0] = ahead[length];
            held = done ? 0 : 1;
        }
    }

    /// <summary>What a stream needn't do when it goes one way from beginning to end.</summary>
    private abstract class OneWay : Stream
    {
        public override bool CanRead => false;

        public override bool CanWrite => false;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
