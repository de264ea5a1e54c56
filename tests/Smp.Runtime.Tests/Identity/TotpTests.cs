using System.Text;
using Smp.Runtime.Identity;

namespace Smp.Runtime.Tests.Identity;

public sealed class TotpTests
{
    private static readonly byte[] Key = Encoding.ASCII.GetBytes("12345678901234567890");

    // RFC 4226, appendix D.
    [TestCase(0, "755224")]
    [TestCase(1, "287082")]
    [TestCase(2, "359152")]
    [TestCase(3, "969429")]
    [TestCase(4, "338314")]
    [TestCase(5, "254676")]
    [TestCase(6, "287922")]
    [TestCase(7, "162583")]
    [TestCase(8, "399871")]
    [TestCase(9, "520489")]
    public void Codes_are_those_of_RFC_4226(long counter, string code) => Assert.That(Totp.Code(Key, counter), Is.EqualTo(code));

    // RFC 6238, appendix B, SHA-1.
    [TestCase(59, "94287082")]
    [TestCase(1111111109, "07081804")]
    [TestCase(1111111111, "14050471")]
    [TestCase(1234567890, "89005924")]
    [TestCase(2000000000, "69279037")]
    [TestCase(20000000000, "65353130")]
    public void Steps_are_those_of_RFC_6238(long seconds, string code)
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(seconds);

        Assert.That(Totp.Code(Key, Totp.StepOf(at), digits: 8), Is.EqualTo(code));
        Assert.That(Totp.Match(Totp.Base32(Key), code[2..], at), Is.EqualTo(seconds / 30));
    }

    // RFC 4648, section 10, without padding.
    [TestCase("", "")]
    [TestCase("f", "MY")]
    [TestCase("fo", "MZXQ")]
    [TestCase("foo", "MZXW6")]
    [TestCase("foob", "MZXW6YQ")]
    [TestCase("fooba", "MZXW6YTB")]
    [TestCase("foobar", "MZXW6YTBOI")]
    public void Base32_is_that_of_RFC_4648_there_and_back(string text, string base32)
    {
        Assert.That(Totp.Base32(Encoding.ASCII.GetBytes(text)), Is.EqualTo(base32));
        Assert.That(Encoding.ASCII.GetString(Totp.FromBase32(base32)), Is.EqualTo(text));
    }

    [TestCase(-2, false)]
    [TestCase(-1, true)]
    [TestCase(0, true)]
    [TestCase(1, true)]
    [TestCase(2, false)]
    public void A_clock_may_differ_by_one_step(int steps, bool fits)
    {
        var now = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

        Assert.That(Totp.Match(Totp.Base32(Key), Totp.Code(Key, Totp.StepOf(now) + steps), now), fits ? Is.EqualTo(Totp.StepOf(now) + steps) : Is.Null);
    }

    [TestCase("")]
    [TestCase("12345")]
    [TestCase("1234567")]
    [TestCase("١٢٣٤٥٦")]
    public void What_is_no_code_fits_never(string typed) =>
        Assert.That(Totp.Match(Totp.Base32(Key), typed, DateTimeOffset.FromUnixTimeSeconds(59)), Is.Null);

    [Test]
    public void The_picture_says_whose_it_is_and_nothing_breaks_out_of_its_place() => Assert.That(
        Totp.Uri("Hair & Co/Zürich", "mia@desk", "MZXW6YTB"),
        Is.EqualTo("otpauth://totp/Hair%20%26%20Co%2FZ%C3%BCrich:mia%40desk?secret=MZXW6YTB&issuer=Hair%20%26%20Co%2FZ%C3%BCrich&algorithm=SHA1&digits=6&period=30"));

    [TestCase("0000")]
    [TestCase("1234")]
    [TestCase("87654321")]
    [TestCase("7890")]
    [TestCase("1212")]
    [TestCase("123123")]
    [TestCase("123")]
    [TestCase("123456789")]
    [TestCase("12a4")]
    [TestCase("١٢٥٤")]
    [TestCase(null)]
    public void A_PIN_that_would_be_tried_first_is_refused(string? pin) => Assert.That(() => Pins.Check(pin), Throws.TypeOf<Sdk.RefusedException>());

    [TestCase("2580")]
    [TestCase("80412")]
    [TestCase("12345670")]
    public void Other_PINs_are_taken(string pin) => Assert.That(() => Pins.Check(pin), Throws.Nothing);
}
