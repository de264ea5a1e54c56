using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Needles.Injuries;

/// <summary>Sharps injuries as JSON.</summary>
internal static class InjuryRoutes
{
    public static void MapInjuries(this IEndpointRouteBuilder api)
    {
        var injuries = api.MapGroup("/injuries").WithTags("Injuries");

        injuries.MapGet("/", async Task<Ok<Page<InjuryLine>>> (InjuryLog log, int? year, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await log.PageAsync(year, after, Keyset.Limit(limit), token)))
            .Demand(Permissions.View).WithName("needles.injuries.list")
            .WithSummary("The sharps injury log without names, the newest first; one's own alone without the permission needles.injuries.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        injuries.MapGet("/{id:long}", async Task<Ok<SharpsInjury>> (InjuryLog log, HttpContext http, long id, CancellationToken token) =>
            {
                var injury = await log.FindAsync(id, token) ?? throw Refuse.Missing($"There is no sharps injury {id}.");
                if (injury.PatientId is { } patient) http.Features.Get<IPatientLook>()?.At(patient);
                return Tagged(http.Response, injury);
            })
            .Demand(Permissions.View).WithName("needles.injuries.find")
            .WithSummary("A sharps injury with what is to be done, and its row version as ETag; for needles.injuries, and whoever was injured.")
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);

        injuries.MapPost("/", async Task<Created<SharpsInjury>> (InjuryLog log, HttpResponse response, InjuryInput input, CancellationToken token) =>
            {
                var injury = await log.ReportAsync(input, token);
                response.Headers.ETag = RowVersions.Tag(injury.RowVersion);
                return TypedResults.Created($"/api/needles/injuries/{injury.Id}", injury);
            })
            .Demand(Permissions.Use).WithName("needles.injuries.report").WithSummary("Reports a sharps injury; its deadlines run from when it happened.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        injuries.MapPost("/{id:long}/steps/{task}", async Task<Ok<SharpsInjury>> (
                InjuryLog log, HttpContext http, long id, InjuryTask task, StepInput input, CancellationToken token) =>
                Tagged(http.Response, await log.RecordAsync(id, task, RowVersions.Required(http.Request), input, token)))
            .Demand(Permissions.View).WithName("needles.injuries.record")
            .WithSummary("Writes down what came of a step, with the ETag that was seen as If-Match; for needles.injuries, and whoever was injured.")
            .ProducesRefusals().ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
    }

    private static Ok<SharpsInjury> Tagged(HttpResponse response, SharpsInjury injury)
    {
        response.Headers.ETag = RowVersions.Tag(injury.RowVersion);
        return TypedResults.Ok(injury);
    }
}
