using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Core;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>When guessing ends: five wrong passwords in a row lock a user name for a quarter of an hour.</summary>
internal static class Lockout
{
    public const int MaxAttempts = 5;

    public static readonly TimeSpan Duration = TimeSpan.FromMinutes(15);
}

/// <summary>Counts wrong passwords, codes and PINs of users, all in one book, so that whoever guesses at one has no more guesses at another. Scoped.</summary>
public sealed class WrongAttempts(IStore<CorePlugin> store, ILogger<WrongAttempts> log)
{
    /// <summary>Counts one more. Returns until when the name is locked now, null when it isn't.</summary>
    internal async Task<DateTimeOffset?> CountAsync(ClinicUser user, string act, CancellationToken token)
    {
        var until = await store.WriteAsync(new(act) { Refusal = true }, async unit =>
        {
            var db = unit.Connection;
            await db.ExecuteAsync("""
                UPDATE core__users SET
                    failed_attempts = CASE WHEN failed_attempts + 1 < @MaxAttempts THEN failed_attempts + 1 ELSE 0 END,
                    locked_until = CASE WHEN failed_attempts + 1 < @MaxAttempts THEN NULL ELSE @until END
                WHERE id = @Id AND (locked_until IS NULL OR locked_until <= @Now)
                """, new { user.Id, Lockout.MaxAttempts, until = unit.Now + Lockout.Duration, unit.Now });
            var locked = await LockOfAsync(db, user);
            // Once it was guessed at, a PIN isn't enough: the password is needed first.
            if (locked is not null) await Pins.BlockAsync(db, user.Id);
            return locked;
        }, token);
        if (until is not null) log.LogWarning("{UserName} is locked until {Until} after wrong passwords", user.UserName, until);
        return until;
    }

    internal static Task<DateTimeOffset?> LockOfAsync(DbConnection db, ClinicUser user) =>
        db.ExecuteScalarAsync<DateTimeOffset?>("SELECT locked_until FROM core__users WHERE id = @Id", new { user.Id });
}

/// <summary>
/// Counts wrong attempts with names that nobody has and locks them like real ones: otherwise the sixth attempt would tell which names exist.
/// In memory and bounded, since anybody can make names up.
/// </summary>
internal sealed class UnknownNames
{
    private const int Kept = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Attempts> names = [];

    /// <summary>Until when a name is locked, null when it isn't.</summary>
    public DateTimeOffset? LockOf(string name, DateTimeOffset now)
    {
        lock (gate) return names.TryGetValue(name, out var attempts) && attempts.LockedUntil > now ? attempts.LockedUntil : null;
    }

    /// <summary>Counts one more. Returns until when the name is locked now, null when it isn't.</summary>
    public DateTimeOffset? Fail(string name, DateTimeOffset now)
    {
        lock (gate)
        {
            var before = names.GetValueOrDefault(name);
            if (before.LockedUntil > now) return before.LockedUntil;
            var count = before.Count + 1;
            if (names.Count >= Kept && !names.ContainsKey(name)) names.Clear();
            names[name] = count < Lockout.MaxAttempts ? new(count, null) : new(0, now + Lockout.Duration);
            return names[name].LockedUntil;
        }
    }

    private readonly record struct Attempts(int Count, DateTimeOffset? LockedUntil);
}
