using FsCheck;
using FsCheck.Fluent;
using Smp.Sessions.Treating;

namespace Smp.Sessions.Tests;

public sealed class SessionStatesTests
{
    [Test]
    public void A_session_is_checked_in_cleared_started_closed_and_heals() => Assert.That(
        Walk(SessionState.Scheduled, SessionEvent.CheckIn, SessionEvent.Clear, SessionEvent.Start, SessionEvent.Close, SessionEvent.Heal).Last(), Is.EqualTo(SessionState.Healed));

    [Test]
    public void Every_state_and_event_leads_to_one_state_at_most() => Assert.That(
        SessionStates.Steps.GroupBy(s => (s.From, s.On)).Where(g => g.Count() > 1), Is.Empty);

    [Test]
    public void Every_state_is_reached_and_every_event_means_something()
    {
        Assert.That(SessionStates.Steps.Select(s => s.To).Append(SessionState.Scheduled).Distinct(), Is.EquivalentTo(Enum.GetValues<SessionState>()));
        Assert.That(SessionStates.Steps.Select(s => s.On).Distinct(), Is.EquivalentTo(Enum.GetValues<SessionEvent>()));
    }

    [Test]
    public void No_path_leads_to_the_chair_past_the_guards() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(
        ArbMap.Default.ArbFor<SessionEvent[]>(),
        events => Walk(SessionState.Scheduled, [.. events.Where(e => e is not SessionEvent.Clear)])
            .All(s => s is not (SessionState.InProgress or SessionState.Closed or SessionState.Aborted or SessionState.Healed))));

    [Test]
    public void What_took_place_is_never_called_off_or_missed() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(
        ArbMap.Default.ArbFor<SessionEvent[]>(), ArbMap.Default.ArbFor<byte>(),
        (events, start) => Walk(SessionStates.TookPlace[start % SessionStates.TookPlace.Count], events)
            .All(s => SessionStates.TookPlace.Contains(s) || s is SessionState.Voided)));

    [Test]
    public void What_is_void_stays_void() => Assert.That(Walk(SessionState.Voided, Enum.GetValues<SessionEvent>()), Is.EqualTo(new[] { SessionState.Voided }));

    [Test]
    public void Only_what_began_can_be_closed_or_broken_off() => Assert.That(
        SessionStates.Steps.Where(s => s.On is SessionEvent.Close or SessionEvent.Abort).Select(s => s.From).Distinct(), Is.EqualTo(new[] { SessionState.InProgress }));

    private static List<SessionState> Walk(SessionState state, params SessionEvent[] events)
    {
        List<SessionState> states = [state];
        foreach (var on in events)
        {
            if (SessionStates.Find(state, on) is { To: var to }) states.Add(state = to);
        }

        return states;
    }
}
