using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Needles.Sharps;

/// <summary>Sharps containers as JSON.</summary>
internal static class SharpsRoutes
{
    public static void MapSharps(this IEndpointRouteBuilder api)
    {
        var sharps = api.MapGroup("/sharps").WithTags("Sharps");

        sharps.MapGet("/", async Task<Ok<Page<SharpsContainer>>> (
                SharpsCupboard cupboard, SharpsState? state, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await cupboard.PageAsync(state, after, Keyset.Limit(limit), token)))
            .Demand(Permissions.View).WithName("needles.sharps.list").WithSummary("Sharps containers: open ones, closed ones, those that left; each the newest first.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        sharps.MapGet("/{id:long}", async Task<Ok<SharpsContainer>> (
                SharpsCupboard cupboard, HttpResponse response, long id, CancellationToken token) =>
                Tagged(response, await cupboard.FindAsync(id, token) ?? throw Refuse.Missing($"There is no sharps container {id}.")))
            .Demand(Permissions.View).WithName("needles.sharps.find").WithSummary("A sharps container, with its row version as ETag.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        sharps.MapPost("/", async Task<Created<SharpsContainer>> (
                SharpsCupboard cupboard, HttpResponse response, NewSharpsContainer input, CancellationToken token) =>
            {
                var container = await cupboard.OpenAsync(input, token);
                response.Headers.ETag = RowVersions.Tag(container.RowVersion);
                return TypedResults.Created($"/api/needles/sharps/{container.Id}", container);
            })
            .Demand(Permissions.Receive).WithName("needles.sharps.open").WithSummary("Puts a sharps container into use.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        sharps.MapPost("/{id:long}/close", async Task<Ok<SharpsContainer>> (
                SharpsCupboard cupboard, HttpContext http, long id, CloseInput input, CancellationToken token) =>
                Tagged(http.Response, await cupboard.CloseAsync(id, RowVersions.Required(http.Request), input, token)))
            .Demand(Permissions.Receive).WithName("needles.sharps.close")
            .WithSummary("Closes a sharps container for good, with the ETag that was seen as If-Match.")
            .ProducesRefusals().ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status428PreconditionRequired);

        sharps.MapPost("/{id:long}/dispose", async Task<Ok<SharpsContainer>> (
                SharpsCupboard cupboard, HttpContext http, long id, DisposalInput input, CancellationToken token) =>
                Tagged(http.Response, await cupboard.DisposeAsync(id, RowVersions.Required(http.Request), input, token)))
            .Demand(Permissions.Receive).WithName("needles.sharps.dispose")
            .WithSummary("Hands a closed sharps container to a carrier, with the ETag that was seen as If-Match.")
            .ProducesRefusals().ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status428PreconditionRequired);
    }

    private static Ok<SharpsContainer> Tagged(HttpResponse response, SharpsContainer container)
    {
        response.Headers.ETag = RowVersions.Tag(container.RowVersion);
        return TypedResults.Ok(container);
    }
}
