using Smp.Sdk;

namespace Smp.Sessions.Treating;

/// <summary>What is settled before a session is over.</summary>
public enum ClosingStep
{
    /// <summary>Every needle that was opened is used or wasted.</summary>
    Needles,

    /// <summary>Every pigment that was put in is on record with its lot and dilution.</summary>
    Pigments,

    /// <summary>Photos were taken.</summary>
    Photos,

    /// <summary>The client has the aftercare sheet.</summary>
    Aftercare,
}

/// <summary>A step that was settled.</summary>
/// <param name="Step">Which.</param>
/// <param name="Done">Whether it was done.</param>
/// <param name="Reason">Why not, where it wasn't.</param>
public sealed record ClosedStep(ClosingStep Step, bool Done, string? Reason);

/// <summary>How a session stands, for its end.</summary>
/// <param name="OpenNeedles">Needles that are neither used nor wasted.</param>
/// <param name="Needles">Needles on record.</param>
/// <param name="PigmentsInZones">Pigments that zones name.</param>
/// <param name="PigmentsOnRecord">Pigments with their lot and dilution.</param>
/// <param name="Photos">Photos of it.</param>
/// <param name="AftercareGiven">Whether aftercare was given.</param>
public sealed record ClosingFacts(
    long OpenNeedles, int Needles, IReadOnlyCollection<long> PigmentsInZones, IReadOnlyCollection<long> PigmentsOnRecord, int Photos, bool AftercareGiven);

/// <summary>The end of a session, as a body: what wasn't done, and why.</summary>
public sealed record ClosingInput
{
    /// <summary>Why it is broken off; null where it is closed.</summary>
    public string? AbortReason { get; init; }

    /// <summary>What became of the needles that the ledger has as opened: used and wasted make all of each.</summary>
    public IReadOnlyList<CloseOutLine>? Needles { get; init; }

    /// <summary>For each step that wasn't done, why; at most 500 characters.</summary>
    public IReadOnlyDictionary<ClosingStep, string>? NotDone { get; init; }
}

/// <summary>What a session needs to be over.</summary>
public static class Closing
{
    /// <summary>Whether a step was done.</summary>
    public static bool Done(ClosingStep step, ClosingFacts facts) => step switch
    {
        ClosingStep.Needles => facts is { OpenNeedles: 0, Needles: > 0 },
        ClosingStep.Pigments => facts.PigmentsOnRecord.Count > 0 && facts.PigmentsInZones.All(facts.PigmentsOnRecord.Contains),
        ClosingStep.Photos => facts.Photos > 0,
        _ => facts.AftercareGiven,
    };

    /// <summary>How each step is settled.</summary>
    /// <param name="facts">How it stands.</param>
    /// <param name="notDone">Why what wasn't done wasn't.</param>
    /// <exception cref="RefusedException">A step is neither done nor has a reason; a field of that name says what is missing.</exception>
    public static IReadOnlyList<ClosedStep> Settle(ClosingFacts facts, IReadOnlyDictionary<ClosingStep, string>? notDone)
    {
        var checks = new Checks();
        List<ClosedStep> steps = [];
        foreach (var step in Enum.GetValues<ClosingStep>())
        {
            var field = "notDone." + char.ToLowerInvariant(step.ToString()[0]) + step.ToString()[1..];
            if (Done(step, facts))
            {
                steps.Add(new(step, true, null));
                continue;
            }

            var reason = checks.Optional(notDone?.GetValueOrDefault(step), field, 500);
            if (step is ClosingStep.Needles && facts.OpenNeedles > 0)
                checks.Add(field, $"{facts.OpenNeedles} opened needles are neither used nor wasted. Account for each.");
            else if (reason is null)
                Missing(checks, step, field);
            steps.Add(new(step, false, reason));
        }

        checks.Throw();
        return steps;
    }

    private static void Missing(Checks checks, ClosingStep step, string field)
    {
        switch (step)
        {
            case ClosingStep.Needles: checks.Add(field, $"No needle is on record. Record them, or say why there is none."); break;
            case ClosingStep.Pigments: checks.Add(field, $"Not every pigment has its lot and dilution on record. Record them, or say why not."); break;
            case ClosingStep.Photos: checks.Add(field, $"No photo was taken. Take them, or say why not."); break;
            default: checks.Add(field, $"Aftercare wasn't given. Give it, or say why not."); break;
        }
    }
}
