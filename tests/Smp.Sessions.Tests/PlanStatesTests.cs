using FsCheck;
using FsCheck.Fluent;
using Smp.Sessions.Plans;

namespace Smp.Sessions.Tests;

public sealed class PlanStatesTests
{
    [Test]
    public void A_plan_goes_from_enquiry_to_touch_up_and_back_to_completed() => Assert.That(
        Walk(PlanState.Enquiry, PlanEvent.Assess, PlanEvent.Consent, PlanEvent.Begin, PlanEvent.Begin, PlanEvent.Complete, PlanEvent.FallDue, PlanEvent.Begin, PlanEvent.Complete),
        Is.EqualTo(new[]
        {
            PlanState.Enquiry, PlanState.Assessed, PlanState.Consented, PlanState.Active, PlanState.Active, PlanState.Completed, PlanState.TouchUpDue, PlanState.TouchUpActive,
            PlanState.Completed,
        }));

    [Test]
    public void Every_state_and_event_leads_to_one_state_at_most() => Assert.That(
        PlanStates.Steps.Where(s => s.On is not PlanEvent.Resume).GroupBy(s => (s.From, s.On)).Where(g => g.Count() > 1), Is.Empty);

    [Test]
    public void Every_state_is_reached_and_every_event_means_something()
    {
        Assert.That(PlanStates.Steps.Select(s => s.To).Distinct(), Is.EquivalentTo(Enum.GetValues<PlanState>()));
        Assert.That(PlanStates.Steps.Select(s => s.On).Distinct(), Is.EquivalentTo(Enum.GetValues<PlanEvent>()));
    }

    [Test]
    public void Every_hold_leads_back_to_where_it_came_from()
    {
        foreach (var step in PlanStates.Steps.Where(s => s.On is PlanEvent.Hold))
            Assert.That(PlanStates.Find(PlanState.OnHold, PlanEvent.Resume, step.From)?.To, Is.EqualTo(step.From));
    }

    [Test]
    public void No_state_is_a_dead_end() => Assert.That(Enum.GetValues<PlanState>(), Has.All.Matches<PlanState>(s => PlanStates.From(s).Count > 0));

    [Test]
    public void Giving_up_and_waiting_say_why() => Assert.That(
        PlanStates.Steps.Where(s => s.On is PlanEvent.Hold or PlanEvent.Abandon or PlanEvent.Reopen), Has.All.Matches<PlanStep>(s => s.Reason));

    [Test]
    public void No_path_leads_to_a_session_without_an_assessment_and_a_consent() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(
        ArbMap.Default.ArbFor<PlanEvent[]>(), ArbMap.Default.ArbFor<bool>(),
        (events, which) => Walk(PlanState.Enquiry, [.. events.Where(e => e != (which ? PlanEvent.Assess : PlanEvent.Consent))])
            .All(s => s is not (PlanState.Active or PlanState.Completed or PlanState.TouchUpDue or PlanState.TouchUpActive))));

    [Test]
    public void Whatever_happens_a_completed_plan_had_a_session() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(
        ArbMap.Default.ArbFor<PlanEvent[]>(),
        events => Walk(PlanState.Enquiry, events) is var states && (!states.Contains(PlanState.Completed) || states.IndexOf(PlanState.Active) < states.IndexOf(PlanState.Completed) && states.Contains(PlanState.Active))));

    [Test]
    public void A_candidate_who_is_none_any_more_consents_anew() => Assert.That(
        Walk(PlanState.Consented, PlanEvent.Defer, PlanEvent.Assess).Last(), Is.EqualTo(PlanState.Assessed));

    /// <summary>The states that a plan goes through; an event that can't happen leaves it where it is.</summary>
    private static List<PlanState> Walk(PlanState state, params PlanEvent[] events)
    {
        List<PlanState> states = [state];
        PlanState? heldFrom = null;
        foreach (var on in events)
        {
            if (PlanStates.Find(state, on, heldFrom) is not { To: var to }) continue;
            heldFrom = to is PlanState.OnHold ? state : null;
            states.Add(state = to);
        }

        return states;
    }
}
