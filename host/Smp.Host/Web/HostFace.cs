using Smp.Host.Api;
using Smp.Host.Pages;
using Smp.Host.Pages.Audit;
using Smp.Runtime.Identity;
using Smp.Runtime.Shells;
using Smp.Sdk.Web;

namespace Smp.Host.Web;

/// <summary>The host's pages and API, in every shell.</summary>
internal sealed class HostFace : IShellFace
{
    public void ConfigureServices(IServiceCollection services, ShellContents contents)
    {
        services.AddSmpWeb().AddTexts<HostTexts>();
        services.AddRazorComponents();
        // Panels are rendered in scopes of their own, with the form token of the page around them.
        services.AddScoped<FormTokens>().AddScoped<IFormToken>(s => s.GetRequiredService<FormTokens>());
        services.AddScoped<Panels>();
        services.AddScoped<AuditWords>();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddClinicOpenApi(contents);
    }

    public void Use(IApplicationBuilder app, ShellContents contents)
    {
        app.UseMiddleware<ContentFiles>(contents);
        app.UseMiddleware<ClinicCulture>();
        app.UseMiddleware<Problems>();
    }

    public void Map(IEndpointRouteBuilder routes, ShellContents contents)
    {
        // Authorization is each page's own: [Demand] or [AllowAnonymous].
        routes.MapRazorComponents<App>().AddAdditionalAssemblies([.. contents.AssembliesWithPages]);
        routes.MapOpenApi("/api/openapi.json").Demand(CorePermissions.ApiDescribe);
        routes.MapPatients().MapMerges().MapPatientExport().MapErasures().MapPatientImport().MapProcedures().MapClinical().MapStaff().MapCredentials().MapPlaces().MapUsers().MapTokens().MapSignInHelp().MapModules().MapPackages().MapHealth().MapSettings()
            .MapBackups().MapWork().MapAppointments().MapMessages().MapPhotos().MapOrders().MapAudit().MapDoctor().MapSession().MapPanels();
    }
}
