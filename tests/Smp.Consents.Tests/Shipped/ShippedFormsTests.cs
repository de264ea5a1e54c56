using Smp.Consents.Presenting;
using Smp.Consents.Shipped;
using Smp.Consents.Templates;

namespace Smp.Consents.Tests.Shipped;

internal sealed class ShippedFormsTests
{
    private static readonly string[] Languages = ["en", "de"];

    private static readonly string[] Invasive = ["fue-surgery", "local-anaesthesia", "smp-procedure"];

    private static IEnumerable<string> Keys => ShippedForms.All().Select(f => f.Key);

    [Test]
    public void Six_forms_come_with_the_module() =>
        Assert.That(Keys, Is.EqualTo(new[] { "data-processing", "fue-surgery", "local-anaesthesia", "photos-clinical", "photos-marketing", "smp-procedure" }));

    [TestCaseSource(nameof(Keys))]
    public void A_form_is_there_in_English_and_in_German(string key) =>
        Assert.That(Form(key).Draft.Texts!.Select(t => t.Language), Is.EqualTo(Languages));

    [TestCaseSource(nameof(Keys))]
    public void A_form_is_taken_as_one_that_a_clinic_writes(string key)
    {
        var (_, template, draft) = Form(key);

        Assert.That(() => template.Checked(), Throws.Nothing);
        Assert.That(() => draft.Checked(), Throws.Nothing);
    }

    [TestCaseSource(nameof(Keys))]
    public void What_holds_for_a_form_is_the_same_in_each_language(string key)
    {
        var says = Languages.Select(language => ShippedForms.Read(Raw(key, language), key).Says.Where(s => s.Key != "title").OrderBy(s => s.Key, StringComparer.Ordinal)).ToList();

        Assert.That(says[1], Is.EqualTo(says[0]));
    }

    [TestCaseSource(nameof(Keys))]
    public void The_same_is_asked_in_each_language_and_opens_the_same_sections(string key)
    {
        var shapes = Form(key).Draft.Texts!.Select(t => Shape(Parts(t)).ToList()).ToList();

        Assert.That(shapes[0], Is.Not.Empty);
        Assert.That(shapes[1], Is.EqualTo(shapes[0]));
    }

    [TestCaseSource(nameof(Keys))]
    public void The_questions_are_the_same_in_each_language(string key)
    {
        var questions = Form(key).Draft.Texts!.Select(t => t.Questions.Select(q => (q.Answers.Count, q.Right))).ToList();

        Assert.That(questions[1], Is.EqualTo(questions[0]));
    }

    [TestCaseSource(nameof(Keys))]
    public void Only_forms_for_what_goes_under_the_skin_ask_whether_it_was_understood(string key)
    {
        foreach (var text in Form(key).Draft.Texts!)
            Assert.That(text.Questions, Invasive.Contains(key) ? Has.Count.InRange(3, 6) : Is.Empty, text.Language);
    }

    [TestCaseSource(nameof(Invasive))]
    public void No_place_is_always_the_right_one(string key)
    {
        foreach (var text in Form(key).Draft.Texts!)
            Assert.That(text.Questions.Select(q => q.Right).Distinct().Count(), Is.GreaterThan(1), text.Language);
    }

    [TestCaseSource(nameof(Keys))]
    public void The_text_tells_the_days_to_think_and_when_it_runs_out(string key)
    {
        var draft = Form(key).Draft;
        foreach (var text in draft.Texts!)
        {
            var words = Words(text).Replace("**", "", StringComparison.Ordinal);
            var (sign, ends, stays) = text.Language == "de"
                ? ($"Unterschreiben können Sie frühestens {draft.CoolingOffDays} Tage", $"{draft.ExpiresMonths} Monate", "läuft nicht von selbst ab")
                : ($"You can sign {draft.CoolingOffDays} days after", $"{draft.ExpiresMonths} months", "does not run out by itself");

            Assert.That(words.Contains(sign, StringComparison.Ordinal), Is.EqualTo(draft.CoolingOffDays > 0), sign);
            Assert.That(words, Does.Contain(draft.ExpiresMonths > 0 ? ends : stays));
        }
    }

    [TestCaseSource(nameof(Keys))]
    public void The_text_says_that_it_is_withdrawn_as_easily_as_given(string key)
    {
        foreach (var text in Form(key).Draft.Texts!)
            Assert.That(Words(text), Does.Contain(text.Language == "de" ? "so einfach, wie Sie sie geben" : "as easily as you give it").Or.Contain("so einfach widerrufen, wie Sie sie geben"));
    }

