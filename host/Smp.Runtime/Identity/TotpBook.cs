using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Smp.Runtime.Core;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>A code that fits, and that a unit of work can take.</summary>
/// <param name="Step">The step it belongs to; null for a recovery code.</param>
/// <param name="RecoveryHash">The hash of the recovery code; null for a code of the app.</param>
internal sealed record FittingCode(long? Step, string? RecoveryHash);

/// <summary>The secrets behind one-time codes, and the codes for the day on which the app is lost. Scoped.</summary>
public sealed class TotpBook(IStore<CorePlugin> store, IDataProtectionProvider protection, TimeProvider time)
{
    private readonly IDataProtector protector = protection.CreateProtector("Smp.Totp");

    /// <summary>A user's secret in Base32, or null: the one that counts, or the one that waits for its first code.</summary>
    /// <exception cref="RefusedException">The keys that encrypted it aren't there: the data came without them.</exception>
    internal Task<string?> SecretOfAsync(long userId, bool confirmed, CancellationToken token) => store.ReadAsync(db => SecretOfAsync(db, userId, confirmed), token);

    /// <summary>The same, inside a unit of work too.</summary>
    internal async Task<string?> SecretOfAsync(DbConnection db, long userId, bool confirmed)
    {
        var kept = await db.ExecuteScalarAsync<string>(
            "SELECT secret FROM core__totp WHERE user_id = @userId AND (confirmed_at IS NOT NULL) = @confirmed", new { userId, confirmed });
        try
        {
            return kept is null ? null : protector.Unprotect(kept);
        }
        catch (CryptographicException)
        {
            throw Refuse.Because($"The keys that these one-time codes were encrypted with aren't in this data folder. An administrator can reset the codes.");
        }
    }

    /// <summary>A secret as it is kept.</summary>
    internal string Protect(string secret) => protector.Protect(secret);

    /// <summary>What was typed, when it may be a code: of the app, or one for recovery. Whether it was taken before the unit finds out that takes it.</summary>
    internal FittingCode? Fit(string secret, string? typed)
    {
        var code = Plain(typed);
        if (code.Length == RecoveryCodes.Length) return new(null, Secrets.Hash(code));
        return Totp.Match(secret, code, time.GetUtcNow()) is { } step ? new(step, null) : null;
    }

    /// <summary>Takes a code inside a unit of work. False when it was taken before, or is none.</summary>
    internal static async Task<bool> TakeAsync(DbConnection db, long userId, FittingCode code, DateTimeOffset now) => code.RecoveryHash is { } hash
        ? await db.ExecuteAsync(
            "UPDATE core__recovery_codes SET used_at = @now WHERE user_id = @userId AND hash = @hash AND used_at IS NULL", new { userId, hash, now }) == 1
        : await db.ExecuteAsync(
            "UPDATE core__totp SET last_step = @Step WHERE user_id = @userId AND last_step < @Step", new { userId, code.Step }) == 1;

    // Typed with or without what parts the groups.
    private static string Plain(string? typed) => string.Concat((typed ?? "").Where(c => !char.IsWhiteSpace(c) && c != '-')).ToUpperInvariant();
}

/// <summary>Codes for recovery: 80 random bits each, so that a plain hash of them gives nothing away.</summary>
internal static class RecoveryCodes
{
    /// <summary>How many somebody gets.</summary>
    public const int Count = 10;

    /// <summary>How many characters one has, without what parts its groups.</summary>
    public const int Length = 16;

    /// <summary>A new one: <c>ABCD-EFGH-IJKL-MNOP</c>.</summary>
    public static string New() => string.Join('-', Totp.Base32(RandomNumberGenerator.GetBytes(10)).Chunk(4).Select(c => new string(c)));

    /// <summary>What is kept of one.</summary>
    public static string Hash(string code) => Secrets.Hash(code.Replace("-", "", StringComparison.Ordinal));
}
