namespace Smp.Sessions.Candidacy;

/// <summary>Whether a client is a candidate, as it was found.</summary>
public sealed record Assessment
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Of which plan.</summary>
    public required long PlanId { get; init; }

    /// <summary>Of whom.</summary>
    public required long PatientId { get; init; }

    /// <summary>What was decided.</summary>
    public required CandidacyResult Result { get; init; }

    /// <summary>What the screening alone says.</summary>
    public required CandidacyResult Screening { get; init; }

    /// <summary>A physician's word, where the result is another one than the screening's; why it was declined.</summary>
    public string? Reason { get; init; }

    /// <summary>How it is known that the hair loss is quiescent.</summary>
    public string? QuiescentNote { get; init; }

    /// <summary>What else was said.</summary>
    public string? Note { get; init; }

    /// <summary>Who assessed.</summary>
    public required string Actor { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset AssessedAt { get; init; }

    /// <summary>Every answer.</summary>
    public IReadOnlyList<ScreeningAnswer> Answers { get; init; } = [];
}

/// <summary>An assessment, as it is recorded.</summary>
public sealed record AssessmentInput
{
    /// <summary>One answer for each question of the plan's indication.</summary>
    public IReadOnlyList<ScreeningAnswer>? Answers { get; init; }

    /// <summary>What is decided; what the screening says when left out. Candidate against the screening is a physician's word.</summary>
    public CandidacyResult? Result { get; init; }

    /// <summary>Why, where the result isn't the screening's; at most 500 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>How it is known that the hair loss is quiescent; needed for alopecia areata and cicatricial alopecia. At most 500 characters.</summary>
    public string? QuiescentNote { get; init; }

    /// <summary>What else there is to say; at most 2,000 characters.</summary>
    public string? Note { get; init; }
}
