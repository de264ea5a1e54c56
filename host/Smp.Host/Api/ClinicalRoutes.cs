using Smp.Runtime.Core.Complications;
using Smp.Runtime.Core.Doses;
using Smp.Runtime.Core.Measurements;
using Smp.Runtime.Core.Patients;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Measurements, doses, complications, and the drugs.</summary>
internal static class ClinicalRoutes
{
    public static IEndpointRouteBuilder MapClinical(this IEndpointRouteBuilder routes)
    {
        // Who may see no patient sees none of this either.
        var patient = routes.MapGroup("/api/patients/{id:long}").Demand(CorePermissions.PatientsView).WithTags("clinical");
        MapMeasurements(patient);
        MapDoses(patient);
        MapComplications(patient);
        MapDrugs(routes.MapGroup("/api/drugs").WithTags("clinical"));
        return routes;
    }

    private static void MapMeasurements(RouteGroupBuilder patient)
    {
        patient.MapGet("measurements", async (
                MeasurementBook book, PatientDirectory directory, long id, MeasurementKind? kind, string? after, int? limit, CancellationToken token) =>
            {
                await RequireAsync(directory, id, token);
                return TypedResults.Ok(await book.PageAsync(id, kind, after, Keyset.Limit(limit), token));
            })
            .Demand(CorePermissions.ClinicalView).AboutPatient("id").WithName("measurements.list")
            .WithSummary("A patient's measurements, newest first, voided ones too.").ProducesProblem(404).ProducesProblem(422);

        patient.MapPost("measurements", async (
                MeasurementBook book, ICurrentActor actor, IClinicClock clock, Words words, long id, MeasurementInput input, CancellationToken token) =>
            {
                var checks = new Checks();
                checks.That(input.Kind is not null, "kind", $"Say what was measured.");
                checks.That(input.Value is not null, "value", $"This is needed.");
                var by = input.TakenBy ?? actor.Actor.StaffId;
                checks.That(by is not null, "takenBy", $"Say who took it.");
                checks.Throw();
                var done = await book.RecordAsync(
                    [new(id, input.Kind!.Value, input.Value!.Value, input.TakenAt ?? clock.Now, by!.Value) { Diastolic = input.Diastolic, ProcedureId = input.ProcedureId }], token);
                return TypedResults.Created((string?)null, new MeasurementAnswer(done[0].Id, [.. done[0].Unusual.Select(words.Say)]));
            })
            .Demand(CorePermissions.ClinicalRecord).WithName("measurements.record")
            .WithSummary("Records a measurement. What is impossible is refused; what is unusual is said and recorded.").ProducesProblem(404).ProducesProblem(422);

        patient.MapPost("measurements/{measurement:long}/void", async (MeasurementBook book, long id, long measurement, WhyInput input, CancellationToken token) =>
            {
                await book.VoidAsync(id, measurement, input.Reason, token);
                return TypedResults.NoContent();
            })
            .Demand(CorePermissions.ClinicalRecord).WithName("measurements.void").WithSummary("Voids a measurement that was wrong: it stays, and counts no more.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
    }

    private static void MapDoses(RouteGroupBuilder patient)
    {
        patient.MapGet("doses", async (DoseLedger ledger, PatientDirectory directory, long id, string? after, int? limit, CancellationToken token) =>
            {
                await RequireAsync(directory, id, token);
                return TypedResults.Ok(await ledger.ListAsync(id, after, Keyset.Limit(limit), token));
            })
            .Demand(CorePermissions.ClinicalView).AboutPatient("id").WithName("doses.list")
            .WithSummary("A patient's doses, newest first, voided ones too.").ProducesProblem(404).ProducesProblem(422);

        patient.MapGet("doses/{dose:long}", async (DoseLedger ledger, long id, long dose, CancellationToken token) =>
                TypedResults.Ok(await ledger.RequireAsync(id, dose, token)))
            .Demand(CorePermissions.ClinicalView).AboutPatient("id").WithName("doses.read").WithSummary("A dose.").ProducesProblem(404);

        patient.MapPost("doses/plan", async (DoseLedger ledger, Words words, long id, PlanInput input, CancellationToken token) =>
            {
                var checks = new Checks();
                checks.That(input.DrugId is not null, "drugId", $"Choose a drug of the catalogue.");
                checks.That(input.ConcentrationMicrogramsPerMillilitre is not null, "concentrationMicrogramsPerMillilitre", $"Say how strong the solution was.");
                checks.That(input.Route is not null, "route", $"Say how it is given.");
                checks.Throw();
                var advice = await ledger.PlanAsync(
                    new(id, input.DrugId!.Value, input.ConcentrationMicrogramsPerMillilitre!.Value, input.WithAdrenaline ?? false, input.Route!.Value)
                    { VolumeMicrolitres = input.VolumeMicrolitres }, null, token);
                return TypedResults.Ok(AdviceAnswer.Of(advice, words));
            })
            .Demand(CorePermissions.ClinicalView).WithName("doses.plan")
            .WithSummary("What the ledger says of a planned dose, and what is left of its limit. Nothing is recorded.").ProducesProblem(404).ProducesProblem(422);

        patient.MapPost("doses", async (
                DoseLedger ledger, ICurrentActor actor, IClinicClock clock, long id, DoseInput input, CancellationToken token) =>
            {
                var checks = new Checks();
                checks.That(input.Route is not null, "route", $"Say how it was given.");
                var by = input.PerformedBy ?? actor.Actor.StaffId;
                checks.That(by is not null, "performedBy", $"Say who gave it.");
                checks.Throw();
                var done = await ledger.RecordAsync(new DoseRecord
                {
                    PatientId = id, DrugId = input.DrugId, DrugName = input.DrugName, Route = input.Route!.Value, PerformedBy = by!.Value,
                    ConcentrationMicrogramsPerMillilitre = input.ConcentrationMicrogramsPerMillilitre, VolumeMicrolitres = input.VolumeMicrolitres,
                    AmountNanograms = input.AmountNanograms, WithAdrenaline = input.WithAdrenaline, AreaSquareCentimetres = input.AreaSquareCentimetres,
                    Occluded = input.Occluded, LotId = input.LotId, Lot = input.Lot, ProcedureId = input.ProcedureId, GivenAt = input.GivenAt ?? clock.Now,
                    Note = input.Note,
                }, token);
                return TypedResults.Created($"/api/patients/{id}/doses/{done.DoseId}", done);
            })
            .Demand(CorePermissions.ClinicalRecord).WithName("doses.record")
            .WithSummary("Records that a drug was given. What it broke is flagged and opens an incident; it isn't refused.").ProducesProblem(404).ProducesProblem(422);

        patient.MapPost("doses/{dose:long}/void", async (DoseLedger ledger, long id, long dose, WhyInput input, CancellationToken token) =>
            {
                await ledger.VoidAsync(id, dose, input.Reason, token);
                return TypedResults.Ok(await ledger.RequireAsync(id, dose, token));
            })
            .Demand(CorePermissions.ClinicalRecord).WithName("doses.void").WithSummary("Voids a dose that was recorded wrongly: it stays, and counts no more.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
    }

    private static void MapComplications(RouteGroupBuilder patient)
    {
        patient.MapGet("complications", async (ComplicationBook book, PatientDirectory directory, long id, CancellationToken token) =>
            {
                await RequireAsync(directory, id, token);
                return TypedResults.Ok(await book.ListAsync(id, token));
            })
            .Demand(CorePermissions.ClinicalView).AboutPatient("id").WithName("complications.list")
            .WithSummary("A patient's complications, the open ones first.").ProducesProblem(404);

        patient.MapPost("complications", async (ComplicationBook book, long id, ComplicationInput input, CancellationToken token) =>
            {
                var key = await book.RecordAsync(new NewComplication(id, input.Kind, input.OnsetOn, input.Severity, input.Description)
                {
                    OtherKind = input.OtherKind, Treatment = input.Treatment, ProcedureId = input.ProcedureId,
                }, token);
                return TypedResults.Created($"/api/patients/{id}/complications/{key}", await book.RequireAsync(id, key, token));
            })
            .Demand(CorePermissions.ComplicationsRecord).WithName("complications.record")
            .WithSummary("Records a complication; a severe one opens an incident.").ProducesProblem(404).ProducesProblem(422);

        patient.MapGet("complications/{complication:long}", async (ComplicationBook book, HttpContext http, long id, long complication, CancellationToken token) =>
                Tagged(http, await book.RequireAsync(id, complication, token)))
            .Demand(CorePermissions.ClinicalView).AboutPatient("id").WithName("complications.read").WithSummary("A complication, with its ETag.").ProducesProblem(404);

        patient.MapPut("complications/{complication:long}", async (
                ComplicationBook book, HttpContext http, long id, long complication, ComplicationChange input, CancellationToken token) =>
                Tagged(http, await book.ChangeAsync(id, complication, RowVersions.Required(http.Request), input, token)))
            .Demand(CorePermissions.ComplicationsRecord).WithName("complications.change")
            .WithSummary("Changes what is said of an open complication; If-Match holds its ETag.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);

        patient.MapPost("complications/{complication:long}/resolve", async (
                ComplicationBook book, HttpContext http, long id, long complication, OutcomeInput input, CancellationToken token) =>
                Tagged(http, await book.ResolveAsync(id, complication, RowVersions.Required(http.Request), input.Outcome, token)))
            .Demand(CorePermissions.ComplicationsRecord).WithName("complications.resolve").WithSummary("Closes a complication with how it ended.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);

        patient.MapPost("complications/{complication:long}/reopen", async (
                ComplicationBook book, HttpContext http, long id, long complication, WhyInput input, CancellationToken token) =>
                Tagged(http, await book.ReopenAsync(id, complication, RowVersions.Required(http.Request), input.Reason, token)))
            .Demand(CorePermissions.ComplicationsRecord).WithName("complications.reopen").WithSummary("Opens a resolved complication again.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
    }

    private static void MapDrugs(RouteGroupBuilder drugs)
    {
        drugs.MapGet("", async (DrugCatalogue catalogue, CancellationToken token) => TypedResults.Ok(await catalogue.ListAsync(activeOnly: false, token)))
            .Demand(CorePermissions.ClinicalView).WithName("drugs.list").WithSummary("The drugs with their limits, those in use first.");

        drugs.MapGet("{id:long}", async (DrugCatalogue catalogue, HttpContext http, long id, CancellationToken token) =>
            {
                var drug = await catalogue.FindAsync(id, token) ?? throw Refuse.Missing($"There is no drug {id}.");
                http.Response.Headers.ETag = RowVersions.Tag(drug.RowVersion);
                return TypedResults.Ok(drug);
            })
            .Demand(CorePermissions.ClinicalView).WithName("drugs.read").WithSummary("A drug, with its ETag.").ProducesProblem(404);

        drugs.MapPost("", async (DrugCatalogue catalogue, DrugInput input, CancellationToken token) =>
            {
                var drug = await catalogue.AddAsync(input, token);
                return TypedResults.Created($"/api/drugs/{drug.Id}", drug);
            })
            .Demand(CorePermissions.DrugsManage).WithName("drugs.add").WithSummary("Adds a drug of the clinic's own.").ProducesProblem(422);

        drugs.MapPut("{id:long}", async (DrugCatalogue catalogue, HttpContext http, long id, DrugInput input, CancellationToken token) =>
            {
                var drug = await catalogue.ChangeAsync(id, RowVersions.Required(http.Request), input, token);
                http.Response.Headers.ETag = RowVersions.Tag(drug.RowVersion);
                return TypedResults.Ok(drug);
            })
            .Demand(CorePermissions.DrugsManage).WithName("drugs.change")
            .WithSummary("Changes a drug; a known one's limits can only be made stricter. If-Match holds its ETag.")
            .ProducesProblem(404).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
    }

    private static Microsoft.AspNetCore.Http.HttpResults.Ok<Complication> Tagged(HttpContext http, Complication complication)
    {
        http.Response.Headers.ETag = RowVersions.Tag(complication.RowVersion);
        return TypedResults.Ok(complication);
    }

    private static async Task RequireAsync(PatientDirectory directory, long id, CancellationToken token)
    {
        if (await directory.FindAsync(id, token) is null) throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(id)}.");
    }
}
