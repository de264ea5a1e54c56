using Microsoft.AspNetCore.Routing;

namespace Smp.Sdk.Web;

/// <summary>A plugin with a face: JSON under <c>/api/&lt;id&gt;</c> and pages under <c>/&lt;id&gt;</c>.</summary>
/// <remarks>
/// Pages are Razor components with <c>@page "/&lt;id&gt;/…"</c> and a <see cref="DemandAttribute"/>; the host finds them in the plugin's
/// assembly. A page outside the plugin's prefix, or one that demands nothing, stops the plugin from loading.
/// </remarks>
public interface IWebPlugin : IPlugin
{
    /// <summary>Maps the plugin's routes. Must return within 5 seconds.</summary>
    void MapRoutes(IPluginRoutes routes);
}

/// <summary>Where a plugin maps its routes.</summary>
public interface IPluginRoutes
{
    /// <summary>JSON routes, under <c>/api/&lt;id&gt;</c>. Each demands a permission: <c>.Demand("needles.view")</c>.</summary>
    IEndpointRouteBuilder Api { get; }

    /// <summary>Routes beside the pages, under <c>/&lt;id&gt;</c>, such as a download. Each demands a permission.</summary>
    IEndpointRouteBuilder Pages { get; }
}
