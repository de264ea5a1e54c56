using System.Xml.Linq;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Tests.Components;

/// <summary>The scalp map: nothing is said by the drawing alone, and nothing is missing in it.</summary>
public sealed class ScalpMapTests
{
    private static readonly IReadOnlyList<ScalpMark> Some = [new(ScalpZone.Frontal, "70 %") { Percent = 70, Note = "thin" }, new(ScalpZone.Scar, "5 %") { Percent = 5 }];

    [Test]
    public async Task Every_zone_is_drawn_in_some_view_and_has_a_box()
    {
        var map = await Rendering.OfAsync<ScalpMap>(new { Label = "Zones", Name = "zones" });

        Assert.That(map.Descendants("figure").Count(), Is.EqualTo(5));
        Assert.That(map.WithClass("zone").Select(z => z.Attribute("data-zone")?.Value).OfType<string>().Distinct(), Is.EquivalentTo(Enum.GetNames<ScalpZone>()));
        Assert.That(map.Descendants("input").Select(i => i.Attribute("value")!.Value), Is.EqualTo(Enum.GetNames<ScalpZone>()));
    }

    [Test]
    public async Task A_side_shows_no_zone_of_the_other_side()
    {
        var map = await Rendering.OfAsync<ScalpMap>(new { Label = "Zones" });
        var views = map.Descendants("figure").ToDictionary(f => f.Element("figcaption")!.Value, f => string.Join(' ', f.WithClass("zone").Select(z => z.Attribute("data-zone")!.Value)));

        Assert.That(views["Left side"], Does.Contain("ParietalLeft").And.Not.Contain("Right"));
        Assert.That(views["Right side"], Does.Contain("ParietalRight").And.Not.Contain("Left"));
    }

    [TestCase("Front", "ParietalLeft", true)]
    [TestCase("Top", "ParietalLeft", false)]
    [TestCase("Back", "ParietalLeft", false)]
    public async Task The_patients_left_is_where_the_onlooker_sees_it(string view, string zone, bool atTheRight)
    {
        var map = await Rendering.OfAsync<ScalpMap>(new { Label = "Zones" });
        var drawn = map.Descendants("figure").Single(f => f.Element("figcaption")!.Value == view).WithClass("zone").Single(z => z.Attribute("data-zone")!.Value == zone);

        Assert.That(Points(drawn).Average(p => p.X) > 110, Is.EqualTo(atTheRight));
    }

    [Test]
    public async Task Outlines_are_closed_and_lie_within_their_view()
    {
        var map = await Rendering.OfAsync<ScalpMap>(new { Label = "Zones" });

        foreach (var zone in map.Descendants("g"))
        {
            var points = Points(zone);
            Assert.That(points[^1], Is.EqualTo(points[0]), zone.Attribute("data-zone")!.Value);
            Assert.That(points, Is.All.Matches<(double X, double Y)>(p => p is { X: >= 0 and <= 220, Y: >= 0 and <= 260 }));
        }
    }

    [Test]
    public async Task What_is_known_of_a_zone_is_said_in_colour_in_figures_and_in_the_table()
    {
        var map = await Rendering.OfAsync<ScalpMap>(new { Label = "Density", Marks = Some, Scale = ScalpScale.Density });
        var frontal = map.Descendants("g").Where(g => g.Attribute("data-zone")!.Value == "Frontal").ToList();

        Assert.That(frontal.Select(g => g.Attribute("class")!.Value), Is.All.EqualTo("zone d4"));
        Assert.That(frontal.Select(g => g.Element("text")?.Value), Has.Some.EqualTo("70"));
        Assert.That(map.Descendants("tr").Skip(1).Select(r => string.Join('|', r.Elements().Select(c => c.Value))), Is.EqualTo(new[] { "Frontal|70 %|thin", "Scar|5 %|" }));
        Assert.That(map.Descendants("svg").Select(s => s.Attribute("aria-label")?.Value), Has.Some.EqualTo("Top: Frontal 70 %"));
    }

