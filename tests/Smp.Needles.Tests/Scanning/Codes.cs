using Smp.Needles.Scanning;
using Smp.Sdk;

namespace Smp.Needles.Tests.Scanning;

/// <summary>How these tests read a code, and what they ask of a refusal.</summary>
internal static class Codes
{
    public const string Gs = "\u001D";

    public static readonly DateOnly Today = new(2026, 5, 20);

    public static ScannedCode Read(string code) => ScannedCode.Parse(code, Today);

    public static DateOnly Day(int year, int month, int day) => new(year, month, day);

    public static RefusedException Refusal(string? code, DateOnly? today = null) =>
        Assert.Throws<RefusedException>(() => ScannedCode.Parse(code, today ?? Today))!;

    public static string[] Problems(this RefusedException refusal) => (string[])refusal.Details["problems"]!;

    public static string Says(this RefusedException refusal) =>
        string.Join("\n", refusal.Errors.Select(error => FormattableString.Invariant(error.Message)));

    /// <summary>The digit that makes the body a GTIN, found by trial: another way than the one under test.</summary>
    public static string Gtin(string body)
    {
        for (var digit = 0; ; digit++)
        {
            var sum = 0;
            var padded = $"{body}{digit}".PadLeft(14, '0');
            for (var index = 0; index < 14; index++) sum += (padded[index] - '0') * (index % 2 == 0 ? 3 : 1);
            if (sum % 10 == 0) return body + digit;
        }
    }
}
