using System.Runtime.CompilerServices;

namespace Smp.Sdk.Web;

/// <summary>How long the plugin is served as it is now. A service that a route asks for.</summary>
/// <remarks>
/// Whenever a module is turned on, off or upgraded, everything that runs is put together anew. What was asked before is still answered where it
/// began, for 20 seconds at most; what goes on for as long as somebody listens has to end by itself.
/// </remarks>
public interface IPluginLifetime
{
    /// <summary>Fires when what comes next is served already, so that whoever is told to come again arrives there; and when the host stops.</summary>
    CancellationToken Stopping { get; }
}

/// <summary>Streams that end with the plugin's lifetime.</summary>
public static class PluginLifetimeExtensions
{
    /// <summary>
    /// Passes on what comes, and ends quietly when the lifetime does or when nobody listens any more. For server-sent events:
    /// <c>TypedResults.ServerSentEvents(lifetime.UntilStopping(token => calls.Since(lastEventId, token), aborted))</c>; a browser then comes again by
    /// itself and says in <c>Last-Event-ID</c> what it got last.
    /// </summary>
    /// <param name="lifetime">The lifetime.</param>
    /// <param name="items">Makes the stream. Its token fires at the end; a stream that then throws <see cref="OperationCanceledException"/> has ended.</param>
    /// <param name="aborted">The request's own token.</param>
    public static async IAsyncEnumerable<T> UntilStopping<T>(
        this IPluginLifetime lifetime, Func<CancellationToken, IAsyncEnumerable<T>> items, [EnumeratorCancellation] CancellationToken aborted = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Stopping, aborted);
        await using var each = items(end.Token).GetAsyncEnumerator(end.Token);
        while (await NextAsync(each, end.Token)) yield return each.Current;
    }

    private static async Task<bool> NextAsync<T>(IAsyncEnumerator<T> each, CancellationToken end)
    {
        try
        {
            return !end.IsCancellationRequested && await each.MoveNextAsync();
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return false;
        }
    }
}
