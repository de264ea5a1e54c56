using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Core.Erasure;
using Smp.Sdk.Web;

namespace Smp.Runtime.Core.Patients;

/// <summary>
/// Old links and printed codes lead on: an address of a patient whose record was merged into another is sent to the same page of that one; a program is
/// told which it is, since it must not go on as if nothing had happened. Of a patient whose record was erased there are no pages. Stands after authorization.
/// </summary>
internal sealed class MergedPatients(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (Parameter(http.GetEndpoint()) is { } parameter && http.Request.RouteValues.TryGetValue(parameter, out var value)
            && long.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), NumberStyles.None, CultureInfo.InvariantCulture, out var patient)
            && await http.RequestServices.GetRequiredService<PatientMerges>().GoneAsync(patient, http.RequestAborted) is var (merged, erased))
        {
            if (erased is { } at) throw PatientErasures.Gone(patient, at);
            if (merged is not { } survivor)
            {
                await next(http);
                return;
            }

            var path = http.Request.Path.Value!.Split('/');
            var place = Array.IndexOf(path, patient.ToString(CultureInfo.InvariantCulture));
            if (path is [_, "api", ..] || place < 0) throw PatientMerges.Led(patient, survivor);
            path[place] = survivor.ToString(CultureInfo.InvariantCulture);
            http.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            http.Response.Headers.Location = http.Request.PathBase + new PathString(string.Join('/', path)) + http.Request.QueryString;
            return;
        }

        await next(http);
    }

    private static string? Parameter(Endpoint? endpoint)
    {
        if (endpoint?.Metadata.GetMetadata<AboutPatientAttribute>() is { } about) return about.Parameter;
        return endpoint is RouteEndpoint { RoutePattern.RawText: { } pattern }
            && pattern.TrimStart('/') is var text && (text.StartsWith("patients/{id:long}", StringComparison.OrdinalIgnoreCase) || text.StartsWith("api/patients/{id:long}", StringComparison.OrdinalIgnoreCase))
            ? "id" : null;
    }
}
