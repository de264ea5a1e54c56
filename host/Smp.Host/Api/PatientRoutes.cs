using Microsoft.AspNetCore.Http.HttpResults;
using Smp.Runtime.Core.Patients;
using Smp.Runtime.Core.Timeline;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Patients: found, registered, changed.</summary>
internal static class PatientRoutes
{
    /// <summary>A patient in a list.</summary>
    public sealed record PatientLine(long Id, string Number, string GivenName, string FamilyName, string? PreferredName, DateOnly BirthDate);

    public static IEndpointRouteBuilder MapPatients(this IEndpointRouteBuilder routes)
    {
        var patients = routes.MapGroup("/api/patients").WithTags("patients");

        patients.MapGet("", async (PatientDirectory directory, string? search, string? after, int? limit, CancellationToken token) =>
            {
                var page = await directory.PageAsync(search, after, Keyset.Limit(limit), token);
                return TypedResults.Ok(new Page<PatientLine>([.. page.Items.Select(Line)], page.Next));
            })
            .Demand(CorePermissions.PatientsView).WithName("patients.list")
            .WithSummary("Finds patients by name, number, phone, e-mail or birth date; without a search, all of them by name.");

        patients.MapPost("", async Task<Created<Patient>> (PatientRecords records, PatientInput input, CancellationToken token) =>
            {
                var patient = await records.AddAsync(input, token);
                return TypedResults.Created($"/api/patients/{patient.Id}", patient);
            })
            .Demand(CorePermissions.PatientsEdit).WithName("patients.add")
            .WithSummary("Registers a patient. Somebody who may be here already is a 409 with duplicates; confirmedNew says that it is somebody else.")
            .ProducesProblem(409).ProducesProblem(422);

        patients.MapGet("{id:long}", async (PatientRecords records, HttpContext http, long id, CancellationToken token) =>
            {
                var patient = await records.FindAsync(id, token) ?? throw Refuse.Missing($"There is no patient {id}.");
                http.Response.Headers.ETag = RowVersions.Tag(patient.RowVersion);
                return TypedResults.Ok(patient);
            })
            .Demand(CorePermissions.PatientsView).AboutPatient("id").WithName("patients.read").WithSummary("A patient's record, with its ETag.").ProducesProblem(404);

        patients.MapPut("{id:long}", async (PatientRecords records, HttpContext http, long id, PatientInput input, CancellationToken token) =>
            {
                var patient = await records.ChangeAsync(id, RowVersions.Required(http.Request), input, token);
                http.Response.Headers.ETag = RowVersions.Tag(patient.RowVersion);
                return TypedResults.Ok(patient);
            })
            .Demand(CorePermissions.PatientsEdit).WithName("patients.change")
            .WithSummary("Replaces a patient's record; If-Match holds the ETag it was read with.")
            .ProducesProblem(404).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);

        patients.MapGet("{id:long}/timeline", async (
                PatientDirectory directory, PatientTimeline timeline, long id, string? after, int? limit, CancellationToken token) =>
            {
                if (await directory.FindAsync(id, token) is null) throw Refuse.Missing($"There is no patient {id}.");
                return TypedResults.Ok(await timeline.PageAsync(id, after, Keyset.Limit(limit), token));
            })
            .Demand(CorePermissions.PatientsView).AboutPatient("id").WithName("patients.timeline").WithSummary("What happened to a patient, newest first.").ProducesProblem(404);
        return routes;
    }

    private static PatientLine Line(PatientRow p) =>
        new(p.Id, p.Number, p.GivenName, p.FamilyName, p.PreferredName, p.BirthDate);
}
