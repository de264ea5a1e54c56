using System.Collections.Frozen;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Smp.Runtime.Shells;

namespace Smp.Runtime.Health;

/// <summary>Counts what plugins' pages and routes take, and which of them fail. Requests for the host's own pass by.</summary>
internal sealed class RouteHealth(RequestDelegate next, FrozenDictionary<Endpoint, CallGauge> gauges)
{
    /// <summary>The counter of each endpoint that is a plugin's: a route, which lies under its id, or a page of its assembly.</summary>
    public static FrozenDictionary<Endpoint, CallGauge> GaugesOf(IReadOnlyList<Endpoint> endpoints, ShellContents contents, ClinicHealth health)
    {
        var ids = contents.Plugins.ToDictionary(p => p.Id, p => health.Gauge(p.Id, PluginCall.Route), StringComparer.OrdinalIgnoreCase);
        Dictionary<Endpoint, CallGauge> found = new(ReferenceEqualityComparer.Instance);
        foreach (var endpoint in endpoints.OfType<RouteEndpoint>())
        {
            var segments = (endpoint.RoutePattern.RawText ?? "").Split('/', 4, StringSplitOptions.RemoveEmptyEntries);
            var first = segments is ["api", var under, ..] ? under : segments is [var own, ..] ? own : "";
            if (ids.TryGetValue(first, out var gauge)) found.Add(endpoint, gauge);
            else if (endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is { } page && contents.OwnerOf(page.Type) is { } owner) found.Add(endpoint, ids[owner.Id]);
        }

        return found.ToFrozenDictionary();
    }

    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint() is { } endpoint && gauges.TryGetValue(endpoint, out var gauge) ? MeasureAsync(context, endpoint, gauge) : next(context);

    private async Task MeasureAsync(HttpContext context, Endpoint endpoint, CallGauge gauge)
    {
        var began = CallGauge.Begin();
        try
        {
            await next(context);
        }
        catch (Exception error) when (Note(error, context, endpoint, gauge))
        {
            // Never here: it is only noted.
        }
        finally
        {
            // A stream lasts for as long as somebody listens, which says nothing.
            if (context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.Ordinal) != true) gauge.Ended(began);
        }
    }

    private static bool Note(Exception error, HttpContext context, Endpoint endpoint, CallGauge gauge)
    {
        if (!context.RequestAborted.IsCancellationRequested && Blame.IsFault(error))
            gauge.Failed((endpoint as RouteEndpoint)?.RoutePattern.RawText ?? endpoint.DisplayName ?? "", error);
        return false;
    }
}
