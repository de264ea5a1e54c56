using System.Data.Common;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Core;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>How an attempt to sign in ended.</summary>
public abstract record SignInOutcome
{
    private SignInOutcome()
    {
    }

    /// <summary>Signed in: the answer carries the session's cookie.</summary>
    public sealed record Ok : SignInOutcome;

    /// <summary>The user name or the password is wrong, or the person works here no longer. Which of these isn't told.</summary>
    public sealed record Wrong : SignInOutcome;

    /// <summary>Too many wrong passwords in a row; until then even the right one is of no use.</summary>
    /// <param name="Time">When the next attempt can be made.</param>
    public sealed record LockedUntil(DateTimeOffset Time) : SignInOutcome;
}

/// <summary>Signs people in and out, within a request. Scoped.</summary>
/// <remarks>
/// Names that nobody has are answered like wrong passwords, as slowly, and lock like them. Wrong attempts are counted and the lock is looked
/// at in one unit of work after the password was hashed, so that many attempts at once get no more guesses than one after the other.
/// </remarks>
public sealed class SignIn(
    IStore<CorePlugin> store,
    Passwords passwords,
    IdentityMemory memory,
    SignInManager<ClinicUser> sessions,
    RequestContext request,
    TimeProvider time,
    ILogger<SignIn> log)
{
    /// <summary>Signs in with user name and password. Five wrong ones in a row lock the name for 15 minutes.</summary>
    public async Task<SignInOutcome> PasswordAsync(string? userName, string? password, CancellationToken token = default)
    {
        var key = UserNames.Key(userName);
        var user = key is null
            ? null
            : await store.ReadAsync(db => db.QuerySingleOrDefaultAsync<ClinicUser>(
                $"{ClinicUser.Select} WHERE u.normalized_name = @key", new { key }), token);
        var now = time.GetUtcNow();
        if ((user is null && key is not null ? memory.UnknownNames.LockOf(key, now) : user?.LockedUntil) is { } locked && locked > now)
            return new SignInOutcome.LockedUntil(locked);

        var verdict = await memory.HashAsync(() => passwords.Verify(user?.PasswordHash, password ?? ""), token);
        if (user is null) return Failed(key is null ? null : memory.UnknownNames.Fail(key, now));
        if (verdict == PasswordVerificationResult.Failed || !user.Active) return Failed(await CountAsync(user, token));

        var hash = verdict == PasswordVerificationResult.SuccessRehashNeeded ? passwords.Hash(password!) : user.PasswordHash;
        var outcome = await BeginAsync(user, hash, token);
        if (outcome is SignInOutcome.Ok) await sessions.SignInAsync(user, isPersistent: false);
        return outcome;
    }

    /// <summary>
    /// Gives somebody who is signed in another password. The user's other sessions end, this one goes on. A wrong one in place of the
    /// current is counted as at signing in: a session left open is no place to guess.
    /// </summary>
    /// <exception cref="RefusedException">There is no such user, or the new password won't do (the field <c>password</c>).</exception>
    public async Task<SignInOutcome> ChangePasswordAsync(string userName, string current, string newPassword, CancellationToken token = default)
    {
        var user = await store.ReadAsync(db => Users.FindAsync(db, userName), token);
        if (user.LockedUntil is { } locked && locked > time.GetUtcNow()) return new SignInOutcome.LockedUntil(locked);
        var checks = new Checks();
        Passwords.Check(checks, newPassword, user.UserName, user.Name);
        checks.Throw();
        if (await memory.HashAsync(() => passwords.Verify(user.PasswordHash, current), token) == PasswordVerificationResult.Failed || !user.Active) return Failed(await CountAsync(user, token));

        var (hash, stamp) = (passwords.Hash(newPassword), Secrets.New());
        var (changed, until) = await store.WriteAsync(new("Changed one's own password"), async unit =>
        {
            var rows = await unit.Connection.ExecuteAsync("""
                UPDATE core__users SET password_hash = @hash, security_stamp = @stamp, failed_attempts = 0, locked_until = NULL
                WHERE id = @Id AND password_hash = @PasswordHash AND (locked_until IS NULL OR locked_until <= @Now)
                """, new { user.Id, user.PasswordHash, hash, stamp, unit.Now });
            return (rows == 1, await LockOfAsync(unit.Connection, user));
        }, token);
        if (!changed) return Failed(until > time.GetUtcNow() ? until : null);
        await sessions.SignInAsync(await store.ReadAsync(db => Users.FindAsync(db, userName), token), isPersistent: false);
        return new SignInOutcome.Ok();
    }

    /// <summary>
    /// Whether the password that somebody who is signed in typed again is theirs: for acts that are signed. A wrong one is counted as at signing in.
    /// </summary>
    /// <exception cref="RefusedException">The member of staff has no user.</exception>
    public async Task<SignInOutcome> ConfirmAsync(long staffId, string? password, CancellationToken token = default)
    {
        var user = await store.ReadAsync(db => db.QuerySingleOrDefaultAsync<ClinicUser>($"{ClinicUser.Select} WHERE u.staff_id = @staffId", new { staffId }), token)
            ?? throw Refuse.Forbidden($"Only somebody who can sign in can do this.");
        if (user.LockedUntil is { } locked && locked > time.GetUtcNow()) return new SignInOutcome.LockedUntil(locked);
        if (await memory.HashAsync(() => passwords.Verify(user.PasswordHash, password ?? ""), token) == PasswordVerificationResult.Failed || !user.Active) return Failed(await CountAsync(user, token));

        // Carries nothing out by itself: what it is typed for follows in a unit of its own.
        var (confirmed, until) = await store.WriteAsync(new("Typed the password again") { Refusal = true }, async unit =>
        {
            var rows = await unit.Connection.ExecuteAsync("""
                UPDATE core__users SET failed_attempts = 0, locked_until = NULL
                WHERE id = @Id AND password_hash = @PasswordHash AND (locked_until IS NULL OR locked_until <= @Now)
                """, new { user.Id, user.PasswordHash, unit.Now });
            return (rows == 1, await LockOfAsync(unit.Connection, user));
        }, token);
        return confirmed ? new SignInOutcome.Ok() : Failed(until > time.GetUtcNow() ? until : null);
    }

    /// <summary>Ends this browser's session.</summary>
    public Task SignOutAsync() => sessions.SignOutAsync();

    private static SignInOutcome Failed(DateTimeOffset? lockedUntil) =>
        lockedUntil is { } until ? new SignInOutcome.LockedUntil(until) : new SignInOutcome.Wrong();

    private async Task<DateTimeOffset?> CountAsync(ClinicUser user, CancellationToken token)
    {
        var until = await store.WriteAsync(new("Typed a wrong password") { Refusal = true }, async unit =>
        {
            await unit.Connection.ExecuteAsync("""
                UPDATE core__users SET
                    failed_attempts = CASE WHEN failed_attempts + 1 < @MaxAttempts THEN failed_attempts + 1 ELSE 0 END,
                    locked_until = CASE WHEN failed_attempts + 1 < @MaxAttempts THEN NULL ELSE @until END
                WHERE id = @Id AND (locked_until IS NULL OR locked_until <= @Now)
                """, new { user.Id, Lockout.MaxAttempts, until = unit.Now + Lockout.Duration, unit.Now });
            return await LockOfAsync(unit.Connection, user);
        }, token);
        if (until is not null) log.LogWarning("{UserName} is locked until {Until} after wrong passwords", user.UserName, until);
        return until;
    }

    private async Task<SignInOutcome> BeginAsync(ClinicUser user, string hash, CancellationToken token)
    {
        request.ActAs(new Actor(ActorKind.Person, user.Name, user.StaffId));
        var (begun, locked) = await store.WriteAsync(new("Signed in"), async unit =>
        {
            // Whatever happened while the password was hashed counts: a lock, another password, a person who left.
            var changed = await unit.Connection.ExecuteAsync("""
                UPDATE core__users SET failed_attempts = 0, locked_until = NULL, password_hash = @hash
                WHERE id = @Id AND password_hash = @PasswordHash AND (locked_until IS NULL OR locked_until <= @Now)
                  AND EXISTS (SELECT 1 FROM staff WHERE staff.id = core__users.staff_id AND active = 1)
                """, new { user.Id, user.PasswordHash, hash, unit.Now });
            return (changed == 1, await LockOfAsync(unit.Connection, user));
        }, token);
        if (begun) return new SignInOutcome.Ok();
        request.SetNobody();
        return Failed(locked > time.GetUtcNow() ? locked : null);
    }

    private static Task<DateTimeOffset?> LockOfAsync(DbConnection db, ClinicUser user) =>
        db.ExecuteScalarAsync<DateTimeOffset?>("SELECT locked_until FROM core__users WHERE id = @Id", new { user.Id });
}
