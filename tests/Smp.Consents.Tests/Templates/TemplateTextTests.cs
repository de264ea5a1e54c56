using Smp.Consents.Templates;

namespace Smp.Consents.Tests.Templates;

internal sealed class TemplateTextTests
{
    private const string Sides = """{{choice side "Side?" "Left" "Right" required}}{{if side is "Left"}}{{tick deep "Deep?"}}{{if deep}}{{initials deeper "Initials" required}}{{end}}{{end}}""";

    [Test]
    public void A_field_is_read_with_its_name_label_and_whether_it_is_required() =>
        Assert.That(Parts("Hello {{value client}}.\n{{text allergies \"Which allergies?\" required}}"), Is.EqualTo(new TemplatePart[]
        {
            new MarkdownPart("Hello "), new ValuePart("client"), new MarkdownPart(".\n"),
            new FieldPart("allergies", FieldKind.Text, "Which allergies?", [], true),
        }));

    [TestCase("a\n  {{colour eyes \"Eyes?\"}}", 2, 3)]
    [TestCase("{{text a \"A\"}}\n\n{{text a \"A\"}}", 3, 1)]
    [TestCase("x {{text a", 1, 3)]
    [TestCase("{{text a \"A}}", 1, 9)]
    [TestCase("{{choice a \"A\" \"One\"}}", 1, 1)]
    [TestCase("{{text a \"A\" \"One\"}}", 1, 1)]
    [TestCase("{{if a}}b{{end}}", 1, 1)]
    [TestCase("{{tick a \"A\"}}{{if a}}b", 1, 15)]
    [TestCase("b{{end}}", 1, 2)]
    [TestCase("{{choice a \"A\" \"One\" \"Two\"}}\r\n{{if a is \"Three\"}}b{{end}}", 2, 1)]
    [TestCase("{{}}", 1, 1)]
    public void What_is_wrong_is_told_once_with_its_line_and_column(string source, int line, int column)
    {
        var (text, problems) = TemplateText.Read(source);

        Assert.That(text, Is.Null);
        Assert.That(problems.Select(problem => (problem.Line, problem.Column)), Is.EqualTo(new[] { (line, column) }));
    }

    [Test]
    public void Every_mistake_is_told_in_one_reading() =>
        Assert.That(TemplateText.Read("{{a}}{{b}}").Problems, Has.Count.EqualTo(2));

    [Test]
    public void A_section_is_part_of_the_form_only_for_its_answer()
    {
        Assert.That(Fields(Sides, ("side", "Right")), Is.EqualTo(new[] { "side" }));
        Assert.That(Fields(Sides, ("side", "Left")), Is.EqualTo(new[] { "side", "deep" }));
    }

    [Test]
    public void A_leftover_answer_in_a_hidden_section_opens_nothing() =>
        Assert.That(Fields(Sides, ("side", "Right"), ("deep", "yes")), Is.EqualTo(new[] { "side" }));

    private static string[] Fields(string source, params (string Name, string Answer)[] answers) =>
        [.. TemplateText.Read(source).Text!.Fields(answers.ToDictionary(answer => answer.Name, answer => answer.Answer)).Select(field => field.Name)];

    private static IReadOnlyList<TemplatePart> Parts(string source) => TemplateText.Read(source).Text!.Parts;
}