    [TestCase(0, "d1"), TestCase(20, "d1"), TestCase(21, "d2"), TestCase(80, "d4"), TestCase(81, "d5"), TestCase(100, "d5")]
    public async Task Density_has_five_steps(int percent, string step)
    {
        var map = await Rendering.OfAsync<ScalpMap>(new { Label = "Density", Marks = new ScalpMark[] { new(ScalpZone.Scar, "") { Percent = percent } }, Scale = ScalpScale.Density });

        Assert.That(map.Descendants("label").Single().Attribute("class")!.Value, Is.EqualTo($"zone {step}"));
    }

    [TestCase(ScalpScale.Pass, 2, "p2"), TestCase(ScalpScale.Shade, 0, "s0"), TestCase(ScalpScale.Shade, 9, "s9"), TestCase(ScalpScale.None, 2, "marked")]
    public async Task Passes_and_shades_have_a_colour_each(ScalpScale scale, int step, string expected)
    {
        var map = await Rendering.OfAsync<ScalpMap>(new { Label = "Map", Marks = new ScalpMark[] { new(ScalpZone.Vertex, "") { Step = step } }, Scale = scale });

        Assert.That(map.Descendants("g").Where(g => g.Attribute("data-zone")!.Value == "Vertex").Select(g => g.Attribute("class")!.Value), Is.All.EqualTo($"zone {expected}"));
    }

    [Test]
    public async Task Chosen_zones_are_ticked_and_outlined()
    {
        var map = await Rendering.OfAsync<ScalpMap>(new { Label = "Zones", Name = "zones", Chosen = new HashSet<ScalpZone> { ScalpZone.Nape } });

        Assert.That(map.Descendants("input").Where(i => i.Attribute("checked") is not null).Select(i => i.Attribute("value")!.Value), Is.EqualTo(new[] { "Nape" }));
        Assert.That(map.WithClass("chosen").Select(z => z.Attribute("data-zone")!.Value).Distinct(), Is.EqualTo(new[] { "Nape" }));
    }

    [Test]
    public async Task Two_maps_on_a_page_share_no_id_and_none_has_inline_style()
    {
        var one = await Rendering.OfAsync<ScalpMap>(new { Label = "Planned", Name = "planned", Marks = Some });
        var other = await Rendering.OfAsync<ScalpMap>(new { Label = "Reached", Name = "reached", Marks = Some });
        var all = one.Descendants().Concat(other.Descendants()).ToList();

        Assert.That(all.Attributes("id").Select(i => i.Value), Is.Unique.And.Not.Empty);
        Assert.That(all.Attributes("style"), Is.Empty);
    }

    [Test]
    public async Task What_is_wrong_is_said_and_bound_to_the_boxes()
    {
        var map = await Rendering.OfAsync<ScalpMap>(new { Label = "Zones", Name = "zones", Errors = "Choose a zone." });

        var error = map.WithClass("error").Single();
        Assert.That(error.Value, Does.Contain("Choose a zone."));
        Assert.That(map.Descendants("input").Attributes("aria-describedby").Select(a => a.Value), Is.All.EqualTo(error.Attribute("id")!.Value));
    }

    [Test]
    public async Task A_map_without_a_mark_says_so() =>
        Assert.That((await Rendering.OfAsync<ScalpMap>(new { Label = "Density" })).Value, Does.Contain("No zone is recorded yet."));

    private static List<(double X, double Y)> Points(XElement zone) =>
    [
        .. zone.Element("path")!.Attribute("d")!.Value.Split('M', 'C', 'Z', ' ').Where(p => p.Length > 0).Select(p => p.Split(','))
            .Select(p => (double.Parse(p[0], System.Globalization.CultureInfo.InvariantCulture), double.Parse(p[1], System.Globalization.CultureInfo.InvariantCulture))),
    ];
}
