using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>Tells the rest of the request who acts and what they may, from how the request was authenticated.</summary>
internal sealed class RequestContextMiddleware(RequestDelegate next)
{
    // What it needs of the request's scope it asks for: parameters here would have an expression compiled for each shell.
    public async Task InvokeAsync(HttpContext http)
    {
        var request = http.RequestServices.GetRequiredService<RequestContext>();
        var roles = http.RequestServices.GetRequiredService<RolePermissions>();
        request.SetNobody();
        request.RequestId = http.TraceIdentifier;
        var principal = http.User;
        if (principal.Identity is { IsAuthenticated: true, AuthenticationType: { } scheme, Name: { } name })
        {
            if (scheme == Schemes.Local) request.Set(new(ActorKind.CommandLine, name), permissions: null);
            else if (principal.StaffRole() is { } role) request.Set(ActorOf(principal, scheme, name), Limit(await roles.OfAsync(role, http.RequestAborted), principal));
        }

        await next(http);
    }

    private static Actor ActorOf(ClaimsPrincipal principal, string scheme, string name) => scheme == Schemes.Token
        ? new(ActorKind.Token, $"{principal.NameOfToken()} ({name})", principal.StaffId())
        : new(ActorKind.Person, name, principal.StaffId());

    private static IReadOnlySet<string> Limit(IReadOnlySet<string> ofRole, ClaimsPrincipal principal) =>
        principal.FindFirst(ClinicClaims.Grants)?.Value is { } grants ? grants.Split(' ').Where(ofRole.Contains).ToHashSet(StringComparer.Ordinal)
        : principal.SignInMethod() is SignInMethod.Pin ? ofRole.Where(permission => !CorePermissions.NotByPin.Contains(permission)).ToHashSet(StringComparer.Ordinal)
        : ofRole;
}
