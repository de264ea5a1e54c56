using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Smp.Needles.Scanning;
using Smp.Sdk;
using static Smp.Needles.Tests.Scanning.Codes;

namespace Smp.Needles.Tests.Scanning;

internal sealed class CodePropertyTests
{
    private const string Set82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

    private static readonly string[] Valid =
    [
        "]d20109521234543213172701031012345ABC\u001D21S-77",
        "(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234",
        "+A99912345/$$52001510X3/16D20111212/S77DEFG457",
        "+$$8053290331260301104+$",
        "9521234543213",
        "]C10109521234543213]C117270103\u001D3103000123300012\u001D70032701030012\u001D91x",
    ];

    private static readonly Gen<string> Gtins = Gen.Elements("0123456789".ToCharArray()).ArrayOf(13).Select(body => Gtin(new string(body)));

    private static readonly Gen<DateOnly> Days = Gen.Choose(-49 * 365, 50 * 365).Select(days => new DateOnly(2026, 1, 1).AddDays(days));

    /// <summary>A GTIN and any of the other elements, in any order.</summary>
    private static readonly Gen<(ScannedCode Code, (string Ai, string Value)[] Elements)> Whole =
        from gtin in Gtins
        from lot in Texts(20)
        from serial in Texts(20)
        from reference in Texts(30)
        from production in Days
        from expiry in Days
        from count in Gen.Choose(0, 99_999_999)
        from kept in Gen.Choose(0, 63)
        let code = new ScannedCode
        {
            Standard = CodeStandard.Gs1,
            Gtin = gtin,
            Lot = (kept & 1) == 0 ? null : lot,
            Serial = (kept & 2) == 0 ? null : serial,
            Ref = (kept & 4) == 0 ? null : reference,
            Production = (kept & 8) == 0 ? null : production,
            Expiry = (kept & 16) == 0 ? null : expiry,
            Count = (kept & 32) == 0 ? null : count,
        }
        from elements in Gen.Shuffle(Elements(code))
        select (code, elements);

    private static readonly Config Thousand = Config.QuickThrowOnFailure.WithMaxTest(1000);

    private static Gen<string> Texts(int longest) =>
        from length in Gen.Choose(1, longest)
        from characters in Gen.Elements(Set82.ToCharArray()).ArrayOf(length)
        select new string(characters);

    private static (string Ai, string Value)[] Elements(ScannedCode code) =>
    [
        .. new (string Ai, string? Value)[]
        {
            ("01", code.Gtin), ("10", code.Lot), ("21", code.Serial), ("240", code.Ref), ("11", Six(code.Production)), ("17", Six(code.Expiry)),
            ("30", code.Count?.ToString(CultureInfo.InvariantCulture)),
        }.Where(element => element.Value is not null).Select(element => (element.Ai, element.Value!)),
    ];

    private static string? Six(DateOnly? day) => day?.ToString("yyMMdd", CultureInfo.InvariantCulture);

    private static string Scanned((string Ai, string Value)[] elements)
    {
        var text = "";
        foreach (var (ai, value) in elements)
            text += ai + value + (ai is "10" or "21" or "240" or "30" ? Gs : "");
        return text.TrimEnd('\u001D');
    }

    [Test]
    public void Any_elements_in_any_order_are_read_back() =>
        Prop.ForAll(Whole.ToArbitrary(), whole => ScannedCode.Parse("]d2" + Scanned(whole.Elements), new DateOnly(2026, 1, 1)) == whole.Code with { Symbology = "]d2" })
            .Check(Thousand);

    [Test]
    public void Any_elements_without_brackets_in_them_are_read_back_from_their_text() =>
        Prop.ForAll(Whole.ToArbitrary(), whole =>
        {
            var plain = whole.Elements.Select(element => element.Ai == "01" ? element : (element.Ai, Value: element.Value.Replace("(", "A", StringComparison.Ordinal))).ToArray();
            var text = string.Concat(plain.Select(element => $"({element.Ai}){element.Value}"));
            return ScannedCode.Parse(text, new DateOnly(2026, 1, 1)) == ScannedCode.Parse("]d2" + Scanned(plain), new DateOnly(2026, 1, 1)) with { Symbology = null };
        }).Check(Thousand);

