using System.Data.Common;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Smp.Runtime.Core;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>Somebody who can take over a paired tablet by PIN.</summary>
/// <param name="UserId">Their key as a user.</param>
/// <param name="Name">As shown.</param>
public sealed record PinPerson(long UserId, string Name);

/// <summary>
/// Lets staff take turns on a paired tablet. A PIN is enough only there, only for those who typed their password on it within the last hours, and only
/// while nobody guessed at it. What it begins is a session without <see cref="CorePermissions.NotByPin"/>. Scoped.
/// </summary>
public sealed class PinSwitch(
    IStore<CorePlugin> store, Passwords passwords, IdentityMemory memory, SignInManager<ClinicUser> manager, SessionBook sessions, Tablets tablets,
    WrongAttempts wrong, RequestContext request, ClinicIdentityOptions options, TimeProvider time)
{
    // Who typed the password here: since it was blocked, and not too long ago.
    private const string May = """
        FROM core__pins p JOIN core__users u ON u.id = p.user_id JOIN staff s ON s.id = u.staff_id
        WHERE s.active = 1 AND EXISTS (
            SELECT 1 FROM core__sessions x
            WHERE x.tablet_id = @tablet AND x.user_id = u.id AND x.method <> 'Pin' AND x.began_at >= @since
              AND x.id > p.blocked_through)
        """;

    /// <summary>The tablet that this request comes from, or null.</summary>
    public Task<Tablet?> TabletAsync(CancellationToken token = default) => tablets.CurrentAsync(manager.Context, token);

    /// <summary>Who can take over this tablet now, by name.</summary>
    public async Task<IReadOnlyList<PinPerson>> PeopleAsync(Tablet tablet, CancellationToken token = default) => (await store.ReadAsync(db => db.QueryAsync<PinPerson>(
        $"SELECT u.id AS user_id, s.name {May} ORDER BY s.name COLLATE NOCASE, u.id", new { tablet = tablet.Id, since = Since() }), token)).AsList();

    /// <summary>Ends the session of this browser and begins one for somebody else. A wrong PIN counts like a wrong password; the fifth locks.</summary>
    /// <returns><see cref="SignInOutcome.Expired"/> where the password is needed first.</returns>
    public async Task<SignInOutcome> SwitchAsync(long userId, string? pin, CancellationToken token = default)
    {
        if (await TabletAsync(token) is not { } tablet) return new SignInOutcome.Expired();
        var (user, hash) = await store.SnapshotAsync(async db => (
            await db.QuerySingleOrDefaultAsync<ClinicUser>($"{ClinicUser.Select} WHERE u.id = @userId", new { userId }),
            await HashOfAsync(db, tablet, userId)), token);
        if (user is null || hash is null) return new SignInOutcome.Expired();
        if (user.LockedUntil is { } locked && locked > time.GetUtcNow()) return new SignInOutcome.LockedUntil(locked);
        if (await memory.HashAsync(() => passwords.Verify(hash, pin ?? ""), token) == PasswordVerificationResult.Failed)
            return SignIn.Failed(await wrong.CountAsync(user, "Typed a wrong PIN", token));

        var session = sessions.New(SignInMethod.Pin);
        request.ActAs(new Actor(ActorKind.Person, user.Name, user.StaffId));
        var (begun, until) = await store.WriteAsync(new("Signed in with a PIN"), async unit =>
        {
            // Whatever happened while it was hashed counts: a lock, another PIN, a tablet that was revoked. Wrong passwords stay counted.
            var db = unit.Connection;
            var lockedUntil = await WrongAttempts.LockOfAsync(db, user);
            var may = !(lockedUntil > unit.Now) && await HashOfAsync(db, tablet, userId) == hash && await db.ExecuteScalarAsync<bool>(
                "SELECT EXISTS (SELECT 1 FROM core__tablets WHERE id = @Id AND revoked_at IS NULL)", new { tablet.Id });
            if (may) await sessions.WriteAsync(db, user, session, tablet.Id, unit.Now);
            return (may, lockedUntil);
        }, token);
        if (begun)
        {
            await sessions.EnterAsync(user, session);
            return new SignInOutcome.Ok();
        }

        request.SetNobody();
        return until > time.GetUtcNow() ? new SignInOutcome.LockedUntil(until.Value) : new SignInOutcome.Expired();
    }

    private DateTimeOffset Since() => time.GetUtcNow() - options.PinAfterPassword;

    private Task<string?> HashOfAsync(DbConnection db, Tablet tablet, long userId) => db.ExecuteScalarAsync<string>(
        $"SELECT p.hash {May} AND u.id = @userId", new { tablet = tablet.Id, since = Since(), userId });
}
