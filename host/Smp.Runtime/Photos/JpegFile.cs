using System.Buffers.Binary;

namespace Smp.Runtime.Photos;

/// <summary>JPEG (ITU-T T.81): segments, each with its length, and after the start of each scan coded picture up to the next marker.</summary>
internal static class JpegFile
{
    private const byte StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, App0 = 0xE0, App1 = 0xE1, App2 = 0xE2, App14 = 0xEE;

    public static CleanImage Clean(byte[] file)
    {
        List<ReadOnlyMemory<byte>> kept = [];
        (int Width, int Height)? size = null;
        var (at, orientation, scanned, heads) = (2, 1, false, 0);
        while (NextMarker(file, ref at) is var marker && marker != EndOfImage)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at, 2));
            if (length < 2) throw Broken(at);
            var body = file.AsMemory(at + 2, length - 2);
            at += length;
            if (marker == App1 && orientation == 1 && body.Span.StartsWith("Exif\0\0"u8)) orientation = Exif.OrientationOf(body.Span[6..]);
            if (IsFrame(marker)) size = size is null ? Frame(marker, body.Span) : throw new ImageFormatException($"This isn't one picture: it says its size twice.");
            if (Segment(marker, body) is { } segment)
            {
                // JFIF stands first; which way is up comes right behind it.
                if (marker == App0 && kept.Count == 0) heads = 1;
                kept.Add(segment);
            }

            if (marker != StartOfScan) continue;
            if (size is null) throw Broken(at);
            var end = EndOfScan(file, at);
            kept.Add(file.AsMemory(at, end - at));
            (at, scanned) = (end, true);
        }

        if (size is not { } found || !scanned) throw new ImageFormatException($"This picture isn't whole: there is no picture in it.");
        if (orientation != 1) kept.Insert(heads, Made(App1, [.. "Exif\0\0"u8, .. Exif.Only(orientation)]));
        using var clean = new MemoryStream(file.Length);
        clean.Write([0xFF, StartOfImage]);
        foreach (var piece in kept) clean.Write(piece.Span);
        clean.Write([0xFF, EndOfImage]);
        return CleanImage.Of("image/jpeg", found.Width, found.Height, orientation, clean.ToArray());
    }

    private static byte NextMarker(byte[] file, ref int at)
    {
        if (file[at] != 0xFF) throw Broken(at);
        // Any number of FF may fill the place before a marker.
        while (file[at] == 0xFF) at++;
        var marker = file[at++];
        return marker is 0x00 or 0x01 or (>= 0xD0 and <= StartOfImage) ? throw Broken(at) : marker;
    }

    // The segment as it is kept, with its marker; null for what isn't part of the picture: positions, devices, comments, further pictures.
    private static ReadOnlyMemory<byte>? Segment(byte marker, ReadOnlyMemory<byte> body) => marker switch
    {
        // JFIF may hold a small picture of its own, which would show what was cut off since: its size is set to nothing.
        App0 => body.Span.StartsWith("JFIF\0"u8) && body.Length >= 14 ? Made(App0, [.. body.Span[..12], 0, 0]) : null,
        App2 => body.Span.StartsWith("ICC_PROFILE\0"u8) ? Made(App2, body.Span) : null,
        // Says how the colours are coded.
        App14 => body.Span.StartsWith("Adobe"u8) ? Made(App14, body.Span) : null,
        // Frames and Huffman tables, scans, quantisation tables, restarts. Nothing else is part of what browsers show.
        (>= 0xC0 and <= 0xC4) or StartOfScan or 0xDB or 0xDD => Made(marker, body.Span),
        _ => null,
    };

    private static byte[] Made(byte marker, ReadOnlySpan<byte> body)
    {
        var segment = new byte[body.Length + 4];
        (segment[0], segment[1]) = (0xFF, marker);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(body.Length + 2));
        body.CopyTo(segment.AsSpan(4));
        return segment;
    }

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static (int Width, int Height) Frame(byte marker, ReadOnlySpan<byte> body)
    {
        // Baseline, extended and progressive, with Huffman codes: what browsers show.
        if (marker > 0xC2 || body.Length < 6 || body[0] != 8) throw new ImageFormatException($"This is a kind of JPEG that browsers don't show.");
        return (BinaryPrimitives.ReadUInt16BigEndian(body[3..]), BinaryPrimitives.ReadUInt16BigEndian(body[1..]));
    }

    // Within a scan FF is followed by 00, by a restart, or by the next marker.
    private static int EndOfScan(byte[] file, int at)
    {
        while (true)
        {
            var next = file.AsSpan(at).IndexOf((byte)0xFF);
            if (next < 0) throw new ImageFormatException($"This picture isn't whole: it ends too early.");
            at += next;
            if (file[at + 1] is not (0x00 or 0xFF or (>= 0xD0 and <= 0xD7))) return at;
            at += file[at + 1] == 0xFF ? 1 : 2;
        }
    }

    private static ImageFormatException Broken(int at) => new($"This picture isn't whole: what stands at byte {at} is no part of a JPEG.");
}
