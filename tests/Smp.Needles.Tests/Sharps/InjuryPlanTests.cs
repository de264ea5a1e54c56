using Smp.Needles.Injuries;

namespace Smp.Needles.Tests.Sharps;

public sealed class InjuryPlanTests
{
    private static readonly InjuryPlan Plan = new(PepHours: 2, HepatitisHours: 24, BaselineHours: 72);

    [Test]
    public void Deadlines_run_from_the_moment_of_the_injury()
    {
        var happened = new DateTimeOffset(2026, 3, 4, 9, 0, 0, TimeSpan.Zero);
        var plan = Plan.From(happened, TimeZoneInfo.Utc).ToDictionary(p => p.Task, p => (Due: p.Due - happened, Latest: p.Latest - happened));
        Assert.Multiple(() =>
        {
            Assert.That(plan.Keys, Is.EquivalentTo(Enum.GetValues<InjuryTask>()));
            Assert.That(plan[InjuryTask.Wash].Due, Is.EqualTo(TimeSpan.Zero));
            Assert.That(plan[InjuryTask.Evaluation].Due, Is.EqualTo(TimeSpan.Zero));
            Assert.That(plan[InjuryTask.HivProphylaxis], Is.EqualTo((TimeSpan.FromHours(2), (TimeSpan?)TimeSpan.FromHours(72))));
            Assert.That(plan[InjuryTask.HepatitisB], Is.EqualTo((TimeSpan.FromHours(24), (TimeSpan?)TimeSpan.FromDays(7))));
            Assert.That(plan[InjuryTask.BaselineSerology].Due, Is.EqualTo(TimeSpan.FromHours(72)));
            Assert.That(plan[InjuryTask.SerologySixWeeks].Due, Is.EqualTo(TimeSpan.FromDays(42)));
        });
    }

    [Test]
    public void Months_are_counted_on_the_clinics_calendar_over_the_change_to_summer_time()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich");
        var happened = new DateTimeOffset(2026, 1, 31, 23, 30, 0, TimeSpan.FromHours(1));
        var plan = Plan.From(happened, zone).ToDictionary(p => p.Task, p => TimeZoneInfo.ConvertTime(p.Due, zone).DateTime);
        Assert.Multiple(() =>
        {
            Assert.That(plan[InjuryTask.SerologyThreeMonths], Is.EqualTo(new DateTime(2026, 4, 30, 23, 30, 0)));
            Assert.That(plan[InjuryTask.SerologySixMonths], Is.EqualTo(new DateTime(2026, 7, 31, 23, 30, 0)));
        });
    }
}
