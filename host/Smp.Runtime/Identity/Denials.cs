using Microsoft.AspNetCore.Http;

namespace Smp.Runtime.Identity;

/// <summary>How somebody is told that they may not: programs by problem+json, people by the sign-in page or a status the shell shows.</summary>
internal static class Denials
{
    public static bool IsApi(this HttpRequest request) => request.Path.StartsWithSegments("/api");

    public static Task NotSignedInAsync(HttpContext http) => Problem(http, StatusCodes.Status401Unauthorized,
        "Not signed in", "Sign in, or send an API token that is valid now: Authorization: Bearer smp_…");

    public static Task NotAllowedAsync(HttpContext http)
    {
        if (http.Request.IsApi() || Schemes.Of(http) != Schemes.Session)
            return Problem(http, StatusCodes.Status403Forbidden, "Not allowed", "Your role, this token, or a session that a PIN began, doesn't have the permission that this needs.");
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static Task Problem(HttpContext http, int status, string title, string detail) =>
        TypedResults.Problem(detail, statusCode: status, title: title).ExecuteAsync(http);
}
