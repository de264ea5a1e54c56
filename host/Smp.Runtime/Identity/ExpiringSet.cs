namespace Smp.Runtime.Identity;

/// <summary>Keys that are remembered until a moment, over threads. What is past is forgotten as others come.</summary>
internal sealed class ExpiringSet
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, DateTimeOffset> keys = [];
    private int pruneAt = 1024;

    /// <summary>Whether a key is remembered.</summary>
    public bool Holds(string key)
    {
        lock (gate) return keys.ContainsKey(key);
    }

    /// <summary>Remembers a key. False when it was remembered already.</summary>
    public bool Add(string key, DateTimeOffset until, DateTimeOffset now)
    {
        lock (gate)
        {
            if (keys.Count >= pruneAt)
            {
                foreach (var past in keys.Where(k => k.Value <= now).Select(k => k.Key).ToList()) keys.Remove(past);
                pruneAt = Math.Max(1024, keys.Count * 2);
            }

            return keys.TryAdd(key, until);
        }
    }

    /// <summary>Forgets a key.</summary>
    public void Remove(string key)
    {
        lock (gate) keys.Remove(key);
    }
}
