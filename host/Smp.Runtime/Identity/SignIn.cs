using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
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

    /// <summary>The password is right, and a one-time code is asked for: the answer carries a ticket to <see cref="SignIn.CodeAsync"/>, good for five minutes.</summary>
    public sealed record CodeNeeded : SignInOutcome;

    /// <summary>There is no ticket any more: the password is asked for again.</summary>
    public sealed record Expired : SignInOutcome;

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
    SignInManager<ClinicUser> manager,
    SessionBook sessions,
    TotpBook codes,
    CodeTickets tickets,
    Tablets tablets,
    WrongAttempts wrong,
    RequestContext request,
    IClinicClock clock,
    TimeProvider time) : IReauthentication
{
    private const string WrongPassword = "Typed a wrong password";
    private const string WrongCode = "Typed a wrong code";

    private HttpContext Http => manager.Context;

    /// <summary>Signs in with user name and password; where a code is asked for, <see cref="CodeAsync"/> goes on. Five wrong ones in a row lock the name for 15 minutes.</summary>
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
        if (verdict == PasswordVerificationResult.Failed || !user.Active) return Failed(await wrong.CountAsync(user, WrongPassword, token));

        // Nothing is forgotten of wrong attempts yet: whoever has the password alone gets no more guesses at the code by typing it again.
        if (await codes.SecretOfAsync(user.Id, confirmed: true, token) is not null)
        {
            tickets.Give(Http, user);
            return new SignInOutcome.CodeNeeded();
        }

        var hash = verdict == PasswordVerificationResult.SuccessRehashNeeded ? passwords.Hash(password!) : user.PasswordHash;
        return await BeginAsync(user, hash, code: null, token);
    }

    /// <summary>Signs in with the code of somebody's app, or one for recovery, after <see cref="PasswordAsync"/>. Wrong ones count like wrong passwords.</summary>
    public async Task<SignInOutcome> CodeAsync(string? code, CancellationToken token = default)
    {
        if (tickets.Read(Http) is not { } ticket || await manager.UserManager.FindByIdAsync(ticket.UserId.ToString(CultureInfo.InvariantCulture)) is not { } user
            || user.SecurityStamp != ticket.Stamp) return new SignInOutcome.Expired();
        if (user.LockedUntil is { } locked && locked > time.GetUtcNow()) return new SignInOutcome.LockedUntil(locked);
        if (await codes.SecretOfAsync(user.Id, confirmed: true, token) is not { } secret) return new SignInOutcome.Expired();
        if (codes.Fit(secret, code) is not { } fitting) return Failed(await wrong.CountAsync(user, WrongCode, token));
        var outcome = await BeginAsync(user, user.PasswordHash, fitting, token);
        if (outcome is SignInOutcome.Wrong) return Failed(await wrong.CountAsync(user, WrongCode, token));
        if (outcome is SignInOutcome.Ok) tickets.Use(Http, ticket);
        return outcome;
    }

    /// <summary>Takes a code, and does something in the same unit of work.</summary>
    internal async Task<SignInOutcome> CheckCodeAsync(
        string userName, string? code, Act act, Func<DbConnection, ClinicUser, Task> then, CancellationToken token)
    {
        var user = await store.ReadAsync(db => Users.FindAsync(db, userName), token);
        var secret = await codes.SecretOfAsync(user.Id, confirmed: true, token) ?? throw Refuse.Because($"{user.Name} has no one-time codes.");
        var taken = codes.Fit(secret, code) is { } fitting && await store.WriteAsync(act, async unit =>
        {
            // Guesses that were sent together all found the name unlocked when they began.
            if (await WrongAttempts.LockOfAsync(unit.Connection, user) > unit.Now || !await TotpBook.TakeAsync(unit.Connection, user.Id, fitting, unit.Now)) return false;
            await then(unit.Connection, user);
            return true;
        }, token);
        return taken ? new SignInOutcome.Ok() : Failed(await wrong.CountAsync(user, WrongCode, token));
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
        if (await memory.HashAsync(() => passwords.Verify(user.PasswordHash, current), token) == PasswordVerificationResult.Failed || !user.Active)
            return Failed(await wrong.CountAsync(user, WrongPassword, token));

        var (hash, stamp) = (passwords.Hash(newPassword), Secrets.New());
        var session = sessions.New(SignInMethod.Password);
        var tablet = await tablets.CurrentAsync(Http, token);
        var (changed, until) = await store.WriteAsync(new("Changed one's own password"), async unit =>
        {
            var rows = await unit.Connection.ExecuteAsync("""
                UPDATE core__users SET password_hash = @hash, security_stamp = @stamp, locked_until = NULL,
                    failed_attempts = CASE WHEN EXISTS (SELECT 1 FROM core__totp WHERE user_id = @Id AND confirmed_at IS NOT NULL) THEN failed_attempts ELSE 0 END
                WHERE id = @Id AND password_hash = @PasswordHash AND (locked_until IS NULL OR locked_until <= @Now)
                """, new { user.Id, user.PasswordHash, hash, stamp, unit.Now });
            if (rows == 1)
            {
                await Pins.BlockAsync(unit.Connection, user.Id);
                await sessions.WriteAsync(unit.Connection, user, session, tablet?.Id, unit.Now);
            }

            return (rows == 1, await WrongAttempts.LockOfAsync(unit.Connection, user));
        }, token);
        if (!changed) return Failed(until > time.GetUtcNow() ? until : null);
        await sessions.EnterAsync(await store.ReadAsync(db => Users.FindAsync(db, userName), token), session);
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
        return await ConfirmAsync(user, password, token);
    }

    /// <summary>The same, by the name that one signs in with.</summary>
    /// <exception cref="RefusedException">There is no such user.</exception>
    public async Task<SignInOutcome> ConfirmAsync(string userName, string? password, CancellationToken token = default) =>
        await ConfirmAsync(await store.ReadAsync(db => Users.FindAsync(db, userName), token), password, token);

    /// <inheritdoc/>
    public async Task<long> DemandAsync(string? password, CancellationToken token = default)
    {
        if (request.Actor is not { Kind: ActorKind.Person, StaffId: { } who }) throw Refuse.Forbidden($"Only somebody who can sign in can do this.");
        switch (await ConfirmAsync(who, password, token))
        {
            case SignInOutcome.Ok:
                return who;
            case SignInOutcome.LockedUntil(var until):
                throw Refuse.Because($"Too many wrong passwords. Wait until {clock.ToLocal(until):HH:mm}, or ask an administrator to set a new one.");
            default:
                throw Refuse.Field("password", $"This isn’t your password.");
        }
    }

    private async Task<SignInOutcome> ConfirmAsync(ClinicUser user, string? password, CancellationToken token)
    {
        if (user.LockedUntil is { } locked && locked > time.GetUtcNow()) return new SignInOutcome.LockedUntil(locked);
        if (await memory.HashAsync(() => passwords.Verify(user.PasswordHash, password ?? ""), token) == PasswordVerificationResult.Failed || !user.Active)
            return Failed(await wrong.CountAsync(user, WrongPassword, token));

        // Carries nothing out by itself: what it is typed for follows in a unit of its own. As at signing in, the password alone buys no more guesses at a code.
        var (confirmed, until) = await store.WriteAsync(new("Typed the password again") { Refusal = true }, async unit =>
        {
            var rows = await unit.Connection.ExecuteAsync("""
                UPDATE core__users SET locked_until = NULL,
                    failed_attempts = CASE WHEN EXISTS (SELECT 1 FROM core__totp WHERE user_id = @Id AND confirmed_at IS NOT NULL) THEN failed_attempts ELSE 0 END
                WHERE id = @Id AND password_hash = @PasswordHash AND (locked_until IS NULL OR locked_until <= @Now)
                """, new { user.Id, user.PasswordHash, unit.Now });
            return (rows == 1, await WrongAttempts.LockOfAsync(unit.Connection, user));
        }, token);
        return confirmed ? new SignInOutcome.Ok() : Failed(until > time.GetUtcNow() ? until : null);
    }

    /// <summary>Ends this browser's session, and every copy of its cookie.</summary>
    public Task SignOutAsync() => sessions.EndAsync();

    internal static SignInOutcome Failed(DateTimeOffset? lockedUntil) =>
        lockedUntil is { } until ? new SignInOutcome.LockedUntil(until) : new SignInOutcome.Wrong();

    private async Task<SignInOutcome> BeginAsync(ClinicUser user, string hash, FittingCode? code, CancellationToken token)
    {
        var session = sessions.New(code is null ? SignInMethod.Password : SignInMethod.PasswordAndCode);
        var tablet = await tablets.CurrentAsync(Http, token);
        request.ActAs(new Actor(ActorKind.Person, user.Name, user.StaffId));
        var (begun, locked) = await store.WriteAsync(new("Signed in"), async unit =>
        {
            // Whatever happened while the password was hashed counts: a lock, another password, a person who left.
            var may = await unit.Connection.ExecuteScalarAsync<bool>("""
                SELECT EXISTS (SELECT 1 FROM core__users
                    WHERE id = @Id AND password_hash = @PasswordHash AND (locked_until IS NULL OR locked_until <= @Now)
                      AND EXISTS (SELECT 1 FROM staff WHERE staff.id = core__users.staff_id AND active = 1))
                """, new { user.Id, user.PasswordHash, unit.Now });
            if (may && code is not null) may = await TotpBook.TakeAsync(unit.Connection, user.Id, code, unit.Now);
            if (may)
            {
                await unit.Connection.ExecuteAsync(
                    "UPDATE core__users SET failed_attempts = 0, locked_until = NULL, password_hash = @hash WHERE id = @Id", new { user.Id, hash });
                await sessions.WriteAsync(unit.Connection, user, session, tablet?.Id, unit.Now);
            }

            return (may, await WrongAttempts.LockOfAsync(unit.Connection, user));
        }, token);
        if (begun)
        {
            await sessions.EnterAsync(user, session);
            return new SignInOutcome.Ok();
        }

        request.SetNobody();
        return Failed(locked > time.GetUtcNow() ? locked : null);
    }
}
