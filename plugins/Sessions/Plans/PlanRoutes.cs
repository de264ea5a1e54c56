using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk;
using Smp.Sdk.Web;
using Smp.Sessions.Candidacy;
using Smp.Sessions.Designs;
using Smp.Sessions.Treating;

namespace Smp.Sessions.Plans;

/// <summary>Treatment plans, their assessments and designs as JSON.</summary>
internal static class PlanRoutes
{
    public static void MapPlans(this IEndpointRouteBuilder api)
    {
        var plans = api.MapGroup("/plans").WithTags("SMP plans");

        plans.MapGet("/", async Task<Ok<Page<PlanRow>>> (PlanBook book, PlanState? state, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await book.PageAsync(state, after, Keyset.Limit(limit), token)))
            .Demand(Permissions.View).WithName("sessions.plans.list").WithSummary("Treatment plans, the one changed last first.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        plans.MapGet("/of/{patient:long}", async Task<Ok<IReadOnlyList<TreatmentPlan>>> (PlanBook book, long patient, CancellationToken token) =>
                TypedResults.Ok(await book.OfPatientAsync(patient, token)))
            .Demand(Permissions.View).AboutPatient("patient").WithName("sessions.plans.of-patient").WithSummary("A patient's plans, the newest first.");

        plans.MapGet("/{id:long}", async Task<Ok<TreatmentPlan>> (PlanBook book, HttpContext http, long id, CancellationToken token) =>
            {
                var plan = await book.FindAsync(id, token) ?? throw PlanRows.Missing(id);
                http.LookedAt(plan.PatientId);
                return Tagged(http.Response, plan);
            })
            .Demand(Permissions.View).WithName("sessions.plans.find").WithSummary("A plan, with its row version as ETag.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        plans.MapGet("/{id:long}/history", async Task<Ok<IReadOnlyList<PlanHistory>>> (PlanBook book, long id, CancellationToken token) => TypedResults.Ok(await book.HistoryAsync(id, token)))
            .Demand(Permissions.View).WithName("sessions.plans.history").WithSummary("What happened to a plan, the first step first.");

        plans.MapPost("/", async Task<Created<TreatmentPlan>> (PlanBook book, HttpResponse response, PlanInput input, CancellationToken token) =>
            {
                var plan = await book.AddAsync(input, token);
                response.Headers.ETag = RowVersions.Tag(plan.RowVersion);
                return TypedResults.Created($"/api/sessions/plans/{plan.Id}", plan);
            })
            .Demand(Permissions.Plan).WithName("sessions.plans.add").WithSummary("Makes a plan: an enquiry at first.").ProducesRefusals();

        plans.MapPut("/{id:long}", async Task<Ok<TreatmentPlan>> (PlanBook book, HttpContext http, long id, PlanInput input, CancellationToken token) =>
                Tagged(http.Response, await book.ChangeAsync(id, RowVersions.Required(http.Request), input, token)))
            .Demand(Permissions.Plan).WithName("sessions.plans.change").WithSummary("Changes a plan, with the ETag that was seen as If-Match.").ProducesConflicts();

        plans.MapPost("/{id:long}/steps", async Task<Ok<TreatmentPlan>> (PlanBook book, HttpContext http, long id, PlanStepInput input, CancellationToken token) =>
                Tagged(http.Response, await book.StepAsync(id, RowVersions.Required(http.Request), input, token)))
            .Demand(Permissions.View).WithName("sessions.plans.step")
            .WithSummary("Moves a plan on: Consent, Complete, Hold, Resume, Abandon, Reopen. Who may depends on the step. With the ETag that was seen as If-Match.").ProducesConflicts();

        plans.MapGet("/{id:long}/assessments", async Task<Ok<IReadOnlyList<Assessment>>> (AssessmentBook book, long id, CancellationToken token) => TypedResults.Ok(await book.OfPlanAsync(id, token)))
            .Demand(Permissions.View).WithName("sessions.assessments.list").WithSummary("The assessments of a plan, the latest first.");

        plans.MapPost("/{id:long}/assessments", async Task<Created<Assessment>> (AssessmentBook book, long id, AssessmentInput input, CancellationToken token) =>
                TypedResults.Created((string?)null, await book.AssessAsync(id, input, token)))
            .Demand(Permissions.Perform).WithName("sessions.assessments.add").WithSummary("Assesses whether the client is a candidate, and moves the plan on.").ProducesRefusals();

        plans.MapGet("/{id:long}/designs", async Task<Ok<IReadOnlyList<Design>>> (DesignBook book, long id, CancellationToken token) => TypedResults.Ok(await book.OfPlanAsync(id, token)))
            .Demand(Permissions.View).WithName("sessions.designs.list").WithSummary("The designs that the client signed, the latest first.");

        plans.MapPost("/{id:long}/designs", async Task<Created<Design>> (DesignBook book, long id, DesignInput input, CancellationToken token) =>
                TypedResults.Created((string?)null, await book.SignAsync(id, input, token)))
            .Demand(Permissions.Perform).WithName("sessions.designs.sign").WithSummary("Records that the client signed the design as it is now.").ProducesConflicts();

        plans.MapGet("/{id:long}/sessions", async Task<Ok<IReadOnlyList<Session>>> (SessionBook book, long id, CancellationToken token) => TypedResults.Ok(await book.OfPlanAsync(id, token)))
            .Demand(Permissions.View).WithName("sessions.plans.sessions").WithSummary("The sessions of a plan, the first first.");

        plans.MapPost("/{id:long}/sessions", async Task<Created<Session>> (SessionBook book, HttpResponse response, long id, SessionInput input, CancellationToken token) =>
            {
                var session = input.Slot is { } slot ? await book.BookAsync(id, slot, token) : await book.WalkInAsync(id, input.PerformedBy, token);
                response.Headers.ETag = RowVersions.Tag(session.RowVersion);
                return TypedResults.Created($"/api/sessions/{session.Id}", session);
            })
            .Demand(Permissions.Plan).WithName("sessions.plans.book").WithSummary("Books a session in a slot of the calendar; without a slot, for a client who is here: checked in at once.")
            .ProducesRefusals();

        plans.MapPost("/{id:long}/sessions/historical", async Task<Created<Session>> (HistoricalSessions book, HttpResponse response, long id, HistoricalSession input, CancellationToken token) =>
            {
                var session = await book.EnterAsync(id, input, token);
                response.Headers.ETag = RowVersions.Tag(session.RowVersion);
                return TypedResults.Created($"/api/sessions/{session.Id}", session);
            })
            .Demand(Permissions.Perform).WithName("sessions.plans.enter").WithSummary("Enters a session that took place before: closed at once. A rule that stood against it opens an incident.")
            .ProducesRefusals();
    }

    private static Ok<TreatmentPlan> Tagged(HttpResponse response, TreatmentPlan plan)
    {
        response.Headers.ETag = RowVersions.Tag(plan.RowVersion);
        return TypedResults.Ok(plan);
    }
}

/// <summary>A session that is made, as a body.</summary>
/// <param name="Slot">When and where; nothing for a client who is here.</param>
/// <param name="PerformedBy">Whose hands, without a slot.</param>
public sealed record SessionInput(AppointmentSlot? Slot = null, long? PerformedBy = null);
