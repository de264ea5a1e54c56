using Smp.Needles.Scanning;
using static Smp.Needles.Tests.Scanning.Codes;

namespace Smp.Needles.Tests.Scanning;

internal sealed class Gs1CodeTests
{
    private const string Item = "0109521234543213";

    [Test]
    public void The_example_of_the_FDA_for_GS1_is_read_whole() =>
        Assert.That(ScannedCode.Parse("(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234", Day(2015, 1, 1)), Is.EqualTo(new ScannedCode
        {
            Standard = CodeStandard.Gs1,
            Gtin = "51022222233336",
            Production = Day(2014, 12, 31),
            Expiry = Day(2015, 7, 7),
            Lot = "A213B1",
            Serial = "1234",
        }));

    [Test]
    public void The_example_of_HL7_for_an_implant_is_read_whole() =>
        Assert.That(Read("(01)00643169001763(17)160712(21)21A11F4855"), Is.EqualTo(new ScannedCode
        {
            Standard = CodeStandard.Gs1,
            Gtin = "00643169001763",
            Expiry = Day(2016, 7, 12),
            Serial = "21A11F4855",
        }));

    [Test]
    public void A_European_medicine_pack_with_a_separator_after_its_lot_is_read_whole() =>
        Assert.That(Read($"01050991510150511078241PC{Gs}17260530211HXNA4G4VM"), Is.EqualTo(new ScannedCode
        {
            Standard = CodeStandard.Gs1,
            Gtin = "05099151015051",
            Lot = "78241PC",
            Expiry = Day(2026, 5, 30),
            Serial = "1HXNA4G4VM",
        }));

    [Test]
    public void A_leading_FNC1_means_nothing() =>
        Assert.That(Read($"{Gs}010201234567890310BARCELONA2026{Gs}1726032021JriEinGg6B"), Is.EqualTo(new ScannedCode
        {
            Standard = CodeStandard.Gs1,
            Gtin = "02012345678903",
            Lot = "BARCELONA2026",
            Expiry = Day(2026, 3, 20),
            Serial = "JriEinGg6B",
        }));

    [Test]
    public void Every_element_that_is_kept_has_its_field() =>
        Assert.That(Read($"{Item}11250102172701033012{Gs}10L1{Gs}21S1{Gs}240R-1"), Is.EqualTo(new ScannedCode
        {
            Standard = CodeStandard.Gs1,
            Gtin = "09521234543213",
            Production = Day(2025, 1, 2),
            Expiry = Day(2027, 1, 3),
            Count = 12,
            Lot = "L1",
            Serial = "S1",
            Ref = "R-1",
        }));

    [TestCase("]C1"), TestCase("]d2"), TestCase("]Q3"), TestCase("]e0")]
    public void A_symbology_identifier_is_taken_off_and_kept(string identifier)
    {
        var code = Read($"{identifier}{Item}10A1");
        Assert.That((code.Symbology, code.Gtin, code.Lot), Is.EqualTo((identifier, "09521234543213", "A1")));
    }

    [Test]
    public void The_visible_separator_parts_as_the_invisible_one_does() =>
        Assert.That(Read("␝" + Item + "10A1␝17270103"), Is.EqualTo(Read($"{Item}10A1{Gs}17270103")));

    [Test]
    public void Without_a_separator_the_lot_takes_what_follows() =>
        Assert.That(Read($"{Item}10A117270103").Lot, Is.EqualTo("A117270103"));

    [Test]
    public void A_separator_after_an_element_of_predefined_length_is_tolerated() =>
        Assert.That(Read($"{Item}{Gs}17270103{Gs}10A1{Gs}"), Is.EqualTo(Read($"{Item}1727010310A1")));

    [Test]
    public void Two_barcodes_of_one_box_scanned_into_one_field_are_one_code() =>
        Assert.That(Read("]C1" + Item + "]C11727010310A1").Lot, Is.EqualTo("A1"));

    [Test]
    public void The_bracketed_text_may_have_spaces_and_line_ends_around() =>
        Assert.That(Read(" (01) 09521234543213 (17) 270103 (10) A1 \r\n"), Is.EqualTo(Read($"{Item}1727010310A1")));

    [Test]
    public void Brackets_may_stand_in_a_lot_that_is_scanned() =>
        Assert.That(Read($"{Item}10A(10)B").Lot, Is.EqualTo("A(10)B"));

