using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Smp.Sdk.Web;

namespace Smp.Sessions;

/// <summary>What an act can be answered with instead, for the API's description.</summary>
internal static class Refusals
{
    /// <summary>There is no such thing, its state or a rule forbids it, or a field needs another look.</summary>
    public static RouteHandlerBuilder ProducesRefusals(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>The same, and the row was changed by somebody else, or nothing says which version was seen.</summary>
    public static RouteHandlerBuilder ProducesConflicts(this RouteHandlerBuilder route) => route
        .ProducesRefusals()
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);
}

/// <summary>Answers that show one patient's record.</summary>
internal static class Looks
{
    /// <summary>Has it written down that whoever asks has looked at this patient's record.</summary>
    public static void LookedAt(this HttpContext http, long patientId) => http.Features.Get<IPatientLook>()?.At(patientId);
}
