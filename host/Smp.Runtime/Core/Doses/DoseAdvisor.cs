using Smp.Runtime.Core.Patients;
using Smp.Sdk;

namespace Smp.Runtime.Core.Doses;

/// <summary>Judges a dose by what is known: a planned one in remarks, a given one in flags. It reads nothing and keeps nothing.</summary>
internal sealed class DoseAdvisor(DoseFacts facts)
{
    // FDA, 26 March 2024: warning on topical products with more than 4 % lidocaine for use before cosmetic procedures.
    private const long StrongTopicalAbove = 40_000;

    private readonly List<DoseRemark> remarks = [];

    /// <summary>What is to be said of a planned dose.</summary>
    public DoseAdvice Advise(Drug drug, DosePlan plan)
    {
        LookAtAllergies(drug, plan.WithAdrenaline);
        if (DoseFacts.IsLidocaine(drug) && IsStrongTopical(plan.Route, plan.ConcentrationMicrogramsPerMillilitre))
            Add(GuardGrade.Warn, "topical", $"This product has more than 4 % lidocaine. The FDA warns of such products on the skin (March 2024): no large area, no covering.");
        if (!drug.IsAnaesthetic)
        {
            if (drug.Sedating) Add(GuardGrade.Warn, "sedating", $"{drug.Name} sedates: afterwards nobody signs a consent for some hours. The ledger knows no limit of it.");
            else Add(GuardGrade.Warn, "unlimited", $"The ledger knows no limit of {drug.Name}.");
            return Advice(null, null);
        }

        var rule = drug.LimitOf(plan.WithAdrenaline);
        if (rule is null)
        {
            if (drug.Limits.Count > 0) Add(GuardGrade.Stop, "noLimit", $"No source here gives a limit for {drug.Name} without adrenaline, so it can't be planned.");
            else Add(GuardGrade.Stop, "noLimit", $"No source here gives a limit for {drug.Name}, so it can't be planned.");
        }

        if (facts.Weight is not { } weight) Add(GuardGrade.Stop, "weight", $"No weight is recorded. Weigh the patient first: a dose needs it.");
        else if (facts.WeightIsOld)
            Add(GuardGrade.Stop, "weight", $"The last weight, {weight.Value / 1000m} kg, is of {weight.TakenAt}. For a dose it may be {facts.WeightMaxAgeDays} days old: weigh the patient anew.");

        foreach (var other in facts.Doses.Where(d => d.GivenAt <= facts.At && facts.LimitOf(d) is null && (d.DrugId is null || facts.Weight is not null)))
        {
            // What stands under a name of its own may be this very drug.
            if (other.DrugId is null)
                Add(GuardGrade.Stop, "unnamed", $"{other.Drug}, {DoseWords.Milligrams(other.AmountNanograms)} mg, was given {other.GivenAt} and isn't in the catalogue, so it isn't in the sum. Void it, and record it as a drug of the catalogue.");
            else
                Add(GuardGrade.Warn, "uncounted", $"{other.Drug}, {DoseWords.Milligrams(other.AmountNanograms)} mg, was given {other.GivenAt}. No limit of it is known, so it isn't in the sum.");
        }

        var limit = DoseWindow.LimitOf(rule, facts.Weight?.Value);
        if (limit is not { } most || facts.WeightIsOld || facts.Weight is null) return Advice(limit, null);
        var sum = DoseWindow.Worst(facts.Limited(), facts.At, facts.Window);
        var advice = Advice(limit, sum) with
        {
            LeftNanograms = sum.LeftOf(most),
            LeftMicrolitres = sum.LeftOf(most) / plan.ConcentrationMicrogramsPerMillilitre,
        };
        if (plan.VolumeMicrolitres is not { } volume)
        {
            if (advice.LeftMicrolitres == 0) Add(GuardGrade.Stop, "limit", $"Nothing more may be given: the limits are used up. Doses count for {facts.Window.TotalHours} hours.");
            return advice with { Remarks = Sorted(), Grade = Gravest() };
        }

        var planned = sum.With(volume * plan.ConcentrationMicrogramsPerMillilitre, most);
        if (planned.IsOver)
        {
            Add(GuardGrade.Stop, "limit", $"This would be {DoseWords.PercentUp(planned.Millionths)} % of what may be given in {facts.Window.TotalHours} hours. At most {DoseWords.Down(DoseWords.Millilitres(advice.LeftMicrolitres!.Value), 2)} mL ({DoseWords.Down(DoseWords.Milligrams(advice.LeftNanograms!.Value), 1)} mg) are left.");
        }

        return advice with { PlannedMillionths = planned.Millionths, Remarks = Sorted(), Grade = Gravest() };
    }

