using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Smp.Runtime.Identity;

/// <summary>One-time codes by RFC 6238, as every authenticator app makes them: SHA-1, steps of 30 seconds, 6 digits.</summary>
public static class Totp
{
    private const int Digits = 6;
    private const int Step = 30;
    private const int SecretBytes = 20;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>160 random bits, as RFC 4226 recommends, in Base32.</summary>
    internal static string NewSecret() => Base32(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>What an app reads from the picture.</summary>
    /// <param name="issuer">The clinic's name.</param>
    /// <param name="userName">Whose.</param>
    /// <param name="secret">In Base32.</param>
    public static string Uri(string issuer, string userName, string secret) =>
        $"otpauth://totp/{System.Uri.EscapeDataString(issuer)}:{System.Uri.EscapeDataString(userName)}?secret={secret}&issuer={System.Uri.EscapeDataString(issuer)}&algorithm=SHA1&digits={Digits}&period={Step}";

    /// <summary>The step of a moment.</summary>
    internal static long StepOf(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / Step;

    /// <summary>
    /// The step whose code this is: the present one, or for clocks that differ the one before or after. Null when it is none of them. Takes as
    /// long whichever it is.
    /// </summary>
    internal static long? Match(string secret, string code, DateTimeOffset now)
    {
        var key = FromBase32(secret);
        var typed = Encoding.UTF8.GetBytes(code);
        long? match = null;
        for (var step = StepOf(now) - 1; step <= StepOf(now) + 1; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Code(key, step)), typed)) match = step;
        }

        return match;
    }

    /// <summary>The code of a counter: RFC 4226, section 5.3.</summary>
    internal static string Code(byte[] key, long counter, int digits = Digits)
    {
        Span<byte> message = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(message, counter);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The apps know no other: within HMAC SHA-1 isn't broken.
        HMACSHA1.HashData(key, message, mac);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 0xf)..]) & 0x7fffffff;
        return (number % (int)Math.Pow(10, digits)).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    /// <summary>RFC 4648, without padding.</summary>
    internal static string Base32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (bits, count) = (0, 0);
        foreach (var b in bytes)
        {
            bits = (bits << 8 | b) & 0xfff;
            for (count += 8; count >= 5; count -= 5) text.Append(Alphabet[bits >> (count - 5) & 31]);
        }

        if (count > 0) text.Append(Alphabet[bits << (5 - count) & 31]);
        return text.ToString();
    }

    internal static byte[] FromBase32(string text)
    {
        List<byte> bytes = [];
        var (bits, count) = (0, 0);
        foreach (var c in text)
        {
            bits = (bits << 5 | Alphabet.IndexOf(c, StringComparison.Ordinal)) & 0xfff;
            count += 5;
            if (count < 8) continue;
            count -= 8;
            bytes.Add((byte)(bits >> count));
        }

        return [.. bytes];
    }
}
