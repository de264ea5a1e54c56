using Smp.Runtime.Loading;

namespace Smp.Runtime.Shells;

/// <summary>A plugin failed while a shell was built.</summary>
internal sealed class PluginFailure(string plugin, string reason, Exception? inner = null) : Exception(reason, inner)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Which.</summary>
    public string Plugin => plugin;

    /// <summary>Whether it says more of this moment than of the plugin: it is tried again when the clinic is started again.</summary>
    public bool IsPassing { get; init; }

    /// <summary>Calls a plugin's code on a thread of its own, for 5 seconds at most.</summary>
    /// <exception cref="PluginFailure">It threw or didn't return; the reason names what.</exception>
    public static T Guard<T>(string plugin, string what, Func<T> call)
    {
        var outcome = OwnThread.Run($"{plugin}: {what}", Limit, call);
        if (outcome.TimedOut) throw new PluginFailure(plugin, $"{what} didn't return within {Limit.TotalSeconds:0} seconds.");
        if (outcome.Error is { } error) throw new PluginFailure(plugin, $"{what} failed: {error.Message}", error);
        return outcome.Value!;
    }

    /// <inheritdoc cref="Guard{T}"/>
    public static void Guard(string plugin, string what, Action call) => Guard(plugin, what, () =>
    {
        call();
        return true;
    });
}
