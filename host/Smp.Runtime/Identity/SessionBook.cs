using System.Data.Common;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Core;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>How somebody signed in.</summary>
public enum SignInMethod
{
    /// <summary>With the password.</summary>
    Password,

    /// <summary>With the password and a one-time code.</summary>
    PasswordAndCode,

    /// <summary>With a PIN, on a paired tablet.</summary>
    Pin,
}

/// <summary>A session, as its cookie carries it.</summary>
/// <param name="Id">Random; the store has its hash.</param>
/// <param name="Method">How it was begun.</param>
/// <param name="BeganAt">When.</param>
/// <param name="EndsAt">When it ends, however busy it is.</param>
internal sealed record Session(string Id, SignInMethod Method, DateTimeOffset BeganAt, DateTimeOffset EndsAt)
{
    public string Hash { get; } = Secrets.Hash(Id);
}

/// <summary>
/// Sessions on the server's side, so that a copied cookie ends with the session it was copied from. What is known of them is kept in memory:
/// a request costs at most a read, once a minute. Scoped.
/// </summary>
public sealed class SessionBook(
    IStore<CorePlugin> store, SignInManager<ClinicUser> manager, IdentityMemory memory, TimeProvider time, ILogger<SessionBook> log)
{
    /// <summary>How long a session lasts at most.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    internal Session New(SignInMethod method)
    {
        var now = Store.Moments.Cut(time.GetUtcNow());
        return new(Secrets.New(), method, now, now + Longest);
    }

    /// <summary>Writes a session, inside the unit of work that lets somebody in; the one that this browser had before ends.</summary>
    internal async Task WriteAsync(DbConnection db, ClinicUser user, Session session, long? tabletId, DateTimeOffset now)
    {
        if (Current is { } before) await db.ExecuteAsync("UPDATE core__sessions SET ended_at = @now WHERE hash = @Hash AND ended_at IS NULL", new { before.Hash, now });
        await db.ExecuteAsync("""
            INSERT INTO core__sessions (user_id, hash, method, tablet_id, began_at, ends_at)
            VALUES (@userId, @Hash, @method, @tabletId, @BeganAt, @EndsAt)
            """, new { userId = user.Id, session.Hash, method = session.Method.ToString(), tabletId, session.BeganAt, session.EndsAt });
    }

    /// <summary>Gives the browser the cookie of a session that was written.</summary>
    internal async Task EnterAsync(ClinicUser user, Session session)
    {
        if (Current is { } before) Forget(before);
        await manager.SignInWithClaimsAsync(user, isPersistent: false, ClinicClaims.Of(session));
    }

    /// <summary>Whether a session goes on, as its row says.</summary>
    internal async Task<bool> IsLiveAsync(Session session, CancellationToken token)
    {
        var now = time.GetUtcNow();
        if (session.EndsAt <= now || memory.EndedSessions.Holds(session.Hash)) return false;
        if (!await store.ReadAsync(db => db.ExecuteScalarAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM core__sessions WHERE hash = @Hash AND ended_at IS NULL)", new { session.Hash }), token)) return false;
        memory.LiveSessions.Add(session.Hash, session.EndsAt, now);
        // Somebody may have ended it while it was looked up.
        return !memory.EndedSessions.Holds(session.Hash);
    }

    /// <summary>Whether a session is known to go on, without looking it up.</summary>
    internal bool IsKnown(Session session) => session.EndsAt > time.GetUtcNow()
        && memory.LiveSessions.Holds(session.Hash) && !memory.EndedSessions.Holds(session.Hash);

    /// <summary>Ends this browser's session, and with it every copy of its cookie.</summary>
    internal async Task EndAsync()
    {
        if (Current is { } session)
        {
            Forget(session);
            try
            {
                await store.WriteAsync(new("Signed out"), unit => unit.Connection.ExecuteAsync(
                    "UPDATE core__sessions SET ended_at = @Now WHERE hash = @Hash AND ended_at IS NULL", new { session.Hash, unit.Now }));
            }
            catch (Exception error) when (error is DbException or TimeoutException or IOException)
            {
                // Whoever signs out leaves: they are signed out though a disk is full. The cookie counts no longer until the process ends.
                log.LogError(error, "That somebody signed out can't be written down");
            }
        }

        await manager.SignOutAsync();
    }

    /// <summary>Ends sessions that a unit of work has ended in the store.</summary>
    internal void Ended(IEnumerable<string> hashes)
    {
        var now = time.GetUtcNow();
        foreach (var hash in hashes)
        {
            memory.EndedSessions.Add(hash, now + Longest, now);
            memory.LiveSessions.Remove(hash);
        }
    }

    private Session? Current => ClinicClaims.SessionOf(manager.Context.User);

    private void Forget(Session session) => Ended([session.Hash]);
}
