using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Core.Appointments;
using Smp.Runtime.Core.Audit;
using Smp.Runtime.Core.Complications;
using Smp.Runtime.Core.Credentials;
using Smp.Runtime.Core.Doses;
using Smp.Runtime.Core.Erasure;
using Smp.Runtime.Core.Incidents;
using Smp.Runtime.Core.Measurements;
using Smp.Runtime.Core.Messages;
using Smp.Runtime.Core.Orders;
using Smp.Runtime.Core.Patients;
using Smp.Runtime.Core.Photos;
using Smp.Runtime.Core.Places;
using Smp.Runtime.Core.Procedures;
using Smp.Runtime.Core.Search;
using Smp.Runtime.Core.Settings;
using Smp.Runtime.Core.Staff;
using Smp.Runtime.Core.Timeline;
using Smp.Runtime.Core.Worklist;
using Smp.Runtime.Hosting;
using Smp.Sdk;

namespace Smp.Runtime.Core;

/// <summary>The core's services, in every shell.</summary>
internal static class CoreServices
{
    public static IServiceCollection AddClinicCore(this IServiceCollection services) => services
        .AddSingleton<IClinicClock>(s =>
        {
            var settings = s.GetRequiredService<SettingsBook>();
            return new ClinicClock(s.GetRequiredService<TimeProvider>(), () => settings.Zone);
        })
        .AddSingleton<IClinic, ClinicCard>()
        .AddSingleton<IFiles>(s => s.GetRequiredService<Clinic>().Files)
        .AddSingleton<IDocumentPrinter>(s => s.GetRequiredService<Clinic>().Printer)
        .AddScoped<PatientRecords>()
        .AddScoped<PatientMerges>()
        .AddScoped<PatientExport>()
        .AddScoped<PatientErasures>()
        .AddJob<RemoveFiles, FileRemover>()
        .AddScoped<IWorklistSource, ErasureWorklist>()
        .AddSingleton<ImportProgress>()
        .AddScoped<PatientImport>()
        .AddScoped<PatientDirectory>()
        .AddScoped<IPatients>(s => s.GetRequiredService<PatientDirectory>())
        .AddScoped<PatientTimeline>()
        .AddScoped<ITimeline>(s => s.GetRequiredService<PatientTimeline>())
        .AddScoped<SearchIndex>()
        .AddScoped<ISearch, PluginSearch>()
        .AddScoped<IncidentBook>()
        .AddScoped<IIncidents>(s => s.GetRequiredService<IncidentBook>())
        .AddScoped<IWorklistSource, IncidentWorklist>()
        .AddScoped<MeasurementBook>()
        .AddScoped<IMeasurements>(s => s.GetRequiredService<MeasurementBook>())
        .AddScoped<DrugCatalogue>()
        .AddScoped<DoseLedger>()
        .AddScoped<IDoses>(s => s.GetRequiredService<DoseLedger>())
        .AddScoped<ComplicationBook>()
        .AddScoped<IComplications>(s => s.GetRequiredService<ComplicationBook>())
        .AddScoped<PhotoBook>()
        .AddScoped<IPhotos>(s => s.GetRequiredService<PhotoBook>())
        .AddScoped<IStaff, StaffDirectory>()
        .AddScoped<GuardBoard>()
        .AddScoped<GuardRecord>()
        .AddScoped<ProcedureChecks>()
        .AddScoped<ProcedureBook>()
        .AddScoped<IProcedures>(s => s.GetRequiredService<ProcedureBook>())
        .AddScoped<ProcedureDesk>()
        .AddScoped<OverrideBook>()
        .AddScoped<IProcedureGuard, PerformerGuard>()
        .AddScoped<IProcedureGuard, PlaceGuard>()
        .AddScoped<IProcedureGuard, NeedsGuard>()
        .AddScoped<IWorklistSource, ProcedureWorklist>()
        .AddScoped<CredentialBook>()
        .AddScoped<ICredentials>(s => s.GetRequiredService<CredentialBook>())
        .AddScoped<IWorklistSource, CredentialWorklist>()
        .AddScoped<IProcedureGuard, CredentialGuard>()
        .AddScoped<SlotJudge>()
        .AddScoped<AppointmentBook>()
        .AddScoped<IAppointments>(s => s.GetRequiredService<AppointmentBook>())
        .AddScoped(s => new AppointmentDesk(
            s.GetRequiredService<IStore<CorePlugin>>(), s.GetRequiredService<AppointmentBook>(), s.GetRequiredService<ProcedureBook>(), s.GetRequiredService<ProcedureKinds>()))
        .AddScoped<WaitingList>()
        .AddScoped<CalendarBook>()
        .AddScoped<CalendarFeeds>()
        .AddScoped<ClosedTimes>()
        .AddScoped<PlaceBook>()
        .AddScoped<IPlaces, PlaceDirectory>()
        .AddScoped(typeof(ISettings<>), typeof(PluginSettings<>))
        .AddScoped<ClinicSettings>()
        .AddScoped<MessageTemplates>()
        .AddScoped<MessageBook>()
        .AddScoped<IMessages>(s => s.GetRequiredService<MessageBook>())
        .AddScoped<ClinicSender>()
        .AddScoped<IEventHandler<AppointmentChanged>, ReminderOrders>()
        .AddJob<SendMessage, Outbox>()
        .AddJob<RemindOf, ReminderWriter>()
        .AddScoped<IEventHandler<ProcedureClosed>, FollowUpOrders>()
        .AddScoped<IEventHandler<ProcedureVoided>, FollowUpOrders>()
        .AddJob<AskHowItGoes, FollowUpWriter>()
        .AddScoped<OrderBook>()
        .AddScoped<IWorklistSource, OrderWorklist>()
        .AddScoped<AuditBook>()
        .AddScoped<AuditExport>()
        .AddScoped<AuditErasure>()
        .AddScoped<PatientReads>()
        .AddScoped<Modules>()
        .AddScoped<Packages.Packages>()
        .AddScoped<WorklistBoard>();
}
