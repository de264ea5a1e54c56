using Smp.Runtime.Core;
using Smp.Runtime.Health;
using Smp.Runtime.Identity;
using Smp.Runtime.Shells;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>How modules fare.</summary>
internal static class HealthRoutes
{
    /// <summary>How a module stands.</summary>
    public sealed record Standing(string Id, string Version, PluginState State, string Reason);

    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/plugins/{id}/health", (ClinicHealth health, Modules modules, string id) => modules.List().Any(m => m.Id == id)
                ? TypedResults.Ok(health.Of(id))
                : throw Refuse.Missing($"There is no module {id}."))
            .Demand(CorePermissions.ModulesManage).WithTags("modules").WithName("plugins.health")
            .WithSummary("What was asked of a module since the clinic was opened, how long it took, and what failed; times in milliseconds.").ProducesProblem(404);
        routes.MapPost("/api/plugins/{id}/quarantine", async (Modules modules, string id, CancellationToken token) =>
            {
                var status = await modules.QuarantineAsync(id, token);
                return TypedResults.Ok(new Standing(status.Id, status.Version, status.State, status.Reason));
            })
            .Demand(CorePermissions.ModulesManage).WithTags("modules").WithName("plugins.quarantine")
            .WithSummary("Leaves a module that keeps failing out until it is turned on again. Its guards say stop meanwhile.").ProducesProblem(404).ProducesProblem(409);
        return routes;
    }
}
