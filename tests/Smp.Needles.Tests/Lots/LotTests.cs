using Smp.Needles.Lots;

namespace Smp.Needles.Tests.Lots;

public sealed class LotTests
{
    [TestCase(LotState.Received)]
    [TestCase(LotState.Released)]
    [TestCase(LotState.InUse)]
    [TestCase(LotState.Quarantined)]
    public void The_use_by_date_itself_is_usable_and_the_next_day_is_not(LotState state)
    {
        var lot = Some.Lot(state);
        Assert.That(lot.StateOn(Some.Expiry), Is.EqualTo(state));
        Assert.That(lot.StateOn(Some.Expiry.AddDays(1)), Is.EqualTo(LotState.Expired));
    }

    [TestCase(LotState.Recalled)]
    [TestCase(LotState.Disposed)]
    [TestCase(LotState.Depleted)]
    public void The_date_changes_nothing_where_a_recall_outweighs_it_or_nothing_is_left(LotState state) =>
        Assert.That(Some.Lot(state).StateOn(Some.Expiry.AddYears(1)), Is.EqualTo(state));

    [Test]
    public void A_lot_without_a_use_by_date_never_expires() =>
        Assert.That((Some.Lot() with { Expiry = null }).StateOn(DateOnly.MaxValue), Is.EqualTo(LotState.InUse));

    [Test]
    public void What_is_picked_is_here_but_not_available() => Assert.That(Some.Lot(onHand: 10, opened: 4).Available, Is.EqualTo(6));
}
