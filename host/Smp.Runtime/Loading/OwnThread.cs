namespace Smp.Runtime.Loading;

/// <summary>What came of a call on a thread of its own.</summary>
/// <param name="Value">What it returned.</param>
/// <param name="Error">What it threw.</param>
/// <param name="TimedOut">Whether it didn't return in time; it may still run.</param>
internal readonly record struct ThreadOutcome<T>(T? Value, Exception? Error, bool TimedOut);

/// <summary>
/// Runs a plugin's synchronous code where it can hang without anybody waiting. Not the thread pool: a few calls that never return
/// would starve it.
/// </summary>
internal static class OwnThread
{
    /// <summary>Runs the call and waits for it no longer than the limit. Throws nothing that the call throws.</summary>
    /// <param name="name">Names the thread, for whoever looks at a dump.</param>
    /// <param name="limit">How long to wait. A call that takes longer keeps its thread, a background one, and its result is dropped.</param>
    /// <param name="call">The call. It sees no ambient values of the caller, such as the current request.</param>
    public static ThreadOutcome<T> Run<T>(string name, TimeSpan limit, Func<T> call)
    {
        var outcome = default(ThreadOutcome<T>);
        var thread = new Thread(() =>
        {
            try
            {
                outcome = new(call(), null, false);
            }
            catch (Exception e)
            {
                outcome = new(default, e, false);
            }
        })
        { IsBackground = true, Name = name };
        thread.UnsafeStart();
        return thread.Join(limit) ? outcome : new(default, null, true);
    }
}
