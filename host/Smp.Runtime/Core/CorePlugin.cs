using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace Smp.Runtime.Core;

/// <summary>The host itself, as the store sees it: it owns the contract tables and what is named <c>core__…</c>.</summary>
public sealed class CorePlugin : IPlugin
{
    /// <summary>Its services are registered by the shell, which every shell needs whole.</summary>
    public void ConfigureServices(IServiceCollection services)
    {
    }
}
