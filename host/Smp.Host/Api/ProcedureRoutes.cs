using Microsoft.AspNetCore.Http.HttpResults;
using Smp.Runtime.Core.Patients;
using Smp.Runtime.Core.Procedures;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Procedures, what guards say of them, and what physicians override.</summary>
internal static class ProcedureRoutes
{
    /// <summary>A procedure of the clinic's own that somebody means to do.</summary>
    public sealed record Plan(ClinicProcedure? Kind, string? Title, long PatientId)
    {
        public DateTimeOffset? PlannedFor { get; init; }

        public long? LocationId { get; init; }

        public long? RoomId { get; init; }

        public long? PerformedBy { get; init; }

        public IReadOnlyList<TeamMember>? Team { get; init; }
    }

    /// <summary>A procedure of the clinic's own that took place before.</summary>
    public sealed record Past(ClinicProcedure? Kind, string? Title, long PatientId, long? PerformedBy, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string? Because)
    {
        public long? LocationId { get; init; }

        public long? RoomId { get; init; }

        public IReadOnlyList<TeamMember>? Team { get; init; }
    }

    /// <summary>What a procedure shall be.</summary>
    public sealed record Change(string? Title)
    {
        public DateTimeOffset? PlannedFor { get; init; }

        public long? LocationId { get; init; }

        public long? RoomId { get; init; }

        public long? PerformedBy { get; init; }

        public IReadOnlyList<TeamMember>? Team { get; init; }
    }

    /// <summary>Why something is done.</summary>
    public sealed record Why(string? Reason);

    /// <summary>What guards say of a stage.</summary>
    public sealed record Answers(GuardStage Stage, GuardGrade Grade, bool MayGoAhead, IReadOnlyList<Answer> Said);

    /// <summary>What a guard says.</summary>
    public sealed record Answer(string Module, string ModuleName, GuardGrade Grade, string Code, string Sentence, string? Href, long? OverrideId);

    /// <summary>An override that was made.</summary>
    public sealed record Made(long Id);

    public static IEndpointRouteBuilder MapProcedures(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").WithTags("procedures");
        MapReads(api);
        MapEntries(api);
        MapSteps(api.MapGroup("procedures/{id:long}"));
        return routes;
    }

    private static void MapReads(RouteGroupBuilder api)
    {
        api.MapGet("patients/{patient:long}/procedures", async (
                IProcedures procedures, PatientDirectory directory, long patient, string? after, int? limit, CancellationToken token) =>
            {
                if (await directory.FindAsync(patient, token) is null) throw Refuse.Missing($"There is no patient {patient}.");
                return TypedResults.Ok(await procedures.ListAsync(null, patient, after, Keyset.Limit(limit), token));
            })
            .Demand(CorePermissions.ProceduresView).AboutPatient("patient").WithName("procedures.list")
            .WithSummary("A patient's procedures, of every module, newest first.").ProducesProblem(404);

        api.MapGet("procedures/{id:long}", async (ProcedureDesk desk, HttpContext http, long id, CancellationToken token) =>
            {
                var file = await desk.FileAsync(id, token) ?? throw Refuse.Missing($"There is no procedure {id}.");
                Looked(http, file.Procedure, withTag: true);
                return TypedResults.Ok(file);
            })
            .Demand(CorePermissions.ProceduresView).WithName("procedures.read")
            .WithSummary("A procedure with its ETag: what was done with it, what guards said each time, and what was overridden.").ProducesProblem(404);

        api.MapGet("procedures/{id:long}/guards/{stage}", async (
                IProcedures procedures, Words words, HttpContext http, long id, GuardStage stage, string? use, SupplyKind? kind, long? lot, CancellationToken token) =>
            {
                // A number is read as a stage too, whether there is such a one or not.
                if (!Enum.IsDefined(stage)) throw Refuse.Missing($"There is no such stage. The stages are Book, Start, Use and Close.");
                var procedure = await procedures.FindAsync(null, id, token) ?? throw Refuse.Missing($"There is no procedure {id}.");
                var report = await procedures.AskAsync(id, stage, use is null ? null : new GuardedUse(use, kind, lot), token);
                Looked(http, procedure, withTag: false);
                return TypedResults.Ok(new Answers(report.Stage, report.Grade, report.MayGoAhead, [.. report.Findings.Select(f => new Answer(
                    f.Module, f.ModuleName, f.Answer.Grade, f.Answer.Code, words.Say(f.Answer.Sentence), f.Answer.Href, f.OverrideId))]));
            })
            .Demand(CorePermissions.ProceduresView).WithName("procedures.guards")
            .WithSummary("What every guard says now of a stage: Book, Start, Use or Close; Use wants to know what would be used.").ProducesProblem(404).ProducesProblem(422);
    }

