using Microsoft.AspNetCore.Mvc;
using Smp.Runtime.Core.Patients;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Patients from a file.</summary>
internal static class ImportRoutes
{
    public static IEndpointRouteBuilder MapPatientImport(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/patients/import", async (
                PatientImport import, HttpContext http, string? dates, [FromQuery] string[]? map, bool? dryRun, string? duplicates, CancellationToken token) =>
            {
                using var content = new MemoryStream();
                await http.Request.Body.CopyToAsync(content, token);
                return TypedResults.Ok(await import.RunAsync(content.ToArray(),
                    new() { Dates = dates, Map = Pairs(map ?? []), DryRun = dryRun ?? false, Duplicates = duplicates }, token));
            })
            .Demand(CorePermissions.PatientsEdit).WithTags("patients").WithName("patients.import").WithMetadata(new RequestSizeLimitAttribute(PatientFile.MostBytes + 1_000))
            .Accepts<Stream>("application/octet-stream")
            .WithSummary("Registers the patients of a CSV file, the body: all or none. map=field:heading, as often as there are some; dates says how dates are written; duplicates is refuse, skip or add.")
            .ProducesProblem(413).ProducesProblem(422);
        routes.MapGet("/api/patients/import/progress", (ImportProgress progress, ICurrentActor actor, Words words) =>
                TypedResults.Ok(progress.Of(actor.Actor) is { } state ? new Progress(state, words.Say(Sentence(state))) : new Progress(null, null)))
            .Demand(CorePermissions.PatientsEdit).WithTags("patients").WithName("patients.import.progress").WithSummary("How far one's own import has come.");
        return routes;
    }

    /// <summary>How far an import has come.</summary>
    /// <param name="State">All of it; null when there is none.</param>
    /// <param name="Sentence">The same in words; null when there is none.</param>
    public sealed record Progress(ImportState? State, string? Sentence);

    private static FormattableString Sentence(ImportState state) => state.Step switch
    {
        ImportStep.Reading => $"Reading line {state.Done} of {state.Of} …",
        ImportStep.Comparing => $"Looking for people who are here already: {state.Done} of {state.Of} …",
        _ => (FormattableString)$"Registering: {state.Done} of {state.Of} …",
    };

    /// <summary>Reads <c>field:heading</c>, or <c>field=heading</c>.</summary>
    /// <exception cref="RefusedException">One of them isn't that.</exception>
    public static IReadOnlyDictionary<string, string> Pairs(IEnumerable<string> pairs)
    {
        Dictionary<string, string> map = [];
        foreach (var pair in pairs)
        {
            var cut = pair.IndexOfAny([':', '=']);
            if (cut <= 0 || !map.TryAdd(pair[..cut].Trim(), pair[(cut + 1)..].Trim()))
                throw Refuse.Field("map", $"“{pair}” should be a field and its heading, such as phone:Mobile. Each field is named once.");
        }

        return map;
    }
}
