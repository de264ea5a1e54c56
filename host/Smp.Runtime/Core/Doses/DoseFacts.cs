using System.Data.Common;
using Dapper;
using Smp.Runtime.Core.Measurements;
using Smp.Runtime.Core.Patients;
using Smp.Sdk;

namespace Smp.Runtime.Core.Doses;

/// <summary>A dose with what limits it, as read for a moment.</summary>
internal sealed record LedgerDose(
    long Id, long? DrugId, string Drug, bool WithAdrenaline, long AmountNanograms, DateTimeOffset GivenAt);

/// <summary>What is known of a patient at a moment, as far as doses go.</summary>
internal sealed record DoseFacts
{
    /// <summary>The latest weight at that moment, whatever its age.</summary>
    public Measurement? Weight { get; init; }

    /// <summary>Whether that is too old to count.</summary>
    public bool WeightIsOld { get; init; }

    /// <summary>Every local anaesthetic, and every drug that isn't in the catalogue, given within a window before or after.</summary>
    public required IReadOnlyList<LedgerDose> Doses { get; init; }

    /// <summary>The drugs of those doses, by key.</summary>
    public required IReadOnlyDictionary<long, Drug> Drugs { get; init; }

    /// <summary>What the patient is allergic to.</summary>
    public required IReadOnlySet<AllergySubstance> Allergies { get; init; }

    /// <summary>The moment.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long a dose counts.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>How many days a weight counts.</summary>
    public required int WeightMaxAgeDays { get; init; }

    public static async Task<DoseFacts> ReadAsync(
        DbConnection db, long patientId, DateTimeOffset at, TimeSpan window, int weightMaxAgeDays, IClinicClock clock)
    {
        // A form's time has no seconds: who was weighed within the same minute was weighed before.
        var weight = await MeasurementBook.LatestAsync(db, patientId, MeasurementKind.Weight, at.AddMinutes(1));
        var doses = (await db.QueryAsync<LedgerDose>("""
            SELECT d.id, d.drug_id, d.drug, d.with_adrenaline, d.amount_nanograms, d.given_at
            FROM core__doses d LEFT JOIN core__drugs g ON g.id = d.drug_id
            WHERE d.patient_id = @patientId AND d.voided_at IS NULL AND d.given_at > @from AND d.given_at < @to
              AND (g.id IS NULL OR g.class IN ('AmideAnaesthetic', 'EsterAnaesthetic'))
            ORDER BY d.given_at, d.id
            """, new { patientId, from = at - window, to = at + window })).AsList();
        Dictionary<long, Drug> drugs = [];
        foreach (var id in doses.Select(d => d.DrugId).OfType<long>().Distinct()) drugs[id] = (await DrugCatalogue.FindAsync(db, id))!;
        var allergies = await db.QueryAsync<string>("SELECT substance FROM patient_allergies WHERE patient_id = @patientId", new { patientId });
        return new()
        {
            Weight = weight,
            WeightIsOld = weight is not null && clock.DayOf(at).DayNumber - clock.DayOf(weight.TakenAt).DayNumber > weightMaxAgeDays,
            Doses = doses, Drugs = drugs, Allergies = allergies.Select(Enum.Parse<AllergySubstance>).ToHashSet(), At = at, Window = window,
            WeightMaxAgeDays = weightMaxAgeDays,
        };
    }

    /// <summary>The limit of a dose for this patient, in nanograms; null where none is known.</summary>
    public long? LimitOf(LedgerDose dose) => dose.DrugId is { } id && Drugs.TryGetValue(id, out var drug)
        ? DoseWindow.LimitOf(drug.LimitOf(dose.WithAdrenaline), Weight?.Value)
        : null;

    /// <summary>The doses as limits look at them.</summary>
    public IReadOnlyList<LimitedDose> Limited() => [.. Doses.Select(d => new LimitedDose(d.GivenAt, d.AmountNanograms, LimitOf(d)))];

    /// <summary>How an allergy of the patient bears on a drug: 2 is that very class, 1 a relative, 0 none.</summary>
    public int AllergyTo(Drug drug, bool withAdrenaline)
    {
        if (withAdrenaline && Allergies.Contains(AllergySubstance.Adrenaline)) return 2;
        var lidocaine = IsLidocaine(drug);
        return drug.Class switch
        {
            DrugClass.EsterAnaesthetic => Allergies.Contains(AllergySubstance.EsterAnaesthetic) ? 2 : 0,
            DrugClass.AmideAnaesthetic when Allergies.Contains(lidocaine ? AllergySubstance.Lidocaine : AllergySubstance.OtherAmideAnaesthetic) => 2,
            DrugClass.AmideAnaesthetic when Allergies.Contains(lidocaine ? AllergySubstance.OtherAmideAnaesthetic : AllergySubstance.Lidocaine) => 1,
            _ => 0,
        };
    }

    public static bool IsLidocaine(Drug drug) => drug is { Known: true, Name: "Lidocaine" };
}
