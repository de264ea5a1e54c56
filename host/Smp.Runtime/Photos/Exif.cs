using System.Buffers.Binary;

namespace Smp.Runtime.Photos;

/// <summary>Which way is up: the one thing of Exif that belongs to the picture. Exif 2.32, 4.6.4, tag 0x0112.</summary>
internal static class Exif
{
    private const ushort Orientation = 0x0112, Short = 3;

    /// <summary>1 to 8; 1 where nothing readable is said.</summary>
    /// <param name="tiff">From the byte order on: <c>II*\0</c> or <c>MM\0*</c>.</param>
    public static int OrientationOf(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8) return 1;
        var little = tiff[..4].SequenceEqual("II*\0"u8);
        if (!little && !tiff[..4].SequenceEqual("MM\0*"u8)) return 1;
        var at = Long(tiff[4..], little);
        if (at > (uint)tiff.Length - 2) return 1;
        var entries = tiff[(int)at..];
        var count = Word(entries, little);
        for (var i = 0; i < count && 2 + 12 * (i + 1) <= entries.Length; i++)
        {
            var entry = entries.Slice(2 + 12 * i, 12);
            if (Word(entry, little) == Orientation && Word(entry[2..], little) == Short && Word(entry[8..], little) is >= 1 and <= 8 and var up) return up;
        }

        return 1;
    }

    /// <summary>Exif that says which way is up, and no more.</summary>
    public static byte[] Only(int orientation)
    {
        var tiff = new byte[26];
        "MM\0*"u8.CopyTo(tiff);
        BinaryPrimitives.WriteUInt32BigEndian(tiff.AsSpan(4), 8);
        BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(10), Orientation);
        BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(12), Short);
        BinaryPrimitives.WriteUInt32BigEndian(tiff.AsSpan(14), 1);
        BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(18), (ushort)orientation);
        return tiff;
    }

    private static ushort Word(ReadOnlySpan<byte> from, bool little) => little ? BinaryPrimitives.ReadUInt16LittleEndian(from) : BinaryPrimitives.ReadUInt16BigEndian(from);

    private static uint Long(ReadOnlySpan<byte> from, bool little) => little ? BinaryPrimitives.ReadUInt32LittleEndian(from) : BinaryPrimitives.ReadUInt32BigEndian(from);
}
