using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Smp.Sdk.Web;

/// <summary>What an act can be answered with instead, for the API's description.</summary>
public static class Refusals
{
    /// <summary>There is no such thing, its state or a rule forbids it, or a field needs another look.</summary>
    public static RouteHandlerBuilder ProducesRefusals(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>What changes a row from a version of it (<see cref="RowVersions"/>) can be answered with besides: somebody else changed it, or no version was named.</summary>
    public static RouteHandlerBuilder ProducesConflicts(this RouteHandlerBuilder route) => route
        .ProducesRefusals()
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .ProducesProblem(StatusCodes.Status428PreconditionRequired);
}
