using System.Collections.Frozen;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>
/// Hashes and judges passwords after NIST SP 800-63B: length counts, nothing is forced into a password, and what everybody would guess
/// first is refused. A singleton of the shell.
/// </summary>
public sealed class Passwords(IOptions<PasswordHasherOptions> options)
{
    /// <summary>How many characters a password has at least.</summary>
    public const int MinLength = 12;

    /// <summary>How many characters a password has at most.</summary>
    public const int MaxLength = 256;

    private static readonly Lazy<FrozenSet<string>> Common = new(ReadCommon);

    private readonly PasswordHasher<Passwords> hasher = new(options);
    private string? decoy;

    /// <summary>Says what is wrong with a new password, on the field <c>password</c>.</summary>
    internal static void Check(Checks checks, string? password, params ReadOnlySpan<string> names)
    {
        password ??= "";
        var length = password.EnumerateRunes().Count();
        checks.That(length >= MinLength, "password", $"At least {MinLength} characters. A few words in a row are easy to remember.");
        checks.That(length <= MaxLength, "password", $"At most {MaxLength} characters.");
        if (length is < MinLength or > MaxLength) return;
        checks.That(Clean(password) is not null, "password", $"This has characters that can't be typed again.");

        var core = Core(password);
        if (core.Length == 0) return;
        foreach (var name in names)
        {
            if (core != Core(name)) continue;
            checks.Add("password", $"The name is what others would try first.");
            return;
        }

        checks.That(!Common.Value.Contains(core), "password", $"This is one of the passwords that are tried first everywhere.");
    }

    /// <summary>Hashes a password that was checked.</summary>
    internal string Hash(string password) => hasher.HashPassword(this, Clean(password) ?? throw new ArgumentException("Not a text.", nameof(password)));

    /// <summary>Compares a password with a user's hash. Without one (null: nobody has that name) it takes as long and fails.</summary>
    internal PasswordVerificationResult Verify(string? hash, string password)
    {
        var typed = password.Length <= 2 * MaxLength ? Clean(password) : null;
        decoy ??= hasher.HashPassword(this, Secrets.New());
        var result = hasher.VerifyHashedPassword(this, hash ?? decoy, typed ?? "");
        return hash is null || typed is null ? PasswordVerificationResult.Failed : result;
    }

    // Keyboards differ in how they compose a letter such as "č". Null when it isn't Unicode at all.
    private static string? Clean(string password)
    {
        try
        {
            return password.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // "Password-1234" is no better than "password1234".
    private static string Core(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    private static FrozenSet<string> ReadCommon()
    {
        using var text = new StreamReader(typeof(Passwords).Assembly.GetManifestResourceStream("Identity/common-passwords.txt")!, Encoding.UTF8);
        return text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Core).ToFrozenSet();
    }
}
