using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Needles.Reservations;

/// <summary>Reservations as JSON.</summary>
internal static class ReservationRoutes
{
    public static void MapReservations(this IEndpointRouteBuilder api)
    {
        var reservations = api.MapGroup("/reservations").WithTags("Reservations");

        reservations.MapGet("/", async Task<Ok<Page<Reservation>>> (
                ReservationBook book, long? patient, long? lot, bool? all, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await book.PageAsync(new(patient, lot, all is not true), after, Keyset.Limit(limit), token)))
            .Demand(Permissions.View).AboutPatient("patient").WithName("needles.reservations.list")
            .WithSummary("Units that are kept for patients, the next day first; all: taken and released ones too.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        reservations.MapPost("/", async Task<Ok<IReadOnlyList<Reservation>>> (ReservationBook book, ReservationInput input, CancellationToken token) =>
                TypedResults.Ok(await book.ReserveAsync(input, token)))
            .Demand(Permissions.Reserve).WithName("needles.reservations.reserve")
            .WithSummary("Keeps units for a patient: of a lot, or of those of an item that expire first. One reservation for each lot.")
            .ProducesRefusals();

        reservations.MapPost("/{id:long}/release", async Task<Ok<Reservation>> (ReservationBook book, long id, CancellationToken token) =>
                TypedResults.Ok(await book.ReleaseAsync(id, token)))
            .Demand(Permissions.Reserve).WithName("needles.reservations.release").WithSummary("Lets a reservation go: its units are free again.")
            .ProducesRefusals();

        api.MapGet("/recalls/{id:long}/reservations", async Task<Ok<IReadOnlyList<Reservation>>> (ReservationBook book, long id, CancellationToken token) =>
                TypedResults.Ok(await book.OfRecallAsync(id, token)))
            .WithTags("Recalls").Demand(Permissions.View).WithName("needles.recalls.reservations")
            .WithSummary("Future bookings that would use the lots of a recall, the next day first.");
    }
}