    /// <summary>Which rules a given dose broke; the facts hold the dose itself among the others.</summary>
    public IReadOnlyList<DoseFlag> Judge(Drug? drug, DoseRecord dose)
    {
        if (drug is null) return [DoseFlag.UnknownDrug];
        List<DoseFlag> flags = [];
        if (drug.IsAnaesthetic)
        {
            if (DoseWindow.Worst(facts.Limited(), facts.At, facts.Window).IsOver) flags.Add(DoseFlag.OverLimit);
            if (facts.Weight is null) flags.Add(DoseFlag.NoWeight);
            else if (facts.WeightIsOld) flags.Add(DoseFlag.OldWeight);
        }

        if (facts.AllergyTo(drug, dose.WithAdrenaline) == 2) flags.Add(DoseFlag.Allergy);
        if (drug.IsAnaesthetic && drug.LimitOf(dose.WithAdrenaline) is null) flags.Add(DoseFlag.NoLimit);
        if (DoseFacts.IsLidocaine(drug) && IsStrongTopical(dose.Route, dose.ConcentrationMicrogramsPerMillilitre)) flags.Add(DoseFlag.StrongTopical);
        return flags;
    }

    private static bool IsStrongTopical(DoseRoute route, long? concentration) => route == DoseRoute.Topical && concentration > StrongTopicalAbove;

    private void LookAtAllergies(Drug drug, bool withAdrenaline)
    {
        switch (facts.AllergyTo(drug, withAdrenaline))
        {
            case 2 when withAdrenaline && facts.Allergies.Contains(AllergySubstance.Adrenaline):
                Add(GuardGrade.Stop, "allergy", $"The patient is allergic to adrenaline.");
                break;
            case 2:
                Add(GuardGrade.Stop, "allergy", $"The patient is allergic to {drug.Name} or its class.");
                break;
            case 1:
                Add(GuardGrade.Warn, "allergy", $"The patient is allergic to a relative of {drug.Name}: both are amides.");
                break;
        }
    }

    private void Add(GuardGrade grade, string code, FormattableString sentence) => remarks.Add(new(grade, code, sentence));

    private GuardGrade Gravest() => remarks.Count == 0 ? GuardGrade.Yes : remarks.Max(r => r.Grade);

    private IReadOnlyList<DoseRemark> Sorted() => [.. remarks.OrderByDescending(r => r.Grade)];

    private DoseAdvice Advice(long? limit, DoseSum? sum) => new()
    {
        Grade = Gravest(), Remarks = Sorted(), LimitNanograms = limit, UsedMillionths = sum?.Millionths,
        WeightGrams = facts.Weight?.Value, WeightTakenAt = facts.Weight?.TakenAt,
        Counted = [.. facts.Doses.Where(d => d.GivenAt <= facts.At).Select(d => new CountedDose(d.Id, d.Drug, d.WithAdrenaline, d.AmountNanograms, d.GivenAt,
            facts.LimitOf(d) is { } own ? DoseSum.Zero.With(d.AmountNanograms, own).Millionths : null))],
    };
}
