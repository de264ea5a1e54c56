using Smp.Sdk;
using Smp.Sessions.Plans;

namespace Smp.Sessions.Candidacy;

/// <summary>What is asked of everybody before a treatment is planned.</summary>
public enum ScreeningQuestion
{
    /// <summary>Scars that grow beyond the wound.</summary>
    Keloid,

    /// <summary>Active psoriasis or eczema in the area.</summary>
    PsoriasisOrEczema,

    /// <summary>Drugs against clotting.</summary>
    Anticoagulants,

    /// <summary>Pregnancy or breast-feeding.</summary>
    Pregnancy,

    /// <summary>Haemophilia or another disorder of clotting.</summary>
    Haemophilia,

    /// <summary>Chemotherapy now or planned.</summary>
    Chemotherapy,

    /// <summary>Pigment was removed there by laser; with the day of the last time.</summary>
    LaserRemoval,

    /// <summary>Isotretinoin; with the day of the last dose.</summary>
    Isotretinoin,

    /// <summary>An infection in the area.</summary>
    InfectionInArea,

    /// <summary>A weak immune system, by illness or drug.</summary>
    Immunosuppression,

    /// <summary>Diabetes that isn't under control.</summary>
    UncontrolledDiabetes,

    /// <summary>Signs of body dysmorphia.</summary>
    BodyDysmorphia,

    /// <summary>Hair loss by alopecia areata or scarring that was active lately: no quiescent phase is documented.</summary>
    ActiveHairLoss,
}

/// <summary>What an assessment found.</summary>
public enum CandidacyResult
{
    /// <summary>A treatment may be planned.</summary>
    Candidate,

    /// <summary>Not now: what stands against it may pass.</summary>
    Deferred,

    /// <summary>Not at all: the clinic or the client decided against it.</summary>
    Declined,
}

/// <summary>One answer.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Yes">Whether it is so.</param>
/// <param name="LastOn">Of laser and isotretinoin: when it was last. Null where nobody knows: then it counts as today.</param>
public sealed record ScreeningAnswer(ScreeningQuestion Question, bool Yes, DateOnly? LastOn = null);

/// <summary>What stands against a treatment.</summary>
/// <param name="Question">Because of which answer; null for age.</param>
/// <param name="Grade">Warn: it may go ahead. Stop: deferred, or a physician's word.</param>
/// <param name="Sentence">What is so.</param>
public sealed record ScreeningFinding(ScreeningQuestion? Question, GuardGrade Grade, FormattableString Sentence);

/// <summary>A rule of the screening.</summary>
/// <param name="Question">What is asked.</param>
/// <param name="Grade">What a yes means.</param>
/// <param name="Days">It only counts when it was less than so many days ago; 0 where it counts at any time.</param>
public readonly record struct ScreeningRule(ScreeningQuestion Question, GuardGrade Grade, int Days = 0);

/// <summary>Who is a candidate. The rules are the clinic's own choice; a physician may decide otherwise, with a reason.</summary>
public static class Screening
{
    /// <summary>Every rule.</summary>
    public static IReadOnlyList<ScreeningRule> Rules { get; } =
    [
        new(ScreeningQuestion.Keloid, GuardGrade.Stop),
        new(ScreeningQuestion.PsoriasisOrEczema, GuardGrade.Stop),
        new(ScreeningQuestion.Anticoagulants, GuardGrade.Stop),
        new(ScreeningQuestion.Pregnancy, GuardGrade.Stop),
        new(ScreeningQuestion.Haemophilia, GuardGrade.Stop),
        new(ScreeningQuestion.Chemotherapy, GuardGrade.Stop),
        new(ScreeningQuestion.LaserRemoval, GuardGrade.Stop, 90),
        new(ScreeningQuestion.Isotretinoin, GuardGrade.Warn, 183),
        new(ScreeningQuestion.InfectionInArea, GuardGrade.Stop),
        new(ScreeningQuestion.Immunosuppression, GuardGrade.Stop),
        new(ScreeningQuestion.UncontrolledDiabetes, GuardGrade.Stop),
        new(ScreeningQuestion.BodyDysmorphia, GuardGrade.Stop),
        new(ScreeningQuestion.ActiveHairLoss, GuardGrade.Stop),
    ];

    /// <summary>What is asked for an indication: whether hair loss is quiescent only where the hair is lost by an illness that comes and goes.</summary>
    public static IReadOnlyList<ScreeningQuestion> QuestionsFor(Indication indication) =>
        [.. Rules.Select(r => r.Question).Where(q => q is not ScreeningQuestion.ActiveHairLoss || NeedsQuiescence(indication))];

    /// <summary>Whether a quiescent phase has to be documented.</summary>
    public static bool NeedsQuiescence(Indication indication) => indication is Indication.AlopeciaAreata or Indication.CicatricialAlopecia;

    /// <summary>What the answers mean on a day, the gravest first.</summary>
    /// <param name="answers">One for each question of the indication.</param>
    /// <param name="day">The day of the assessment.</param>
    public static IReadOnlyList<ScreeningFinding> Findings(IEnumerable<ScreeningAnswer> answers, DateOnly day) =>
    [
        .. from answer in answers
           join rule in Rules on answer.Question equals rule.Question
           where answer.Yes && (rule.Days == 0 || day.DayNumber - (answer.LastOn ?? day).DayNumber < rule.Days)
           orderby rule.Grade descending, rule.Question
           select new ScreeningFinding(rule.Question, rule.Grade, Sentence(answer, rule, day)),
    ];

    /// <summary>What follows: deferred where anything stops it.</summary>
    public static CandidacyResult Result(IEnumerable<ScreeningFinding> findings) =>
        findings.Any(f => f.Grade >= GuardGrade.Stop) ? CandidacyResult.Deferred : CandidacyResult.Candidate;

    private static FormattableString Sentence(ScreeningAnswer answer, ScreeningRule rule, DateOnly day) => answer.Question switch
    {
        ScreeningQuestion.Keloid => Say($"Scars grow beyond the wound (keloid)."),
        ScreeningQuestion.PsoriasisOrEczema => Say($"Psoriasis or eczema is active in the area."),
        ScreeningQuestion.Anticoagulants => Say($"Takes a drug against clotting."),
        ScreeningQuestion.Pregnancy => Say($"Is pregnant or breast-feeding."),
        ScreeningQuestion.Haemophilia => Say($"Has a disorder of clotting."),
        ScreeningQuestion.Chemotherapy => Say($"Has or is about to have chemotherapy."),
        ScreeningQuestion.LaserRemoval => Say($"Pigment was removed by laser less than {rule.Days} days ago. From {(answer.LastOn ?? day).AddDays(rule.Days)} on it doesn't stand against it."),
        ScreeningQuestion.Isotretinoin => Say($"Took isotretinoin less than 6 months ago. From {(answer.LastOn ?? day).AddDays(rule.Days)} on it doesn't stand against it."),
        ScreeningQuestion.InfectionInArea => Say($"There is an infection in the area."),
        ScreeningQuestion.Immunosuppression => Say($"The immune system is weak."),
        ScreeningQuestion.UncontrolledDiabetes => Say($"Has diabetes that isn't under control."),
        ScreeningQuestion.BodyDysmorphia => Say($"There are signs of body dysmorphia."),
        _ => Say($"No quiescent phase of the hair loss is documented."),
    };

    // A switch of interpolated strings would be a switch of plain ones.
    private static FormattableString Say(FormattableString sentence) => sentence;
}
