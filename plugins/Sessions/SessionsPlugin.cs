using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk.Web;

namespace Smp.Sessions;

/// <summary>Scalp micro-pigmentation from candidate to touch-up.</summary>
public sealed class SessionsPlugin : IWebPlugin
{
    /// <inheritdoc/>
    public void ConfigureServices(IServiceCollection services) => services
        .AddTexts<SessionsTexts>();

    /// <inheritdoc/>
    public void MapRoutes(IPluginRoutes routes)
    {
    }
}
