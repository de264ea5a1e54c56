using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;
using Smp.Sdk.Web;
using Smp.Sessions.Aftercare;
using Smp.Sessions.Candidacy;
using Smp.Sessions.Designs;
using Smp.Sessions.Guarding;
using Smp.Sessions.Healing;
using Smp.Sessions.PatchTests;
using Smp.Sessions.Plans;
using Smp.Sessions.Reports;
using Smp.Sessions.Treating;

namespace Smp.Sessions;

/// <summary>Scalp micro-pigmentation from candidate to touch-up.</summary>
public sealed class SessionsPlugin : IWebPlugin
{
    /// <inheritdoc/>
    public void ConfigureServices(IServiceCollection services) => services
        .AddScoped<PlanBook>()
        .AddScoped<AssessmentBook>()
        .AddScoped<PatchTestBook>()
        .AddScoped<DesignBook>()
        .AddScoped<SessionBook>()
        .AddScoped<SessionLog>()
        .AddScoped<SessionEnd>()
        .AddScoped<HealingBook>()
        .AddScoped<HistoricalSessions>()
        .AddScoped<AftercareBook>()
        .AddScoped<OutcomeBook>()
        .AddProcedureKind(new(Session.Kind, "SMP session", 150) { Staff = [new("Practitioner", Role.Physician, Role.Technician)], Page = "/sessions/procedures" })
        .AddHandler<AppointmentChanged, FollowsAppointments>()
        .AddHandler<ConsentGiven, FollowsConsents>()
        .AddHandler<ConsentWithdrawn, FollowsConsents>()
        .AddJob<TouchUpFallsDue, TouchUpJob>()
        .AddGuard<PlanGuard>()
        .AddGuard<AgeGuard>()
        .AddGuard<ScreeningGuard>()
        .AddGuard<PatchTestGuard>()
        .AddGuard<IntervalGuard>()
        .AddGuard<HealingGuard>()
        .AddGuard<AllergyGuard>()
        .AddGuard<WaitGuard>()
        .AddGuard<DesignGuard>()
        .AddWorklist<SessionWorklist>()
        .AddWorklist<PatchTestWorklist>()
        .AddWorklist<HealingWorklist>()
        .AddWorklist<TouchUpWorklist>()
        .AddTexts<SessionsTexts>()
        .AddPanel<PatientPlansPanel>(PanelPlace.Patient, "sessions-plans", "Scalp micro-pigmentation", Permissions.View, 60)
        .AddDemo<SessionsDemo>();

    /// <inheritdoc/>
    public void MapRoutes(IPluginRoutes routes)
    {
        routes.Api.MapPlans();
        routes.Api.MapPatchTests();
        routes.Api.MapSessions();
        routes.Api.MapRecords();
        routes.Api.MapHealing();
        routes.Api.MapOutcomes();
        routes.Pages.MapOutcomeDownloads();
    }
}
