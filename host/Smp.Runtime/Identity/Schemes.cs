using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace Smp.Runtime.Identity;

/// <summary>The ways in which a request can say who asks.</summary>
internal static class Schemes
{
    /// <summary>Chooses one of the others for each request.</summary>
    public const string Clinic = "Clinic";

    /// <summary>The cookie of somebody who signed in.</summary>
    public static readonly string Session = IdentityConstants.ApplicationScheme;

    /// <summary><c>Authorization: Bearer smp_…</c></summary>
    public const string Token = "Token";

    /// <summary>The socket in the data folder, which only whoever owns the data can open.</summary>
    public const string Local = "Local";

    private const string Bearer = "Bearer ";

    /// <summary>A request that carries a bearer token is judged by that alone: a program's token isn't helped out by a cookie.</summary>
    public static string Of(HttpContext http) =>
        http.Features.Get<ILocalConnection>() is not null ? Local
        : BearerOf(http.Request) is not null ? Token
        : Session;

    /// <summary>What follows <c>Authorization: Bearer</c>; null without such a header.</summary>
    public static string? BearerOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? value[Bearer.Length..].Trim()
            : null;
}

/// <summary>
/// A feature of requests that came over the local socket of the data folder, set by whoever accepts the connection. Such a request may do
/// everything.
/// </summary>
public interface ILocalConnection
{
    /// <summary>Who runs the command line, as the operating system names them.</summary>
    string OsUser { get; }
}
