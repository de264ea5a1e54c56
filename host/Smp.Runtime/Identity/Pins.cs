using System.Data.Common;
using Dapper;
using Smp.Runtime.Core;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>PINs, by which staff take turns on a paired tablet. Each sets their own, against the password. Scoped.</summary>
public sealed class Pins(IStore<CorePlugin> store, Passwords passwords, SignIn signIn)
{
    /// <summary>How many digits a PIN has at least.</summary>
    public const int MinLength = 4;

    /// <summary>How many digits a PIN has at most.</summary>
    public const int MaxLength = 8;

    /// <summary>Whether somebody has set one.</summary>
    public Task<bool> IsSetAsync(long userId, CancellationToken token = default) => store.ReadAsync(db =>
        db.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM core__pins WHERE user_id = @userId)", new { userId }), token);

    /// <summary>Sets one's own PIN. A wrong password counts as at signing in.</summary>
    /// <exception cref="RefusedException">The PIN won't do (the field <c>pin</c>).</exception>
    public async Task<SignInOutcome> SetAsync(string userName, string password, string? pin, CancellationToken token = default)
    {
        Check(pin);
        if (await signIn.ConfirmAsync(userName, password, token) is not SignInOutcome.Ok and var outcome) return outcome;
        var hash = passwords.Hash(pin!);
        await store.WriteAsync(new("Set one's own PIN"), async unit =>
        {
            var user = await Users.FindAsync(unit.Connection, userName);
            return await unit.Connection.ExecuteAsync("""
                INSERT INTO core__pins (user_id, hash, set_at) VALUES (@Id, @hash, @Now)
                ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at
                """, new { user.Id, hash, unit.Now });
        }, token);
        return new SignInOutcome.Ok();
    }

    /// <summary>Takes somebody's PIN away.</summary>
    public Task RemoveAsync(long userId, CancellationToken token = default) =>
        store.WriteAsync(new("Removed a PIN"), unit => unit.Connection.ExecuteAsync("DELETE FROM core__pins WHERE user_id = @userId", new { userId }), token);

    /// <summary>From here on a PIN counts only after the password was typed again.</summary>
    internal static Task<int> BlockAsync(DbConnection db, long userId) => db.ExecuteAsync(
        "UPDATE core__pins SET blocked_through = (SELECT coalesce(max(id), 0) FROM core__sessions) WHERE user_id = @userId", new { userId });

    /// <summary>Says what is wrong with a new PIN.</summary>
    /// <exception cref="RefusedException">With what is wrong.</exception>
    internal static void Check(string? pin)
    {
        pin ??= "";
        if (pin.Length is < MinLength or > MaxLength || !pin.All(char.IsAsciiDigit)) throw Refuse.Field("pin", $"{MinLength} to {MaxLength} digits.");
        if (IsWeak(pin)) throw Refuse.Field("pin", $"This is one of those that are tried first. Choose digits that don't repeat or count.");
    }

    // 0000, 1234, 8765, 1212, 123123.
    private static bool IsWeak(string pin)
    {
        var steps = pin.Zip(pin.Skip(1), (a, b) => (b - a + 10) % 10).Distinct().ToList();
        return steps is [0 or 1 or 9] || Enumerable.Range(1, pin.Length / 2).Any(n => pin.Length % n == 0 && pin.Chunk(n).All(part => part.AsSpan().SequenceEqual(pin.AsSpan(0, n))));
    }
}
