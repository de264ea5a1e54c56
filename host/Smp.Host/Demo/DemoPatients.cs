using Smp.Runtime.Core.Patients;

namespace Smp.Host.Demo;

/// <summary>Patients of the demonstration clinic. Everybody is invented; the phone numbers are reserved for fiction or not in use.</summary>
internal static class DemoPatients
{
    private static readonly string[] Given =
    [
        "Lukas", "Anna", "Marko", "Elif", "Tomasz", "Sara", "Daniel", "Ivana", "Omar", "Julia", "Nikola", "Lea", "Adam", "Petra", "Emir", "Nora",
        "Felix", "Marta", "Viktor", "Selin", "Jan", "Hana", "Milan", "Klara",
    ];

    private static readonly string[] Family =
    [
        "Weber", "Horvat", "Yılmaz", "Nowak", "Gruber", "Petrović", "Haddad", "Fischer", "Kovač", "Steiner", "Novotná", "Demir", "Maier", "Babić",
        "Schmid", "Rossi", "Lindqvist", "O’Neill",
    ];

    public static IEnumerable<PatientInput> All(DateOnly today)
    {
        for (var i = 0; i < 24; i++)
        {
            var given = Given[i % Given.Length];
            var family = Family[i * 7 % Family.Length];
            yield return new PatientInput
            {
                GivenName = given,
                FamilyName = family,
                PreferredName = i % 9 == 4 ? given[..3] : null,
                BirthDate = today.AddYears(-(24 + i * 5 % 38)).AddDays(-(i * 53 % 364)),
                SexAtBirth = i % 2 == 0 ? SexAtBirth.Male : SexAtBirth.Female,
                Phone = $"+43 1 555 01{i:00}",
                Email = $"patient{i + 1:00}@example.org",
                Address = $"Musterweg {i + 3}, 1010 Wien",
                Language = i % 5 == 3 ? "tr" : "de",
                Fitzpatrick = (Fitzpatrick)(i % 5),
                Allergies = (i % 8) switch
                {
                    1 => [new(AllergySubstance.Lidocaine, "anaphylaxis 2019")],
                    3 => [new(AllergySubstance.Latex), new(AllergySubstance.Nickel, "rash")],
                    _ => [],
                },
                Medications = i % 6 == 2 ? "Acetylsalicylic acid 100 mg daily" : null,
                Conditions = i % 7 == 5 ? "Alopecia areata, quiescent since March" : null,
                Alerts = i % 11 == 6 ? "Faints at injections: treat lying down" : null,
                ConfirmedNew = true,
            };
        }
    }
}
