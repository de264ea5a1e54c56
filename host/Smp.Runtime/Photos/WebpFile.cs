using System.Buffers.Binary;
using System.Text;

namespace Smp.Runtime.Photos;

/// <summary>WebP (RFC 9649): a RIFF of chunks, padded to even lengths. One picture, coded as VP8 or VP8L; none that moves.</summary>
internal static class WebpFile
{
    private const byte Icc = 0x20, Alpha = 0x10, HasExif = 0x08, Animated = 0x02;

    public static CleanImage Clean(byte[] file)
    {
        var end = 8L + BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(4, 4));
        if (end > file.Length) throw new ImageFormatException($"This picture isn't whole: it ends too early.");
        Dictionary<string, ReadOnlyMemory<byte>> parts = [];
        for (var at = 12; at < end;)
        {
            var kind = Encoding.ASCII.GetString(file.AsSpan(at, 4));
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 4, 4));
            if (length > end - at - 8) throw new ImageFormatException($"This picture isn't whole: what stands at byte {at} is longer than the file.");
            if (kind is "ANIM" or "ANMF") throw Moving();
            parts.TryAdd(kind, file.AsMemory(at + 8, (int)length));
            at += 8 + (int)length + (int)(length & 1);
        }

        var coded = parts.ContainsKey("VP8 ") ? "VP8 " : "VP8L";
        if (!parts.TryGetValue(coded, out var picture)) throw new ImageFormatException($"This picture isn't whole: there is no picture in it.");
        var (width, height, transparent) = coded == "VP8 " ? Lossy(picture.Span) : Lossless(picture.Span);
        var orientation = parts.TryGetValue("EXIF", out var exif) ? Exif.OrientationOf(exif.Span.StartsWith("Exif\0\0"u8) ? exif.Span[6..] : exif.Span) : 1;
        if (parts.TryGetValue("VP8X", out var canvas)) CheckCanvas(canvas.Span, width, height);
        return CleanImage.Of("image/webp", width, height, orientation, Written(parts, coded, width, height, transparent, orientation));
    }

    private static byte[] Written(Dictionary<string, ReadOnlyMemory<byte>> parts, string coded, int width, int height, bool transparent, int orientation)
    {
        using var riff = new MemoryStream();
        riff.Write("RIFF\0\0\0\0WEBP"u8);
        var alpha = coded == "VP8 " && parts.ContainsKey("ALPH");
        var profile = parts.ContainsKey("ICCP");
        if (alpha || profile || orientation != 1)
        {
            Span<byte> canvas = stackalloc byte[10];
            canvas[0] = (byte)((profile ? Icc : 0) | (alpha || transparent ? Alpha : 0) | (orientation != 1 ? HasExif : 0));
            Side(canvas[4..], width);
            Side(canvas[7..], height);
            Write(riff, "VP8X", canvas);
            if (profile) Write(riff, "ICCP", parts["ICCP"].Span);
            if (alpha) Write(riff, "ALPH", parts["ALPH"].Span);
        }

        Write(riff, coded, parts[coded].Span);
        if (orientation != 1) Write(riff, "EXIF", Exif.Only(orientation));
        var bytes = riff.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)bytes.Length - 8);
        return bytes;
    }

    private static void Write(MemoryStream riff, string kind, ReadOnlySpan<byte> body)
    {
        Span<byte> head = stackalloc byte[8];
        Encoding.ASCII.GetBytes(kind, head);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)body.Length);
        riff.Write(head);
        riff.Write(body);
        if (body.Length % 2 != 0) riff.WriteByte(0);
    }

    // RFC 6386, 9.1: three bytes of frame tag, the start code, then 14 bits a side. The tag holds how long the first part is.
    private static (int, int, bool) Lossy(ReadOnlySpan<byte> picture)
    {
        if (picture.Length < 10 || !picture[3..6].SequenceEqual<byte>([0x9D, 0x01, 0x2A]) || (picture[0] & 1) != 0) throw Coded();
        var first = (picture[0] | picture[1] << 8 | picture[2] << 16) >> 5;
        if (first > picture.Length - 10) throw new ImageFormatException($"This picture isn't whole: it ends too early.");
        return (BinaryPrimitives.ReadUInt16LittleEndian(picture[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(picture[8..]) & 0x3FFF, false);
    }

    // RFC 9649, 3.4: the signature 2F, then 14 bits a side, each less one, and whether anything shows through.
    private static (int, int, bool) Lossless(ReadOnlySpan<byte> picture)
    {
        if (picture.Length < 5 || picture[0] != 0x2F) throw Coded();
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(picture[1..]);
        return ((int)(bits & 0x3FFF) + 1, (int)(bits >> 14 & 0x3FFF) + 1, (bits >> 28 & 1) != 0);
    }

    private static void CheckCanvas(ReadOnlySpan<byte> canvas, int width, int height)
    {
        if (canvas.Length < 10) throw Coded();
        if ((canvas[0] & Animated) != 0) throw Moving();
        if (Side(canvas[4..]) != width || Side(canvas[7..]) != height) throw new ImageFormatException($"This isn't one picture: it says two sizes.");
    }

    private static int Side(ReadOnlySpan<byte> from) => (from[0] | from[1] << 8 | from[2] << 16) + 1;

    private static void Side(Span<byte> to, int pixels) => (to[0], to[1], to[2]) = ((byte)(pixels - 1), (byte)(pixels - 1 >> 8), (byte)(pixels - 1 >> 16));

    private static ImageFormatException Moving() => new($"This is a picture that moves. Choose a still one.");

    private static ImageFormatException Coded() => new($"This picture isn't whole: the picture in it can't be read.");
}
