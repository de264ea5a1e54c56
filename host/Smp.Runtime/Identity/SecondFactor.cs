using System.Data.Common;
using Dapper;
using Smp.Runtime.Core;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>How somebody's second factor stands.</summary>
/// <param name="Since">Since when a code is asked for; null when none is.</param>
/// <param name="Pending">Whether a secret waits for its first code.</param>
/// <param name="RecoveryCodes">How many codes for recovery are left.</param>
public sealed record SecondFactorState(DateTimeOffset? Since, bool Pending, long RecoveryCodes)
{
    /// <summary>Whether a code is asked for at signing in.</summary>
    public bool IsOn => Since is not null;
}

/// <summary>One-time codes of an authenticator app, beside the password: set up and turned off by each for themselves. Scoped.</summary>
public sealed class SecondFactor(IStore<CorePlugin> store, TotpBook book, SignIn signIn)
{
    /// <summary>How it stands.</summary>
    public Task<SecondFactorState> StateOfAsync(long userId, CancellationToken token = default) => store.ReadAsync(async db =>
        new SecondFactorState(
            await db.ExecuteScalarAsync<DateTimeOffset?>("SELECT confirmed_at FROM core__totp WHERE user_id = @userId", new { userId }),
            await db.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM core__totp WHERE user_id = @userId AND confirmed_at IS NULL)", new { userId }),
            await db.ExecuteScalarAsync<long>("SELECT count(*) FROM core__recovery_codes WHERE user_id = @userId AND used_at IS NULL", new { userId })), token);

    /// <summary>Makes a secret, which counts once a first code has shown that the app has it. Asks for the password: a session left open mustn't lock its owner out.</summary>
    /// <exception cref="RefusedException">It is on already.</exception>
    public async Task<SignInOutcome> BeginAsync(string userName, string password, CancellationToken token = default)
    {
        if (await signIn.ConfirmAsync(userName, password, token) is not SignInOutcome.Ok and var outcome) return outcome;
        var secret = book.Protect(Totp.NewSecret());
        await store.WriteAsync(new("Began to set up one-time codes"), async unit =>
        {
            var user = await Users.FindAsync(unit.Connection, userName);
            if (await unit.Connection.ExecuteAsync("""
                INSERT INTO core__totp (user_id, secret, created_at) VALUES (@Id, @secret, @Now)
                ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at WHERE confirmed_at IS NULL
                """, new { user.Id, secret, unit.Now }) == 0)
                throw Refuse.Because($"One-time codes are on already.");
            return true;
        }, token);
        return new SignInOutcome.Ok();
    }

    /// <summary>The secret that waits for its first code, in Base32, or null.</summary>
    public Task<string?> PendingAsync(long userId, CancellationToken token = default) => book.SecretOfAsync(userId, confirmed: false, token);

    /// <summary>Turns codes on by a first one. Returns the codes for recovery: this is the only time they are seen.</summary>
    /// <exception cref="RefusedException">The code doesn't fit, or nothing waits for one.</exception>
    public async Task<IReadOnlyList<string>> ConfirmAsync(long userId, string? code, CancellationToken token = default)
    {
        var secret = await PendingAsync(userId, token) ?? throw Refuse.Because($"Nothing waits for a code. Begin again.");
        if (book.Fit(secret, code) is not { Step: { } step })
            throw Refuse.Field("code", $"This isn't the code that the app shows now. Check that the clock of the device is right.");
        List<string> codes = [.. Enumerable.Range(0, RecoveryCodes.Count).Select(_ => RecoveryCodes.New())];
        await store.WriteAsync(new("Turned one-time codes on"), async unit =>
        {
            var db = unit.Connection;
            // Begun anew meanwhile, with a secret that this code says nothing about.
            if (await book.SecretOfAsync(db, userId, confirmed: false) is { } now && now != secret) throw Refuse.Because($"This was begun anew meanwhile. Scan the new code.");
            if (await db.ExecuteAsync(
                "UPDATE core__totp SET confirmed_at = @Now, last_step = @step WHERE user_id = @userId AND confirmed_at IS NULL", new { userId, step, unit.Now }) == 0)
                throw Refuse.Because($"One-time codes are on already.");
            await db.ExecuteAsync("DELETE FROM core__recovery_codes WHERE user_id = @userId", new { userId });
            foreach (var one in codes)
                await db.ExecuteAsync("INSERT INTO core__recovery_codes (user_id, hash) VALUES (@userId, @hash)", new { userId, hash = RecoveryCodes.Hash(one) });
            return true;
        }, token);
        return codes;
    }

    /// <summary>Turns codes off, against the password and a code. Wrong ones count as at signing in.</summary>
    public async Task<SignInOutcome> TurnOffAsync(string userName, string password, string? code, CancellationToken token = default)
    {
        if (await signIn.ConfirmAsync(userName, password, token) is not SignInOutcome.Ok and var outcome) return outcome;
        return await signIn.CheckCodeAsync(userName, code, new("Turned one-time codes off"), (db, user) => RemoveAsync(db, user.Id), token);
    }

    /// <summary>Turns somebody's codes off who lost app and recovery codes. It is for those who manage users; the audit trail says who did it.</summary>
    /// <exception cref="RefusedException">There is no such user, or they have none.</exception>
    public Task ResetAsync(string userName, CancellationToken token = default) => store.WriteAsync(new("Reset a user's one-time codes"), async unit =>
    {
        var user = await Users.FindAsync(unit.Connection, userName);
        return await RemoveAsync(unit.Connection, user.Id) > 0 ? true : throw Refuse.Because($"{user.Name} has no one-time codes.");
    }, token);

    private static async Task<int> RemoveAsync(DbConnection db, long userId)
    {
        await db.ExecuteAsync("DELETE FROM core__recovery_codes WHERE user_id = @userId", new { userId });
        return await db.ExecuteAsync("DELETE FROM core__totp WHERE user_id = @userId", new { userId });
    }
}
