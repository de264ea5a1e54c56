using Microsoft.AspNetCore.Http.HttpResults;
using Smp.Host.Pages.Search;
using Smp.Runtime.Core.Patients;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Web;

/// <summary>Parts of pages by themselves, which a page's script puts in: panels that weren't ready in time, and what a search finds while somebody types.</summary>
internal static class PanelRoutes
{
    /// <summary>Where a late panel of a patient's page is fetched.</summary>
    public static string OfPatient(long id, string name) => $"/patients/{id}/panel/{Uri.EscapeDataString(name)}";

    /// <summary>Where a late panel of the page of the day is fetched.</summary>
    public static string OfToday(string name) => $"/today/panel/{Uri.EscapeDataString(name)}";

    public static IEndpointRouteBuilder MapPanels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/patients/{id:long}/panel/{name}", async (Panels panels, PatientDirectory patients, long id, string name, CancellationToken token) =>
            {
                if (await patients.FindAsync(id, token) is null) throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(id)}.");
                return Fragment(await panels.RenderOneAsync(PanelPlace.Patient, name, Panels.ForPatient(id), token));
            })
            .Demand(CorePermissions.PatientsView).AboutPatient("id").ExcludeFromDescription();
        routes.MapGet("/today/panel/{name}", async (Panels panels, string name, CancellationToken token) =>
                Fragment(await panels.RenderOneAsync(PanelPlace.Today, name, [], token)))
            .Demand(CorePermissions.WorklistView).ExcludeFromDescription();
        // A list of names, as the page of the search is: nobody's record.
        routes.MapGet("/search/quick", IResult (string? q) => string.IsNullOrWhiteSpace(q)
                ? TypedResults.NoContent()
                : new RazorComponentResult<QuickResults>(new { Text = q.Trim() }) { PreventStreamingRendering = true })
            .Demand(CorePermissions.SearchUse).ExcludeFromDescription();
        return routes;
    }

    // With a content type, so that the page that waits isn't answered with a whole page for problems.
    private static ContentHttpResult Fragment(RenderedPanel? panel) => TypedResults.Content(panel?.Html ?? "", "text/html; charset=utf-8",
        statusCode: panel switch { null => StatusCodes.Status404NotFound, { Html: null } => StatusCodes.Status503ServiceUnavailable, _ => null });
}
