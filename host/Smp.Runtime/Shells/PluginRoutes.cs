using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk.Web;

namespace Smp.Runtime.Shells;

/// <summary>A plugin's own place to map routes, under its prefixes; checked before it becomes part of the shell.</summary>
internal sealed class PluginRoutes : IPluginRoutes, IEndpointRouteBuilder
{
    private readonly IServiceProvider services;

    public PluginRoutes(string plugin, IServiceProvider services)
    {
        this.services = services;
        Api = this.MapGroup($"/api/{plugin}").WithTags(plugin);
        Pages = this.MapGroup($"/{plugin}").ExcludeFromDescription();
    }

    public IEndpointRouteBuilder Api { get; }

    public IEndpointRouteBuilder Pages { get; }

    public ICollection<EndpointDataSource> DataSources { get; } = [];

    IServiceProvider IEndpointRouteBuilder.ServiceProvider => services;

    IApplicationBuilder IEndpointRouteBuilder.CreateApplicationBuilder() => new ApplicationBuilder(services);
}
