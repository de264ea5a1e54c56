using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Primitives;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Misbehaving;

internal static class Misroutes
{
    private static readonly List<byte[]> Kept = [];

    public static void Map(string trouble, IPluginRoutes routes)
    {
        switch (trouble)
        {
            case "map-throws":
                throw new InvalidOperationException("There is no map.");
            case "map-hangs":
                Thread.Sleep(Timeout.Infinite);
                break;
            case "runs-wild":
                RunWild(routes.Api);
                break;
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

    // Whatever a route can do to the process.
    private static void RunWild(IEndpointRouteBuilder api)
    {
        api.MapPost("/throw", void () => throw new InvalidOperationException("The shelf is empty.")).Demand("patients.view");
        api.MapPost("/refuse", void () => throw Refuse.Because($"Not today.")).Demand("patients.view");
        api.MapPost("/thread", () => new Thread(() => throw new InvalidOperationException("A thread of its own fell over.")).Start()).Demand("patients.view");
        api.MapPost("/void", () => FallOver()).Demand("patients.view");
        api.MapPost("/leak", () =>
        {
            for (var i = 0; i < 16; i++) Kept.Add(Filled());
        }).Demand("patients.view");
        api.MapPost("/hang", () => Thread.Sleep(Timeout.Infinite)).Demand("patients.view");
    }

    private static async void FallOver()
    {
        await Task.Yield();
        throw new InvalidOperationException("Nobody waits for this.");
    }

    private static byte[] Filled()
    {
        var memory = new byte[8 * 1024 * 1024];
        Array.Fill(memory, (byte)1);
        return memory;
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
