using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk.Web;

namespace Smp.Runtime.Identity;

/// <summary>Judges <see cref="DemandAttribute"/> by what this request may do.</summary>
internal sealed class PermissionHandler(RequestContext request) : AuthorizationHandler<PermissionRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        // A scope that no request has filled acts as the system, which may do everything: that is no answer for a person.
        if (context.User.Identity is { IsAuthenticated: true } && request.May(requirement.Permission)) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

/// <summary>What holds for endpoints that say nothing about who may call them: nobody may.</summary>
internal static class DenyByDefault
{
    public static AuthorizationPolicy Policy { get; } = new AuthorizationPolicyBuilder()
        .RequireAssertion(static context => context.Resource is HttpContext http && IsNoEndpoint(http.GetEndpoint()))
        .Build();

    // Nothing there (404), or routing's own answers 405 and 415, which no route stands behind and which carry no metadata.
    private static bool IsNoEndpoint(Endpoint? endpoint) => endpoint is null || (endpoint is not RouteEndpoint && endpoint.Metadata.Count == 0);
}
