using System.Collections.Frozen;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>A permission, and who has it unless the clinic says otherwise.</summary>
/// <param name="Id">The whole name, with the plugin's id: <c>needles.receive</c>.</param>
/// <param name="Name">What it allows, in English; translated where it is shown.</param>
/// <param name="DefaultRoles">The roles that have it as proposed.</param>
/// <param name="Plugin">Whose it is; <c>core</c> for the host's own.</param>
public sealed record PermissionDefinition(string Id, string Name, IReadOnlyList<Role> DefaultRoles, string Plugin);

/// <summary>Every permission that exists in one shell: the host's own and those of the running plugins.</summary>
public sealed class PermissionCatalog
{
    private static readonly Role[] Everyone = Enum.GetValues<Role>();
    private static readonly Role[] Administrator = [Role.Administrator];

    // Whoever runs the system sees the record but doesn't write it, and doesn't judge incidents.
    private static readonly PermissionDefinition[] Core =
    [
        new(CorePermissions.PatientsView, "See patients", Everyone, "core"),
        new(CorePermissions.PatientsEdit, "Add and change patients", [Role.Physician, Role.Technician, Role.Coordinator], "core"),
        new(CorePermissions.PatientsExport, "Take out a patient's whole record", Administrator, "core"),
        new(CorePermissions.PatientsErase, "Erase a patient's record", Administrator, "core"),
        new(CorePermissions.StaffView, "See who works here", Everyone, "core"),
        new(CorePermissions.PlacesManage, "Manage locations and rooms", Administrator, "core"),
        new(CorePermissions.CredentialsManage, "Record credentials of staff", Administrator, "core"),
        new(CorePermissions.UsersManage, "Manage users and what roles may do", Administrator, "core"),
        new(CorePermissions.TabletsPair, "Pair tablets", Administrator, "core"),
        new(CorePermissions.ModulesManage, "Manage modules", Administrator, "core"),
        new(CorePermissions.SettingsManage, "Change settings", Administrator, "core"),
        new(CorePermissions.OrdersManage, "Manage ordered work", Administrator, "core"),
        new(CorePermissions.BackupsManage, "Make backups", Administrator, "core"),
        new(CorePermissions.AuditView, "See the audit trail, with the patients' data in it", [Role.Administrator, Role.Auditor], "core"),
        new(CorePermissions.AuditErase, "Erase a patient's values from the audit trail", Administrator, "core"),
        new(CorePermissions.MessagesManage, "Manage messages to patients", [Role.Administrator, Role.Physician, Role.Coordinator], "core"),
        new(CorePermissions.IncidentsView, "See incidents", Everyone, "core"),
        new(CorePermissions.IncidentsReview, "Review incidents", [Role.Physician], "core"),
        new(CorePermissions.IncidentsReport, "Report incidents", [Role.Physician, Role.Technician, Role.Coordinator, Role.Administrator], "core"),
        new(CorePermissions.ClinicalView, "See measurements, doses and complications", Everyone, "core"),
        new(CorePermissions.ClinicalRecord, "Record measurements and doses", [Role.Physician, Role.Technician], "core"),
        new(CorePermissions.ComplicationsRecord, "Record complications", [Role.Physician, Role.Technician], "core"),
        new(CorePermissions.PhotosView, "See photos of patients", [Role.Physician, Role.Technician], "core"),
        new(CorePermissions.PhotosAdd, "Add and void photos of patients", [Role.Physician, Role.Technician], "core"),
        new(CorePermissions.DrugsManage, "Manage drugs and their limits", [Role.Physician, Role.Administrator], "core"),
        new(CorePermissions.AppointmentsView, "See appointments", Everyone, "core"),
        new(CorePermissions.AppointmentsBook, "Book, move and cancel appointments", [Role.Physician, Role.Technician, Role.Coordinator], "core"),
        new(CorePermissions.CalendarManage, "Close times in the calendar", [Role.Administrator, Role.Coordinator], "core"),
        new(CorePermissions.ProceduresView, "See procedures", Everyone, "core"),
        new(CorePermissions.ProceduresBook, "Plan, book and cancel procedures", [Role.Physician, Role.Technician, Role.Coordinator], "core"),
        new(CorePermissions.ProceduresPerform, "Start and close procedures", [Role.Physician, Role.Technician], "core"),
        new(CorePermissions.ProceduresOverride, "Override what a guard stops", [Role.Physician], "core"),
        new(CorePermissions.ProceduresVoid, "Void procedures", [Role.Physician, Role.Administrator], "core"),
        new(CorePermissions.WorklistView, "See what is due", Everyone, "core"),
        new(CorePermissions.SearchUse, "Search", Everyone, "core"),
        new(CorePermissions.ApiDescribe, "Read the API's description", Everyone, "core"),
        new(CorePermissions.TokensManage, "Manage one's own API tokens", Everyone, "core"),
    ];

    private readonly FrozenDictionary<string, PermissionDefinition> byId;

    /// <summary>Puts the catalog of a shell together.</summary>
    /// <param name="ofPlugins">What the manifests of the running plugins declare.</param>
    /// <exception cref="ArgumentException">A permission is declared twice; the message names it.</exception>
    public PermissionCatalog(IReadOnlyList<PermissionDefinition> ofPlugins)
    {
        All = [.. Core, .. ofPlugins];
        if (All.GroupBy(p => p.Id).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ArgumentException(
                $"The permission {twice.Key} is declared by {string.Join(" and by ", twice.Select(p => p.Plugin))}.", nameof(ofPlugins));
        }

        byId = All.ToFrozenDictionary(p => p.Id);
    }

    /// <summary>All of them, the host's own first.</summary>
    public IReadOnlyList<PermissionDefinition> All { get; }

    /// <summary>What the roles may as last read from the store; it is this shell's, because the catalog is.</summary>
    internal RoleSets? Sets { get; set; }

    /// <summary>The permission of this name, or null.</summary>
    public PermissionDefinition? Find(string id) => byId.GetValueOrDefault(id);
}
