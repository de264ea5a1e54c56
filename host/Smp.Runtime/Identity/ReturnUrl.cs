using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Smp.Runtime.Identity;

/// <summary>Where somebody goes on after signing in: only to a page of this clinic.</summary>
public static class ReturnUrl
{
    /// <summary>The query parameter of the sign-in page that carries it.</summary>
    public const string Parameter = "returnUrl";

    /// <summary>The path when it is one of this site, else <c>/</c>.</summary>
    public static string OrHome(string? url) =>
        url is { Length: > 0 } && url[0] == '/' && RedirectHttpResult.IsLocalUrl(url) ? url : "/";

    /// <summary>The sign-in page that comes back to a request. What was posted can't be sent again, so a form isn't come back to.</summary>
    internal static string SignInFor(HttpRequest request) => HttpMethods.IsGet(request.Method)
        ? $"{request.PathBase}{SessionEvents.SignInPath}{QueryString.Create(Parameter, $"{request.PathBase}{request.Path}{request.QueryString}")}"
        : $"{request.PathBase}{SessionEvents.SignInPath}";
}
