using Microsoft.AspNetCore.Http.HttpResults;
using Smp.Runtime.Core.Erasure;
using Smp.Runtime.Identity;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Patients' records erased: previewed, then done.</summary>
internal static class ErasureRoutes
{
    public static IEndpointRouteBuilder MapErasures(this IEndpointRouteBuilder routes)
    {
        var erasures = routes.MapGroup("/api/patients/{id:long}").WithTags("patients");

        erasures.MapGet("erase", async (PatientErasures book, long id, CancellationToken token) => TypedResults.Ok(await book.PreviewAsync(id, token)))
            .Demand(CorePermissions.PatientsErase).AboutPatient("id").WithName("patients.erase.preview")
            .WithSummary("What erasing a patient's record would do, by table, and what must still be kept. Its fingerprint is what one agrees to.").ProducesProblem(404).ProducesProblem(409);

        erasures.MapPost("erase", async Task<Ok<ErasureDone>> (PatientErasures book, long id, ErasureInput input, CancellationToken token) => TypedResults.Ok(await book.EraseAsync(id, input, token)))
            .Demand(CorePermissions.PatientsErase).WithName("patients.erase")
            .WithSummary("Erases a patient's record as far as it needn't be kept, for good, after a backup. accept is the preview's fingerprint, confirm the patient's number or name.")
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422);

        erasures.MapGet("erasures", async (PatientErasures book, long id, CancellationToken token) => TypedResults.Ok(await book.OfAsync(id, token)))
            .Demand(CorePermissions.PatientsView).AboutPatient("id").WithName("patients.erasures").WithSummary("What was erased of a patient's record in part, the latest first, and when the rest can go.");
        return routes;
    }
}