    private static void MapEntries(RouteGroupBuilder api)
    {
        api.MapPost("procedures", async Task<Created<Procedure>> (ProcedureDesk desk, Plan plan, CancellationToken token) =>
            {
                var planned = await desk.PlanAsync(plan.Kind, new("", plan.Title ?? "", plan.PatientId)
                {
                    PlannedFor = plan.PlannedFor, LocationId = plan.LocationId, RoomId = plan.RoomId, PerformedBy = plan.PerformedBy, Team = plan.Team ?? [],
                }, token);
                return TypedResults.Created($"/api/procedures/{planned.Id}", planned);
            })
            .Demand(CorePermissions.ProceduresBook).WithName("procedures.plan").WithSummary("Plans a procedure of the clinic's own.").ProducesProblem(404).ProducesProblem(422);

        api.MapPost("procedures/historical", async Task<Created<Procedure>> (ProcedureDesk desk, Past past, CancellationToken token) =>
            {
                var checks = new Checks();
                checks.That(past.PerformedBy is not null, "performedBy", $"Say who performed it.");
                checks.That(past.StartedAt is not null, "startedAt", $"Say when it began.");
                checks.That(past.EndedAt is not null, "endedAt", $"Say when it ended.");
                checks.Throw();
                var entered = await desk.EnterHistoricalAsync(past.Kind, new(
                    "", past.Title ?? "", past.PatientId, past.PerformedBy!.Value, past.StartedAt!.Value, past.EndedAt!.Value, past.Because)
                {
                    LocationId = past.LocationId, RoomId = past.RoomId, Team = past.Team ?? [],
                }, token);
                return TypedResults.Created($"/api/procedures/{entered.Id}", entered);
            })
            .Demand(CorePermissions.ProceduresPerform).WithName("procedures.historical")
            .WithSummary("Records a procedure that took place before. Guards' answers are kept and stop nothing; a broken rule opens an incident.")
            .ProducesProblem(404).ProducesProblem(422);
    }

    private static void MapSteps(RouteGroupBuilder one)
    {
        one.MapPut("", async (ProcedureDesk desk, HttpContext http, long id, Change change, CancellationToken token) =>
            {
                var procedure = await desk.ChangeAsync(id, RowVersions.Required(http.Request), new(change.Title ?? "")
                {
                    PlannedFor = change.PlannedFor, LocationId = change.LocationId, RoomId = change.RoomId, PerformedBy = change.PerformedBy, Team = change.Team ?? [],
                }, token);
                http.Response.Headers.ETag = RowVersions.Tag(procedure.RowVersion);
                return TypedResults.Ok(procedure);
            })
            .Demand(CorePermissions.ProceduresView).WithName("procedures.change")
            .WithSummary("Changes title, time, place and team until it has ended; If-Match holds the ETag it was read with. What is booked asks the guards again.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);

        one.MapPost("book", async (ProcedureDesk desk, long id, CancellationToken token) => TypedResults.Ok(await desk.BookAsync(id, token)))
            .Demand(CorePermissions.ProceduresBook).WithName("procedures.book").WithSummary("Books what is planned. Refused (409) with every guard's answer where one stands in the way.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        one.MapPost("start", async (ProcedureDesk desk, long id, CancellationToken token) => TypedResults.Ok(await desk.StartAsync(id, token)))
            .Demand(CorePermissions.ProceduresPerform).WithName("procedures.start").WithSummary("Begins it now. Refused (409) with every guard's answer where one stands in the way.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        one.MapPost("close", async (ProcedureDesk desk, long id, CancellationToken token) => TypedResults.Ok(await desk.CloseAsync(id, token)))
            .Demand(CorePermissions.ProceduresPerform).WithName("procedures.close").WithSummary("Ends it now. Refused (409) with every guard's answer where one stands in the way.")
            .ProducesProblem(404).ProducesProblem(409);
        one.MapPost("abort", async (ProcedureDesk desk, long id, Why why, CancellationToken token) => TypedResults.Ok(await desk.AbortAsync(id, why.Reason, token)))
            .Demand(CorePermissions.ProceduresPerform).WithName("procedures.abort").WithSummary("Breaks it off now, with a reason. No guard is asked.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        one.MapPost("cancel", async (ProcedureDesk desk, long id, Why why, CancellationToken token) => TypedResults.Ok(await desk.CancelAsync(id, why.Reason, token)))
            .Demand(CorePermissions.ProceduresBook).WithName("procedures.cancel").WithSummary("Calls off what hasn't begun, with a reason.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        one.MapPost("void", async (ProcedureDesk desk, long id, Why why, CancellationToken token) => TypedResults.Ok(await desk.VoidAsync(id, why.Reason, token)))
            .Demand(CorePermissions.ProceduresVoid).WithName("procedures.void").WithSummary("Marks it as entered in error, with a reason. It stays, marked.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        one.MapPost("overrides", async Task<Created<Made>> (OverrideBook book, long id, OverrideInput input, CancellationToken token) =>
                TypedResults.Created($"/api/procedures/{id}", new Made(await book.AddAsync(id, input, token))))
            .Demand(CorePermissions.ProceduresOverride).WithName("procedures.override")
            .WithSummary("Overrides a guard's stop, by a physician's own session and password; an API token is refused. The sentence is sent as it was read.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
    }

    private static void Looked(HttpContext http, Procedure procedure, bool withTag)
    {
        if (withTag) http.Response.Headers.ETag = RowVersions.Tag(procedure.RowVersion);
        http.Features.Get<IPatientLook>()?.At(procedure.PatientId);
    }
}
