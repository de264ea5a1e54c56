using Microsoft.AspNetCore.Http.HttpResults;
using Smp.Runtime.Core.Patients;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Patients that are one: previewed, merged, parted again.</summary>
internal static class MergeRoutes
{
    /// <summary>The merge that was done.</summary>
    public sealed record Merged(long Id);

    /// <summary>Why a merge is undone.</summary>
    public sealed record Undo(string? Reason);

    public static IEndpointRouteBuilder MapMerges(this IEndpointRouteBuilder routes)
    {
        var merges = routes.MapGroup("/api/patients/{id:long}").WithTags("patients");

        merges.MapGet("merge", async (PatientMerges book, HttpContext http, long id, long? with, CancellationToken token) =>
            {
                if (with is not { } other) throw Refuse.Field("with", $"Say which patient is merged into this one.");
                var preview = await book.PreviewAsync(id, other, token);
                http.Features.Get<IPatientLook>()?.At(other);
                return TypedResults.Ok(preview);
            })
            .Demand(CorePermissions.PatientsEdit).AboutPatient("id").WithName("patients.merge.preview")
            .WithSummary("What merging another patient into this one would do, by table. Its fingerprint is what one agrees to.").ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

        merges.MapPost("merge", async Task<Ok<Merged>> (PatientMerges book, long id, MergeInput input, CancellationToken token) =>
                TypedResults.Ok(new Merged(await book.MergeAsync(id, input, token))))
            .Demand(CorePermissions.PatientsEdit).WithName("patients.merge")
            .WithSummary("Merges another patient into this one, over every module's tables. accept is the preview's fingerprint.")
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422);

        merges.MapGet("merges", async (PatientMerges book, long id, CancellationToken token) => TypedResults.Ok(await book.OfAsync(id, token)))
            .Demand(CorePermissions.PatientsView).AboutPatient("id").WithName("patients.merges").WithSummary("The merges into a patient's record, the latest first.");

        merges.MapGet("merges/{merge:long}", async (PatientMerges book, long id, long merge, CancellationToken token) => TypedResults.Ok(await book.UndoPreviewAsync(id, merge, token)))
            .Demand(CorePermissions.PatientsEdit).AboutPatient("id").WithName("patients.merges.preview").WithSummary("What undoing a merge would take back, by table.").ProducesProblem(404).ProducesProblem(409);

        merges.MapPost("merges/{merge:long}/undo", async (PatientMerges book, long id, long merge, Undo input, CancellationToken token) =>
                TypedResults.Ok(await book.UndoAsync(id, merge, input.Reason, token)))
            .Demand(CorePermissions.PatientsEdit).WithName("patients.merges.undo").WithSummary("Undoes a merge: what moved then goes back, and nothing else.")
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        return routes;
    }

    public static IEndpointRouteBuilder MapPatientExport(this IEndpointRouteBuilder routes)
    {
        // The page of the browser and the program take the same file.
        foreach (var (pattern, hidden) in new[] { ("/api/patients/{id:long}/export", false), ("/patients/{id:long}/export", true) })
        {
            var route = routes.MapGet(pattern, async (PatientExport export, HttpContext http, long id, CancellationToken token) =>
                {
                    var file = await export.OpenAsync(id, token);
                    http.Response.Headers.CacheControl = "no-store";
                    return TypedResults.File(file, "application/zip", PatientExport.FileName(id));
                })
                .Demand(CorePermissions.PatientsExport).AboutPatient("id").WithTags("patients");
            if (hidden) route.ExcludeFromDescription();
            else route.WithName("patients.export").WithSummary("A patient's whole record as a ZIP: every module's rows, the files they name, and a page to read.").ProducesProblem(404).ProducesProblem(409);
        }

        return routes;
    }
}
