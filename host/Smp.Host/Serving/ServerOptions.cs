using Smp.Runtime.Hosting;

namespace Smp.Host.Serving;

/// <summary>How a clinic is served.</summary>
public sealed record ServerOptions
{
    /// <summary>The clinic.</summary>
    public required ClinicOptions Clinic { get; init; }

    /// <summary>The addresses to listen on; none to be reached by the data folder's socket alone. Port 0 takes a free one.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>The clock. Default: the machine's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether to log to the console. Default true.</summary>
    public bool LogToConsole { get; init; } = true;

    /// <summary>More to do with logging, for tests.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }
}
