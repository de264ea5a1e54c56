using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk.Web;

namespace Smp.Runtime.Shells;

/// <summary>A place of its own to map routes, so that they can be made and checked before they become part of a shell.</summary>
internal class RouteList(IServiceProvider services) : IEndpointRouteBuilder
{
    public ICollection<EndpointDataSource> DataSources { get; } = [];

    IServiceProvider IEndpointRouteBuilder.ServiceProvider => services;

    /// <summary>Makes an endpoint of each route. Call it once: it is most of the work of a start.</summary>
    public IReadOnlyList<Endpoint> MakeEndpoints() => [.. DataSources.SelectMany(s => s.Endpoints)];

    IApplicationBuilder IEndpointRouteBuilder.CreateApplicationBuilder() => new ApplicationBuilder(services);
}

/// <summary>A plugin's own place, under its prefixes.</summary>
internal sealed class PluginRoutes : RouteList, IPluginRoutes
{
    public PluginRoutes(string plugin, IServiceProvider services) : base(services)
    {
        Api = this.MapGroup($"/api/{plugin}").WithTags(plugin);
        Pages = this.MapGroup($"/{plugin}").ExcludeFromDescription();
    }

    public IEndpointRouteBuilder Api { get; }

    public IEndpointRouteBuilder Pages { get; }
}
