using Smp.Needles.Lots;
using Smp.Needles.Tests.Lots;
using Smp.Needles.Uses;

namespace Smp.Needles.Tests.Uses;

public sealed class PickRulesTests
{
    [TestCase(LotState.Released)]
    [TestCase(LotState.InUse)]
    public void What_was_released_and_is_there_can_be_picked(LotState state) =>
        Assert.That(PickRules.Obstacle(Some.Lot(state, onHand: 10, opened: 4), 6), Is.Null);

    [TestCase(LotState.Received, "Lot A213B1 hasn't passed its inspection yet. Inspect and release it first, or choose another lot.")]
    [TestCase(LotState.Expired, "Lot A213B1 expired on 7 July 2026. It can't be used. Choose another lot.")]
    [TestCase(LotState.Quarantined, "Lot A213B1 is in quarantine. It can't be used. Choose another lot.")]
    [TestCase(LotState.Recalled, "Lot A213B1 was recalled. It can't be used. Choose another lot.")]
    [TestCase(LotState.Disposed, "Lot A213B1 was disposed of. It can't be used. Choose another lot.")]
    [TestCase(LotState.Depleted, "Nothing is left of lot A213B1. Choose another lot.")]
    public void A_lot_that_cannot_be_used_is_refused_in_words(LotState state, string sentence) =>
        Assert.That(Refusal(Some.Lot(state), 1), Is.EqualTo(sentence));

    [Test]
    public void More_than_is_available_is_refused_with_the_numbers() =>
        Assert.That(Refusal(Some.Lot(onHand: 10, opened: 4), 7), Is.EqualTo("Lot A213B1 has 6 left; you asked for 7. Take fewer, or choose another lot."));

    [Test]
    public void A_lot_whose_every_unit_is_picked_says_so() =>
        Assert.That(Refusal(Some.Lot(onHand: 4, opened: 4), 1), Is.EqualTo("Every unit of lot A213B1 is picked already. Choose another lot."));

    private static string Refusal(Lot lot, int quantity) => PickRules.Refusal(PickRules.Obstacle(lot, quantity)!.Value, lot, quantity).Message;
}
