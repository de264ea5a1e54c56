using Smp.Consents.Records;
using Smp.Consents.Templates;

namespace Smp.Consents.Tests.Records;

internal sealed class CompletenessTests
{
    private static readonly Completeness Form = new(
        TemplateText.Read("""{{tick smoker "I smoke"}}{{if smoker}}{{text how_much "How much?" required}}{{end}}{{initials risks "I have read the risks" required}}{{date since "Since"}}""").Text!,
        [SignatureMeaning.PatientConsent, SignatureMeaning.Witness]);

    [Test]
    public void An_empty_form_cant_be_signed() =>
        Assert.That(Form.MaySign(Answers(), [], SignatureMeaning.PatientConsent), Is.False);

    [Test]
    public void Blanks_are_no_answer() =>
        Assert.That(Missing(("risks", "  ")), Is.EqualTo(new[] { "risks" }));

    [Test]
    public void A_required_field_counts_once_its_section_is_shown()
    {
        Assert.That(Missing(("risks", "AB")), Is.Empty);
        Assert.That(Missing(("risks", "AB"), ("smoker", "yes")), Is.EqualTo(new[] { "how_much" }));
    }

    [Test]
    public void A_field_that_neednt_be_filled_in_takes_no_wrong_answer_either() =>
        Assert.That(Missing(("risks", "AB"), ("since", "31.12.2026")), Is.EqualTo(new[] { "since" }));

    [Test]
    public void Signatures_are_given_in_their_order_and_each_once()
    {
        var answers = Answers(("risks", "AB"));

        Assert.That(Form.MaySign(answers, [], SignatureMeaning.Witness), Is.False);
        Assert.That(Form.MaySign(answers, [], SignatureMeaning.PatientConsent), Is.True);
        Assert.That(Form.MaySign(answers, [SignatureMeaning.PatientConsent], SignatureMeaning.PatientConsent), Is.False);
        Assert.That(Form.IsWhole(answers, [SignatureMeaning.PatientConsent]), Is.False);
        Assert.That(Form.IsWhole(answers, [SignatureMeaning.PatientConsent, SignatureMeaning.Witness]), Is.True);
    }

    [Test]
    public void A_form_that_nobody_signs_is_never_whole() =>
        Assert.That(new Completeness(TemplateText.Read("Hello").Text!, []).IsWhole(Answers(), []), Is.False);

    private static string[] Missing(params (string, string)[] answers) => [.. Form.Missing(Answers(answers)).Select(field => field.Name)];

    private static Dictionary<string, string> Answers(params (string Name, string Answer)[] answers) =>
        answers.ToDictionary(answer => answer.Name, answer => answer.Answer);
}
