using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk.Web;

namespace Smp.Sessions.PatchTests;

/// <summary>A patch test that a physician waives, as a body.</summary>
/// <param name="PigmentId">Of which pigment of the plan.</param>
/// <param name="Note">Why; 1 to 500 characters.</param>
public sealed record WaiverInput(long PigmentId, string? Note);

/// <summary>Patch tests as JSON.</summary>
internal static class PatchTestRoutes
{
    public static void MapPatchTests(this IEndpointRouteBuilder api)
    {
        api.MapGet("/plans/{id:long}/patch-tests", async Task<Ok<IReadOnlyList<PatchTest>>> (PatchTestBook book, long id, CancellationToken token) => TypedResults.Ok(await book.OfPlanAsync(id, token)))
            .Demand(Permissions.View).WithTags("Patch tests").WithName("sessions.patch-tests.list").WithSummary("The patch tests of a plan, the latest first.");

        api.MapPost("/plans/{id:long}/patch-tests", async Task<Created<PatchTest>> (PatchTestBook book, long id, PatchTestInput input, CancellationToken token) =>
                TypedResults.Created((string?)null, await book.ApplyAsync(id, input, token)))
            .Demand(Permissions.Perform).WithTags("Patch tests").WithName("sessions.patch-tests.apply").WithSummary("Records that a patch test was applied.").ProducesRefusals();

        api.MapPost("/plans/{id:long}/patch-tests/waive", async Task<Created<PatchTest>> (PatchTestBook book, long id, WaiverInput input, CancellationToken token) =>
                TypedResults.Created((string?)null, await book.WaiveAsync(id, input.PigmentId, input.Note, token)))
            .Demand(Permissions.Decide).WithTags("Patch tests").WithName("sessions.patch-tests.waive").WithSummary("A physician decides that a pigment needs no test.").ProducesRefusals();

        api.MapPost("/patch-tests/{id:long}/readings", async Task<Ok<PatchTest>> (PatchTestBook book, HttpContext http, long id, PatchReadingInput input, CancellationToken token) =>
            {
                var test = await book.ReadAsync(id, RowVersions.Required(http.Request), input, token);
                http.Response.Headers.ETag = RowVersions.Tag(test.RowVersion);
                return TypedResults.Ok(test);
            })
            .Demand(Permissions.Perform).WithTags("Patch tests").WithName("sessions.patch-tests.read")
            .WithSummary("Reads a patch test, with the ETag that was seen as If-Match. A reaction counts at any time.").ProducesConflicts();
    }
}
