using Smp.Sdk;

namespace Smp.Needles.Injuries;

/// <summary>What is done after a sharps injury (29 CFR 1910.1030 (f)(3): post-exposure evaluation and follow-up).</summary>
public enum InjuryTask
{
    /// <summary>The wound is washed with soap and water, at once (29 CFR 1910.1030 (d)(2)(vi)).</summary>
    Wash,

    /// <summary>A confidential medical evaluation, at once (29 CFR 1910.1030 (f)(3)).</summary>
    Evaluation,

    /// <summary>
    /// Whether HIV prophylaxis is begun: ideally within 2 hours (C, setting <c>injuryPepHours</c>), no later than 72 (NYSDOH AIDS Institute, "PEP to
    /// Prevent HIV Infection").
    /// </summary>
    HivProphylaxis,

    /// <summary>
    /// Hepatitis B vaccine, immune globulin or both, where they are indicated: preferably within 24 hours (C, setting <c>injuryHepatitisHours</c>);
    /// what immune globulin does after 7 days is unknown (CDC, MMWR 2013;62(RR-10), table 3; MMWR 2001;50(RR-11)).
    /// </summary>
    HepatitisB,

    /// <summary>
    /// The first blood sample, as soon as feasible and with consent (29 CFR 1910.1030 (f)(3)(iii)); C, setting <c>injuryBaselineHours</c>: 72 hours, when
    /// the first appointment is at the latest (U.S. Public Health Service, Infect Control Hosp Epidemiol 2013;34:875).
    /// </summary>
    BaselineSerology,

    /// <summary>Blood test 6 weeks after it (U.S. Public Health Service 2013, as <see cref="BaselineSerology"/>).</summary>
    SerologySixWeeks,

    /// <summary>Blood test 3 months after it (as <see cref="SerologySixWeeks"/>).</summary>
    SerologyThreeMonths,

    /// <summary>Blood test 6 months after it (as <see cref="SerologySixWeeks"/>; hepatitis B: MMWR 2013;62(RR-10)).</summary>
    SerologySixMonths,
}

/// <summary>What came of a step.</summary>
public enum StepOutcome
{
    /// <summary>Nothing yet.</summary>
    Open,

    /// <summary>It was done.</summary>
    Done,

    /// <summary>Who was injured didn't want it.</summary>
    Declined,

    /// <summary>It isn't needed, as the note says.</summary>
    NotApplicable,
}

/// <summary>Something that is to be done after an injury.</summary>
public sealed record InjuryStep
{
    /// <summary>What.</summary>
    public required InjuryTask Task { get; init; }

    /// <summary>By when; the moment of the injury itself for what is done at once.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When it is no use any more, or nobody knows whether it is; null where it is never too late.</summary>
    public DateTimeOffset? LatestAt { get; init; }

    /// <summary>What came of it.</summary>
    public required StepOutcome Outcome { get; init; }

    /// <summary>When it was done or declined; null while it is open.</summary>
    public DateTimeOffset? OutcomeAt { get; init; }

    /// <summary>What else there is to say.</summary>
    public string? Note { get; init; }

    /// <summary>Who wrote it down.</summary>
    public string? RecordedBy { get; init; }

    /// <summary>When it was written down.</summary>
    public DateTimeOffset? RecordedAt { get; init; }
}

/// <summary>What came of a step, as a body.</summary>
/// <param name="Outcome">What came of it; not <see cref="StepOutcome.Open"/>.</param>
/// <param name="At">When, from the injury to now. Default: now.</param>
/// <param name="Note">What else there is to say, at most 500 characters; needed with <see cref="StepOutcome.NotApplicable"/>. Results don't belong here.</param>
public sealed record StepInput(StepOutcome? Outcome, DateTimeOffset? At = null, string? Note = null);

/// <summary>The deadlines of what is done after an injury, counted from the moment that it happened.</summary>
/// <param name="PepHours">Within how many hours HIV prophylaxis is decided.</param>
/// <param name="HepatitisHours">Within how many hours hepatitis B prophylaxis is given.</param>
/// <param name="BaselineHours">Within how many hours the first blood sample is taken.</param>
internal sealed record InjuryPlan(int PepHours, int HepatitisHours, int BaselineHours)
{
    /// <summary>Every step, in the order of the defaults' deadlines.</summary>
    /// <param name="happened">When the injury happened.</param>
    /// <param name="zone">Where the clinic is: months are counted on its calendar, at the same time of the day.</param>
    public IEnumerable<(InjuryTask Task, DateTimeOffset Due, DateTimeOffset? Latest)> From(DateTimeOffset happened, TimeZoneInfo zone)
    {
        yield return (InjuryTask.Wash, happened, null);
        yield return (InjuryTask.Evaluation, happened, null);
        yield return (InjuryTask.HivProphylaxis, happened.AddHours(PepHours), happened.AddHours(72));
        yield return (InjuryTask.HepatitisB, happened.AddHours(HepatitisHours), happened.AddDays(7));
        yield return (InjuryTask.BaselineSerology, happened.AddHours(BaselineHours), null);
        yield return (InjuryTask.SerologySixWeeks, happened.AddDays(42), null);
        yield return (InjuryTask.SerologyThreeMonths, Months(3), null);
        yield return (InjuryTask.SerologySixMonths, Months(6), null);

        DateTimeOffset Months(int count)
        {
            var local = TimeZoneInfo.ConvertTime(happened, zone).DateTime.AddMonths(count);
            return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
        }
    }

    public static InjuryPlan Of(ISettings<NeedlesPlugin> settings) =>
        new(settings.Get<int>("injuryPepHours"), settings.Get<int>("injuryHepatitisHours"), settings.Get<int>("injuryBaselineHours"));
}
