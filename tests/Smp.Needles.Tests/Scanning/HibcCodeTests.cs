using System.Globalization;
using Smp.Needles.Scanning;
using static Smp.Needles.Tests.Scanning.Codes;

namespace Smp.Needles.Tests.Scanning;

internal sealed class HibcCodeTests
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

    /// <summary>The code with its check character after it.</summary>
    private static string Checked(string code) => code + Alphabet[code.Sum(character => Alphabet.IndexOf(character)) % 43];

    private static readonly ScannedCode Example = new() { Standard = CodeStandard.Hibc, Labeler = "A999", Ref = "1234", Unit = 5 };

    [Test]
    public void The_example_of_the_standard_with_everything_is_read_whole() =>
        Assert.That(Read("+A99912345/$$52001510X3/16D20111212/S77DEFG457"), Is.EqualTo(Example with
        {
            Expiry = Day(2020, 1, 15),
            Lot = "10X3",
            Production = Day(2011, 12, 12),
            Serial = "77DEFG45",
            Check = '7',
        }));

    [Test]
    public void The_example_of_the_standard_with_primary_and_secondary_is_read() =>
        Assert.That(Read("+A99912345/$$52001510X33"), Is.EqualTo(Example with { Expiry = Day(2020, 1, 15), Lot = "10X3", Check = '3' }));

    [Test]
    public void The_example_of_the_standard_with_a_supplemental_expiry_is_read() =>
        Assert.That(Read("+A99912345/$10X3/16D20111231/14D202001313"), Is.EqualTo(Example with
        {
            Lot = "10X3",
            Production = Day(2011, 12, 31),
            Expiry = Day(2020, 1, 31),
            Check = '3',
        }));

    [Test]
    public void The_example_of_the_standard_with_a_supplemental_quantity_is_read() =>
        Assert.That(Read("+A99912349/$10X3/16D20111231/14D20200131/Q500Z"), Is.EqualTo(Example with
        {
            Unit = 9,
            Lot = "10X3",
            Production = Day(2011, 12, 31),
            Expiry = Day(2020, 1, 31),
            Count = 500,
            Check = 'Z',
        }));

    [Test]
    public void The_example_of_the_standard_with_a_supplemental_serial_number_is_read() =>
        Assert.That(Read("+J123AQ3451/$$3231231BC34567/S4012R"), Is.EqualTo(new ScannedCode
        {
            Standard = CodeStandard.Hibc,
            Labeler = "J123",
            Ref = "AQ345",
            Unit = 1,
            Expiry = Day(2023, 12, 31),
            Lot = "BC34567",
            Serial = "4012",
            Check = 'R',
        }));

    [Test]
    public void The_primary_example_of_the_standard_is_read() =>
        Assert.That(Read("+A123BJC5D6E71G"), Is.EqualTo(new ScannedCode { Standard = CodeStandard.Hibc, Labeler = "A123", Ref = "BJC5D6E7", Unit = 1, Check = 'G' }));

    [Test]
    public void A_label_in_use_with_lot_and_long_expiry_is_read() =>
        Assert.That(Read("+E308T800206X0/$230513/14D20260413C"), Is.EqualTo(new ScannedCode
        {
            Standard = CodeStandard.Hibc,
            Labeler = "E308",
            Ref = "T800206X",
            Unit = 0,
            Lot = "230513",
            Expiry = Day(2026, 4, 13),
            Check = 'C',
        }));

    [Test]
    public void A_label_in_use_with_quantity_date_and_lot_is_read() =>
        Assert.That(Read("+E203PB414109/$$8243280112R00089525J"), Is.EqualTo(new ScannedCode
        {
            Standard = CodeStandard.Hibc,
            Labeler = "E203",
            Ref = "PB41410",
            Unit = 9,
            Count = 24,
            Expiry = Day(2028, 1, 12),
            Lot = "R00089525",
            Check = 'J',
        }));

    [TestCase("+EHWD3551419/$$900100F", 100), TestCase("+EHWD3551419/$/Q100X", 100)]
    public void A_label_in_use_may_have_a_quantity_and_nothing_else(string code, int count)
    {
        var read = Read(code);
        Assert.That((read.Labeler, read.Ref, read.Count, read.Lot, read.Expiry), Is.EqualTo(("EHWD", "355141", (int?)count, (string?)null, (DateOnly?)null)));
    }

    [Test]
    public void The_text_with_asterisks_is_read() =>
        Assert.That(Read("*+D002606030421/$$323101700056020/16D20201020Z*").Lot, Is.EqualTo("00056020"));

    [TestCase("+$$02231162074ZA", 'Z', "1162074", 2023, 2, 28), TestCase("+$$0624J139276%5", '%', "J139276", 2024, 6, 30)]
    public void A_secondary_label_in_use_alone_keeps_its_link(string code, char link, string lot, int year, int month, int day)
    {
        var read = Read(code);
        Assert.That((read.Link, read.Lot, read.Expiry, read.Ref), Is.EqualTo(((char?)link, lot, (DateOnly?)Day(year, month, day), (string?)null)));
    }

    [Test]
    public void The_link_of_a_secondary_label_is_the_check_of_its_primary_even_where_both_are_signs()
    {
        var secondary = Read("+$$8053290331260301104+$");
        Assert.That((secondary.Count, secondary.Expiry, secondary.Lot, secondary.Link), Is.EqualTo(((int?)5, (DateOnly?)Day(2029, 3, 31), "260301104", Read("+E260PPAUXEMO19+").Check)));
    }

    [TestCase("$3C001", null, "3C001", null, null), TestCase("$+0001", null, null, "0001", null), TestCase("05271", "2005-09-28", null, null, null), TestCase("052713C001", "2005-09-28", "3C001", null, null)]
    [TestCase("$$09053C001", "2005-09-30", "3C001", null, null), TestCase("$$20928053C001", "2005-09-28", "3C001", null, null), TestCase("$$30509283C001", "2005-09-28", "3C001", null, null)]
    [TestCase("$$4050928223C001", "2005-09-28T22", "3C001", null, null), TestCase("$$5052713C001", "2005-09-28", "3C001", null, null), TestCase("$$605271223C001", "2005-09-28T22", "3C001", null, null)]
    [TestCase("$$73C001", null, "3C001", null, null), TestCase("$$82409053C001", "2005-09-30", "3C001", null, 24), TestCase("$$82420928053C001", "2005-09-28", "3C001", null, 24)]
    [TestCase("$$82473C001", null, "3C001", null, 24), TestCase("$$824", null, null, null, 24), TestCase("$$9001004050928223C001", "2005-09-28T22", "3C001", null, 100), TestCase("$$900100", null, null, null, 100)]
    [TestCase("$$+09050001", "2005-09-30", null, "0001", null), TestCase("$$+4050928200001", "2005-09-28T20", null, "0001", null), TestCase("$$+70001", null, null, "0001", null)]
    public void Each_form_of_the_standard_s_table_is_read_alone_and_after_a_primary(string secondary, string? expiry, string? lot, string? serial, int? count)
    {
        var parts = expiry?.Split('T');
        var expected = new ScannedCode
        {
            Standard = CodeStandard.Hibc,
            Expiry = parts is null ? null : DateOnly.ParseExact(parts[0], "yyyy-MM-dd", CultureInfo.InvariantCulture),
            ExpiryTime = parts is [_, var hour] ? new TimeOnly(int.Parse(hour, CultureInfo.InvariantCulture), 0) : null,
            Lot = lot,
            Serial = serial,
            Count = count,
        };
        var (alone, both) = (Checked($"+{secondary}L"), Checked($"+A99912345/{secondary}"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Read(alone), Is.EqualTo(expected with { Link = 'L', Check = alone[^1] }));
            Assert.That(Read(both), Is.EqualTo(expected with { Labeler = "A999", Ref = "1234", Unit = 5, Check = both[^1] }));
        }
    }

    [TestCase('/'), TestCase(' '), TestCase('$'), TestCase('+'), TestCase('%')]
    public void A_link_may_be_any_character(char link) => Assert.That(Read(Checked($"+$$09053C001{link}")).Link, Is.EqualTo(link));

    [Test]
    public void A_check_character_that_is_a_space_is_read_as_such_and_as_an_underscore()
    {
        var lot = Enumerable.Range(0, 43).Select(number => $"+A99912345/$LOT{number:00}").First(code => Checked(code)[^1] == ' ');
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Read(lot + " ").Check, Is.EqualTo(' '));
            Assert.That(Read(lot + "_"), Is.EqualTo(Read(lot + " ")));
        }
    }

    [Test]
    public void Identifiers_of_general_symbologies_are_taken_off() =>
        Assert.That(Read("]d1+A99912345/$$52001510X33"), Is.EqualTo(Read("+A99912345/$$52001510X33") with { Symbology = "]d1" }));

    [Test]
    public void The_example_of_the_FDA_prints_C_for_its_check_character_and_is_refused_with_the_right_one()
    {
        var refusal = Refusal("+H123PARTNO1234567890120/$$420020216LOT123456789012345/SXYZ456789012345678/16D20130202C");
        Assert.That((refusal.Problems()[0], refusal.Says()), Is.EqualTo((CodeProblem.CheckDigit, "The check character of the HIBC code is “C” (U+0043), but “H” (U+0048) would be right: scan again.")));
    }

    [TestCase("A99912345/$$52236610X3", CodeProblem.Date, "there is no day 366 in 2022: that year has 365 days"), TestCase("A99912345/$$52200010X3", CodeProblem.Date, "there is no day 000 in 2022")]
    [TestCase("A99912345/$$1323L", CodeProblem.Date, "there is no month 13"), TestCase("A99912345/$$20230235L", CodeProblem.Date, "2023-02-30"), TestCase("A99912345/14D20260231", CodeProblem.Date, "2026-02-31")]
    [TestCase("$$25102173960231", CodeProblem.Date, "The HIBC expiry date is 510217, but there is no month 51")]
    [TestCase("A99912345/$$426010124L", CodeProblem.Date, "no time 24:00"), TestCase("A99912345/$$32301", CodeProblem.Truncated, "The HIBC expiry date is cut off: it has 4 digits, and 6 would be right"), TestCase("A99912345/$$", CodeProblem.Truncated, "cut off where its expiry date should begin")]
    [TestCase("A99912345/$$81", CodeProblem.Truncated, "The HIBC quantity is cut off"), TestCase("A99912345/", CodeProblem.Truncated, "Nothing stands after a slash"), TestCase("A99912345/$L/S", CodeProblem.Truncated, "The HIBC serial number is empty")]
    [TestCase("A9991", CodeProblem.Truncated, "The primary part of the HIBC code, A9991, is cut off"), TestCase("$L", CodeProblem.Truncated, "The HIBC code says nothing"), TestCase("A99912345/$L/16D2020", CodeProblem.Truncated, "The HIBC production date is cut off")]
    [TestCase("A99912345/$ABCDEFGHIJKLMNOPQRS", CodeProblem.Length, "The HIBC lot is 19 characters long; at most 18"), TestCase("A99912345/20015ABCDEFGHIJKLMN", CodeProblem.Length, "The HIBC lot is 14 characters long; at most 13"), TestCase("A999ABCDEFGHIJKLMNOPQRS5", CodeProblem.Length, "The HIBC product number is 19 characters long")]
    [TestCase("A99912345/$L/Q123456", CodeProblem.Length, "The HIBC quantity is 6 characters long; at most 5"), TestCase("A99912345/$$3AB0101", CodeProblem.Character, "Character 1 of the HIBC expiry date is “A”"), TestCase("A9991234X", CodeProblem.Character, "of the HIBC unit of measure is “X”")]
    [TestCase("A9-912345", CodeProblem.Character, "Character 3 of the HIBC labeler is “-”"), TestCase("A99912345/$L$", CodeProblem.Character, "Character 2 of the HIBC lot is “$”"), TestCase("A99912345/$$A", CodeProblem.UnknownElement, "There is no HIBC date format “A”"), TestCase("A99912345/$L/ZZ", CodeProblem.UnknownElement, "There is no HIBC element ZZ"), TestCase("/ACMRN1", CodeProblem.UnknownElement, "After + stands “/”")]
    [TestCase("A99912345/$$52001510X3/14D20200116", CodeProblem.Contradiction, "The HIBC expiry date is 2020-01-16, but another element of this code says 2020-01-15")]
    public void What_is_wrong_with_a_label_is_said(string body, string problem, string sentence)
    {
        var refusal = Refusal(Checked("+" + body));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Problems(), Is.EqualTo(new[] { problem }));
            Assert.That(refusal.Says(), Does.Contain(sentence));
        }
    }

    [Test]
    public void A_small_letter_belongs_to_no_label() =>
        Assert.That(Refusal("+a99912345C").Says(), Does.StartWith("Character 2 of the code is “a” (U+0061); only the digits 0 to 9, the letters A to Z"));
}
