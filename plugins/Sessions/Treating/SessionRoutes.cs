using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Sessions.Treating;

/// <summary>Why, as a body.</summary>
/// <param name="Reason">1 to 500 characters.</param>
public sealed record ReasonInput(string? Reason);

/// <summary>Sessions as JSON: how they go from booked to over.</summary>
internal static class SessionRoutes
{
    public static void MapSessions(this IEndpointRouteBuilder api)
    {
        var sessions = api.MapGroup("").WithTags("Sessions");

        sessions.MapGet("/", async Task<Ok<Page<SessionRow>>> (SessionBook book, SessionState? state, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await book.PageAsync(state, after, Keyset.Limit(limit), token)))
            .Demand(Permissions.View).WithName("sessions.list").WithSummary("Sessions, the newest first.").ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        sessions.MapGet("/{id:long}", async Task<Ok<SessionDetails>> (SessionBook book, HttpContext http, long id, CancellationToken token) =>
            {
                var details = await book.DetailsAsync(id, token) ?? throw SessionRows.Missing(id);
                http.LookedAt(details.Session.PatientId);
                http.Response.Headers.ETag = RowVersions.Tag(details.Session.RowVersion);
                return TypedResults.Ok(details);
            })
            .Demand(Permissions.View).WithName("sessions.find").WithSummary("A session with all that was done and used in it, and its row version as ETag.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        sessions.MapGet("/{id:long}/guards", async Task<Ok<GuardReport>> (SessionBook book, IProcedures procedures, long id, GuardStage? stage, CancellationToken token) =>
                TypedResults.Ok(await procedures.AskAsync((await book.FindAsync(id, token) ?? throw SessionRows.Missing(id)).ProcedureId, stage ?? GuardStage.Start, null, token)))
            .Demand(Permissions.View).WithName("sessions.guards").WithSummary("What every guard says now: of Start when nothing is said.").ProducesProblem(StatusCodes.Status404NotFound);

        Step("check-in", Permissions.Plan, "The client is here.", (book, id, version, token) => book.CheckInAsync(id, version, token));
        Step("clear", Permissions.Perform, "Asks every guard; none stops it.", (book, id, version, token) => book.ClearAsync(id, version, token));
        Step("unclear", Permissions.Perform, "Takes that back.", (book, id, version, token) => book.UnclearAsync(id, version, token));
        Step("start", Permissions.Perform, "Begins; guards are asked again.", (book, id, version, token) => book.StartAsync(id, version, token));

        sessions.MapPost("/{id:long}/cancel", async Task<Ok<Session>> (SessionBook book, HttpContext http, long id, ReasonInput input, CancellationToken token) =>
                Tagged(http.Response, await book.CancelAsync(id, RowVersions.Required(http.Request), input.Reason, token)))
            .Demand(Permissions.Plan).WithName("sessions.cancel").WithSummary("Calls it off, with its appointment.").ProducesConflicts();

        sessions.MapPost("/{id:long}/close", async Task<Ok<Session>> (SessionEnd end, HttpContext http, long id, ClosingInput input, CancellationToken token) =>
                Tagged(http.Response, await end.EndAsync(id, RowVersions.Required(http.Request), input with { AbortReason = null }, token)))
            .Demand(Permissions.Perform).WithName("sessions.close").WithSummary("Closes it: needles, pigments, photos and aftercare are each done, or not with a reason.").ProducesConflicts();

        sessions.MapPost("/{id:long}/abort", async Task<Ok<Session>> (SessionEnd end, HttpContext http, long id, ClosingInput input, CancellationToken token) =>
                Tagged(http.Response, await end.EndAsync(id, RowVersions.Required(http.Request), input with { AbortReason = input.AbortReason ?? "" }, token)))
            .Demand(Permissions.Perform).WithName("sessions.abort").WithSummary("Breaks it off, accounted for as when it is closed.").ProducesConflicts();

        sessions.MapPost("/{id:long}/void", async Task<Ok<Session>> (SessionEnd end, HttpContext http, long id, ReasonInput input, CancellationToken token) =>
                Tagged(http.Response, await end.VoidAsync(id, RowVersions.Required(http.Request), input.Reason, token)))
            .Demand(Permissions.Void).WithName("sessions.void").WithSummary("Marks it as entered in error: the stock goes back, its doses don't count any more, the history stays.").ProducesConflicts();

        void Step(string name, string permission, string summary, Func<SessionBook, long, long, CancellationToken, Task<Session>> act) => sessions
            .MapPost($"/{{id:long}}/{name}", async Task<Ok<Session>> (SessionBook book, HttpContext http, long id, CancellationToken token) =>
                Tagged(http.Response, await act(book, id, RowVersions.Required(http.Request), token)))
            .Demand(permission).WithName($"sessions.{name}").WithSummary(summary).ProducesConflicts();
    }

    internal static Ok<Session> Tagged(HttpResponse response, Session session)
    {
        response.Headers.ETag = RowVersions.Tag(session.RowVersion);
        return TypedResults.Ok(session);
    }
}
