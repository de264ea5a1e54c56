using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk.Web;

namespace Smp.Consents;

/// <summary>Consent forms: what a client was told, what they answered, and who signed.</summary>
public sealed class ConsentsPlugin : IWebPlugin
{
    /// <inheritdoc/>
    public void ConfigureServices(IServiceCollection services)
    {
    }

    /// <inheritdoc/>
    public void MapRoutes(IPluginRoutes routes)
    {
    }
}
