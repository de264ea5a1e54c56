using Smp.Runtime.Core.Incidents;
using Smp.Runtime.Core.Search;
using Smp.Runtime.Core.Worklist;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>What is due, what went wrong, and the search over everything.</summary>
internal static class WorkRoutes
{
    /// <summary>What the review of an incident found.</summary>
    public sealed record Review(string? Outcome);

    public static IEndpointRouteBuilder MapWork(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api");

        api.MapGet("worklist", async (WorklistBoard board, long? patient, int? limit, CancellationToken token) =>
                TypedResults.Ok(await board.AskAsync(patient, Keyset.Limit(limit), token)))
            .Demand(CorePermissions.WorklistView).AboutPatient("patient").WithName("worklist.list").WithTags("work")
            .WithSummary("What is due, from every module, the most urgent first; modules that gave no answer are named.");

        api.MapGet("search", async (SearchIndex index, string? text, int? limit, CancellationToken token) =>
                TypedResults.Ok(await index.FindAsync(text ?? "", Keyset.Limit(limit), token)))
            .Demand(CorePermissions.SearchUse).WithName("search.find").WithTags("work")
            .WithSummary("Finds what modules let people find. Patients have a search of their own.");

        api.MapGet("incidents", async (IncidentBook book, bool? open, int? limit, CancellationToken token) =>
                TypedResults.Ok(await book.ListAsync(open ?? false, Keyset.Limit(limit), token)))
            .Demand(CorePermissions.IncidentsView).WithName("incidents.list").WithTags("work").WithSummary("Incidents, newest first; open=true for those that wait for a review.");

        api.MapPost("incidents", async (IncidentBook book, IClinicClock clock, IncidentReport report, CancellationToken token) =>
            {
                var id = await book.ReportAsync(report with { At = report.At ?? clock.Now }, token);
                return TypedResults.Created($"/api/incidents/{id}", await book.FindAsync(id, token));
            })
            .Demand(CorePermissions.IncidentsReport).WithName("incidents.report").WithTags("work").WithSummary("Reports an incident; it happened now when not said otherwise.")
            .ProducesProblem(404).ProducesProblem(422);

        api.MapGet("incidents/{id:long}", async (IncidentBook book, long id, CancellationToken token) =>
                TypedResults.Ok(await book.FindAsync(id, token) ?? throw Refuse.Missing($"There is no incident {id}.")))
            .Demand(CorePermissions.IncidentsView).WithName("incidents.read").WithTags("work").WithSummary("An incident.").ProducesProblem(404);

        api.MapPost("incidents/{id:long}/review", async (IncidentBook book, long id, Review review, CancellationToken token) =>
            {
                await book.ReviewAsync(id, review.Outcome, token);
                return TypedResults.NoContent();
            })
            .Demand(CorePermissions.IncidentsReview).WithName("incidents.review").WithTags("work").WithSummary("Closes an incident with what its review found.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        return routes;
    }
}