    [Test]
    public void Any_single_digit_misread_in_a_GTIN_is_caught() =>
        Prop.ForAll(Gtins.ToArbitrary(), Gen.Choose(0, 13).ToArbitrary(), Gen.Choose(1, 9).ToArbitrary(), (gtin, at, off) =>
        {
            var misread = gtin.ToCharArray();
            misread[at] = (char)('0' + (misread[at] - '0' + off) % 10);
            return Refusal("01" + new string(misread)).Problems().SequenceEqual([CodeProblem.CheckDigit]);
        }).Check(Thousand);

    [Test]
    public void Any_single_character_misread_in_a_HIBC_code_is_caught() =>
        Prop.ForAll(Gen.Choose(1, 45).ToArbitrary(), Gen.Elements("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%".ToCharArray()).ToArbitrary(), (at, character) =>
        {
            var misread = Valid[2].ToCharArray();
            if (misread[at] == character) return true;
            misread[at] = character;
            return Refusal(new string(misread)).Problems().Contains(CodeProblem.CheckDigit);
        }).Check(Thousand);

    [Test]
    public void Nothing_that_can_be_typed_makes_it_fail_otherwise_than_by_refusing() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string?>(), ArbMap.Default.ArbFor<DateTime>(), (text, now) => ReadOrRefused(text, DateOnly.FromDateTime(now))).Check(Thousand);

    [Test]
    public void No_damage_to_a_valid_code_makes_it_fail_otherwise_than_by_refusing()
    {
        var strange = Gen.Elements("0123456789(){}[]]+*/$\u001D␝ \r\n\u0000\uD83D\uDE00٣２éi_A".ToCharArray());
        var damaged =
            from code in Gen.Elements(Valid)
            from cuts in Gen.Choose(0, 3)
            from start in Gen.Choose(0, code.Length)
            from end in Gen.Choose(start, code.Length)
            from put in strange.ArrayOf(cuts)
            select code[..start] + new string(put) + code[end..];
        Prop.ForAll(damaged.ToArbitrary(), text => ReadOrRefused(text, Today)).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    [Test]
    public void Noise_in_the_shape_of_a_code_makes_it_fail_no_otherwise_than_by_refusing()
    {
        var pieces = Gen.Elements(["01", "10", "17", "21", "30", "240", "7003", "8006", "310", "(01)", "(17)", "(10)", "(", ")", "+", "$$", "$", "/", "14D", "16D", "Q", "S", "A999", "]C1", "]E0", "*", Gs, "260231", "09521234543213", "0", "9", "x"]);
        var noise = pieces.ListOf().Select(string.Concat);
        Prop.ForAll(noise.ToArbitrary(), text => ReadOrRefused(text, Today)).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    [Test]
    public void Every_truncation_of_a_valid_code_is_read_or_refused()
    {
        foreach (var code in Valid)
            for (var length = 0; length <= code.Length; length++)
                ReadOrRefused(code[..length], Today);
    }

    [TestCase("tr-TR"), TestCase("ar-SA"), TestCase("th-TH"), TestCase("fa-IR")]
    public void The_culture_of_the_machine_changes_nothing(string name)
    {
        string[] wrong = ["0109521234543214", "010952123454321317260231", "(01)09521234543213(10)ıİ", "+A99912345/$$52001510X3Z", "010952123454321317270103" + "70032701041200"];
        var (codes, refusals) = (Valid.Select(Read).ToArray(), wrong.Select(code => Refusal(code).Says()).ToArray());
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(name);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(Valid.Select(Read), Is.EqualTo(codes));
                Assert.That(wrong.Select(code => Refusal(code).Says()), Is.EqualTo(refusals));
                // The messages are shown in the culture of the reader: no argument may be a date of another calendar.
                Assert.That(wrong.SelectMany(code => Refusal(code).Errors).Select(error => error.Message.ToString(CultureInfo.CurrentCulture)), Is.EqualTo(wrong.SelectMany(code => Refusal(code).Says().Split('\n'))));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>True unless something else than a refusal with its fields and words comes of it.</summary>
    private static bool ReadOrRefused(string? text, DateOnly today)
    {
        try
        {
            var code = ScannedCode.Parse(text, today);
            return code.Standard == CodeStandard.Hibc ? code.Labeler is not null ^ code.Link is not null : code.Gtin is { Length: 14 };
        }
        catch (RefusedException refusal)
        {
            return refusal.Kind == RefusalKind.Invalid
                && refusal.Errors.Count > 0
                && refusal.Problems().Length == refusal.Errors.Count
                && refusal.Errors.All(error => error.Field == "code" && FormattableString.Invariant(error.Message).EnumerateRunes().All(rune => rune.Value != 0xFFFD));
        }
    }
}
