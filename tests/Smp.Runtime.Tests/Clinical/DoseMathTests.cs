using FsCheck;
using FsCheck.Fluent;
using Smp.Runtime.Core.Doses;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Clinical;

/// <summary>The exact arithmetic of limits. The worked examples are those of docs/doses.md.</summary>
public sealed class DoseMathTests
{
    private const long Milligram = 1_000_000;
    private static readonly DrugLimit Plain = new(false, 4500, 300_000, true, "label");
    private static readonly DrugLimit WithAdrenaline = new(true, 7000, 500_000, true, "label");
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    // A dose in the tests of properties: its strength, its volume, the weight's share, and when.
    private static readonly Gen<LimitedDose> Doses =
        from concentration in Gen.Choose(1, 200_000)
        from volume in Gen.Choose(1, 40_000)
        from limit in Gen.Choose(90_000_000, 500_000_000)
        from minutes in Gen.Choose(-3000, 3000)
        select new LimitedDose(Noon.AddMinutes(minutes), (long)concentration * volume, limit);

    [Test]
    public void Example_1_plain_lidocaine_by_weight()
    {
        // 60 kg × 4.5 mg/kg = 270 mg; 10 mL of 1 % are 100 mg; 170 mg are left, 17 mL.
        var limit = DoseWindow.LimitOf(Plain, 60_000)!.Value;
        var sum = DoseSum.Zero.With(10_000L * 10_000, limit);

        Assert.Multiple(() =>
        {
            Assert.That(limit, Is.EqualTo(270 * Milligram));
            Assert.That(sum.LeftOf(limit), Is.EqualTo(170 * Milligram));
            Assert.That(sum.LeftOf(limit) / 10_000, Is.EqualTo(17_000));
        });
    }

    [Test]
    public void Example_2_a_mix_adds_as_fractions_of_each_limit()
    {
        // 60 kg: 135 of 270 mg plain is a half; of 420 mg with adrenaline the other half is left: 210 mg, 10.5 mL of 2 %.
        var plain = DoseWindow.LimitOf(Plain, 60_000)!.Value;
        var adrenaline = DoseWindow.LimitOf(WithAdrenaline, 60_000)!.Value;
        var sum = DoseSum.Zero.With(13_500L * 10_000, plain);

        Assert.Multiple(() =>
        {
            Assert.That(adrenaline, Is.EqualTo(420 * Milligram));
            Assert.That(sum.Millionths, Is.EqualTo(500_000));
            Assert.That(sum.LeftOf(adrenaline), Is.EqualTo(210 * Milligram));
            Assert.That(sum.LeftOf(adrenaline) / 20_000, Is.EqualTo(10_500));
            Assert.That(sum.With(10_500L * 20_000, adrenaline).IsOver, Is.False, "exactly the whole");
            Assert.That(sum.With(10_501L * 20_000, adrenaline).IsOver, Is.True, "a microlitre more");
        });
    }

    [Test]
    public void Example_3_under_300_mg_does_not_hold_300_mg()
    {
        // 80 kg × 4.5 mg/kg = 360 mg, but "kept below 300 mg": 29.999 mL of 1 % may be given, 30 mL not.
        var limit = DoseWindow.LimitOf(Plain, 80_000)!.Value;

        Assert.Multiple(() =>
        {
            Assert.That(limit, Is.EqualTo(300 * Milligram - 1));
            Assert.That(DoseSum.Zero.LeftOf(limit) / 10_000, Is.EqualTo(29_999));
            Assert.That(DoseSum.Zero.With(29_999L * 10_000, limit).IsOver, Is.False);
            Assert.That(DoseSum.Zero.With(30_000L * 10_000, limit).IsOver, Is.True);
        });
    }

    [TestCase(66_666, false, 299_997_000)]
    [TestCase(66_667, false, 299_999_999)]
    [TestCase(71_428, true, 499_996_000)]
    [TestCase(71_429, true, 499_999_999)]
    public void The_stricter_of_both_limits_counts(long grams, bool withAdrenaline, long nanograms) =>
        Assert.That(DoseWindow.LimitOf(withAdrenaline ? WithAdrenaline : Plain, grams), Is.EqualTo(nanograms));

    [Test]
    public void A_limit_by_weight_needs_a_weight_and_a_maximum_alone_needs_none()
    {
        Assert.Multiple(() =>
        {
            Assert.That(DoseWindow.LimitOf(Plain, null), Is.Null);
            Assert.That(DoseWindow.LimitOf(null, 70_000), Is.Null);
            Assert.That(DoseWindow.LimitOf(new(false, null, 175_000, false, "label"), null), Is.EqualTo(175 * Milligram));
        });
    }

