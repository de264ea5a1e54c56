using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Smp.Sdk.Web;

/// <summary>
/// Marks a page or a route that shows one patient's record: <c>@attribute [AboutPatient("id")]</c>. The host writes down who looked at it, when,
/// and where, each time that it is shown by a GET. A page with a <see cref="PatientHeader"/> is written down without it, too, and once.
/// </summary>
/// <param name="parameter">What holds the patient's key: a value of the route, or else a parameter of the query.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class AboutPatientAttribute(string parameter) : Attribute
{
    /// <summary>What holds the patient's key: a value of the route, or else a parameter of the query.</summary>
    public string Parameter => parameter;
}

/// <summary>
/// That this request looks at patients' records. A feature of the request where looks are written down: a GET that somebody sent.
/// </summary>
public interface IPatientLook
{
    /// <summary>The answer shows this patient's record. Saying it twice is saying it once.</summary>
    void At(long patientId);
}

/// <summary>Marks routes as being about one patient.</summary>
public static class AboutPatientExtensions
{
    /// <summary>Has it written down that whoever asks has looked at this patient's record: for answers of which it is known only then whose they are.</summary>
    public static void LookedAt(this HttpContext http, long patientId) => http.Features.Get<IPatientLook>()?.At(patientId);

    /// <summary>The route shows one patient's record; the host writes down who looked at it.</summary>
    /// <param name="route">The route, a GET.</param>
    /// <param name="parameter">What holds the patient's key: a value of the route, or else a parameter of the query.</param>
    public static TBuilder AboutPatient<TBuilder>(this TBuilder route, string parameter) where TBuilder : IEndpointConventionBuilder
    {
        route.Add(endpoint => endpoint.Metadata.Add(new AboutPatientAttribute(parameter)));
        return route;
    }
}
