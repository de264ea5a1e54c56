using Smp.Sdk;
using Smp.Sessions.Aftercare;
using Smp.Sessions.Candidacy;
using Smp.Sessions.Healing;
using Smp.Sessions.PatchTests;
using Smp.Sessions.Plans;

namespace Smp.Sessions.Tests;

public sealed class RuleTests
{
    private static readonly DateOnly Day = new(2026, 7, 1);

    [Test]
    public void Whoever_answers_no_to_everything_is_a_candidate()
    {
        var findings = Screening.Findings(Screening.QuestionsFor(Indication.DensityFill).Select(q => new ScreeningAnswer(q, false)), Day);
        Assert.That((findings.Count, Screening.Result(findings)), Is.EqualTo((0, CandidacyResult.Candidate)));
    }

    [Test]
    public void Every_question_but_isotretinoin_defers([Values] ScreeningQuestion question)
    {
        var findings = Screening.Findings([new(question, true, Day)], Day);
        Assert.That(Screening.Result(findings), Is.EqualTo(question is ScreeningQuestion.Isotretinoin ? CandidacyResult.Candidate : CandidacyResult.Deferred));
        Assert.That(findings.Single().Question, Is.EqualTo(question));
    }

    [TestCase(ScreeningQuestion.LaserRemoval, 89, true)]
    [TestCase(ScreeningQuestion.LaserRemoval, 90, false)]
    [TestCase(ScreeningQuestion.Isotretinoin, 182, true)]
    [TestCase(ScreeningQuestion.Isotretinoin, 183, false)]
    public void Laser_and_isotretinoin_stand_against_it_for_a_while(ScreeningQuestion question, int daysAgo, bool counts) =>
        Assert.That(Screening.Findings([new(question, true, Day.AddDays(-daysAgo))], Day), counts ? Is.Not.Empty : Is.Empty);

    [Test]
    public void Laser_of_which_nobody_knows_the_day_counts_as_todays() =>
        Assert.That(Screening.Findings([new(ScreeningQuestion.LaserRemoval, true)], Day).Single().Sentence.Format, Does.Contain("by laser less than {0} days ago"));

    [Test]
    public void Hair_loss_that_comes_and_goes_needs_a_quiescent_phase([Values] Indication indication) => Assert.That(
        Screening.QuestionsFor(indication).Contains(ScreeningQuestion.ActiveHairLoss), Is.EqualTo(indication is Indication.AlopeciaAreata or Indication.CicatricialAlopecia));

    [TestCase(1, 3, Pass.Foundation, 30)]
    [TestCase(2, 3, Pass.Density, 70)]
    [TestCase(3, 3, Pass.Detail, 100)]
    [TestCase(1, 2, Pass.Foundation, 30)]
    [TestCase(2, 2, Pass.Density, 100)]
    [TestCase(3, 4, Pass.Density, 100)]
    [TestCase(4, 4, Pass.Detail, 100)]
    public void Sessions_go_from_a_first_cover_to_the_details(int number, int estimated, Pass pass, int density) =>
        Assert.That((Course.PassOf(number, estimated), Course.DensityOf(number, estimated)), Is.EqualTo((pass, density)));

    [TestCase(499, true)]
    [TestCase(500, false)]
    [TestCase(1500, false)]
    [TestCase(1501, true)]
    public void Depths_outside_of_half_to_one_and_a_half_millimetres_are_said(int micrometres, bool unusual) =>
        Assert.That(Course.Unusual(micrometres) is not null, Is.EqualTo(unusual));

    [TestCase(6, GuardGrade.Stop)]
    [TestCase(7, GuardGrade.Warn)]
    [TestCase(13, GuardGrade.Warn)]
    [TestCase(14, GuardGrade.Yes)]
    public void Sessions_keep_their_distance(int days, GuardGrade grade)
    {
        var interval = new Interval(7, 14);
        Assert.That(interval.Of(Day, Day.AddDays(days)), Is.EqualTo(grade));
        Assert.That(interval.From(Day), Is.EqualTo(Day.AddDays(14)));
    }

    [TestCase(PatchTestState.Applied, PatchTestEvent.ReadNegative, 47, null)]
    [TestCase(PatchTestState.Applied, PatchTestEvent.ReadNegative, 48, PatchTestState.ReadOnce)]
    [TestCase(PatchTestState.Applied, PatchTestEvent.ReadNegative, 72, PatchTestState.Negative)]
    [TestCase(PatchTestState.ReadOnce, PatchTestEvent.ReadNegative, 71, null)]
    [TestCase(PatchTestState.ReadOnce, PatchTestEvent.ReadNegative, 72, PatchTestState.Negative)]
    [TestCase(PatchTestState.Applied, PatchTestEvent.ReadPositive, 2, PatchTestState.Positive)]
    [TestCase(PatchTestState.Negative, PatchTestEvent.ReadPositive, 200, PatchTestState.Positive)]
    [TestCase(PatchTestState.Positive, PatchTestEvent.ReadNegative, 200, null)]
    [TestCase(PatchTestState.Positive, PatchTestEvent.Waive, 200, null)]
    public void A_patch_test_is_read_at_two_and_at_three_days_and_a_reaction_counts_at_any_time(PatchTestState from, PatchTestEvent on, int hours, PatchTestState? to) =>
        Assert.That(PatchTestStates.Find(from, on, TimeSpan.FromHours(hours))?.To, Is.EqualTo(to));

    [TestCase(new int[0], 4)]
    [TestCase(new[] { 2 }, 4)]
    [TestCase(new[] { 3 }, 10)]
    [TestCase(new[] { 4 }, 10)]
    [TestCase(new[] { 9 }, 28)]
    [TestCase(new[] { 4, 10 }, 28)]
    [TestCase(new[] { 15 }, 28)]
    [TestCase(new[] { 27 }, null)]
    [TestCase(new[] { 40 }, null)]
    public void The_next_check_of_healing_is_the_first_that_nobody_made(int[] made, int? due) => Assert.That(
        HealingSchedule.Usual.NextDue(Day, made.Select(d => Day.AddDays(d))), Is.EqualTo(due is { } day ? Day.AddDays(day) : (DateOnly?)null));

    [Test]
    public void Aftercare_has_the_days_of_the_calendar()
    {
        var lines = AftercareCalendar.For(new(2026, 2, 26));
        Assert.That(lines[0], Is.EqualTo(new AftercareLine(AftercareRule.KeepDry, new(2026, 2, 26), new(2026, 3, 1))));
        Assert.That(lines.Single(l => l.Rule is AftercareRule.NoSun).Through, Is.EqualTo(new DateOnly(2026, 3, 26)));
        Assert.That(lines.Single(l => l.Rule is AftercareRule.PoolAndSauna).From, Is.EqualTo(new DateOnly(2026, 3, 28)));
    }
}
