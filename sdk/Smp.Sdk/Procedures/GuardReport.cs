namespace Smp.Sdk;

/// <summary>One answer of one guard.</summary>
/// <param name="Module">The id of the module that answers; <c>core</c> for the clinic itself.</param>
/// <param name="ModuleName">Its name, as shown.</param>
/// <param name="Answer">What it says.</param>
/// <param name="OverrideId">The override that stands against it; null where there is none.</param>
public sealed record GuardFinding(string Module, string ModuleName, GuardAnswer Answer, long? OverrideId = null)
{
    /// <summary>Whether it stands in the way: never, or stop without an override.</summary>
    public bool Blocks => Answer.Grade is GuardGrade.Never || (Answer.Grade is GuardGrade.Stop && OverrideId is null);
}

/// <summary>What every guard says about one stage of one procedure.</summary>
/// <param name="Stage">What is about to happen.</param>
/// <param name="Findings">All answers, the gravest first. Empty: nothing was said.</param>
/// <param name="Asked">Who was asked, as <c>module/guard</c>, also those that said nothing.</param>
public sealed record GuardReport(GuardStage Stage, IReadOnlyList<GuardFinding> Findings, IReadOnlyList<string> Asked)
{
    /// <summary>The gravest answer; <see cref="GuardGrade.Yes"/> where nothing was said.</summary>
    public GuardGrade Grade => Findings.Count == 0 ? GuardGrade.Yes : Findings.Max(f => f.Answer.Grade);

    /// <summary>Whether it may go ahead: nothing says never, and each stop was overridden.</summary>
    public bool MayGoAhead => !Findings.Any(f => f.Blocks);
}
