using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Smp.Runtime.Identity;

/// <summary>Secrets that a machine made up: long enough that a plain hash of them gives nothing away.</summary>
internal static class Secrets
{
    /// <summary>How many characters <see cref="New"/> gives.</summary>
    public const int Length = 43;

    /// <summary>32 random bytes as base64url.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>SHA-256 as lower-case hex: what is kept of a secret.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Whether a secret has this hash, in a time that doesn't tell how much of it matched.</summary>
    public static bool Matches(string? secret, string? hash) =>
        secret is not null && hash is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(secret)), Encoding.ASCII.GetBytes(hash));
}
