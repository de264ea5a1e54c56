namespace Smp.Sdk;

/// <summary>What a unit of work does, in the words of the audit trail.</summary>
/// <param name="What">A short sentence in the past tense without names of patients: "Received a lot".</param>
/// <param name="Reason">Why, where the domain asks for a reason (a void, a recall, an override); as the person typed it.</param>
public sealed record Act(string What, string? Reason = null)
{
    /// <summary>
    /// Whether the unit only records that something was refused. It carries nothing out, so the request keeps its Idempotency-Key
    /// for being sent again corrected. Default false.
    /// </summary>
    public bool Refusal { get; init; }

    /// <summary>The member of staff whose hands did it, where somebody else records it. Default: whoever acts.</summary>
    public long? PerformedBy { get; init; }
}
