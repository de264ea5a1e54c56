using Smp.Consents.Presenting;
using Smp.Consents.Records;
using Smp.Sdk;

namespace Smp.Consents.Templates;

/// <summary>A new form, or what it is called and needed for.</summary>
public sealed record TemplateInput
{
    /// <summary>What staff call it. 1 to 200 characters.</summary>
    public string? Title { get; init; }

    /// <summary>What it is about; stays as it was entered first.</summary>
    public ConsentKind? Kind { get; init; }

    /// <summary>The kinds of procedures that can't begin without it, in the words of the modules that do them. At most 20.</summary>
    public IReadOnlyList<string>? Procedures { get; init; }

    internal (string Title, ConsentKind Kind, IReadOnlyList<string> Procedures) Checked()
    {
        var checks = new Checks();
        var title = checks.Require(Title, "title", 200);
        checks.That(Kind is { } kind && Enum.IsDefined(kind), "kind", $"Say what it is about.");
        List<string> procedures = [.. (Procedures ?? []).Select(p => p?.Trim() ?? "").Where(p => p.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
        checks.That(procedures.Count <= 20, "procedures", $"At most 20 kinds of procedures.");
        checks.That(procedures.TrueForAll(p => p.Length <= 50), "procedures", $"The kind of a procedure has at most 50 characters.");
        checks.That(Kind is not ConsentKind.PhotoMarketing || procedures.Count == 0, "procedures",
            $"Consent to photos that others see is never a condition of treatment (45 CFR 164.508): nothing may need it.");
        checks.Throw();
        return (title, Kind!.Value, procedures);
    }
}

/// <summary>What a draft shall be, whole.</summary>
public sealed record DraftInput
{
    /// <summary>0 to 365.</summary>
    public int? CoolingOffDays { get; init; }

    /// <summary>0 to 120; 0 when it doesn't expire.</summary>
    public int? ExpiresMonths { get; init; }

    /// <summary>What it does with those who aren't of age.</summary>
    public MinorsRule? Minors { get; init; }

    /// <summary>Who signs, in this order. The client is among them, the guardian isn't: they are added for whom they are needed.</summary>
    public IReadOnlyList<SignatureMeaning>? Signatures { get; init; }

    /// <summary>Whether consents under the version before aren't in force any more.</summary>
    public bool MaterialChange { get; init; }

    /// <summary>What has changed. At most 500 characters.</summary>
    public string? ChangeNote { get; init; }

    /// <summary>One text for each language, at least one and at most 20.</summary>
    public IReadOnlyList<VersionText>? Texts { get; init; }

    internal (VersionRules Rules, IReadOnlyList<VersionText> Texts) Checked()
    {
        var checks = new Checks();
        checks.That(CoolingOffDays is >= 0 and <= 365, "coolingOffDays", $"Days to think are 0 to 365.");
        checks.That(ExpiresMonths is >= 0 and <= 120, "expiresMonths", $"Months in force are 0 to 120; 0 when it doesn't expire.");
        checks.That(Minors is { } minors && Enum.IsDefined(minors), "minors", $"Say what holds for clients who aren't of age.");
        var signatures = Signatures ?? [];
        checks.That(signatures.All(Enum.IsDefined) && signatures.Distinct().Count() == signatures.Count, "signatures", $"Each signature is asked for once.");
        checks.That(signatures.Contains(SignatureMeaning.PatientConsent), "signatures", $"The client signs; say after whom and before whom.");
        checks.That(!signatures.Contains(SignatureMeaning.GuardianConsent), "signatures", $"A guardian is added for those who need one, after the client.");
        var note = checks.Optional(ChangeNote, "changeNote", 500);
        var texts = Texts ?? [];
        checks.That(texts.Count is >= 1 and <= 20, "texts", $"A form has a text in one language at least, and in 20 at most.");
        checks.That(texts.Select(t => t.Language).Distinct().Count() == texts.Count, "texts", $"There is one text for each language.");
        for (var i = 0; i < texts.Count; i++) Check(checks, texts[i], FormattableString.Invariant($"texts[{i}]"));
        CheckAlike(checks, texts);
        checks.Throw();
        return (new()
        {
            CoolingOffDays = CoolingOffDays!.Value, ExpiresMonths = ExpiresMonths!.Value, Minors = Minors!.Value, Signatures = signatures, MaterialChange = MaterialChange, ChangeNote = note,
        }, [.. texts.Select(t => t with { Title = t.Title.Trim(), Source = t.Source.ReplaceLineEndings("\n"), Questions = t.Questions ?? [] })]);
    }

    private static void Check(Checks checks, VersionText text, string field)
    {
        checks.That(text.Language is [>= 'a' and <= 'z', >= 'a' and <= 'z'], $"{field}.language", $"A language is two small letters, like en.");
        checks.Require(text.Title, $"{field}.title", 200);
        if (string.IsNullOrWhiteSpace(text.Source)) checks.Add($"{field}.source", $"This is needed.");
        else if (text.Source.Length > 100_000) checks.Add($"{field}.source", $"At most {100_000} characters; this has {text.Source.Length}.");
        else if (TemplateText.Read(text.Source.ReplaceLineEndings("\n")).Problems is [var first, ..] problems)
            checks.Add($"{field}.source", problems.Count == 1 ? $"Line {first.Line}, column {first.Column}: {first.Sentence}" : (FormattableString)$"Line {first.Line}, column {first.Column}: {first.Sentence} And {problems.Count - 1} more.");
        else if (Unknown(TemplateText.Read(text.Source.ReplaceLineEndings("\n")).Text!.Parts) is { } unknown)
            checks.Add($"{field}.source", $"Nothing can be filled in for “{unknown}”. There is: {string.Join(", ", Presenter.Values)}.");
        var questions = text.Questions ?? [];
        checks.That(questions.Count <= 20, $"{field}.questions", $"At most 20 questions.");
        foreach (var question in questions)
        {
            if (question is null || string.IsNullOrWhiteSpace(question.Text) || question.Text.Length > 500 || question.Answers is not { Count: >= 2 and <= 6 }
                || question.Answers.Any(a => string.IsNullOrWhiteSpace(a) || a.Length > 300) || question.Right < 0 || question.Right >= question.Answers.Count)
                checks.Add($"{field}.questions", $"A question has a text of at most 500 characters and 2 to 6 answers of at most 300, one of which is right.");
        }
    }

    private static string? Unknown(IReadOnlyList<TemplatePart> parts) => parts
        .Select(part => part is ValuePart value && !Presenter.Values.Contains(value.Name) ? value.Name : part is SectionPart section ? Unknown(section.Parts) : null).FirstOrDefault(name => name is not null);

    // Whoever signs in one language is asked what others are asked in another.
    private static void CheckAlike(Checks checks, IReadOnlyList<VersionText> texts)
    {
        var read = texts.Select(t => (t.Language, Shape: string.IsNullOrEmpty(t.Source) ? null : ShapeOf(TemplateText.Read(t.Source.ReplaceLineEndings("\n")).Text), Questions: t.Questions?.Count ?? 0)).ToList();
        foreach (var (language, shape, questions) in read.Skip(1))
        {
            if (shape is not null && read[0].Shape is { } first && shape != first)
                checks.Add("texts", $"The fields in “{language}” aren't those in “{read[0].Language}”: every language has the same names, kinds, options and what is required, in the same sections.");
            if (questions != read[0].Questions) checks.Add("texts", $"There are {questions} questions in “{language}” and {read[0].Questions} in “{read[0].Language}”: every language asks the same.");
        }
    }

    private static string? ShapeOf(TemplateText? text)
    {
        var fields = new Dictionary<string, FieldPart>(StringComparer.Ordinal);
        return text is null ? null : string.Join('\n', Lines(text.Parts));

        IEnumerable<string> Lines(IReadOnlyList<TemplatePart> parts) => parts.SelectMany(part =>
        {
            if (part is FieldPart field)
            {
                fields.TryAdd(field.Name, field);
                return [FormattableString.Invariant($"{field.Kind} {field.Name} {field.Options.Count} {field.Required}")];
            }

            // The option's place, since its words are another language's.
            return part is SectionPart section
                ? [FormattableString.Invariant($"if {section.Field} {fields[section.Field].Options.ToList().IndexOf(section.Answer)}"), .. Lines(section.Parts), "end"]
                : (IEnumerable<string>)[];
        });
    }
}
