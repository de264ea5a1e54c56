using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Needles.Lots;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Needles.Uses;

/// <summary>Units to pick, as a body.</summary>
/// <param name="LotId">From which lot.</param>
/// <param name="PatientId">For whom.</param>
/// <param name="Quantity">How many units, 1 to 1,000. Default 1.</param>
/// <param name="ContainerId">The open bottle or box of the lot that they are taken from; nothing for sealed units.</param>
/// <param name="ProcedureId">In which procedure.</param>
/// <param name="ConfirmAllergy">Whether it is wanted although the patient is allergic to something in it.</param>
public sealed record PickInput(
    long? LotId, long? PatientId, int? Quantity, long? ContainerId = null, long? ProcedureId = null, bool ConfirmAllergy = false);

/// <summary>Units to waste, as a body.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Quantity">How many of the pick's open units; all where nothing is said.</param>
public sealed record WasteInput(WasteReason? Reason, int? Quantity);

/// <summary>What became of opened units, as a body.</summary>
/// <param name="Lines">One for each pick: used and wasted make all of its open units.</param>
/// <param name="PerformedBy">The member of staff who used them; whoever records it where nothing is said.</param>
public sealed record CloseOutInput(IReadOnlyList<CloseOutLine>? Lines, long? PerformedBy = null);

/// <summary>Picks and uses as JSON.</summary>
internal static class UseRoutes
{
    public static void MapPicks(this IEndpointRouteBuilder api)
    {
        var picks = api.MapGroup("/picks").WithTags("Uses");

        picks.MapGet("/", async Task<Ok<IReadOnlyList<Pick>>> (Picking picking, long? patient, CancellationToken token) =>
                TypedResults.Ok(await picking.OpenAsync(patient, token)))
            .Demand(Permissions.View).AboutPatient("patient").WithName("needles.picks.open").WithSummary("Picked units that are neither used nor wasted yet.");

        picks.MapPost("/", async Task<Created<Pick>> (Picking picking, PickInput input, CancellationToken token) =>
            {
                var checks = new Checks();
                checks.That(input.LotId is not null, "lotId", $"Say which lot.");
                checks.That(input.PatientId is not null, "patientId", $"Say which patient.");
                checks.Throw();
                var pick = await picking.PickAsync(new(input.LotId!.Value, input.PatientId!.Value, input.Quantity ?? 1)
                {
                    ContainerId = input.ContainerId, ProcedureId = input.ProcedureId, ConfirmAllergy = input.ConfirmAllergy,
                }, token);
                return TypedResults.Created((string?)null, pick);
            })
            .Demand(Permissions.Use).WithName("needles.picks.pick")
            .WithSummary("Takes units for a patient. Refused, and logged, where the lot or container can't be used or hasn't so many, or an allergy isn't confirmed.")
            .ProducesRefusals();

        picks.MapPost("/close-out", async Task<Ok<IReadOnlyList<RecordedUse>>> (
                Reconciling reconciling, ICurrentActor actor, CloseOutInput input, CancellationToken token) =>
                TypedResults.Ok(await reconciling.CloseOutAsync(input.Lines ?? [], input.PerformedBy ?? actor.Actor.StaffId, token)))
            .Demand(Permissions.Use).WithName("needles.picks.close-out").WithSummary("Accounts for opened units in one step: each is used or wasted.")
            .ProducesRefusals();

        picks.MapPost("/{id:long}/waste", async Task<Ok<Pick>> (Picking picking, long id, WasteInput input, CancellationToken token) =>
                TypedResults.Ok(await picking.WasteAsync(id, input.Quantity, input.Reason, token)))
            .Demand(Permissions.Use).WithName("needles.picks.waste").WithSummary("Accounts for picked units that didn't touch the patient.")
            .ProducesRefusals();
    }

    public static void MapUses(this IEndpointRouteBuilder api)
    {
        var uses = api.MapGroup("/uses").WithTags("Uses");

        uses.MapGet("/", async Task<Ok<Page<Use>>> (
                UseLog log, ICurrentActor actor, long? patient, long? lot, long? container, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(Shown(await log.PageAsync(new(patient, lot, container), after, Keyset.Limit(limit), token), actor)))
            .Demand(Permissions.View).AboutPatient("patient").WithName("needles.uses.list").WithSummary("Uses, newest first, voided ones too.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        uses.MapGet("/{id:long}", async Task<Ok<Use>> (UseLog log, ICurrentActor actor, long id, CancellationToken token) =>
                TypedResults.Ok(Shown(await log.FindAsync(id, token) ?? throw Refuse.Missing($"There is no use {id}."), actor)))
            .Demand(Permissions.View).WithName("needles.uses.find").WithSummary("A use.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        uses.MapPost("/", async Task<Created<RecordedUse>> (UseLog log, UseInput input, CancellationToken token) =>
            {
                var use = await log.RecordAsync(input, token);
                return TypedResults.Created($"/api/needles/uses/{use.UseId}", use);
            })
            .Demand(Permissions.Use).WithName("needles.uses.record")
            .WithSummary("Records that units were used. What it broke is flagged and opens incidents; it isn't refused.")
            .ProducesRefusals();

        uses.MapPost("/{id:long}/void", async Task<Ok<Use>> (UseLog log, ICurrentActor actor, long id, ReasonInput input, CancellationToken token) =>
                TypedResults.Ok(Shown(await log.VoidAsync(id, input.Reason, token), actor)))
            .Demand(Permissions.Void).WithName("needles.uses.void").WithSummary("Voids a use that was recorded wrongly: the stock goes back, the history stays.")
            .ProducesRefusals();
    }
    // Who may see the stock alone sees numbers of files, not names.
    private static Use Shown(Use use, ICurrentActor actor) =>
        actor.May(Permissions.SeePatients) ? use : use with { Patient = PatientSummary.NumberOf(use.PatientId) };

    private static Page<Use> Shown(Page<Use> page, ICurrentActor actor) => page with { Items = [.. page.Items.Select(use => Shown(use, actor))] };
}
