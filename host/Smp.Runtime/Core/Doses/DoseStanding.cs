using Smp.Sdk;

namespace Smp.Runtime.Core.Doses;

/// <summary>How a patient stands with local anaesthetics now.</summary>
public sealed record DoseStanding
{
    /// <summary>The key of lidocaine in every clinic: what is left is mostly asked for it.</summary>
    internal const long Lidocaine = 1;

    /// <summary>How long a dose counts, in hours.</summary>
    public required int WindowHours { get; init; }

    /// <summary>What is used of the limits together, in millionths, rounded up; null without a weight that counts.</summary>
    public long? UsedMillionths { get; init; }

    /// <summary>What is left of plain lidocaine, in nanograms, rounded down.</summary>
    public long? LeftPlainNanograms { get; init; }

    /// <summary>What is left of lidocaine with adrenaline, in nanograms, rounded down.</summary>
    public long? LeftAdrenalineNanograms { get; init; }

    /// <summary>The weight that was reckoned with.</summary>
    public Measurement? Weight { get; init; }

    /// <summary>Whether it is too old to count.</summary>
    public bool WeightIsOld { get; init; }

    /// <summary>Whether the patient is allergic to lidocaine: nothing of it is left for them, whatever the limits say.</summary>
    public required bool Allergic { get; init; }

    /// <summary>The doses that count, the earliest first.</summary>
    public required IReadOnlyList<CountedDose> Counted { get; init; }

    internal static DoseStanding Of(DoseFacts facts, Drug? lidocaine)
    {
        var grams = facts.WeightIsOld ? null : facts.Weight?.Value;
        var sum = grams is null ? null : DoseWindow.Worst(facts.Limited(), facts.At, facts.Window);
        return new()
        {
            WindowHours = (int)facts.Window.TotalHours, UsedMillionths = sum?.Millionths, Weight = facts.Weight, WeightIsOld = facts.WeightIsOld,
            Allergic = lidocaine is not null && facts.AllergyTo(lidocaine, withAdrenaline: false) == 2,
            LeftPlainNanograms = Left(withAdrenaline: false), LeftAdrenalineNanograms = Left(withAdrenaline: true),
            Counted = [.. facts.Doses.Where(d => d.GivenAt <= facts.At).Select(d => new CountedDose(d.Id, d.Drug, d.WithAdrenaline, d.AmountNanograms, d.GivenAt,
                facts.LimitOf(d) is { } own ? DoseSum.Zero.With(d.AmountNanograms, own).Millionths : null))],
        };

        long? Left(bool withAdrenaline) => sum is not null && DoseWindow.LimitOf(lidocaine?.LimitOf(withAdrenaline), grams) is { } limit ? sum.LeftOf(limit) : null;
    }
}
