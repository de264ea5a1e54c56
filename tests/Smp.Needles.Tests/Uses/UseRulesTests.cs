using Smp.Needles.Lots;
using Smp.Needles.Tests.Lots;
using Smp.Needles.Uses;

namespace Smp.Needles.Tests.Uses;

public sealed class UseRulesTests
{
    private static readonly DateTimeOffset UsedAt = Some.Noon;

    [Test]
    public void A_use_that_broke_nothing_has_no_flags() => Assert.That(Flags(Some.Lot()), Is.Empty);

    [Test]
    public void A_use_counts_as_expired_from_the_day_after_the_use_by_date()
    {
        Assert.That(Flags(Some.Lot(LotState.Expired), usedOn: Some.Expiry), Is.Empty);
        Assert.That(Flags(Some.Lot(LotState.Expired), usedOn: Some.Expiry.AddDays(1)), Is.EqualTo(new[] { UseFlag.Expired }));
    }

    [Test]
    public void What_began_after_the_use_was_not_broken_by_it()
    {
        Assert.That(Flags(Some.Lot(LotState.Recalled), recalledAt: UsedAt.AddSeconds(1)), Is.Empty);
        Assert.That(Flags(Some.Lot(LotState.Quarantined) with { HeldFrom = LotState.InUse, StateSince = UsedAt.AddSeconds(1) }), Is.Empty);
    }

    [Test]
    public void Recalled_and_quarantined_lots_are_flagged_from_the_moment_on()
    {
        Assert.That(Flags(Some.Lot(LotState.Recalled), recalledAt: UsedAt), Is.EqualTo(new[] { UseFlag.Recalled }));
        Assert.That(Flags(Some.Lot(LotState.Quarantined) with { HeldFrom = LotState.InUse }), Is.EqualTo(new[] { UseFlag.Quarantined }));
    }

    [Test]
    public void A_lot_in_quarantine_that_was_never_inspected_breaks_two_rules() => Assert.That(
        Flags(Some.Lot(LotState.Quarantined) with { HeldFrom = LotState.Received }), Is.EqualTo(new[] { UseFlag.Quarantined, UseFlag.NotReleased }));

    [Test]
    public void Everything_that_was_broken_is_flagged() => Assert.That(
        Flags(Some.Lot(LotState.Received), recalledAt: UsedAt, usedOn: Some.Expiry.AddDays(1), shortfall: 3),
        Is.EqualTo(new[] { UseFlag.Expired, UseFlag.Recalled, UseFlag.NotReleased, UseFlag.BeyondStock }));

    [TestCase(UseFlag.Expired, "ExpiredLotUsed", "2 × Kwadron 3RL 0.30 mm used from lot A213B1, which expired on 7 July 2026.")]
    [TestCase(UseFlag.BeyondStock, "UsedBeyondStock", "2 × Kwadron 3RL 0.30 mm used from lot A213B1: 3 more than the book had. Count the lot.")]
    public void An_incident_says_what_happened(UseFlag flag, string kind, string text)
    {
        var incident = UseRules.Incident(flag, new(Some.Lot(), UsedAt, new(2026, 6, 1)) { Shortfall = 3 }, new(1, 7, 2, 1, UsedAt));
        Assert.That((incident.Kind, incident.Text, incident.At, incident.PatientId), Is.EqualTo((kind, text, UsedAt, (long?)7)));
    }

    private static List<UseFlag> Flags(Lot lot, DateTimeOffset? recalledAt = null, DateOnly? usedOn = null, long shortfall = 0) =>
        [.. UseRules.Flags(new(lot, UsedAt, usedOn ?? new(2026, 6, 1)) { RecalledAt = recalledAt, Shortfall = shortfall })];
}
