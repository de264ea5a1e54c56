using Smp.Runtime.Core;
using Smp.Runtime.Health;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>How modules fare.</summary>
internal static class HealthRoutes
{
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/plugins/{id}/health", (ClinicHealth health, Modules modules, string id) => modules.List().Any(m => m.Id == id)
                ? TypedResults.Ok(health.Of(id))
                : throw Refuse.Missing($"There is no module {id}."))
            .Demand(CorePermissions.ModulesManage).WithTags("modules").WithName("plugins.health")
            .WithSummary("What was asked of a module since the clinic was opened, how long it took, and what failed; times in milliseconds.").ProducesProblem(404);
        return routes;
    }
}
