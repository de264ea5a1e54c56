using Smp.Runtime.Store;

namespace Smp.Runtime.Hosting;

/// <summary>How a clinic is opened.</summary>
public sealed record ClinicOptions
{
    /// <summary>The data folder. It is made when it isn't there; one process owns it at a time.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Folders with plugins that come with the host, laid out <c>&lt;id&gt;/&lt;version&gt;/</c>. They are on until the clinic turns them off.</summary>
    public IReadOnlyList<string> BundledPlugins { get; init; } = [];

    /// <summary>
    /// Plugins whose types are in this process already, for tests: their entries. The manifest is the assembly's resource
    /// <c>plugin.json</c>.
    /// </summary>
    public IReadOnlyList<Type> InProcessPlugins { get; init; } = [];

    /// <summary>Whether to start without any plugin. Default false.</summary>
    public bool SafeMode { get; init; }

    /// <summary>How the store shares its writer and readers.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>After how long without a request a sign-in ends. 1 minute to 12 hours; default 30 minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The program of the browser that prints documents: Chromium, Chrome or Edge. Found where it usually is when left out.</summary>
    public string? Browser { get; init; }

    /// <summary>Whether the clinic does by itself what has its time, such as the nightly backup. Default true; not for a clinic that is opened for one command.</summary>
    public bool Scheduled { get; init; } = true;
}
