using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Smp.Runtime.Store.Audit;

/// <summary>
/// The bytes that the chain is made over: every field with its kind and its length before it, so that no two records have the
/// same bytes. SHA-256 of them is the record's hash.
/// </summary>
internal sealed class AuditHash
{
    public const int Length = SHA256.HashSizeInBytes;

    private readonly ArrayBufferWriter<byte> bytes = new(1024);

    /// <summary>Begins a record of this kind.</summary>
    public AuditHash Begin(ReadOnlySpan<byte> kind)
    {
        bytes.ResetWrittenCount();
        return Blob(kind);
    }

    public AuditHash Null()
    {
        bytes.GetSpan(1)[0] = (byte)'n';
        bytes.Advance(1);
        return this;
    }

    public AuditHash Integer(long? value)
    {
        if (value is not { } number) return Null();
        var span = bytes.GetSpan(9);
        span[0] = (byte)'i';
        BinaryPrimitives.WriteInt64LittleEndian(span[1..], number);
        bytes.Advance(9);
        return this;
    }

    public AuditHash Text(string? value)
    {
        if (value is null) return Null();
        var length = Encoding.UTF8.GetByteCount(value);
        Encoding.UTF8.GetBytes(value, Head('t', length));
        bytes.Advance(5 + length);
        return this;
    }

    /// <summary>A text that is UTF-8 already.</summary>
    public AuditHash Text(ReadOnlySpan<byte> utf8) => Add('t', utf8);

    public AuditHash Blob(ReadOnlySpan<byte> value) => Add('b', value);

    /// <summary>SHA-256 of what was written since <see cref="Begin"/>.</summary>
    public void Finish(Span<byte> hash) => SHA256.HashData(bytes.WrittenSpan, hash);

    private AuditHash Add(char kind, ReadOnlySpan<byte> value)
    {
        value.CopyTo(Head(kind, value.Length));
        bytes.Advance(5 + value.Length);
        return this;
    }

    private Span<byte> Head(char kind, int length)
    {
        var span = bytes.GetSpan(5 + length);
        span[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(span[1..], length);
        return span[5..];
    }
}
