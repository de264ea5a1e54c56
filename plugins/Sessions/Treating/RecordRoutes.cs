using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Sessions.Treating;

/// <summary>One field of a session, as a body.</summary>
/// <param name="Value">As typed; empty takes it out.</param>
public sealed record FieldInput(string? Value);

/// <summary>Needles to open, as a body.</summary>
/// <param name="LotId">From which lot of the ledger.</param>
/// <param name="Code">Or the code on the box, as scanned.</param>
/// <param name="Quantity">How many, 1 to 1,000; 1 when left out.</param>
/// <param name="ConfirmAllergy">Whether it is wanted although the client is allergic to something in it.</param>
public sealed record OpenNeedlesInput(long? LotId = null, string? Code = null, int? Quantity = null, bool ConfirmAllergy = false);

/// <summary>A dose that was given in a session, as a body.</summary>
/// <param name="DrugId">Which drug of the catalogue.</param>
/// <param name="ConcentrationMicrogramsPerMillilitre">10,000 is 10 mg/mL, 1 %.</param>
/// <param name="VolumeMicrolitres">How much.</param>
/// <param name="Route">How.</param>
/// <param name="WithAdrenaline">Whether there was adrenaline in it.</param>
/// <param name="PerformedBy">Who gave it; whoever performs the session when left out.</param>
/// <param name="AreaSquareCentimetres">The skin it was laid on; only topical.</param>
/// <param name="Occluded">Whether it was covered; only topical.</param>
/// <param name="Lot">The lot as printed.</param>
/// <param name="Note">What else there is to say.</param>
public sealed record DoseInput(
    long? DrugId, long? ConcentrationMicrogramsPerMillilitre, long? VolumeMicrolitres, DoseRoute? Route, bool WithAdrenaline = false, long? PerformedBy = null,
    long? AreaSquareCentimetres = null, bool? Occluded = null, string? Lot = null, string? Note = null);

