using Smp.Needles.Items;
using Smp.Needles.Lots;
using Smp.Needles.Scanning;
using Smp.Sdk;

namespace Smp.Needles.Tests.Lots;

public sealed class ReceiptTests
{
    private static readonly DateOnly Today = new(2026, 6, 1);

    private static readonly Item Item = new()
    {
        Id = 1, Manufacturer = "Fjord", Name = "Kwadron", Title = "Kwadron", Kind = SupplyKind.NeedleCartridge, UnitsPerBox = 20, Sterile = true,
        Active = true, RowVersion = 1,
    };

    [Test]
    public void A_code_fills_in_what_it_says()
    {
        var receipt = Scanned("(01)09521234543213(11)250107(17)270707(10)A213B1");
        Assert.That((receipt.Number, receipt.Expiry, receipt.Manufactured, receipt.Quantity),
            Is.EqualTo(("A213B1", (DateOnly?)new DateOnly(2027, 7, 7), (DateOnly?)new DateOnly(2025, 1, 7), (int?)20)));
    }

    [TestCase(null, 50)]
    [TestCase(3, 150)]
    public void The_count_in_a_code_is_what_a_box_holds(int? boxes, int quantity) =>
        Assert.That(Scanned("(01)09521234543213(17)270707(30)50(10)A213B1", new() { Boxes = boxes }).Quantity, Is.EqualTo(quantity));

    [Test]
    public void Without_a_count_boxes_hold_what_the_item_says() =>
        Assert.That(Scanned("(01)09521234543213(17)270707(10)A213B1", new() { Boxes = 3 }).Quantity, Is.EqualTo(60));

    [Test]
    public void A_quantity_that_is_said_wins_over_boxes_and_counts() =>
        Assert.That(Scanned("(01)09521234543213(17)270707(30)50(10)A213B1", new() { Quantity = 7, Boxes = 3 }).Quantity, Is.EqualTo(7));

    [Test]
    public void What_contradicts_the_code_is_refused_by_field()
    {
        var refused = Assert.Throws<RefusedException>(() => Scanned(
            "(01)09521234543213(11)250107(17)270707(10)A213B1",
            new() { Number = "A213B7", Expiry = new(2027, 7, 8), Manufactured = new(2025, 1, 8) }));
        Assert.That(refused!.Errors.Select(e => e.Field), Is.EqualTo(new[] { "number", "expiry", "manufactured" }));
    }

    [Test]
    public void A_sterile_item_needs_a_use_by_date_and_another_does_not()
    {
        var receipt = new Receipt { Number = "A1" };
        Assert.That(Errors(receipt), Is.EqualTo(new[] { "expiry" }));
        Assert.That(receipt.Checked(Item with { Sterile = false }, Today, Some.Noon).Expiry, Is.Null);
    }

    [TestCase("A 1")]
    [TestCase("A#1")]
    [TestCase("Ä1")]
    [TestCase("")]
    [TestCase("123456789012345678901")]
    public void A_lot_number_is_of_set_82(string number) =>
        Assert.That(Errors(new() { Number = number, Expiry = new(2027, 7, 7) }), Is.EqualTo(new[] { "number" }));

    [Test]
    public void Numbers_and_dates_have_limits() => Assert.That(
        Errors(new()
        {
            Number = "A1", Expiry = new(2026, 5, 1), Manufactured = new(2026, 7, 1), Quantity = 0, Boxes = 1001, ReceivedAt = Some.Noon.AddHours(1),
            Inspected = new(Passed: false),
        }),
        Is.EqualTo(new[] { "boxes", "quantity", "manufactured", "manufactured", "receivedAt", "inspected.note" }));

    private static Receipt Scanned(string code, Receipt? receipt = null) =>
        (receipt ?? new()).With(ScannedCode.Parse(code, Today)).Checked(Item, Today, Some.Noon);

    private static string[] Errors(Receipt receipt) =>
        [.. Assert.Throws<RefusedException>(() => receipt.Checked(Item, Today, Some.Noon))!.Errors.Select(e => e.Field)];
}
