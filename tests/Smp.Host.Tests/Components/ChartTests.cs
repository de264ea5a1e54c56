using System.Globalization;
using System.Xml.Linq;
using Smp.Sdk.Web;

namespace Smp.Host.Tests.Components;

/// <summary>Charts: axes in numbers that people count in, gaps where nothing was measured, and all of it as a table.</summary>
public sealed class ChartTests
{
    [TestCase("3", "0 1 2 3")]
    [TestCase("10", "0 2 4 6 8 10")]
    [TestCase("97", "0 20 40 60 80 100")]
    [TestCase("0.7", "0 0.2 0.4 0.6 0.8")]
    [TestCase("1234", "0 500 1,000 1,500")]
    [TestCase("0", "0 0.2 0.4 0.6 0.8 1")]
    [TestCase("-30", "-30 -20 -10 0")]
    public async Task Ticks_are_round_numbers_around_every_value(string value, string expected)
    {
        var chart = await LinesAsync(new ChartSeries("Vertex", [new("Session 1", decimal.Parse(value, CultureInfo.InvariantCulture))]));

        Assert.That(string.Join(' ', chart.WithClass("tick").Select(t => t.Value)), Is.EqualTo(expected));
    }

    [Test]
    public async Task Where_nothing_was_measured_the_line_has_a_gap()
    {
        var chart = await LinesAsync(new ChartSeries("Vertex", [new("1", 10), new("2", null), new("3", 30)]));

        Assert.That(chart.WithClass("line").Single().Attribute("d")!.Value.Count(c => c == 'M'), Is.EqualTo(2));
        Assert.That(chart.WithClass("dot").Count(), Is.EqualTo(2));
        Assert.That(chart.Descendants("td").Select(c => c.Value), Is.EqualTo(new[] { "", "10", "–", "30" }));
    }

    [Test]
    public async Task One_point_is_seen() =>
        Assert.That((await LinesAsync(new ChartSeries("Vertex", [new("1", 10)]))).WithClass("dot").Count(), Is.EqualTo(1));

    [Test]
    public async Task Without_a_value_it_says_so_and_draws_nothing()
    {
        var chart = await LinesAsync(new ChartSeries("Vertex", [new("1", null)]));

        Assert.That(chart.Value, Does.Contain("Nothing was measured yet."));
        Assert.That(chart.Descendants("svg"), Is.Empty);
    }

    [Test]
    public async Task Six_series_differ_in_shape_and_are_named()
    {
        var chart = await LinesAsync([.. Enumerable.Range(1, 6).Select(i => new ChartSeries($"Zone {i}", [new("1", 10)]))]);

        Assert.That(chart.WithClass("legend").Single().WithClass("dot").Select(d => d.Attribute("d")!.Value), Is.Unique.And.Exactly(6).Items);
        Assert.That(chart.WithClass("legend").Single().Elements().Select(l => l.Value), Is.EqualTo(Enumerable.Range(1, 6).Select(i => $"Zone {i}")));
    }

    [Test]
    public void A_seventh_series_is_refused() => Assert.That(
        () => LinesAsync([.. Enumerable.Range(1, 7).Select(i => new ChartSeries($"Zone {i}", [new("1", 10)]))]),
        Throws.ArgumentException.With.Message.Contain("six series"));

    [Test]
    public async Task Bars_stand_on_nought_and_are_as_high_as_their_values()
    {
        var chart = await Rendering.OfAsync<BarChart>(new { Label = "Days", Series = new ChartSeries[] { new("Days", [new("1", 50), new("2", 100)]) } });
        var heights = chart.WithClass("bar").Select(b => decimal.Parse(b.Attribute("height")!.Value, CultureInfo.InvariantCulture)).ToList();

        Assert.That(heights, Has.Count.EqualTo(2));
        Assert.That(heights[1], Is.EqualTo(2 * heights[0]));
    }

    private static Task<XElement> LinesAsync(params ChartSeries[] series) => Rendering.OfAsync<LineChart>(new { Label = "Density", Unit = "%", Series = series });
}