    [TestCase("260200", 2026, 2, 28), TestCase("280200", 2028, 2, 29), TestCase("261200", 2026, 12, 31)]
    public void Day_00_is_the_last_day_of_the_month(string date, int year, int month, int day)
    {
        var code = Read($"{Item}17{date}11{date}");
        Assert.That((code.Expiry, code.Production), Is.EqualTo(((DateOnly?)Day(year, month, day), (DateOnly?)Day(year, month, day))));
    }

    [TestCase(2026, "76", 2076), TestCase(2026, "77", 1977), TestCase(2026, "00", 2000)]
    [TestCase(2049, "99", 2099), TestCase(2051, "01", 2101), TestCase(2051, "00", 2100), TestCase(2050, "00", 2100), TestCase(2049, "00", 2000)]
    public void The_century_is_the_nearest_one(int thisYear, string year, int expected) =>
        Assert.That(ScannedCode.Parse($"{Item}17{year}0615", Day(thisYear, 6, 1)).Expiry, Is.EqualTo(Day(expected, 6, 15)));

    [Test]
    public void The_expiry_with_time_of_AI_7003_is_kept()
    {
        var code = Read($"{Item}70032601052359{Gs}10A1");
        Assert.That((code.Expiry, code.ExpiryTime, code.Lot), Is.EqualTo(((DateOnly?)Day(2026, 1, 5), (TimeOnly?)new TimeOnly(23, 59), "A1")));
    }

    [TestCase("(00)095212345432100007"), TestCase("(13)260101(15)260101(16)260101(20)01"), TestCase("(22)2A(241)X(242)1")]
    [TestCase("(3103)000123(3922)0599"), TestCase("(37)24"), TestCase("(400)PO1(410)9521234543213(417)9521234543213")]
    [TestCase("(420)1010(421)752AB(422)752"), TestCase("(710)3675419(711)3400935974419(715)0777310502(717)052-2022")]
    [TestCase("(8005)000365(8010)AB#1(91)x(99)y"), TestCase("(7253)Doe(8013)1987654Ad4X4bL5ttr2310c2K"), TestCase("(235)5vBZIF%!<B;?oa%")]
    public void Other_known_elements_are_stepped_over_in_both_forms(string others)
    {
        var scanned = others.Replace("(", Gs, StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Read($"(01)09521234543213{others}(10)A1"), Is.EqualTo(Read($"{Item}10A1")));
            Assert.That(Read($"{Item}{scanned}{Gs}10A1"), Is.EqualTo(Read($"{Item}10A1")));
        }
    }

    [Test]
    public void Elements_of_predefined_length_need_no_separator() =>
        Assert.That(
            Read($"0009521234543210000711250102122501021325010215270103162701031727010320013103000123361500012341095212345432134179521234543213{Item}10A1"),
            Is.EqualTo(Read($"{Item}112501021727010310A1")));

    [Test]
    public void The_GTIN_of_a_carton_s_contents_counts_for_the_lot_beside_it()
    {
        var code = Read($"0009521234543210000702095212345432133724{Gs}10A1");
        Assert.That((code.Gtin, code.Lot), Is.EqualTo(("09521234543213", "A1")));
    }

    [Test]
    public void An_element_twice_with_one_value_is_fine() =>
        Assert.That(Read($"{Item}10A1{Gs}10A1{Gs}{Item}"), Is.EqualTo(Read($"{Item}10A1")));

    [TestCase("40170725", "00000040170725"), TestCase("614141007349", "00614141007349")]
    [TestCase("9521234543213", "09521234543213"), TestCase("09521234543213", "09521234543213")]
    public void A_plain_EAN_or_UPC_barcode_is_a_GTIN_alone(string digits, string gtin) =>
        Assert.That(Read(digits), Is.EqualTo(new ScannedCode { Standard = CodeStandard.Ean, Gtin = gtin }));

    [TestCase("]E09521234543213"), TestCase("]E440170725")]
    public void A_plain_barcode_is_known_by_its_identifier(string scanned)
    {
        var code = Read(scanned);
        Assert.That((code.Standard, code.Symbology), Is.EqualTo((CodeStandard.Ean, scanned[..3])));
    }

    [Test]
    public void Fourteen_digits_that_the_scanner_calls_GS1_are_elements() =>
        Assert.That(Refusal("]C117270103101234").Problems(), Is.EqualTo(new[] { CodeProblem.GtinMissing }));
}
