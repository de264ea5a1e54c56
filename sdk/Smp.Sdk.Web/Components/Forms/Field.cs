using Microsoft.AspNetCore.Components;

namespace Smp.Sdk.Web;

/// <summary>What every field of an <see cref="SmpForm"/> has. Inherit it, within a <see cref="FieldFrame"/>, for a field of your own.</summary>
public abstract class Field : ComponentBase
{
    /// <summary>The form's state, from the <see cref="SmpForm"/> around it.</summary>
    [CascadingParameter] public FormState? State { get; set; }

    /// <summary>The name, unique within the form: camel case, as the service names it in its errors.</summary>
    [Parameter] public string Name { get; set; } = "";

    /// <summary>What it is, above the field.</summary>
    [Parameter] public string Label { get; set; } = "";

    /// <summary>A word of help, below the field.</summary>
    [Parameter] public string? Hint { get; set; }

    /// <summary>Whether something must be in it: <see cref="FormState.Check"/> sees to it. Fields that aren't say that they may be left out.</summary>
    [Parameter] public bool Required { get; set; }

    /// <summary>Whether it has the cursor when the page opens. One field of a page at most.</summary>
    [Parameter] public bool Autofocus { get; set; }

    /// <summary>Says the errors.</summary>
    [Inject] protected Words Words { get; set; } = null!;

    /// <summary>The state, which is there once parameters are set.</summary>
    protected FormState Form => State!;

    /// <summary>The id of the input, which label and error summary point to.</summary>
    protected string Id => Form.IdOf(Name);

    /// <summary>What is typed in it.</summary>
    protected string Value => Form.Raw(Name);

    /// <summary>What is wrong with it, said in the clinic's language; null when nothing is.</summary>
    protected string? Error => Form.ErrorOf(Name) is { } message ? Words.Say(message) : null;

    /// <summary>For <c>aria-invalid</c>.</summary>
    protected string? Invalid => Form.ErrorOf(Name) is null ? null : "true";

    /// <summary>For <c>aria-required</c>. The browser's own <c>required</c> would speak the browser's language.</summary>
    protected string? Needed => Required ? "true" : null;

    /// <summary>For <c>aria-describedby</c>: the hint and the error.</summary>
    protected string? DescribedBy => (Hint, Form.ErrorOf(Name)) switch
    {
        (null, null) => null,
        (_, null) => $"{Id}-hint",
        (null, _) => $"{Id}-error",
        _ => $"{Id}-error {Id}-hint",
    };

    /// <summary>How many digits may follow the decimal mark; only numbers have any.</summary>
    private protected virtual int Places => 0;

    /// <summary>Whether <see cref="FormState.Check"/> sees to it that something is in it.</summary>
    private protected virtual bool Demanded => Required;

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (State is null) throw new InvalidOperationException($"The field {Name} must stand within an SmpForm.");
        if (Name.Length == 0) throw new InvalidOperationException($"A field of the form {State.FormName} has no Name.");
        State.Register(new(Name, Label, Demanded, Places));
    }
}
