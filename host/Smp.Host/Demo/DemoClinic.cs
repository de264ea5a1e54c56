using Smp.Runtime.Core.Patients;
using Smp.Runtime.Hosting;
using Smp.Runtime.Identity;
using Smp.Sdk;

namespace Smp.Host.Demo;

/// <summary>A clinic to try things out in: staff, patients, and what each module adds. Everybody in it is invented.</summary>
public static class DemoClinic
{
    private static readonly (string UserName, string Name, Role Role)[] Staff =
    [
        ("admin", "Robin Frey", Role.Administrator), ("keller", "Dr. Ines Keller", Role.Physician), ("mia", "Mia Novak", Role.Technician),
        ("jonas", "Jonas Berg", Role.Technician), ("desk", "Sofia Lang", Role.Coordinator), ("audit", "Paul Stern", Role.Auditor),
    ];

    /// <summary>Adds the samples to a clinic that has no user yet.</summary>
    /// <param name="clinic">An open clinic.</param>
    /// <param name="password">The password of everybody in it.</param>
    /// <returns>The sign-in names and roles; empty, with nothing added, when the clinic has a user already.</returns>
    public static async Task<IReadOnlyList<(string UserName, Role Role)>> AddAsync(Clinic clinic, string password)
    {
        var staff = await AddStaffAsync(clinic, password);
        if (staff.Count == 0) return staff;
        return await clinic.RunAsync(async services =>
        {
            var records = services.GetRequiredService<PatientRecords>();
            foreach (var patient in DemoPatients.All(services.GetRequiredService<IClinicClock>().Today)) await records.AddAsync(patient);
            await DemoRecords.AddAsync(services);
            await ActivatorUtilities.CreateInstance<DemoPractice>(services).AddAsync();
            await ActivatorUtilities.CreateInstance<DemoCalendar>(services).AddAsync();
            foreach (var samples in services.GetServices<IDemoData>()) await samples.AddAsync(CancellationToken.None);
            return staff;
        });
    }

    /// <summary>Adds the staff alone.</summary>
    /// <inheritdoc cref="AddAsync"/>
    public static Task<IReadOnlyList<(string UserName, Role Role)>> AddStaffAsync(Clinic clinic, string password) =>
        clinic.RunAsync<IReadOnlyList<(string, Role)>>(async services =>
        {
            var users = services.GetRequiredService<Users>();
            if (await users.AnyAsync()) return [];
            foreach (var (userName, name, role) in Staff) await users.AddAsync(new(userName, name, role, password));
            return [.. Staff.Select(s => (s.UserName, s.Role))];
        });
}
