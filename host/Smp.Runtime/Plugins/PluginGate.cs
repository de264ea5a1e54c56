using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Smp.Runtime.Plugins;

/// <summary>
/// Stands before the addresses of plugins, and closes those of some while their tables change for good: who comes meanwhile is told to come again.
/// </summary>
internal sealed class PluginGate
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private volatile FrozenDictionary<string, Door> doors = FrozenDictionary<string, Door>.Empty;

    /// <summary>Makes a door for each plugin; those that there were stay as they are.</summary>
    public void Guard(IEnumerable<string> plugins)
    {
        var before = doors;
        doors = plugins.ToFrozenDictionary(p => p, p => before.GetValueOrDefault(p) ?? new Door(), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The door that a request goes through; null for the host's own addresses.</summary>
    public Door? DoorOf(PathString path)
    {
        var rest = path.Value.AsSpan();
        // "/id/…" and "/api/id/…".
        if (rest.StartsWith("/api/", StringComparison.OrdinalIgnoreCase)) rest = rest[4..];
        if (rest.Length < 2) return null;
        rest = rest[1..];
        var end = rest.IndexOf('/');
        return doors.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(end < 0 ? rest : rest[..end], out var door) ? door : null;
    }

    /// <summary>Tells whoever stands before a closed door to come again.</summary>
    public static async Task TurnAwayAsync(HttpContext context)
    {
        const string Sentence = "This module's tables are being changed for its new version. Try again in a moment.";
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "5";
        if (context.Request.Path.StartsWithSegments("/api"))
        {
            await context.Response.WriteAsJsonAsync(new { type = "about:blank", title = "Not available just now", status = 503, detail = Sentence },
                options: null, "application/problem+json", context.RequestAborted);
        }
        else await context.Response.WriteAsync(Sentence, context.RequestAborted);
    }

    /// <summary>Closes the doors of these plugins, and waits for those that are inside, for 10 seconds at most.</summary>
    public async Task CloseAsync(IEnumerable<string> plugins)
    {
        var its = plugins.Select(p => doors.GetValueOrDefault(p)).OfType<Door>().ToList();
        foreach (var door in its) door.Close();
        var began = TimeProvider.System.GetTimestamp();
        while (its.Exists(d => d.IsUsed) && TimeProvider.System.GetElapsedTime(began) < Patience) await Task.Delay(5);
    }

    /// <summary>Opens all.</summary>
    public void Open()
    {
        foreach (var door in doors.Values) door.Open();
    }

    /// <summary>One plugin's, and how many are inside.</summary>
    public sealed class Door
    {
        private int inside;
        private volatile bool closed;

        public bool IsUsed => Volatile.Read(ref inside) > 0;

        /// <summary>Counts a request in; false, and doesn't, where it is closed.</summary>
        public bool TryEnter()
        {
            // First, so that who closes it and sees nobody inside is right.
            Interlocked.Increment(ref inside);
            if (!closed) return true;
            Leave();
            return false;
        }

        public void Leave() => Interlocked.Decrement(ref inside);

        public void Close() => closed = true;

        public void Open() => closed = false;
    }
}
