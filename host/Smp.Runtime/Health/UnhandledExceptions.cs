using System.Runtime.ExceptionServices;

namespace Smp.Runtime.Health;

/// <summary>
/// Exceptions that nobody caught, which end the process unless one of the open clinics takes them. The runtime has one place for this in a process, for good, so it is
/// the one thing here that belongs to the process.
/// </summary>
internal static class UnhandledExceptions
{
    private static readonly Lock Gate = new();
    private static Func<Exception, bool>[] takers = [];
    private static bool listening;

    /// <summary>Asks from now on until the end. A taker that answers false leaves the exception to the next, and the last to the process.</summary>
    public static IDisposable Ask(Func<Exception, bool> taker)
    {
        lock (Gate)
        {
            takers = [.. takers, taker];
            if (!listening) ExceptionHandling.SetUnhandledExceptionHandler(Take);
            listening = true;
        }

        return new Asked(taker);
    }

    private static bool Take(Exception error)
    {
        // Whatever fails here must not hide what failed there: the process then ends with that.
        try
        {
            return Array.Exists(takers, taker => taker(error));
        }
        catch (Exception)
        {
            return false;
        }
    }

    private sealed class Asked(Func<Exception, bool> taker) : IDisposable
    {
        public void Dispose()
        {
            lock (Gate) takers = [.. takers.Where(t => t != taker)];
        }
    }
}