    [Test]
    public void A_solution_with_adrenaline_falls_back_to_the_plain_limit_and_never_the_other_way()
    {
        var mepivacaine = Of(new DrugLimit(false, 6600, 400_000, false, "label"));
        var articaine = Of(new DrugLimit(true, 7000, null, false, "label"));

        Assert.Multiple(() =>
        {
            Assert.That(mepivacaine.LimitOf(withAdrenaline: true), Is.EqualTo(mepivacaine.Limits[0]));
            Assert.That(articaine.LimitOf(withAdrenaline: false), Is.Null);
        });
    }

    [Test]
    public void A_dose_counts_for_a_day_and_no_longer()
    {
        LimitedDose[] doses = [new(Noon - Day, 60, 100), new(Noon - Day + TimeSpan.FromMilliseconds(1), 50, 100), new(Noon, 40, 100)];

        Assert.That(DoseWindow.Worst(doses, Noon, Day).Millionths, Is.EqualTo(900_000));
    }

    [Test]
    public void A_dose_recorded_afterwards_is_added_to_those_given_later()
    {
        // At 8:00 a dose is entered that nobody had recorded; the one of 11:00 stands already.
        LimitedDose[] doses = [new(Noon.AddHours(-4), 60, 100), new(Noon.AddHours(-1), 60, 100)];

        Assert.That(DoseWindow.Worst(doses, Noon.AddHours(-4), Day).IsOver, Is.True);
    }

    [Test]
    public void A_dose_without_a_known_limit_is_not_in_the_sum() =>
        Assert.That(DoseWindow.Worst([new(Noon, 60, null), new(Noon, 40, 100)], Noon, Day).Millionths, Is.EqualTo(400_000));

    [Test]
    public void The_order_of_doses_does_not_matter() => Check.QuickThrowOnFailure(Prop.ForAll(
        Doses.ListOf().Two().ToArbitrary(), pair =>
        {
            var (some, more) = pair;
            var doses = some.Concat(more).ToList();
            var shuffled = Enumerable.Reverse(more).Concat(some).ToList();
            return DoseWindow.Worst(doses, Noon, Day) == DoseWindow.Worst(shuffled, Noon, Day);
        }));

    [Test]
    public void More_than_the_whole_is_exactly_what_is_over() => Check.QuickThrowOnFailure(Prop.ForAll(
        Doses.ListOf().ToArbitrary(), doses =>
        {
            // Over one common denominator, in whole numbers, without the sum's own shortcuts.
            var whole = doses.Aggregate(System.Numerics.BigInteger.One, (all, d) => all * d.LimitNanograms!.Value);
            var parts = doses.Aggregate(System.Numerics.BigInteger.Zero, (all, d) => all + whole / d.LimitNanograms!.Value * d.AmountNanograms);
            var sum = doses.Aggregate(DoseSum.Zero, (all, d) => all.With(d.AmountNanograms, d.LimitNanograms!.Value));
            return sum.IsOver == parts > whole && sum.Millionths > 1_000_000 == sum.IsOver;
        }));

    [Test]
    public void What_is_left_may_be_given_and_a_microlitre_more_may_not() => Check.QuickThrowOnFailure(Prop.ForAll(
        Doses.ListOf().ToArbitrary(), Gen.Choose(1, 200_000).Two().ToArbitrary(), (doses, numbers) =>
        {
            var (concentration, share) = numbers;
            var limit = 90_000_000L + share;
            var sum = doses.Aggregate(DoseSum.Zero, (all, d) => all.With(d.AmountNanograms, d.LimitNanograms!.Value));
            if (sum.IsOver) return sum.LeftOf(limit) == 0;
            var left = sum.LeftOf(limit) / concentration;
            return !sum.With(left * concentration, limit).IsOver && sum.With((left + 1) * concentration, limit).IsOver;
        }));

    [TestCase(70_000, 100_000, null, 840_000)]
    [TestCase(69_999, 104_998, 17_499, 839_988)]
    [TestCase(50_000, 75_000, 12_500, 600_000)]
    public void Lipid_emulsion_goes_by_weight_under_70_kg(long grams, long bolus, long? infusion, long most)
    {
        var rescue = new LipidRescue(grams);

        Assert.That((rescue.BolusMicrolitres, rescue.InfusionMicrolitresPerMinute, rescue.MaximumMicrolitres), Is.EqualTo((bolus, infusion, most)));
    }

    private static Drug Of(DrugLimit limit) => new()
    {
        Id = 1, Name = "A drug", Class = DrugClass.AmideAnaesthetic, Sedating = false, Known = true, Active = true, RowVersion = 1, Limits = [limit],
    };
}
