using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Smp.Runtime.Shells;

/// <summary>What a plugin maps lies under its own id, and each route says whom it is for.</summary>
internal static class RouteCheck
{
    /// <summary>What is wrong with a plugin's pages, a sentence each.</summary>
    public static IReadOnlyList<string> Pages(RunningPlugin plugin) =>
        [.. plugin.Assembly.GetExportedTypes()
            .Select(type => (Type: type, Routes: type.GetCustomAttributes(typeof(RouteAttribute), false).Cast<RouteAttribute>().ToList()))
            .Where(page => page.Routes.Count > 0)
            .SelectMany(page => page.Routes
                .Where(route => !Under(route.Template, $"/{plugin.Id}"))
                .Select(route => $"The page {page.Type.Name} is at {route.Template}, outside /{plugin.Id}.")
                .Concat(Says(page.Type.GetCustomAttributes(true)) ? [] : [$"The page {page.Type.Name} demands no permission."]))];

    /// <summary>What is wrong with a plugin's routes, a sentence each.</summary>
    public static IReadOnlyList<string> Routes(RunningPlugin plugin, IEnumerable<Endpoint> endpoints)
    {
        List<string> wrong = [];
        HashSet<(string, string)> seen = [];
        foreach (var endpoint in endpoints.OfType<RouteEndpoint>())
        {
            var pattern = "/" + endpoint.RoutePattern.RawText?.TrimStart('/');
            if (!Under(pattern, $"/{plugin.Id}") && !Under(pattern, $"/api/{plugin.Id}"))
                wrong.Add($"The route {pattern} is outside /{plugin.Id} and /api/{plugin.Id}.");
            if (!Says(endpoint.Metadata)) wrong.Add($"The route {pattern} demands no permission.");
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["any method"])
            {
                if (!seen.Add((method, pattern))) wrong.Add($"The route {method} {pattern} is mapped twice.");
            }
        }

        return wrong;
    }

    /// <summary>Whether a route says whom it is for: a permission, or everybody.</summary>
    public static bool Says(IEnumerable<object> metadata) => metadata.Any(m => m is IAuthorizationRequirementData or IAllowAnonymous);

    private static bool Under(string pattern, string prefix) =>
        pattern.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && (pattern.Length == prefix.Length || pattern[prefix.Length] == '/');
}
