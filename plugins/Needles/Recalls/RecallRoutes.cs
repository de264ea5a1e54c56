using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Needles.Recalls;

/// <summary>What came of telling a patient, as a body.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Note">What else there is to say; at most 500 characters.</param>
public sealed record OutcomeInput(NotificationOutcome? Outcome, string? Note = null);

/// <summary>Recalls as JSON.</summary>
internal static class RecallRoutes
{
    public static void MapRecalls(this IEndpointRouteBuilder api)
    {
        var recalls = api.MapGroup("/recalls").WithTags("Recalls");

        recalls.MapGet("/", async Task<Ok<Page<RecallNotice>>> (RecallBook book, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await book.PageAsync(after, Keyset.Limit(limit), token)))
            .Demand(Permissions.View).WithName("needles.recalls.list").WithSummary("Recalls, the open ones first, then the newest.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        recalls.MapGet("/{id:long}", async Task<Ok<Recall>> (RecallBook book, ICurrentActor actor, long id, CancellationToken token) =>
                TypedResults.Ok(Shown(await book.FindAsync(id, token) ?? throw Refuse.Missing($"There is no recall {id}."), actor)))
            .Demand(Permissions.View).WithName("needles.recalls.find")
            .WithSummary("A recall with its lots, and whom they touched for whoever may see patients.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        recalls.MapPost("/", async Task<Created<Recall>> (RecallBook book, ICurrentActor actor, RecallInput input, CancellationToken token) =>
            {
                var recall = await book.OpenAsync(input, token);
                return TypedResults.Created($"/api/needles/recalls/{recall.Notice.Id}", Shown(recall, actor));
            })
            .Demand(Permissions.Recall).WithName("needles.recalls.open")
            .WithSummary("Recalls lots in one step: they can't be used any more, and those treated from them are listed.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        recalls.MapPost("/{id:long}/patients/{patientId:long}/outcome", async Task<Ok<AffectedPatient>> (
                RecallBook book, long id, long patientId, OutcomeInput input, CancellationToken token) =>
                TypedResults.Ok(await book.SetOutcomeAsync(id, patientId, input.Outcome, input.Note, token)))
            .Demand(Permissions.Recall).Demand(Permissions.SeePatients).WithName("needles.recalls.outcome").WithSummary("Writes down what came of telling a patient.")
            .ProducesRefusals();

        recalls.MapPost("/{id:long}/staff/{injuryId:long}/outcome", async Task<Ok<AffectedStaff>> (
                RecallBook book, long id, long injuryId, OutcomeInput input, CancellationToken token) =>
                TypedResults.Ok(await book.SetStaffOutcomeAsync(id, injuryId, input.Outcome, input.Note, token)))
            .Demand(Permissions.Injuries).WithName("needles.recalls.staff-outcome")
            .WithSummary("Writes down what came of telling a member of staff who was injured with a recalled lot.")
            .ProducesRefusals();

        recalls.MapPost("/{id:long}/close", async Task<Ok<Recall>> (RecallBook book, ICurrentActor actor, long id, CancellationToken token) =>
                TypedResults.Ok(Shown(await book.CloseAsync(id, token), actor)))
            .Demand(Permissions.Recall).WithName("needles.recalls.close").WithSummary("Closes a recall once there is an outcome for everybody.")
            .ProducesRefusals();
    }
    // Who may see the stock alone sees how many there are, not who.
    private static Recall Shown(Recall recall, ICurrentActor actor) => actor.May(Permissions.SeePatients) ? recall : recall with { Patients = [], Attempts = [.. recall.Attempts.Where(a => a.PatientId is null)] };
}
