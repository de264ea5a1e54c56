using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Needles.Lots;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Needles.Counting;

/// <summary>What to count, as a body.</summary>
/// <param name="ItemId">One item alone; nothing for the whole cupboard.</param>
public sealed record BeginCountInput(long? ItemId = null);

/// <summary>What was counted, as a body.</summary>
/// <param name="Lines">One for each lot.</param>
public sealed record EnterCountInput(IReadOnlyList<CountedLot>? Lines);

/// <summary>Counts as JSON.</summary>
internal static class CountRoutes
{
    public static void MapCounts(this IEndpointRouteBuilder api)
    {
        var counts = api.MapGroup("/counts").WithTags("Counts");

        counts.MapGet("/", async Task<Ok<Page<StockCount>>> (CountBook book, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await book.PageAsync(after, Keyset.Limit(limit), token)))
            .Demand(Permissions.View).WithName("needles.counts.list").WithSummary("Counts of the cupboard, newest first.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        counts.MapGet("/{id:long}", async Task<Ok<CountSheet>> (CountBook book, long id, CancellationToken token) =>
                TypedResults.Ok(await book.FindAsync(id, token) ?? throw Refuse.Missing($"There is no count {id}.")))
            .Demand(Permissions.View).WithName("needles.counts.find").WithSummary("A count with its sheet. What the book had is said of lots that are counted.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        counts.MapPost("/", async Task<Created<CountSheet>> (CountBook book, BeginCountInput? input, CancellationToken token) =>
            {
                var sheet = await book.BeginAsync(input?.ItemId, token);
                return TypedResults.Created($"/api/needles/counts/{sheet.Count.Id}", sheet);
            })
            .Demand(Permissions.Receive).WithName("needles.counts.begin").WithSummary("Begins a sheet over every lot with stock, or those of one item.")
            .ProducesRefusals();

        counts.MapPost("/{id:long}/lines", async Task<Ok<CountSheet>> (CountBook book, long id, EnterCountInput input, CancellationToken token) =>
                TypedResults.Ok(await book.EnterAsync(id, input.Lines ?? [], token)))
            .Demand(Permissions.Receive).WithName("needles.counts.enter").WithSummary("Writes down what was counted.")
            .ProducesRefusals();

        counts.MapPost("/{id:long}/confirm", async Task<Ok<CountSheet>> (CountBook book, long id, ReasonInput? input, CancellationToken token) =>
                TypedResults.Ok(await book.ConfirmAsync(id, input?.Reason, token)))
            .Demand(Permissions.Receive).WithName("needles.counts.confirm").WithSummary("Books the differences of a count, all at once.")
            .ProducesRefusals();

        counts.MapPost("/{id:long}/cancel", async Task<Ok<CountSheet>> (CountBook book, long id, CancellationToken token) =>
                TypedResults.Ok(await book.CancelAsync(id, token)))
            .Demand(Permissions.Receive).WithName("needles.counts.cancel").WithSummary("Gives a count up: the book stays as it was.")
            .ProducesRefusals();
    }
}
