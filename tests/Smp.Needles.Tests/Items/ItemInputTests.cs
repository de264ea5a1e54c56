using Smp.Needles.Items;
using Smp.Sdk;

namespace Smp.Needles.Tests.Items;

public sealed class ItemInputTests
{
    private static readonly ItemInput Cartridge = new()
    {
        Manufacturer = " Fjord ", Name = "Kwadron", Kind = SupplyKind.NeedleCartridge, Configuration = "3rl", DiameterMicrometres = 300,
        Gtin = "9521234543213",
    };

    [Test]
    public void An_item_is_tidied_and_shown_with_configuration_and_diameter()
    {
        var item = Cartridge.Checked();
        Assert.That(item.Title, Is.EqualTo("Kwadron 3RL 0.30 mm"));
        Assert.That(item.Manufacturer, Is.EqualTo("Fjord"));
        Assert.That(item.Gtin, Is.EqualTo("09521234543213"));
        Assert.That((item.UnitsPerBox, item.Sterile, item.Active), Is.EqualTo(((int?)1, (bool?)true, (bool?)true)));
    }

    [TestCase(50, "Kwadron 3RL 0.05 mm")]
    [TestCase(355, "Kwadron 3RL 0.355 mm")]
    [TestCase(1000, "Kwadron 3RL 1.00 mm")]
    public void A_diameter_is_shown_in_millimetres(int micrometres, string title) =>
        Assert.That((Cartridge with { DiameterMicrometres = micrometres }).Checked().Title, Is.EqualTo(title));

    [Test]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var item = new ItemInput { Kind = SupplyKind.Pigment, Configuration = "3RL", DiameterMicrometres = 300, UnitsPerBox = 0 };
        Assert.That(Errors(item), Is.EqualTo(new[] { "manufacturer", "name", "unitsPerBox", "configuration", "diameterMicrometres" }));
    }

    [TestCase("9521234543214")]
    [TestCase("123")]
    [TestCase("952123454321X")]
    public void A_GTIN_has_the_right_length_and_check_digit(string gtin) =>
        Assert.That(Errors(Cartridge with { Gtin = gtin }), Is.EqualTo(new[] { "gtin" }));

    [TestCase(49)]
    [TestCase(5001)]
    public void A_diameter_has_limits(int micrometres) =>
        Assert.That(Errors(Cartridge with { DiameterMicrometres = micrometres }), Is.EqualTo(new[] { "diameterMicrometres" }));

    [Test]
    public void A_punch_has_a_diameter_and_no_configuration() =>
        Assert.That(Errors(Cartridge with { Kind = SupplyKind.PunchTip }), Is.EqualTo(new[] { "configuration" }));

    private static string[] Errors(ItemInput item) =>
        [.. Assert.Throws<RefusedException>(() => item.Checked())!.Errors.Select(e => e.Field)];
}
