namespace Smp.Runtime.Identity;

/// <summary>When guessing ends: five wrong passwords in a row lock a user name for a quarter of an hour.</summary>
internal static class Lockout
{
    public const int MaxAttempts = 5;

    public static readonly TimeSpan Duration = TimeSpan.FromMinutes(15);
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
