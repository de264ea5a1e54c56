using System.Buffers.Binary;
using System.Text;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;
using MetadataExtractor.Formats.Icc;
using MetadataExtractor.Formats.Iptc;
using MetadataExtractor.Formats.Xmp;
using Smp.Runtime.Photos;

namespace Smp.Runtime.Tests.Photos;

/// <summary>Photos are kept whole, and say nothing but what is to be seen on them.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CleanImageTests
{
    private static readonly string[] Kinds = ["jpeg", "png", "webp", "webp lossless"];

    [TestCaseSource(nameof(Kinds))]
    public void A_picture_is_kept_with_its_size_and_cleaning_it_again_changes_nothing(string kind)
    {
        var clean = CleanImage.Read(Plain(kind));
        Assert.That((clean.MediaType, clean.Width, clean.Height), Is.EqualTo(($"image/{kind.Split(' ')[0]}", 16, 8)));
        Assert.That(CleanImage.Read(clean.Bytes).Bytes, Is.EqualTo(clean.Bytes));
    }

    [TestCaseSource(nameof(Kinds))]
    public void Place_device_and_words_are_gone_and_the_colour_profile_and_which_way_is_up_are_kept(string kind)
    {
        var talkative = Talkative(kind, orientation: 6);
        Assert.That(Read(talkative).OfType<GpsDirectory>(), Is.Not.Empty, "what is put in can be found");
        Assert.That(Text(talkative), Does.Contain("SECRET"));

        var clean = CleanImage.Read(talkative);
        var said = Read(clean.Bytes);

        Assert.That(Text(clean.Bytes), Does.Not.Contain("SECRET").And.Not.Contain("Leica"));
        Assert.That(said.Where(d => d is GpsDirectory or ExifSubIfdDirectory or ExifThumbnailDirectory or XmpDirectory or IptcDirectory), Is.Empty);
        var up = said.OfType<ExifIfd0Directory>().Single();
        Assert.That(up.Tags.Select(t => (t.Type, up.GetInt32(t.Type))), Is.EqualTo(new[] { (ExifDirectoryBase.TagOrientation, 6) }));
        Assert.That(said.OfType<IccDirectory>().Any(), Is.EqualTo(Read(Plain(kind)).OfType<IccDirectory>().Any()));
        // On its side: across and down change places.
        Assert.That((clean.Width, clean.Height), Is.EqualTo((8, 16)));
    }

    [TestCaseSource(nameof(Kinds))]
    public void The_picture_itself_isnt_touched(string kind)
    {
        var (plain, cleaned) = (CleanImage.Read(Plain(kind)).Bytes, CleanImage.Read(Talkative(kind, orientation: 1)).Bytes);
        Assert.That(cleaned, Is.EqualTo(plain));
    }

    [TestCaseSource(nameof(Kinds))]
    public void A_file_that_ends_early_is_refused_wherever_it_ends(string kind)
    {
        var file = Plain(kind);
        for (var length = 0; length < file.Length; length++)
            Assert.That(() => CleanImage.Read(file[..length]), Throws.TypeOf<ImageFormatException>(), $"after {length} of {file.Length} bytes");
    }

    [TestCaseSource(nameof(Kinds))]
    public void Whatever_is_in_a_file_it_is_kept_or_refused_in_words(string kind)
    {
        var random = new Random(20261123);
        for (var i = 0; i < 20_000; i++)
        {
            var file = Talkative(kind, orientation: 3);
            for (var changes = random.Next(1, 6); changes > 0; changes--) file[random.Next(12, file.Length)] = (byte)random.Next(256);
            try
            {
                var clean = CleanImage.Read(file);
                Assert.That(CleanImage.Read(clean.Bytes), Is.EqualTo(clean).Using<CleanImage>((a, b) => a.Bytes.SequenceEqual(b.Bytes) && (a.Width, a.Height) == (b.Width, b.Height)));
            }
            catch (ImageFormatException)
            {
                // In words.
            }
        }
    }

    [TestCase("GIF89a........................")]
    [TestCase("<svg xmlns='http://www.w3.org/2000/svg'></svg>")]
    [TestCase("<!doctype html><script>alert(1)</script>")]
    [TestCase("%PDF-1.4 ........................")]
    [TestCase("")]
    public void What_is_no_picture_is_refused_whatever_it_is_called(string file) =>
        Assert.That(() => CleanImage.Read(Encoding.ASCII.GetBytes(file)), Throws.TypeOf<ImageFormatException>().With.Message.Contains("no JPEG, PNG or WebP"));

    [Test]
    public void A_picture_that_is_too_large_is_refused_before_it_is_unpacked()
    {
        var wide = Pictures.Png;
        BinaryPrimitives.WriteUInt32BigEndian(wide.AsSpan(16), 12_001);
        Assert.That(() => CleanImage.Read(Resealed(wide)), Throws.TypeOf<ImageFormatException>().With.Message.Contains("12001 × 8"));
        var jpeg = Pictures.Jpeg;
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), 9000);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), 9000);
        Assert.That(() => CleanImage.Read(jpeg), Throws.TypeOf<ImageFormatException>().With.Message.Contains("60 million"));
    }

    [Test]
    public void Rows_that_are_missing_from_a_png_or_too_many_are_found()
    {
        foreach (var height in new uint[] { 7, 9 })
        {
            var file = Pictures.Png;
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(20), height);
            Assert.That(() => CleanImage.Read(Resealed(file)), Throws.TypeOf<ImageFormatException>().With.Message.Contains("rows"), $"{height} rows");
        }
    }

    [Test]
    public void A_damaged_chunk_of_a_png_is_found_by_its_checksum()
    {
        var file = Pictures.Png;
        file[45] ^= 1;
        Assert.That(() => CleanImage.Read(file), Throws.TypeOf<ImageFormatException>().With.Message.Contains("byte 33"));
    }

    [Test]
    public void A_webp_that_moves_is_refused()
    {
        byte[] file = [.. Pictures.Webp, .. Pictures.Riff("ANIM", new byte[6])];
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), (uint)file.Length - 8);
        Assert.That(() => CleanImage.Read(file), Throws.TypeOf<ImageFormatException>().With.Message.Contains("moves"));
    }

    private static byte[] Plain(string kind) => kind switch { "jpeg" => Pictures.Jpeg, "png" => Pictures.Png, "webp" => Pictures.Webp, _ => Pictures.WebpLossless };

    private static byte[] Talkative(string kind, int orientation) => kind switch
    {
        "jpeg" => Pictures.TalkativeJpeg(orientation),
        "png" => Pictures.TalkativePng(orientation),
        _ => Pictures.TalkativeWebp(Plain(kind), orientation),
    };

    // With the checksum of the header that was changed.
    private static byte[] Resealed(byte[] png) => [.. png.AsSpan(0, 8), .. Pictures.Chunk("IHDR", png.AsSpan(16, 13)), .. png.AsSpan(33)];

    private static IReadOnlyList<MetadataExtractor.Directory> Read(byte[] file) => ImageMetadataReader.ReadMetadata(new MemoryStream(file));

    private static string Text(byte[] file) => Encoding.Latin1.GetString(file);
}
