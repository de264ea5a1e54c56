using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Smp.Runtime.Photos;

/// <summary>PNG (ISO/IEC 15948): chunks, each with its length and a checksum. The coded picture is unpacked once, to count that every row is there.</summary>
internal static class PngFile
{
    private const int Signature = 8;
    private static readonly HashSet<string> Parts = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "bKGD", "pHYs"];

    public static CleanImage Clean(byte[] file)
    {
        using var clean = new MemoryStream(file.Length);
        using var picture = new MemoryStream(file.Length);
        clean.Write(file, 0, Signature);
        var (at, orientation) = (Signature, 1);
        ReadOnlySpan<byte> header = default;
        for (var kind = ""; kind != "IEND";)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at, 4));
            if (length > int.MaxValue - 12) throw Broken(at);
            var chunk = file.AsSpan(at, (int)length + 12);
            kind = Encoding.ASCII.GetString(chunk.Slice(4, 4));
            var body = chunk[8..^4];
            if (BinaryPrimitives.ReadUInt32BigEndian(chunk[^4..]) != Crc32.HashToUInt32(chunk[4..^4])) throw Broken(at);
            if (header.IsEmpty != (kind == "IHDR") || (kind == "IHDR" && body.Length != 13)) throw Broken(at);
            if (kind == "IHDR") header = body;
            if (kind == "IDAT") picture.Write(body);
            if (kind == "eXIf") orientation = Exif.OrientationOf(body);
            // Which way is up stands before the picture.
            if (kind == "IDAT" && picture.Length == body.Length && orientation != 1) Write(clean, "eXIf"u8, Exif.Only(orientation));
            if (Parts.Contains(kind)) clean.Write(chunk);
            at += chunk.Length;
        }

        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
        if (width > int.MaxValue || height > int.MaxValue) throw new ImageFormatException($"This picture has no size.");
        CleanImage.Check((int)width, (int)height);
        Count(picture, RowBytes(header, (int)width, (int)height));
        return CleanImage.Of("image/png", (int)width, (int)height, orientation, clean.ToArray());
    }

    // How long the picture is, unpacked: each row has a byte before it that says how it is coded. Interlaced, there are seven smaller pictures.
    private static long RowBytes(ReadOnlySpan<byte> header, int width, int height)
    {
        var channels = header[9] switch { 0 or 3 => 1, 2 => 3, 4 => 2, 6 => 4, _ => throw Unknown() };
        if (header[8] is not (1 or 2 or 4 or 8 or 16) || header[10] != 0 || header[11] != 0 || header[12] > 1) throw Unknown();
        var bits = channels * header[8];
        if (header[12] == 0) return Pass(width, height);
        return Pass((width + 7) / 8, (height + 7) / 8) + Pass((width + 3) / 8, (height + 7) / 8) + Pass((width + 3) / 4, (height + 3) / 8) + Pass((width + 1) / 4, (height + 3) / 4)
            + Pass((width + 1) / 2, (height + 1) / 4) + Pass(width / 2, (height + 1) / 2) + Pass(width, height / 2);

        long Pass(long wide, long high) => wide == 0 || high == 0 ? 0 : high * (1 + (wide * bits + 7) / 8);
    }

    private static void Count(MemoryStream picture, long expected)
    {
        picture.Position = 0;
        using var rows = new ZLibStream(picture, CompressionMode.Decompress);
        var buffer = new byte[81_920];
        var found = 0L;
        try
        {
            // No further than what it says of itself: what unpacks to more is no picture but a trick.
            while (found <= expected && rows.Read(buffer) is > 0 and var read) found += read;
        }
        catch (InvalidDataException)
        {
            found = -1;
        }

        if (found != expected) throw new ImageFormatException($"This picture isn't whole: rows of the picture are missing or damaged.");
    }

    private static void Write(MemoryStream clean, ReadOnlySpan<byte> kind, byte[] body)
    {
        var chunk = new byte[body.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        kind.CopyTo(chunk.AsSpan(4));
        body.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 8), Crc32.HashToUInt32(chunk.AsSpan(4, body.Length + 4)));
        clean.Write(chunk);
    }

    private static ImageFormatException Unknown() => new($"This is a kind of PNG that isn't known.");

    private static ImageFormatException Broken(int at) => new($"This picture isn't whole: what stands at byte {at} is no part of a PNG.");
}
