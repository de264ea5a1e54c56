using Microsoft.Extensions.Logging;
using Smp.Sdk.Web;

namespace Smp.Runtime.Shells;

/// <summary>The end of a shell, for streams in it: as soon as the next one serves, and when the host stops.</summary>
/// <param name="log">Takes what throws at the end.</param>
/// <param name="hostStopping">Fires when the host stops.</param>
internal sealed class ShellLifetime(ILogger log, CancellationToken hostStopping) : IPluginLifetime, IDisposable
{
    private readonly CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(hostStopping);

    public CancellationToken Stopping => stopping.Token;

    /// <summary>Ends the streams. Nobody waits for it: a plugin may have hung something of its own on the end.</summary>
    public void End() => _ = EndAsync();

    private async Task EndAsync()
    {
        try
        {
            await stopping.CancelAsync();
        }
        catch (AggregateException error)
        {
            log.LogWarning(error, "What a module does at the end of its streams failed");
        }
    }

    public void Dispose() => stopping.Dispose();
}
