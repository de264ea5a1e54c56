namespace Smp.Runtime.Photos;

/// <summary>A picture that was found whole, without what it said of where and by what it was taken.</summary>
/// <param name="MediaType"><c>image/jpeg</c>, <c>image/png</c> or <c>image/webp</c>, by what is in it.</param>
/// <param name="Width">In pixels, as it is shown.</param>
/// <param name="Height">In pixels, as it is shown.</param>
/// <param name="Bytes">The file: the same picture, its colour profile and which way is up; nothing else.</param>
public sealed record CleanImage(string MediaType, int Width, int Height, byte[] Bytes)
{
    /// <summary>How many pixels a side may have.</summary>
    public const int MaxSide = 12_000;

    /// <summary>How many pixels there may be in all: what a browser on a tablet still shows.</summary>
    public const long MaxPixels = 60_000_000;

    /// <summary>
    /// Reads a whole JPEG, PNG or WebP and writes it anew from the parts that make up the picture. Positions, devices, names, dates, comments, thumbnails inside and whatever was appended stay behind.
    /// The picture itself isn't decoded: no pixel changes.
    /// </summary>
    /// <exception cref="ImageFormatException">It is none of these, isn't whole, moves, or is too large.</exception>
    public static CleanImage Read(byte[] file)
    {
        var kind = file switch
        {
            [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
            [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
            _ => throw new ImageFormatException($"This is no JPEG, PNG or WebP picture."),
        };
        try
        {
            return kind switch { "image/jpeg" => JpegFile.Clean(file), "image/png" => PngFile.Clean(file), _ => WebpFile.Clean(file) };
        }
        catch (Exception error) when (error is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            // Every slice of the readers is within the file, or else the file is too short for what it says of itself.
            throw new ImageFormatException($"This picture isn't whole: it ends too early.");
        }
    }

    /// <summary>The finished picture, its sides swapped where it lies on its side.</summary>
    internal static CleanImage Of(string mediaType, int width, int height, int orientation, byte[] bytes)
    {
        Check(width, height);
        return orientation >= 5 ? new(mediaType, height, width, bytes) : new(mediaType, width, height, bytes);
    }

    internal static void Check(int width, int height)
    {
        if (width < 1 || height < 1) throw new ImageFormatException($"This picture has no size.");
        if (width > MaxSide || height > MaxSide || (long)width * height > MaxPixels)
            throw new ImageFormatException($"This picture has {width} × {height} pixels. At most {MaxSide} a side and {MaxPixels / 1_000_000} million in all can be kept.");
    }
}

/// <summary>A file isn't a picture that can be kept.</summary>
/// <param name="sentence">Why, to be shown.</param>
public sealed class ImageFormatException(FormattableString sentence) : Exception(FormattableString.Invariant(sentence))
{
    /// <summary>Why, to be shown.</summary>
    public FormattableString Sentence => sentence;
}
