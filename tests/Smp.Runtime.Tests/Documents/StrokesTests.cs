using Smp.Sdk;

namespace Smp.Runtime.Tests.Documents;

/// <summary>Signatures as they were drawn.</summary>
public sealed class StrokesTests
{
    private const string Drawn = """{"width":600,"height":200,"strokes":[[10,20,0,500,30,80,16,700,90,60,33,900],[200,100,700,500]]}""";

    [Test]
    public void What_was_drawn_is_read_and_written_again_the_same()
    {
        var strokes = Strokes.Parse(Drawn);
        Assert.That((strokes.Width, strokes.Height, strokes.Lines.Count), Is.EqualTo((600, 200, 2)));
        Assert.That(strokes.Lines[0][1], Is.EqualTo(new StrokePoint(30, 80, 16, 700)));
        Assert.That(strokes.ToJson(), Is.EqualTo(Drawn));
    }

    [Test]
    public void Its_picture_holds_every_stroke_is_thicker_where_the_pen_was_pressed_and_is_always_the_same()
    {
        const string Light = """{"width":600,"height":200,"strokes":[[10,20,0,0,90,60,33,0]]}""";
        var svg = Strokes.Parse(Drawn).ToSvg("Signature of <Ana> & Co");
        Assert.That(svg, Does.Contain("<title>Signature of &lt;Ana&gt; &amp; Co</title>").And.Contain("viewBox=\"0 0 600 200\""));
        Assert.That(svg, Does.Contain("<path stroke-width=\"3.16\" d=\"M10 20Q30 80 60 70L90 60\"/>"));
        // A dot is a line to itself, which round ends show.
        Assert.That(svg, Does.Contain("d=\"M200 100L200 100\"/>"));
        Assert.That(Strokes.Parse(Light).ToSvg(""), Does.Contain("stroke-width=\"1.2\""));
        Assert.That(Strokes.Parse(Drawn).ToSvg("Signature of <Ana> & Co"), Is.EqualTo(svg));
    }

    [TestCase("""{"width":600,"height":200,"strokes":[]}""")]
    [TestCase("""{"width":600,"height":200,"strokes":[[10,20,0,500]]}""")]
    [TestCase("""{"width":600,"height":200,"strokes":[[10,20,0,500,14,22,10,500]]}""")]
    public void A_dot_or_a_slip_is_blank(string json) => Assert.That(Strokes.Parse(json).IsBlank);

    [Test]
    public void A_line_isnt_blank() => Assert.That(Strokes.Parse(Drawn).IsBlank, Is.False);

    [TestCase("", "is JSON")]
    [TestCase("[]", "object")]
    [TestCase("""{"width":600,"height":200}""", "list of strokes")]
    [TestCase("""{"width":6,"height":200,"strokes":[]}""", "width of 50")]
    [TestCase("""{"width":600,"height":200.5,"strokes":[]}""", "height of 50")]
    [TestCase("""{"width":600,"height":200,"strokes":[[]]}""", "Stroke 1 isn't a list")]
    [TestCase("""{"width":600,"height":200,"strokes":[[1,2,3]]}""", "Stroke 1 isn't a list")]
    [TestCase("""{"width":600,"height":200,"strokes":[[1,2,0,500],[1,2,0.5,500]]}""", "Stroke 2 holds 0.5")]
    [TestCase("""{"width":600,"height":200,"strokes":[["1",2,0,500]]}""", "Stroke 1 holds \"1\"")]
    [TestCase("""{"width":600,"height":200,"strokes":[[1201,2,0,500]]}""", "Stroke 1 leaves the pad")]
    [TestCase("""{"width":600,"height":200,"strokes":[[1,2,5,500],[1,2,4,500]]}""", "Stroke 2 goes back in time")]
    [TestCase("""{"width":600,"height":200,"strokes":[[1,2,0,1001]]}""", "Stroke 1 has a pressure")]
    public void What_is_no_drawing_is_refused_with_what_is_wrong_and_where(string json, string says) =>
        Assert.That(() => Strokes.Parse(json), Throws.TypeOf<FormatException>().With.Message.Contains(says));

    [Test]
    public void Too_much_is_refused()
    {
        var many = string.Join(',', Enumerable.Repeat("[1,1,0,500]", 501));
        var points = string.Join(',', Enumerable.Repeat("1,1,0,500", 20_001));
        Assert.That(() => Strokes.Parse($$"""{"width":600,"height":200,"strokes":[{{many}}]}"""), Throws.TypeOf<FormatException>().With.Message.Contains("500 strokes"));
        Assert.That(() => Strokes.Parse($$"""{"width":600,"height":200,"strokes":[[{{points}}]]}"""), Throws.TypeOf<FormatException>().With.Message.Contains("20000 points"));
        Assert.That(() => Strokes.Parse(new string(' ', Strokes.MaxJson + 1)), Throws.TypeOf<FormatException>().With.Message.Contains("characters"));
    }
}
