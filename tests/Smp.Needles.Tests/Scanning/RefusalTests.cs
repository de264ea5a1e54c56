using Smp.Needles.Scanning;
using Smp.Sdk;
using static Smp.Needles.Tests.Scanning.Codes;

namespace Smp.Needles.Tests.Scanning;

/// <summary>What is wrong is said exactly, in words for a person and in a word for the machine.</summary>
internal sealed class RefusalTests
{
    private const string Item = "0109521234543213";

    private static void Refused(string? code, string problem, string sentence)
    {
        var refusal = Refusal(code);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Problems(), Is.EqualTo(new[] { problem }));
            Assert.That(refusal.Kind, Is.EqualTo(RefusalKind.Invalid));
            Assert.That(refusal.Message, Does.Contain(sentence));
            Assert.That(refusal.Errors.Select(error => error.Field), Is.EqualTo(new[] { "code" }));
        }
    }

    [TestCase(null), TestCase(""), TestCase(" \r\n"), TestCase("]d2"), TestCase("\u001D"), TestCase("]C1␝")]
    public void Nothing_is_not_a_code(string? code) => Refused(code, CodeProblem.Empty, "There is nothing to read");

    [Test]
    public void More_than_400_characters_are_refused_unread() =>
        Refused(new string('1', 401), CodeProblem.TooLong, "This has 401 characters; a barcode here has at most 400.");

    [Test]
    public void Four_hundred_characters_are_read() =>
        Assert.That(Refusal(new string('1', 400)).Problems(), Has.None.EqualTo(CodeProblem.TooLong));

    [Test]
    public void A_wrong_check_digit_is_named_beside_the_right_one() =>
        Refused("0109521234543214", CodeProblem.CheckDigit, "The check digit of the GTIN (AI 01) 09521234543214 is 4, but 3 would be right: scan again.");

    [TestCase("40170726"), TestCase("614141007348"), TestCase("]E09521234543214")]
    public void A_plain_barcode_is_checked_too(string code) => Refused(code, CodeProblem.CheckDigit, "The check digit of the GTIN");

    [TestCase("]E0123", "The barcode has 3 digits", CodeProblem.Truncated), TestCase("]E0123456789012345", "The barcode has 15 digits", CodeProblem.Length)]
    public void A_plain_barcode_of_another_length_is_none(string code, string sentence, string problem) => Refused(code, problem, sentence);

    [Test]
    public void A_plain_barcode_has_digits_only() =>
        Refused("]E0952123454321X", CodeProblem.Character, "Character 13 of the barcode is “X” (U+0058)");

    [TestCase("17260231", "The expiry date (AI 17) is 260231, but there is no 2026-02-31: that month has 28 days.")]
    [TestCase("11270229", "The production date (AI 11) is 270229, but there is no 2027-02-29: that month has 28 days.")]
    [TestCase("17261301", "but there is no month 13"), TestCase("17260000", "but there is no month 00"), TestCase("17260431", "2026-04-31: that month has 30 days")]
    [TestCase("70032601012400", "but there is no time 24:00"), TestCase("70032601012360", "but there is no time 23:60"), TestCase("70032601002359", "but there is no 2026-01-00")]
    public void An_impossible_date_is_named(string element, string sentence) => Refused(Item + element, CodeProblem.Date, sentence);

    [TestCase("10", 20, "lot (AI 10)"), TestCase("21", 20, "serial number (AI 21)"), TestCase("240", 30, "additional id (AI 240)"), TestCase("30", 8, "count (AI 30)")]
    public void A_value_that_is_too_long_is_measured(string ai, int most, string name)
    {
        Assert.That(Read(Item + ai + new string('4', most)).Gtin, Is.Not.Null);
        Refused(Item + ai + new string('4', most + 4), CodeProblem.Length, $"The {name} is {most + 4} characters long; at most {most} are allowed.");
    }

    [TestCase("10A€1", "Character 2 of the lot (AI 10) is “€” (U+20AC)"), TestCase("10A B", "Character 2 of the lot (AI 10) is (U+0020)")]
    [TestCase("21#1", "Character 1 of the serial number (AI 21) is “#” (U+0023)"), TestCase("17２６0101", "Character 1 of the expiry date (AI 17) is “２” (U+FF12); only the digits 0 to 9 may stand there")]
    [TestCase("30١", "Character 1 of the count (AI 30) is “١” (U+0661)"), TestCase("10\u202EA", "is (U+202E)"), TestCase("10\u0000", "is (U+0000)"), TestCase("10A😀", "Character 2 of the lot (AI 10) is “😀” (U+1F600)")]
    public void A_forbidden_character_is_shown_with_its_place(string element, string sentence) => Refused(Item + element, CodeProblem.Character, sentence);

    [Test]
    public void Half_a_surrogate_pair_is_shown_by_its_number() => Refused(Item + "10A\uD83D", CodeProblem.Character, "is U+D83D");

    [TestCase("(17)270103"), TestCase("10A1"), TestCase("]C111250103"), TestCase("21S1"), TestCase("3012"), TestCase("240R1"), TestCase("00095212345432100007")]
    public void Nothing_stands_without_a_GTIN(string element) => Refused(element, CodeProblem.GtinMissing, "There is no GTIN (AI 01) beside this: ");

    [Test]
    public void A_missing_GTIN_is_said_with_what_is_there() =>
        Refused("1727010310A1", CodeProblem.GtinMissing, "beside this: expiry date (AI 17), lot (AI 10). Scan the barcode that begins with 01");

    [TestCase(Item + "1726", "The expiry date (AI 17) is cut off: it has 2 characters, and 6 would be right.")]
    [TestCase("0109521", "The GTIN (AI 01) is cut off: it has 5 characters, and 14 would be right."), TestCase(Item + "10", "The lot (AI 10) is empty")]
    [TestCase(Item + "1727\u001D10A1", "The expiry date (AI 17) is cut off: it has 2"), TestCase("(01)09521234543213(10)(17)270103", "The lot (AI 10) is empty")]
    [TestCase(Item + "1", "The code is cut off within its last AI, 1"), TestCase(Item + "310", "within its last AI, 310"), TestCase(Item + "700326010112", "The expiry date and time (AI 7003) is cut off: it has 8 characters, and 10 would be right.")]
    public void What_is_cut_off_is_named(string code, string sentence) => Refused(code, CodeProblem.Truncated, sentence);

    [TestCase(Item + "05123", "There is no AI 05 (character 17 of the code)"), TestCase(Item + "3109000001", "There is no AI 3109"), TestCase(Item + "718X", "There is no AI 718")]
    [TestCase("(01)09521234543213(05)123", "There is no AI 05"), TestCase(Item + "AB", "Character 17 of the code is “A” (U+0041), but an AI should begin there")]
    [TestCase("hello", "This is neither a GS1 nor a HIBC code: it begins with “h” (U+0068)"), TestCase("(x)", "no AI stands in it"), TestCase("()", "no AI stands in it"), TestCase(Item + "١٧270101", "Character 17 of the code is “١”")]
    public void An_unknown_element_is_named(string code, string sentence) => Refused(code, CodeProblem.UnknownElement, sentence);

    [TestCase("10A1\u001D10A2", "The lot (AI 10) comes twice, as A1 and as A2"), TestCase("1727010370032701041200", "The expiry date and time (AI 7003) is 2027-01-04, but another element of this code says 2027-01-03")]
    [TestCase("0204012345123456", "The GTIN of the contents (AI 02)")]
    public void A_code_that_contradicts_itself_is_refused(string elements, string sentence) =>
        Refused(Item + elements, CodeProblem.Contradiction, sentence);

    [Test]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var refusal = Refusal("(01)09521234543214(17)260231(10)ABCDEFGHIJKLMNOPQRSTUVWX(21)a b");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Problems(), Is.EqualTo(new[] { CodeProblem.CheckDigit, CodeProblem.Date, CodeProblem.Length, CodeProblem.Character }));
            Assert.That(refusal.Errors, Has.Count.EqualTo(4).And.All.Property("Field").EqualTo("code"));
            Assert.That(refusal.Message, Is.EqualTo("4 things are wrong with this code."));
        }
    }

    [Test]
    public void A_year_that_no_calendar_has_is_refused() =>
        Assert.That(Refusal(Item + "17300101", DateOnly.MaxValue).Says(), Does.Contain("but there is no year 10030"));
}
