using Smp.Runtime.Core.Complications;
using Smp.Runtime.Core.Doses;
using Smp.Runtime.Core.Measurements;
using Smp.Runtime.Core.Patients;
using Smp.Sdk;

namespace Smp.Host.Demo;

/// <summary>Measurements, doses and a complication for some patients of the demonstration: one with doses of today, one weighed too long ago, one never.</summary>
internal static class DemoRecords
{
    /// <summary>Who is in the chair when the demonstration begins, by the place in the file: allergic to lidocaine, and treated before.</summary>
    public const int Treated = 17;

    public static async Task AddAsync(IServiceProvider services)
    {
        var clock = services.GetRequiredService<IClinicClock>();
        var book = services.GetRequiredService<MeasurementBook>();
        var ledger = services.GetRequiredService<DoseLedger>();
        var people = (await services.GetRequiredService<PatientDirectory>().PageAsync(null, null, 200)).Items.OrderBy(p => p.Id).ToList();
        var team = (await services.GetRequiredService<IStaff>().ListAsync()).Where(s => s.Role is Role.Physician or Role.Technician).ToList();
        if (people.Count < 18 || team.Count == 0) return;
        var (physician, hands) = (team.First(s => s.Role == Role.Physician).Id, team[^1].Id);
        var lidocaine = (await ledger.DrugsAsync()).First(d => d.Name == "Lidocaine").Id;

        // The first of the file had doses today; the third was last weighed seven weeks ago; of the others who aren't here nobody was measured.
        foreach (var (i, patient) in Enumerable.Range(0, 7).Append(Treated).Select((at, i) => (i, people[at].Id)))
        {
            var at = clock.Now.AddDays(i switch { 2 => -49, 7 => 0, _ => -i * 3 }).AddHours(i == 0 ? -3 : -5);
            await book.RecordAsync(
            [
                new(patient, MeasurementKind.Weight, 61_500 + i * 5_700, at, hands),
                new(patient, MeasurementKind.Height, 1_640 + i * 31, at, hands),
                new(patient, MeasurementKind.BloodPressure, 116 + i * 4, at, hands) { Diastolic = 74 + i * 2 },
                new(patient, MeasurementKind.Pulse, 64 + i * 3, at, hands),
                new(patient, MeasurementKind.OxygenSaturation, 99 - i % 3, at, hands),
            ]);
        }

        await GiveAsync(people[0].Id, 10_000, 6_000, withAdrenaline: false, hoursAgo: 2);
        await GiveAsync(people[0].Id, 20_000, 7_500, withAdrenaline: true, hoursAgo: 1);
        await GiveAsync(people[3].Id, 20_000, 8_000, withAdrenaline: true, hoursAgo: 30);
        await GiveAsync(people[4].Id, 10_000, 12_000, withAdrenaline: true, hoursAgo: 54);

        await ActivatorUtilities.CreateInstance<DemoPhotos>(services).AddAsync(people[3].Id);
        await services.GetRequiredService<ComplicationBook>().RecordAsync(new(
            people[4].Id, ComplicationKind.Folliculitis, clock.Today.AddDays(-9), ComplicationSeverity.Mild, "Four pustules at the occipital donor area")
        {
            Treatment = "Warm compresses; seen again in a week",
        });

        Task<RecordedDose> GiveAsync(long patient, long concentration, long volume, bool withAdrenaline, int hoursAgo) => ledger.RecordAsync(new DoseRecord
        {
            PatientId = patient, DrugId = lidocaine, ConcentrationMicrogramsPerMillilitre = concentration, VolumeMicrolitres = volume, WithAdrenaline = withAdrenaline,
            Route = DoseRoute.Infiltration, PerformedBy = physician, GivenAt = clock.Now.AddHours(-hoursAgo), Lot = "HP77120",
        });
    }
}
