using Smp.Consents.Templates;

namespace Smp.Consents.Records;

/// <summary>What a signature means (21 CFR 11.50).</summary>
public enum SignatureMeaning
{
    /// <summary>The client consents.</summary>
    PatientConsent,

    /// <summary>A guardian consents for the client.</summary>
    GuardianConsent,

    /// <summary>Somebody saw the client sign.</summary>
    Witness,

    /// <summary>The practitioner explained it.</summary>
    PractitionerDisclosure,

    /// <summary>Somebody put it into the client's language.</summary>
    Interpreter,
}

/// <summary>What a form still lacks before its next signature: the one place that decides it, for the page and the API alike.</summary>
/// <param name="text">The text as it was presented.</param>
/// <param name="signatures">Who has to sign, in this order.</param>
public sealed class Completeness(TemplateText text, IReadOnlyList<SignatureMeaning> signatures)
{
    /// <summary>The required fields that have no answer, and the fields whose answer they don't take, in the order of the text.</summary>
    public IReadOnlyList<FieldPart> Missing(IReadOnlyDictionary<string, string> answers) =>
        [.. text.Fields(answers).Where(field => answers.TryGetValue(field.Name, out var answer) && answer.Length > 0 ? !field.Takes(answer) : field.Required)];

    /// <summary>The fields that are part of the form with these answers, in the order of the text.</summary>
    public IEnumerable<FieldPart> Fields(IReadOnlyDictionary<string, string> answers) => text.Fields(answers);

    /// <summary>Whether the form has a field of this name, in whichever section.</summary>
    public bool Knows(string name)
    {
        return Any(text.Parts);
        bool Any(IReadOnlyList<TemplatePart> parts) => parts.Any(part => part is FieldPart field && field.Name == name || part is SectionPart section && Any(section.Parts));
    }

    /// <summary>The text as it was presented.</summary>
    public TemplateText Text => text;

    /// <summary>Who has to sign next, or null when all have.</summary>
    /// <param name="given">What was given so far, in order.</param>
    /// <exception cref="ArgumentException">What was given isn't the beginning of what is required: the record was not made by this rule.</exception>
    public SignatureMeaning? Next(IReadOnlyList<SignatureMeaning> given)
    {
        if (!signatures.Take(given.Count).SequenceEqual(given)) throw new ArgumentException("The signatures given aren't the beginning of those required.", nameof(given));
        return given.Count < signatures.Count ? signatures[given.Count] : null;
    }

    /// <summary>Whether this signature may be given now: no field is missing, and it is this one's turn.</summary>
    public bool MaySign(IReadOnlyDictionary<string, string> answers, IReadOnlyList<SignatureMeaning> given, SignatureMeaning meaning) =>
        Missing(answers).Count == 0 && Next(given) == meaning;

    /// <summary>Whether nothing is missing: every required field, and every signature. A form that nobody signs is never whole.</summary>
    public bool IsWhole(IReadOnlyDictionary<string, string> answers, IReadOnlyList<SignatureMeaning> given) =>
        signatures.Count > 0 && Missing(answers).Count == 0 && Next(given) is null;
}
