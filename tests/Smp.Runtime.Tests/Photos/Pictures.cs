using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Smp.Runtime.Tests.Photos;

/// <summary>Pictures of 16 × 8 pixels as a browser makes them, and what cameras and programs put into such files.</summary>
internal static class Pictures
{
    /// <summary>With a colour profile.</summary>
    public static byte[] Jpeg => Convert.FromBase64String("""
        /9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQ
        AAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAAB
        UAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWi
        AAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAM
        ZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYnKSopGR8tMC0oMCUoKS
        j/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wAARCAAIABADASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAAIF
        /8QAHhAAAQMEAwAAAAAAAAAAAAAAAwABAgQFISIxQWH/xAAVAQEBAAAAAAAAAAAAAAAAAAAFBv/EABcRAQEBAQAAAAAAAAAAAAAAAAIAERL/2gAMAwEAAhEDEQA/AKAG5xvtSU1SKVrkNmEFm3jLXL
        48l2/K0kRBJbUxPN//2Q==
        """);

    /// <summary>Without one.</summary>
    public static byte[] Png => Convert.FromBase64String("""
        iVBORw0KGgoAAAANSUhEUgAAABAAAAAICAYAAADwdn+XAAAAR0lEQVR4AayOwQkAIAhFP07SSI3gKI3SCI3QKG1SJ8VLiKjwQFDfl/bgm4GQLBXwOhAiThVEjuxunWD2BsEmeH3dB17Sb/4AAAD//0
        G5CaMAAAAGSURBVAMAu6YzASKI1oEAAAAASUVORK5CYII=
        """);

    /// <summary>Coded with loss, with a colour profile.</summary>
    public static byte[] Webp => Convert.FromBase64String("""
        UklGRkYCAABXRUJQVlA4WAoAAAAgAAAADwAABwAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQ
        AAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAAB
        UAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWi
        AAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAM
        ZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZWUDggWAAAADACAJ0BKhAACAABQCYlqAJ0ugADHuV2gmXAAP5Pl3bP6T7qsdc6MORhQ0s6OsTg1tv0ezUeSS+pBokeM6
        Ff45lsddV08U0v/zzOfbY8K84I9bfW3n0AAAA=
        """);

    /// <summary>Coded without loss, with a colour profile.</summary>
    public static byte[] WebpLossless => Convert.FromBase64String("""
        UklGRhACAABXRUJQVlA4WAoAAAAgAAAADwAABwAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQ
        AAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAAB
        UAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWi
        AAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAM
        ZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZWUDhMIgAAAC8PwAEAD3AYqIOAHgRo/oMHCtlGgPw5D2T3QUT0PwB0AAA=
        """);

    /// <summary>What a camera says: its maker, which way is up, and where it stood.</summary>
    public static byte[] Exif(int orientation)
    {
        // Two lists: the picture's own, and the one of the position, which the first points to.
        var maker = "Leica SECRET\0"u8;
        var tiff = new byte[8 + 2 + 3 * 12 + 4 + 2 + 2 * 12 + 4 + 24 + maker.Length];
        "II*\0"u8.CopyTo(tiff);
        BinaryPrimitives.WriteUInt32LittleEndian(tiff.AsSpan(4), 8);
        var (position, degrees, text) = (8u + 2 + 36 + 4, 8u + 2 + 36 + 4 + 2 + 24 + 4, 8u + 2 + 36 + 4 + 2 + 24 + 4 + 24);
        BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan(8), 3);
        Entry(10, 0x010F, 2, (uint)maker.Length, text);
        Entry(22, 0x0112, 3, 1, (uint)orientation);
        Entry(34, 0x8825, 4, 1, position);
        BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan((int)position), 2);
        Entry((int)position + 2, 1, 2, 2, 'N');
        Entry((int)position + 14, 2, 5, 3, degrees);
        foreach (var (i, number) in new uint[] { 45, 1, 48, 1, 30, 1 }.Index()) BinaryPrimitives.WriteUInt32LittleEndian(tiff.AsSpan((int)degrees + 4 * i), number);
        maker.CopyTo(tiff.AsSpan((int)text));
        return tiff;

        void Entry(int at, ushort tag, ushort type, uint count, uint value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan(at), tag);
            BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan(at + 2), type);
            BinaryPrimitives.WriteUInt32LittleEndian(tiff.AsSpan(at + 4), count);
            BinaryPrimitives.WriteUInt32LittleEndian(tiff.AsSpan(at + 8), value);
        }
    }

    /// <summary>A JPEG with everything that a camera and an editor leave in it, and a second picture behind it.</summary>
    public static byte[] TalkativeJpeg(int orientation) =>
    [
        .. Jpeg.AsSpan(0, 20), .. Segment(0xE1, [.. "Exif\0\0"u8, .. Exif(orientation)]),
        .. Segment(0xE1, "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description xmlns:dc=\"http://purl.org/dc/elements/1.1/\" dc:source=\"SECRET\"/></rdf:RDF></x:xmpmeta>"u8),
        .. Segment(0xE2, "MPF\0SECRET"u8), .. Segment(0xED, "Photoshop 3.0\0SECRET"u8), .. Segment(0xE0, "JFXX\0SECRET"u8), .. Segment(0xFE, "SECRET"u8),
        .. Jpeg.AsSpan(20), .. Jpeg, .. "SECRET"u8,
    ];

    /// <summary>A PNG with text, time, position and marks of a film.</summary>
    public static byte[] TalkativePng(int orientation) =>
    [
        .. Png.AsSpan(0, 33), .. Chunk("tEXt", "Author\0SECRET"u8), .. Chunk("iTXt", "Comment\0\0\0\0\0SECRET"u8), .. Chunk("tIME", [7, 234, 11, 23, 8, 0, 0]), .. Chunk("eXIf", Exif(orientation)),
        .. Chunk("acTL", [0, 0, 0, 1, 0, 0, 0, 0]), .. Chunk("fcTL", [0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 10, 0, 0]), .. Chunk("prVt", "SECRET"u8), .. Png.AsSpan(33), .. "SECRET"u8,
    ];

    /// <summary>A WebP with what a camera and an editor leave in it.</summary>
    public static byte[] TalkativeWebp(byte[] from, int orientation)
    {
        byte[] webp = [.. from, .. Riff("EXIF", Exif(orientation)), .. Riff("XMP ", "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">SECRET</x:xmpmeta>"u8), .. Riff("junk", "SECRET"u8), .. "SECRET"u8];
        webp[20] |= 0x0C;
        BinaryPrimitives.WriteUInt32LittleEndian(webp.AsSpan(4), (uint)webp.Length - 8 - 6);
        return webp;
    }

    /// <summary>A segment of a JPEG.</summary>
    public static byte[] Segment(byte marker, ReadOnlySpan<byte> body) => [0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body];

    /// <summary>A chunk of a PNG.</summary>
    public static byte[] Chunk(string kind, ReadOnlySpan<byte> body)
    {
        var chunk = new byte[body.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        Encoding.ASCII.GetBytes(kind, chunk.AsSpan(4));
        body.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 8), Crc32.HashToUInt32(chunk.AsSpan(4, body.Length + 4)));
        return chunk;
    }

    /// <summary>A chunk of a WebP.</summary>
    public static byte[] Riff(string kind, ReadOnlySpan<byte> body)
    {
        var chunk = new byte[8 + body.Length + body.Length % 2];
        Encoding.ASCII.GetBytes(kind, chunk);
        BinaryPrimitives.WriteUInt32LittleEndian(chunk.AsSpan(4), (uint)body.Length);
        body.CopyTo(chunk.AsSpan(8));
        return chunk;
    }
}