    [TestCaseSource(nameof(Keys))]
    public void The_client_agrees_by_a_box_of_their_own(string key)
    {
        foreach (var text in Form(key).Draft.Texts!)
            Assert.That(Parts(text).OfType<FieldPart>().Last(), Has.Property(nameof(FieldPart.Kind)).EqualTo(FieldKind.Tick).And.Property(nameof(FieldPart.Required)).True);
    }

    [TestCaseSource(nameof(Keys))]
    public void Nothing_of_the_markup_is_left_on_the_page(string key)
    {
        foreach (var text in Form(key).Draft.Texts!)
        {
            var html = Html(Parts(text));

            Assert.That(html, Does.Contain("<h3>").And.Not.Contain("**").And.Not.Contain("{{").And.Not.Contain("| ---").And.Not.Contain("##"));
        }
    }

    [Test]
    public void Photos_that_others_see_are_no_condition_of_anything() =>
        Assert.That(Form("photos-marketing").Template.Procedures, Is.Empty);

    [Test]
    public void Messages_are_chosen_one_by_one_and_none_has_to_be()
    {
        var optional = Parts(Form("data-processing").Draft.Texts![0]).OfType<FieldPart>().Where(f => !f.Required).Select(f => f.Name);

        Assert.That(optional, Is.EqualTo(new[] { "health_data", "reminder_email", "reminder_sms", "follow_up", "news" }));
    }

    [TestCase("title: A", "between two lines of ---")]
    [TestCase("---\ntitle: A\n---\nText", "“kind” is missing")]
    [TestCase("---\ntitle\n---\nText", "“title” has no value")]
    [TestCase(Head + "Text\n---questions---\n? A?\n- [ ] B\n- [ ] C\n", "No answer is right: A?")]
    [TestCase(Head + "Text\n---questions---\n? A?\n- [x] B\n- [x] C\n", "Two answers are right: A?")]
    [TestCase(Head + "Text\n---questions---\nA?\n", "neither a question nor an answer: A?")]
    public void What_is_wrong_in_a_file_is_told_with_its_name(string content, string words) =>
        Assert.That(() => ShippedForms.Read(content, "form.en.md"), Throws.TypeOf<FormatException>().With.Message.StartsWith("form.en.md: ").And.Message.Contains(words));

    private const string Head = "---\ntitle: A\nkind: Procedure\nprocedures:\ncooling-off-days: 0\nexpires-months: 0\nsignatures: PatientConsent\nminors: Refused\n---\n";

    private static (string Key, TemplateInput Template, DraftInput Draft) Form(string key) => ShippedForms.All().Single(f => f.Key == key);

    private static IReadOnlyList<TemplatePart> Parts(VersionText text) => TemplateText.Read(text.Source).Text!.Parts;

    private static string Words(VersionText text) => string.Join(' ', text.Source.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));

    // The label and the options are words of a language; all else is the same in each, a section's answer by the place of its option.
    private static IEnumerable<string> Shape(IReadOnlyList<TemplatePart> parts)
    {
        var fields = new Dictionary<string, FieldPart>(StringComparer.Ordinal);
        return [.. Lines(parts)];

        IEnumerable<string> Lines(IReadOnlyList<TemplatePart> level)
        {
            foreach (var part in level)
            {
                if (part is FieldPart field)
                {
                    fields.Add(field.Name, field);
                    yield return $"{field.Kind} {field.Name} {field.Options.Count} {field.Required}";
                }
                else if (part is SectionPart section)
                {
                    yield return $"if {section.Field} {fields[section.Field].Options.ToList().IndexOf(section.Answer)}";
                    foreach (var line in Lines(section.Parts)) yield return line;
                    yield return "end";
                }
            }
        }
    }

    private static string Html(IReadOnlyList<TemplatePart> parts) => string.Concat(FormHtml.Pieces(parts, Values).Select(piece => piece.Html ?? (piece.Part is SectionPart section ? Html(section.Parts) : "")));

    private static readonly Dictionary<string, string> Values = Presenter.Values.ToDictionary(v => v, v => v, StringComparer.Ordinal);

    private static string Raw(string key, string language)
    {
        using var reader = new StreamReader(typeof(ShippedForms).Assembly.GetManifestResourceStream($"Shipped/{key}.{language}.md")!);
        return reader.ReadToEnd();
    }
}