/// <summary>What is recorded in sessions, as JSON: small PUTs that can be sent twice.</summary>
internal static class RecordRoutes
{
    public static void MapRecords(this IEndpointRouteBuilder api)
    {
        var records = api.MapGroup("/{id:long}").WithTags("Sessions");

        records.MapPut("/fields/{field}", async Task<Ok<Session>> (SessionLog log, HttpContext http, long id, string field, FieldInput input, CancellationToken token) =>
                SessionRoutes.Tagged(http.Response, await log.SetAsync(id, RowVersions.Required(http.Request), field, input.Value, token)))
            .Demand(Permissions.Perform).WithName("sessions.fields.set")
            .WithSummary("Saves one field: pain, notes, pass or toldPigments. With the ETag that was seen as If-Match; the same value again is no conflict.").ProducesConflicts();

        records.MapGet("/proposal", async Task<Ok<ZoneInput>> (SessionBook book, long id, CancellationToken token) => TypedResults.Ok(await book.ProposeAsync(id, token)))
            .Demand(Permissions.View).WithName("sessions.zones.propose").WithSummary("What the next record most likely is: shade and dilution carry forward.").ProducesProblem(StatusCodes.Status404NotFound);

        records.MapPut("/zones/{key}", async Task<Ok<ZoneRecord>> (SessionLog log, HttpContext http, long id, string key, ZoneInput input, CancellationToken token) =>
            {
                var zone = await log.WriteZoneAsync(id, key, http.Request.Headers.IfMatch.Count > 0 ? RowVersions.Required(http.Request) : null, input, token);
                http.Response.Headers.ETag = RowVersions.Tag(zone.RowVersion);
                return TypedResults.Ok(zone);
            })
            .Demand(Permissions.Perform).WithName("sessions.zones.write")
            .WithSummary("Writes the record of a zone under a key of the caller's own. With the ETag that was seen as If-Match where it is there already; the same record again is no conflict.").ProducesConflicts();

        records.MapPost("/zones/{key}/remove", async Task<Ok<ZoneRecord>> (SessionLog log, long id, string key, ReasonInput input, CancellationToken token) =>
                TypedResults.Ok(await log.RemoveZoneAsync(id, key, input.Reason, token)))
            .Demand(Permissions.Perform).WithName("sessions.zones.remove").WithSummary("Takes a record out; it stays, marked.").ProducesRefusals();

        records.MapPut("/pigments/{key}", async Task<Ok<PigmentUse>> (SessionLog log, long id, string key, PigmentUseInput input, CancellationToken token) =>
                TypedResults.Ok(await log.UsePigmentAsync(id, key, input, token)))
            .Demand(Permissions.Perform).WithName("sessions.pigments.use").WithSummary("Records a pigment with its lot and dilution, in one transaction with the stock.").ProducesRefusals();

        records.MapPut("/needles/{key}", async Task<Ok<NeedleUse>> (SessionLog log, long id, string key, NeedleInput input, CancellationToken token) =>
                TypedResults.Ok(await log.WriteNeedlesAsync(id, key, input, token)))
            .Demand(Permissions.Perform).WithName("sessions.needles.write").WithSummary("Records needles by their lot, where no ledger keeps them.").ProducesRefusals();

        records.MapPost("/needles/open", async Task<Created<OpenPick>> (SessionLog log, IServiceProvider services, long id, OpenNeedlesInput input, CancellationToken token) =>
                TypedResults.Created((string?)null, await log.OpenNeedlesAsync(id, await LotOfAsync(services.GetService(typeof(ISupplyLedger)) as ISupplyLedger, input, token), input.Quantity ?? 1, input.ConfirmAllergy, token)))
            .Demand(Permissions.Perform).WithName("sessions.needles.open").WithSummary("Opens needles from the stock, by lot or by the code on the box. They are accounted for when the session ends.").ProducesRefusals();

        records.MapPut("/doses/{key}", async Task<Ok<RecordedDose>> (SessionLog log, SessionBook book, ICurrentActor actor, IClinicClock clock, long id, string key, DoseInput input, CancellationToken token) =>
            {
                var session = await book.FindAsync(id, token) ?? throw SessionRows.Missing(id);
                return TypedResults.Ok(await log.DoseAsync(id, key, Dose(session, input, actor.Actor.StaffId, clock.Now), token));
            })
            .Demand(Permissions.Perform).WithName("sessions.doses.record").WithSummary("Records a dose in the patient's one ledger, as given in this session.").ProducesRefusals();
    }

    /// <summary>A dose of a session's, now.</summary>
    internal static DoseRecord Dose(Session session, DoseInput input, long? whoActs, DateTimeOffset now)
    {
        var checks = new Checks();
        checks.That(input.DrugId is not null, "drugId", $"Say which drug.");
        checks.That(input.Route is not null, "route", $"Say how it was given.");
        checks.That((input.PerformedBy ?? session.PerformedBy ?? whoActs) is not null, "performedBy", $"Say who gave it.");
        checks.Throw();
        return new()
        {
            PatientId = session.PatientId, DrugId = input.DrugId, ConcentrationMicrogramsPerMillilitre = input.ConcentrationMicrogramsPerMillilitre, VolumeMicrolitres = input.VolumeMicrolitres,
            Route = input.Route!.Value, WithAdrenaline = input.WithAdrenaline, AreaSquareCentimetres = input.AreaSquareCentimetres, Occluded = input.Occluded, Lot = input.Lot, Note = input.Note,
            ProcedureId = session.ProcedureId, PerformedBy = (input.PerformedBy ?? session.PerformedBy ?? whoActs)!.Value, GivenAt = now,
        };
    }

    private static async Task<long> LotOfAsync(ISupplyLedger? ledger, OpenNeedlesInput input, CancellationToken token)
    {
        if (input.LotId is { } lot) return lot;
        if (string.IsNullOrWhiteSpace(input.Code)) throw Refuse.Field("lotId", $"Say which lot, or scan the code on the box.");
        var stock = ledger ?? throw Refuse.Because($"No module keeps a stock of needles here. Write the needle with its lot instead.");
        return (await stock.ResolveAsync(input.Code, token) ?? throw Refuse.Field("code", $"No lot here has this code. Receive the box first, or choose another one."))
            .LotId;
    }
}
