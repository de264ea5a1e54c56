using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Primitives;
using Smp.Sdk.Web;

namespace Misbehaving;

internal static class Misroutes
{
    public static void Map(string trouble, IPluginRoutes routes)
    {
        switch (trouble)
        {
            case "map-throws":
                throw new InvalidOperationException("There is no map.");
            case "route-elsewhere":
                ((IEndpointRouteBuilder)routes).MapGet("/api/patients/all", () => "").Demand("patients.view");
                break;
            case "route-absolute":
                routes.Api.DataSources.Add(new Absolute(RoutePatternFactory.Parse("~/api/patients/all")));
                break;
            case "route-lies":
                // What it says it is and what it matches are two things.
                routes.Api.DataSources.Add(new Absolute(RoutePatternFactory.Pattern(
                    "/api/test.routelies/fine", RoutePatternFactory.Segment(RoutePatternFactory.LiteralPart("api")),
                    RoutePatternFactory.Segment(RoutePatternFactory.LiteralPart("patients")))));
                break;
            case "route-for-anyone":
                routes.Api.MapGet("/all", () => "");
                break;
            case "route-twice":
                routes.Api.MapGet("/all", () => "").Demand("patients.view");
                routes.Api.MapGet("/all", () => "").Demand("patients.view");
                break;
            case "route-same-shape":
                routes.Api.MapGet("/{one}", (string one) => one).Demand("patients.view");
                routes.Api.MapGet("/{other}", (string other) => other).Demand("patients.view");
                break;
            case "route-name":
                routes.Api.MapGet("/all", () => "").Demand("patients.view").WithName("plugins.list");
                break;
        }
    }

    // Takes no notice of the group that it was added to.
    private sealed class Absolute(RoutePattern pattern) : EndpointDataSource
    {
        public override IReadOnlyList<Endpoint> Endpoints { get; } =
            [new RouteEndpoint(context => context.Response.WriteAsync("mine"), pattern, 0, new(new DemandAttribute("patients.view")), "absolute")];

        public override IReadOnlyList<Endpoint> GetGroupedEndpoints(RouteGroupContext context) => Endpoints;

        public override IChangeToken GetChangeToken() => new CancellationChangeToken(CancellationToken.None);
    }
}
