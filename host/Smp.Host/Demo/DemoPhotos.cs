using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using Smp.Runtime.Core.Photos;
using Smp.Sdk;

namespace Smp.Host.Demo;

/// <summary>Photos of a scalp before and after sessions: drawn, since nobody real may be shown.</summary>
internal sealed class DemoPhotos(PhotoBook book, IClinicClock clock)
{
    private const int Width = 480, Height = 360;

    private static readonly (PhotoView View, PhotoStage Stage, int DaysAgo, double Density)[] Series =
    [
        (PhotoView.Frontal, PhotoStage.Baseline, 62, 0.10), (PhotoView.Vertex, PhotoStage.Baseline, 62, 0.04),
        (PhotoView.Frontal, PhotoStage.Healed, 33, 0.45), (PhotoView.Vertex, PhotoStage.Healed, 33, 0.38),
        (PhotoView.Frontal, PhotoStage.Immediate, 5, 0.85), (PhotoView.Vertex, PhotoStage.Immediate, 5, 0.80),
    ];

    /// <summary>Adds a series to a patient.</summary>
    public async Task AddAsync(long patientId)
    {
        foreach (var (view, stage, daysAgo, density) in Series)
        {
            using var picture = new MemoryStream(Draw((int)view, density));
            var prepared = await book.PrepareAsync(picture, null);
            await book.AddAsync(new(patientId, view, stage, clock.Now.AddDays(-daysAgo)), prepared);
        }
    }

    // Skin, lit from above, with follicles in a field that thins out towards the forehead.
    private static byte[] Draw(int seed, double density)
    {
        var random = new Random(seed);
        var rows = new byte[Height * (1 + Width * 3)];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var (dx, dy) = ((x - Width / 2.0) / (Width * 0.44), (y - Height * 0.52) / (Height * 0.60));
                var away = dx * dx + dy * dy;
                var light = away > 1 ? 0.10 : 1 - 0.42 * away - 0.10 * dy + random.NextDouble() * 0.03;
                Set(x, y, (byte)(222 * light), (byte)(180 * light), (byte)(150 * light));
            }
        }

        for (var i = 0; i < 9000; i++)
        {
            var (x, y) = (random.Next(3, Width - 3), random.Next(3, Height - 3));
            var (dx, dy) = ((x - Width / 2.0) / (Width * 0.42), (y - Height * 0.50) / (Height * 0.55));
            var shown = random.NextDouble();
            // Where hair has stayed, at the sides and behind, it is as dense as ever.
            if (dx * dx + dy * dy > 1 || shown > Math.Max(density, 0.95 * (dx * dx + Math.Max(0, -dy) * 0.4))) continue;
            foreach (var (right, down) in new[] { (0, 0), (1, 0), (0, 1), (1, 1) }) Set(x + right, y + down, 62, 52, 48);
        }

        return Png(rows);

        void Set(int x, int y, byte red, byte green, byte blue)
        {
            var at = y * (1 + Width * 3) + 1 + x * 3;
            (rows[at], rows[at + 1], rows[at + 2]) = (red, green, blue);
        }
    }

    private static byte[] Png(byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zip.Write(rows);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        (header[8], header[9]) = (8, 2);
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> kind, byte[] body)
    {
        var chunk = new byte[body.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        kind.CopyTo(chunk.AsSpan(4));
        body.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 8), Crc32.HashToUInt32(chunk.AsSpan(4, body.Length + 4)));
        return chunk;
    }
}
