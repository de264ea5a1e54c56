using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Needles.Containers;

/// <summary>A container to open, as a body.</summary>
/// <param name="LotId">Of which lot.</param>
/// <param name="MultiPatient">Whether it may serve several patients; as the item says where nothing is said.</param>
/// <param name="PatientId">For whom, where it is for one patient and that is known.</param>
public sealed record OpeningInput(long? LotId, bool? MultiPatient = null, long? PatientId = null);

/// <summary>What became of a container, as a body.</summary>
/// <param name="State">Empty or Discarded.</param>
/// <param name="Reason">Why it was discarded; 1 to 500 characters.</param>
public sealed record ClosingInput(ContainerState? State, string? Reason = null);

/// <summary>Containers as JSON.</summary>
internal static class ContainerRoutes
{
    public static void MapContainers(this IEndpointRouteBuilder api)
    {
        var containers = api.MapGroup("/containers").WithTags("Containers");

        containers.MapGet("/", async Task<Ok<Page<Container>>> (
                ContainerBook book, long? lot, bool? all, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await book.PageAsync(new(lot, all is not true), after, Keyset.Limit(limit), token)))
            .Demand(Permissions.View).WithName("needles.containers.list").WithSummary("Bottles and boxes in use, those to discard first before the others; all: closed ones too.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        containers.MapGet("/{id:long}", async Task<Ok<Container>> (ContainerBook book, long id, CancellationToken token) =>
                TypedResults.Ok(await book.FindAsync(id, token) ?? throw Refuse.Missing($"There is no container {id}.")))
            .Demand(Permissions.View).WithName("needles.containers.find").WithSummary("A bottle or box in use.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        containers.MapPost("/", async Task<Created<Container>> (ContainerBook book, OpeningInput input, CancellationToken token) =>
            {
                var checks = new Checks();
                checks.That(input.LotId is not null, "lotId", $"Say which lot.");
                checks.Throw();
                var container = await book.OpenAsync(input.LotId!.Value, input.MultiPatient, input.PatientId, token);
                return TypedResults.Created($"/api/needles/containers/{container.Id}", container);
            })
            .Demand(Permissions.Use).WithName("needles.containers.open").WithSummary("Opens a bottle or box: one unit of its lot.")
            .ProducesRefusals();

        containers.MapPost("/{id:long}/close", async Task<Ok<Container>> (ContainerBook book, long id, ClosingInput input, CancellationToken token) =>
                TypedResults.Ok(await book.CloseAsync(id, input.State, input.Reason, token)))
            .Demand(Permissions.Use).WithName("needles.containers.close").WithSummary("Closes a bottle or box: it is empty, or thrown away.")
            .ProducesRefusals();
    }
}
