using FsCheck;
using FsCheck.Fluent;
using Smp.Needles.Lots;

namespace Smp.Needles.Tests.Lots;

public sealed class LotStatesTests
{
    private static readonly LotState[] Usable = [LotState.Released, LotState.InUse];

    [Test]
    public void A_lot_is_received_inspected_used_and_depleted() => Assert.That(
        Walk(LotState.Received, LotEvent.InspectionPassed, LotEvent.Take, LotEvent.Take, LotEvent.RunOut),
        Is.EqualTo(new[] { LotState.Received, LotState.Released, LotState.InUse, LotState.InUse, LotState.Depleted }));

    [Test]
    public void A_lot_used_up_is_inspected_again_when_more_of_it_comes() => Assert.That(
        Walk(LotState.Depleted, LotEvent.Refill, LotEvent.Take, LotEvent.InspectionPassed).Last(), Is.EqualTo(LotState.Released));

    [TestCase(LotState.Received)]
    [TestCase(LotState.Released)]
    [TestCase(LotState.InUse)]
    public void A_quarantine_that_is_lifted_gives_a_lot_back_to_where_it_came_from(LotState from)
    {
        Assert.That(LotStates.Next(from, LotEvent.Quarantine), Is.EqualTo(LotState.Quarantined));
        Assert.That(LotStates.Next(LotState.Quarantined, LotEvent.Lift, from), Is.EqualTo(from));
    }

    [Test]
    public void A_quarantine_without_an_origin_cannot_be_lifted() =>
        Assert.That(LotStates.Next(LotState.Quarantined, LotEvent.Lift), Is.Null);

    [Test]
    public void Every_state_and_event_leads_to_one_state_at_most() => Assert.That(
        LotStates.Steps.Where(s => s.On is not LotEvent.Lift).GroupBy(s => (s.From, s.On)).Where(g => g.Count() > 1), Is.Empty);

    [Test]
    public void Every_state_is_reached_and_every_event_means_something()
    {
        Assert.That(LotStates.Steps.Select(s => s.To).Distinct(), Is.EquivalentTo(Enum.GetValues<LotState>()));
        Assert.That(LotStates.Steps.Select(s => s.On).Distinct(), Is.EquivalentTo(Enum.GetValues<LotEvent>()));
    }

    [Test]
    public void No_path_leads_an_expired_recalled_or_disposed_lot_back_to_use()
    {
        var barred = new[] { LotState.Expired, LotState.Recalled, LotState.Disposed };
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
            ArbMap.Default.ArbFor<LotEvent[]>(), ArbMap.Default.ArbFor<byte>(),
            (events, start) => Walk(barred[start % 3], events).All(barred.Contains)));
    }

    [Test]
    public void No_path_leads_to_use_past_an_inspection() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
        ArbMap.Default.ArbFor<LotEvent[]>(),
        events => Walk(LotState.Received, [.. events.Where(e => e is not LotEvent.InspectionPassed)]).All(s => !Usable.Contains(s))));

    /// <summary>The states that a lot goes through; an event that can't happen leaves it where it is.</summary>
    private static List<LotState> Walk(LotState state, params LotEvent[] events)
    {
        List<LotState> states = [state];
        LotState? heldFrom = null;
        foreach (var on in events)
        {
            if (LotStates.Next(state, on, heldFrom) is not { } to) continue;
            heldFrom = to is LotState.Quarantined ? state is LotState.Quarantined ? heldFrom : state : null;
            states.Add(state = to);
        }

        return states;
    }
}
