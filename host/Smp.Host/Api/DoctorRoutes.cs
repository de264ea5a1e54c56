using Smp.Runtime.Doctor;
using Smp.Runtime.Hosting;
using Smp.Runtime.Identity;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>The clinic looked over.</summary>
internal static class DoctorRoutes
{
    public static IEndpointRouteBuilder MapDoctor(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/doctor", async (Clinic clinic, CancellationToken token) => TypedResults.Ok(await new ClinicDoctor(clinic).LookAsync(token)))
            .Demand(CorePermissions.SettingsManage).WithTags("doctor").WithName("doctor")
            .WithSummary("Versions, folder, free disk, modules, database, audit trail, files, last backup and clock: what needs doing, and how.");
        return routes;
    }
}
