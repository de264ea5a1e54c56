using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace Smp.Sdk.Web;

/// <summary>
/// Demands a permission of whoever calls a route or opens a page: <c>@attribute [Demand("needles.view")]</c>. With several, all
/// are needed. Whoever isn't signed in is asked to; whoever may not is told so.
/// </summary>
/// <param name="permission">The whole name, with the plugin's id: <c>needles.view</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class DemandAttribute(string permission) : Attribute, IAuthorizeData, IAuthorizationRequirementData
{
    /// <summary>The permission that is needed.</summary>
    public string Permission => permission;

    string? IAuthorizeData.Policy { get; set; }

    string? IAuthorizeData.Roles { get; set; }

    string? IAuthorizeData.AuthenticationSchemes { get; set; }

    /// <inheritdoc/>
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new PermissionRequirement(permission)];
}

/// <summary>What <see cref="DemandAttribute"/> demands, for the host to judge.</summary>
/// <param name="Permission">The whole name of the permission.</param>
public sealed record PermissionRequirement(string Permission) : IAuthorizationRequirement;

/// <summary>Demands permissions of routes.</summary>
public static class DemandExtensions
{
    /// <summary>Demands a permission of whoever calls the route.</summary>
    /// <param name="route">The route.</param>
    /// <param name="permission">The whole name, with the plugin's id: <c>needles.view</c>.</param>
    public static TBuilder Demand<TBuilder>(this TBuilder route, string permission) where TBuilder : IEndpointConventionBuilder
    {
        route.Add(endpoint => endpoint.Metadata.Add(new DemandAttribute(permission)));
        return route;
    }
}
