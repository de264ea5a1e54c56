namespace Smp.Runtime.Health;

/// <summary>What the clinic asks of a plugin.</summary>
public enum PluginCall
{
    /// <summary>A page or a route.</summary>
    Route,

    /// <summary>A panel on a page of the host.</summary>
    Panel,

    /// <summary>What is due.</summary>
    Worklist,

    /// <summary>Whether a procedure may go ahead.</summary>
    Guard,

    /// <summary>Part in a unit of work of another's.</summary>
    EventHandler,

    /// <summary>A service that runs for as long as the plugin does.</summary>
    HostedService,

    /// <summary>Work that was ordered.</summary>
    Job,

    /// <summary>A thread that the plugin began by itself.</summary>
    Thread,
}

/// <summary>What is known of calls beforehand.</summary>
internal static class PluginCalls
{
    public static readonly PluginCall[] All = Enum.GetValues<PluginCall>();

    /// <summary>From here on a call is slow: somebody waits for it, or a unit of work is held up.</summary>
    public static TimeSpan SlowFrom(PluginCall call) => TimeSpan.FromMilliseconds(call switch
    {
        PluginCall.Panel => 300,
        PluginCall.Worklist => 300,
        // Nobody waits for it.
        PluginCall.Job => 60_000,
        PluginCall.Guard or PluginCall.EventHandler => 250,
        _ => 1000,
    });

    /// <summary>Whether one failure means that something doesn't happen any more until the plugin is started again, or would have ended the process.</summary>
    public static bool IsGrave(PluginCall call) => call is PluginCall.HostedService or PluginCall.Thread;

    /// <summary>As instruments and the API name it.</summary>
    public static string NameOf(PluginCall call) => call switch
    {
        PluginCall.Route => "route",
        PluginCall.Panel => "panel",
        PluginCall.Worklist => "worklist",
        PluginCall.Guard => "guard",
        PluginCall.EventHandler => "event-handler",
        PluginCall.HostedService => "hosted-service",
        PluginCall.Job => "job",
        _ => "thread",
    };
}
