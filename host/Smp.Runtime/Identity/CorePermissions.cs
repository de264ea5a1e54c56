using System.Collections.Frozen;

namespace Smp.Runtime.Identity;

/// <summary>The permissions of the host itself. Those of the modules come from their manifests.</summary>
public static class CorePermissions
{
    /// <summary>What lets somebody in for longer than a session, or changes what others may: a session that four digits began doesn't have it.</summary>
    internal static FrozenSet<string> NotByPin { get; } = new[]
    {
        UsersManage, ModulesManage, SettingsManage, BackupsManage, AuditErase, PatientsErase, TokensManage, TabletsPair, CredentialsManage,
    }.ToFrozenSet();

    /// <summary>See patients and their records.</summary>
    public const string PatientsView = "patients.view";

    /// <summary>Add, change and merge patients.</summary>
    public const string PatientsEdit = "patients.edit";

    /// <summary>Take a patient's whole record out, with every module's part and all files; written down as a look at it.</summary>
    public const string PatientsExport = "patients.export";

    /// <summary>Erase a patient's record, as far as it needn't be kept, for good.</summary>
    public const string PatientsErase = "patients.erase";

    /// <summary>See who works here.</summary>
    public const string StaffView = "staff.view";

    /// <summary>Add and change locations, their hours and rooms. Seeing them needs <see cref="StaffView"/>.</summary>
    public const string PlacesManage = "places.manage";

    /// <summary>Record, renew and end credentials of staff. Seeing them needs <see cref="StaffView"/>.</summary>
    public const string CredentialsManage = "credentials.manage";

    /// <summary>Add users, reset passwords, change roles and what roles may do.</summary>
    public const string UsersManage = "users.manage";

    /// <summary>Pair the browser one is on, so that staff take turns on it by PIN; see and revoke paired ones.</summary>
    public const string TabletsPair = "tablets.pair";

    /// <summary>Install, turn on and turn off modules.</summary>
    public const string ModulesManage = "modules.manage";

    /// <summary>Change the clinic's settings.</summary>
    public const string SettingsManage = "settings.manage";

    /// <summary>See the work that was ordered and not done yet, try again what failed, and drop it.</summary>
    public const string OrdersManage = "orders.manage";

    /// <summary>Make backups, and see which there are.</summary>
    public const string BackupsManage = "backups.manage";

    /// <summary>See the audit trail, and verify and export it. It holds every patient's data as it was.</summary>
    public const string AuditView = "audit.view";

    /// <summary>Erase a patient's values from the audit trail, where law demands it.</summary>
    public const string AuditErase = "audit.erase";

    /// <summary>See messages to patients, send what failed again, and change what messages say.</summary>
    public const string MessagesManage = "messages.manage";

    /// <summary>See incidents.</summary>
    public const string IncidentsView = "incidents.view";

    /// <summary>Close an incident with its outcome: a physician's task.</summary>
    public const string IncidentsReview = "incidents.review";

    /// <summary>Report an incident.</summary>
    public const string IncidentsReport = "incidents.report";

    /// <summary>See measurements, doses and complications; with <see cref="PatientsView"/> only.</summary>
    public const string ClinicalView = "clinical.view";

    /// <summary>Record measurements and doses, and void them.</summary>
    public const string ClinicalRecord = "clinical.record";

    /// <summary>Record complications and how they ended.</summary>
    public const string ComplicationsRecord = "complications.record";

    /// <summary>See photos; with <see cref="PatientsView"/> only. Each look is written down.</summary>
    public const string PhotosView = "photos.view";

    /// <summary>Add photos, put right what is said of them, and void them.</summary>
    public const string PhotosAdd = "photos.add";

    /// <summary>Add drugs, and make their limits stricter.</summary>
    public const string DrugsManage = "drugs.manage";

    /// <summary>See the calendar and the waiting list; with <see cref="PatientsView"/> whose appointments they are.</summary>
    public const string AppointmentsView = "appointments.view";

    /// <summary>Book, move and cancel appointments, put patients on the waiting list, receive them.</summary>
    public const string AppointmentsBook = "appointments.book";

    /// <summary>Close a location, a room or somebody's time for booking.</summary>
    public const string CalendarManage = "calendar.manage";

    /// <summary>See procedures, and what stands in their way.</summary>
    public const string ProceduresView = "procedures.view";

    /// <summary>Plan, book and cancel procedures.</summary>
    public const string ProceduresBook = "procedures.book";

    /// <summary>Start, close and abort procedures, and enter those that took place before.</summary>
    public const string ProceduresPerform = "procedures.perform";

    /// <summary>Override what a guard stops: a physician's decision, with their password.</summary>
    public const string ProceduresOverride = "procedures.override";

    /// <summary>Mark procedures as entered in error.</summary>
    public const string ProceduresVoid = "procedures.void";

    /// <summary>See what is due.</summary>
    public const string WorklistView = "worklist.view";

    /// <summary>Search the clinic.</summary>
    public const string SearchUse = "search.use";

    /// <summary>Read the API's description (the OpenAPI document).</summary>
    public const string ApiDescribe = "api.describe";

    /// <summary>Make and revoke one's own API tokens.</summary>
    public const string TokensManage = "tokens.manage";
}
