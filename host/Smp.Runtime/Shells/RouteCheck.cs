using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Smp.Runtime.Shells;

/// <summary>What a plugin maps lies under its own id, says whom it is for, and matches nothing twice.</summary>
internal sealed class RouteCheck(RunningPlugin plugin)
{
    private readonly List<string> wrong = [];
    private readonly HashSet<(string Method, string Shape, int Order)> seen = [];

    /// <summary>What is wrong with the pages and the routes, a sentence each.</summary>
    public static IReadOnlyList<string> Objections(RunningPlugin plugin, IEnumerable<Endpoint> endpoints)
    {
        var check = new RouteCheck(plugin);
        check.Pages();
        foreach (var endpoint in endpoints.OfType<RouteEndpoint>()) check.Route(endpoint);
        return check.wrong;
    }

    private void Pages()
    {
        foreach (var page in plugin.Assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            var routes = page.GetCustomAttributes(typeof(RouteAttribute), false).Cast<RouteAttribute>().ToList();
            var said = page.GetCustomAttributes(true);
            if (routes.Count > 0 && !Says(said)) wrong.Add($"The page {page.Name} demands no permission.");
            foreach (var template in routes.Select(r => r.Template))
            {
                RoutePattern pattern;
                try
                {
                    pattern = RoutePatternFactory.Parse(template);
                }
                catch (RoutePatternException error)
                {
                    wrong.Add($"The page {page.Name} is at {template}, which can't be understood: {error.Message}");
                    continue;
                }

                if (!Under(Text(pattern), $"/{plugin.Id}")) wrong.Add($"The page {page.Name} is at {Text(pattern)}, outside /{plugin.Id}.");
                if (said.Any(s => s is IAllowAnonymous) && !IsOpen(Text(pattern))) wrong.Add($"The page {page.Name} at {Text(pattern)} lets anybody in, and plugin.json doesn't say so under \"open\".");
                // The router that shows pages chooses by the address alone. One page at such an address is enough to stop every page of the clinic.
                if (!First(["GET", "POST"], pattern, 0)) wrong.Add($"The page {page.Name} is at {Text(pattern)}, where another one is.");
            }
        }
    }

    private void Route(RouteEndpoint endpoint)
    {
        var pattern = Text(endpoint.RoutePattern);
        if (!Under(pattern, $"/{plugin.Id}") && !Under(pattern, $"/api/{plugin.Id}"))
            wrong.Add($"The route {pattern} is outside /{plugin.Id} and /api/{plugin.Id}.");
        if (!Says(endpoint.Metadata)) wrong.Add($"The route {pattern} demands no permission.");
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null && !IsOpen(pattern)) wrong.Add($"The route {pattern} lets anybody in, and plugin.json doesn't say so under \"open\".");
        IReadOnlyList<string> methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } named ? named : ["any method"];
        if (!First(methods, endpoint.RoutePattern, endpoint.Order))
            wrong.Add($"The route {string.Join(", ", methods)} {pattern} is mapped twice.");
    }

    private bool First(IReadOnlyList<string> methods, RoutePattern pattern, int order)
    {
        var shape = Shape(pattern);
        var first = true;
        foreach (var method in methods) first &= seen.Add((method, shape, order));
        return first;
    }

    private bool IsOpen(string pattern) => plugin.Manifest.Open.Any(open => Under(pattern, open));

    /// <summary>Whether a route says whom it is for: a permission, or everybody.</summary>
    public static bool Says(IEnumerable<object> metadata) => metadata.Any(m => m is IAuthorizationRequirementData or IAllowAnonymous);

    // What is matched, not what the pattern says it is called: the two can differ.
    private static string Text(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(s => string.Concat(s.Parts.Select(p => p switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter => "{" + parameter.Name + "}",
        _ => "{?}",
    }))));

    // Two parameters at the same place match the same, whatever their names, unless their constraints differ.
    private static string Shape(RoutePattern pattern) => string.Join('/', pattern.PathSegments.Select(s => string.Concat(s.Parts.Select(p => p switch
    {
        RoutePatternLiteralPart literal => literal.Content.ToLowerInvariant(),
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter =>
            "{" + (parameter.IsCatchAll ? "*" : "") + string.Join(':', parameter.ParameterPolicies.Select(policy => policy.Content ?? "?")) + "}",
        _ => "{?}",
    }))));

    private static bool Under(string pattern, string prefix) =>
        pattern.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && (pattern.Length == prefix.Length || pattern[prefix.Length] == '/');
}
