using Smp.Consents.Records;

namespace Smp.Consents.Tests.Records;

internal sealed class ConsentStatesTests
{
    [Test]
    public void Active_is_reached_through_every_state_before_it_and_in_no_other_way()
    {
        ConsentState[] way = [ConsentState.Draft, ConsentState.Presented, ConsentState.Understood, ConsentState.CoolingOff, ConsentState.Signed, ConsentState.Active];
        foreach (var (before, after) in way.Zip(way.Skip(1)))
            Assert.That(ConsentStates.Steps.Where(step => step.To == after).Select(step => step.From), Is.EqualTo(new[] { before }));
    }

    [Test]
    public void No_step_is_listed_twice() =>
        Assert.That(ConsentStates.Steps.Select(step => (step.From, step.On)), Is.Unique);

    [TestCase(ConsentState.Withdrawn)]
    [TestCase(ConsentState.Expired)]
    [TestCase(ConsentState.Superseded)]
    [TestCase(ConsentState.Declined)]
    [TestCase(ConsentState.Void)]
    public void What_has_ended_never_comes_back(ConsentState ended) =>
        Assert.That(Enum.GetValues<ConsentEvent>().Select(on => ConsentStates.Next(ended, on)), Is.All.Null);

    [Test]
    public void What_was_signed_can_be_withdrawn_before_it_is_in_force() =>
        Assert.That(ConsentStates.Next(ConsentState.Signed, ConsentEvent.Withdraw), Is.EqualTo(ConsentState.Withdrawn));
}
