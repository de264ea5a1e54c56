using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Needles.Lots;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Needles.Sterilising;

/// <summary>What indicators say, as a body.</summary>
/// <param name="Chemical">What the chemical one says; nothing leaves it as it is.</param>
/// <param name="Biological">What the biological one says; nothing leaves it as it is.</param>
/// <param name="Note">What there is to say; at most 500 characters.</param>
public sealed record IndicatorInput(IndicatorResult? Chemical = null, IndicatorResult? Biological = null, string? Note = null);

/// <summary>Steriliser loads as JSON.</summary>
internal static class LoadRoutes
{
    public static void MapLoads(this IEndpointRouteBuilder api)
    {
        var loads = api.MapGroup("/loads").WithTags("Steriliser loads");

        loads.MapGet("/", async Task<Ok<Page<SteriliserLoad>>> (LoadBook book, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await book.PageAsync(after, Keyset.Limit(limit), token)))
            .Demand(Permissions.View).WithName("needles.loads.list").WithSummary("Steriliser loads, newest first.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        loads.MapGet("/{id:long}", async Task<Ok<LoadDetails>> (LoadBook book, long id, CancellationToken token) =>
                TypedResults.Ok(await book.FindAsync(id, token) ?? throw Refuse.Missing($"There is no steriliser load {id}.")))
            .Demand(Permissions.View).WithName("needles.loads.find").WithSummary("A steriliser load with what was in it.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        loads.MapGet("/{id:long}/patients", async Task<Ok<IReadOnlyList<TracedPatient>>> (LoadBook book, long id, CancellationToken token) =>
                TypedResults.Ok(await book.TraceAsync(id, token)))
            .Demand(Permissions.View).Demand(Permissions.SeePatients).WithName("needles.loads.patients").WithSummary("Whom a load touched, with how to reach them.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        loads.MapPost("/", async Task<Created<LoadDetails>> (LoadBook book, LoadInput input, CancellationToken token) =>
            {
                var load = await book.AddAsync(input, token);
                return TypedResults.Created($"/api/needles/loads/{load.Load.Id}", load);
            })
            .Demand(Permissions.Sterilise).WithName("needles.loads.add").WithSummary("Writes down a load that was run. Its sets wait for the indicators.")
            .ProducesRefusals();

        loads.MapPost("/{id:long}/indicators", async Task<Ok<LoadDetails>> (LoadBook book, long id, IndicatorInput input, CancellationToken token) =>
                TypedResults.Ok(await book.ReadAsync(id, input.Chemical, input.Biological, input.Note, token)))
            .Demand(Permissions.Sterilise).WithName("needles.loads.read")
            .WithSummary("Writes down what indicators say. One that fails puts the load in quarantine, and opens an incident for each patient it touched.")
            .ProducesRefusals();

        loads.MapPost("/{id:long}/release", async Task<Ok<LoadDetails>> (LoadBook book, long id, CancellationToken token) =>
                TypedResults.Ok(await book.ReleaseAsync(id, token)))
            .Demand(Permissions.Sterilise).WithName("needles.loads.release").WithSummary("Releases a load whose indicators passed: its sets may be used.")
            .ProducesRefusals();
    }
}
