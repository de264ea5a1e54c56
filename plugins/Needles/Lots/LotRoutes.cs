using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Needles.Lots;

/// <summary>A reason, as a body.</summary>
/// <param name="Reason">Why; 1 to 500 characters.</param>
public sealed record ReasonInput(string? Reason);

/// <summary>The result of an inspection that was passed, as a body.</summary>
/// <param name="Note">What there is to say about it; at most 500 characters.</param>
public sealed record ReleaseInput(string? Note = null);

/// <summary>A count, as a body.</summary>
/// <param name="Counted">Every unit that is here, opened ones too; 0 to 100,000.</param>
/// <param name="Note">What explains a difference; at most 500 characters.</param>
public sealed record CountInput(int? Counted, string? Note = null);

/// <summary>Units that came back, as a body.</summary>
/// <param name="Quantity">How many, 1 to 100,000.</param>
/// <param name="Reason">Where they were; 1 to 500 characters.</param>
public sealed record ReturnInput(int? Quantity, string? Reason);

/// <summary>A correction, as a body.</summary>
/// <param name="Difference">How many more (or, below 0, fewer) are here than the book has.</param>
/// <param name="Reason">Why; 1 to 500 characters.</param>
public sealed record AdjustInput(int? Difference, string? Reason);

/// <summary>Lots as JSON.</summary>
internal static class LotRoutes
{
    public static void MapLots(this IEndpointRouteBuilder api)
    {
        var lots = api.MapGroup("/lots").WithTags("Lots");
        MapReads(lots);
        MapChanges(lots);

        api.MapGet("/propose", async Task<Ok<IReadOnlyList<PickableLot>>> (LotDirectory directory, SupplyKind kind, CancellationToken token) =>
                TypedResults.Ok(await directory.ProposeAsync(kind, token)))
            .WithTags("Lots").Demand(Permissions.View).WithName("needles.lots.propose")
            .WithSummary("The lots of a kind that can be picked now, first-expired-first-out.");
    }

    private static void MapReads(RouteGroupBuilder lots)
    {
        lots.MapGet("/", async Task<Ok<Page<Lot>>> (
                LotDirectory directory, LotState? state, string? search, long? item, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await directory.PageAsync(new(state, search, item), after, Keyset.Limit(limit), token)))
            .Demand(Permissions.View).WithName("needles.lots.list").WithSummary("Lots, those that expire first before the others.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        lots.MapGet("/{id:long}", async Task<Ok<Lot>> (LotDirectory directory, HttpResponse response, long id, CancellationToken token) =>
                Tagged(response, await directory.FindAsync(id, token) ?? throw Refuse.Missing($"There is no lot {id}.")))
            .Demand(Permissions.View).WithName("needles.lots.find").WithSummary("A lot, with its row version as ETag.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        lots.MapGet("/{id:long}/movements", async Task<Ok<Page<Movement>>> (
                LotDirectory directory, long id, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await directory.MovementsAsync(id, after, Keyset.Limit(limit), token)))
            .Demand(Permissions.View).WithName("needles.lots.movements").WithSummary("A lot's book, the first line first.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        lots.MapGet("/{id:long}/patients", async Task<Ok<IReadOnlyList<TracedPatient>>> (LotDirectory directory, long id, CancellationToken token) =>
                TypedResults.Ok(await directory.TraceAsync(id, token)))
            .Demand(Permissions.View).Demand(Permissions.SeePatients).WithName("needles.lots.patients").WithSummary("Whom a lot touched, with how to reach them.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void MapChanges(RouteGroupBuilder lots)
    {
        lots.MapPost("/", async Task<Created<Lot>> (Receiving receiving, HttpResponse response, Receipt receipt, CancellationToken token) =>
            {
                var lot = await receiving.ReceiveAsync(receipt, token);
                response.Headers.ETag = RowVersions.Tag(lot.RowVersion);
                return TypedResults.Created($"/api/needles/lots/{lot.Id}", lot);
            })
            .Demand(Permissions.Receive).WithName("needles.lots.receive")
            .WithSummary("Receives boxes, from a barcode or by fields; more of a lot that is here is added to it.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        lots.MapPost("/{id:long}/release", async Task<Ok<Lot>> (
                LotCare care, HttpResponse response, long id, ReleaseInput? input, CancellationToken token) =>
                Tagged(response, await care.ReleaseAsync(id, input?.Note, token)))
            .Demand(Permissions.Receive).WithName("needles.lots.release").WithSummary("Releases a lot: its inspection found nothing wrong.")
            .ProducesRefusals();

        lots.MapPost("/{id:long}/quarantine", async Task<Ok<Lot>> (
                LotCare care, HttpResponse response, long id, ReasonInput input, CancellationToken token) =>
                Tagged(response, await care.QuarantineAsync(id, input.Reason, token)))
            .Demand(Permissions.Receive).WithName("needles.lots.quarantine").WithSummary("Holds a lot back.")
            .ProducesRefusals();

        lots.MapPost("/{id:long}/lift-quarantine", async Task<Ok<Lot>> (
                LotCare care, HttpResponse response, long id, ReasonInput input, CancellationToken token) =>
                Tagged(response, await care.LiftQuarantineAsync(id, input.Reason, token)))
            .Demand(Permissions.Receive).WithName("needles.lots.lift-quarantine").WithSummary("Lets a lot out of quarantine, to where it came from.")
            .ProducesRefusals();

        lots.MapPost("/{id:long}/dispose", async Task<Ok<Lot>> (
                LotCare care, HttpResponse response, long id, ReasonInput input, CancellationToken token) =>
                Tagged(response, await care.DisposeAsync(id, input.Reason, token)))
            .Demand(Permissions.Receive).WithName("needles.lots.dispose").WithSummary("Disposes of all that is here of a lot that can't be used.")
            .ProducesRefusals();

        lots.MapPost("/{id:long}/return", async Task<Ok<Lot>> (
                LotCare care, HttpResponse response, long id, ReturnInput input, CancellationToken token) =>
                Tagged(response, await care.ReturnAsync(id, input.Quantity, input.Reason, token)))
            .Demand(Permissions.Receive).WithName("needles.lots.return").WithSummary("Puts sealed units back that had left the book.")
            .ProducesRefusals();

        lots.MapPost("/{id:long}/adjust", async Task<Ok<Lot>> (
                LotCare care, HttpResponse response, long id, AdjustInput input, CancellationToken token) =>
                Tagged(response, await care.AdjustAsync(id, input.Difference, input.Reason, token)))
            .Demand(Permissions.Receive).WithName("needles.lots.adjust").WithSummary("Corrects the book by a number of units.")
            .ProducesRefusals();

        lots.MapPost("/{id:long}/count", async Task<Ok<Lot>> (
                LotCare care, HttpResponse response, long id, CountInput input, CancellationToken token) =>
                Tagged(response, await care.CountAsync(id, input.Counted, input.Note, token)))
            .Demand(Permissions.Receive).WithName("needles.lots.count").WithSummary("Puts the book right after somebody counted.")
            .ProducesRefusals();
    }

    private static Ok<Lot> Tagged(HttpResponse response, Lot lot)
    {
        response.Headers.ETag = RowVersions.Tag(lot.RowVersion);
        return TypedResults.Ok(lot);
    }
}
