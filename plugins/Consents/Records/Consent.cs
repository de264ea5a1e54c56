namespace Smp.Consents.Records;

/// <summary>A consent on its way from presentation to force. Immutable: each act gives the next one, or null when it can't be done now.</summary>
/// <param name="Form">What it needs to be whole.</param>
/// <param name="HasQuestions">Whether comprehension questions come with it.</param>
/// <param name="CoolingOff">Time between presentation and the first signature; zero where the template asks for none.</param>
public sealed record Consent(Completeness Form, bool HasQuestions, TimeSpan CoolingOff)
{
    /// <summary>Where it stands.</summary>
    public ConsentState State { get; private init; } = ConsentState.Draft;

    /// <summary>When it was presented.</summary>
    public DateTimeOffset? PresentedAt { get; private init; }

    /// <summary>From when on it can be signed.</summary>
    public DateTimeOffset? SignFrom => PresentedAt + CoolingOff;

    /// <summary>The client's answers, by field; they stay as they are from the first signature on.</summary>
    public IReadOnlyDictionary<string, string> Answers { get; private init; } = new Dictionary<string, string>();

    /// <summary>The signatures given, in order.</summary>
    public IReadOnlyList<SignatureMeaning> Signatures { get; private init; } = [];

    /// <summary>As it was kept.</summary>
    internal static Consent Kept(
        Completeness form, bool hasQuestions, TimeSpan coolingOff, ConsentState state, DateTimeOffset presentedAt, IReadOnlyDictionary<string, string> answers,
        IReadOnlyList<SignatureMeaning> signatures) =>
        new(form, hasQuestions, coolingOff) { State = state, PresentedAt = presentedAt, Answers = answers, Signatures = signatures };

    /// <summary>Shows it to the client. Where there are no questions, nothing has to be understood first.</summary>
    public Consent? Present(DateTimeOffset now) =>
        (this with { PresentedAt = now }).Step(ConsentEvent.Present) is { } presented
            ? HasQuestions ? presented : presented.Understand(passed: true)
            : null;

    /// <summary>The questions were answered; all of them right, or there is another try. Cooling-off counts from the presentation.</summary>
    public Consent? Understand(bool passed) => passed ? Step(ConsentEvent.Understand)?.Step(ConsentEvent.CoolOff) : null;

    /// <summary>Takes the client's answers in place of those before.</summary>
    public Consent? Answer(IReadOnlyDictionary<string, string> answers) =>
        State is ConsentState.Presented or ConsentState.CoolingOff && Signatures.Count == 0
            ? this with { Answers = new Dictionary<string, string>(answers) }
            : null;

    /// <summary>Takes a signature: in its turn, on a form with nothing missing, after the time to think. The last one signs the record.</summary>
    public Consent? Sign(SignatureMeaning meaning, DateTimeOffset now)
    {
        if (State != ConsentState.CoolingOff || now < SignFrom || !Form.MaySign(Answers, Signatures, meaning)) return null;
        var signed = this with { Signatures = [.. Signatures, meaning] };
        return signed.Form.IsWhole(signed.Answers, signed.Signatures) ? signed.Step(ConsentEvent.Sign) : signed;
    }

    /// <summary>Does what needs no more than a state that it can follow: activate, withdraw, expire, supersede, decline, void.</summary>
    public Consent? Do(ConsentEvent what) =>
        what is ConsentEvent.Present or ConsentEvent.Understand or ConsentEvent.CoolOff or ConsentEvent.Sign ? null : Step(what);

    private Consent? Step(ConsentEvent on) => ConsentStates.Next(State, on) is { } next ? this with { State = next } : null;
}
