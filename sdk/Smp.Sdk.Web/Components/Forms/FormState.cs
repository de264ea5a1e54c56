using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Smp.Sdk.Web;

/// <summary>
/// What a person typed into one form, as they typed it, and what is wrong with it. A page makes one for each of its forms, hands it to
/// <see cref="SmpForm"/>, and reads from it when the form was submitted. Nothing that was typed is lost when the submit is refused.
/// </summary>
/// <remarks>
/// The pattern: read every field, <see cref="Check"/>, act, <see cref="Done"/>. What a reader can't read, and what a service refuses, is
/// shown beside the field of that name and in the summary, with the status 422, 409, 412 or 403. Name fields as the service names
/// them in its errors (camel case).
/// <code>
/// &lt;SmpForm Name="receive" State="form" OnSubmit="Receive" Submit="@T["Receive the box"]" Cancel="/needles"&gt;
///   &lt;ScanField Name="code" Label="@T["Code on the box"]" Required /&gt;
///   &lt;NumberField Name="quantity" Label="@T["Quantity"]" Unit="@T["needles"]" Required /&gt;
///   &lt;DateField Name="expiry" Label="@T["Expiry date"]" /&gt;
/// &lt;/SmpForm&gt;
///
/// private readonly FormState form = new();
///
/// protected override void OnInitialized() =&gt; form.Prefill("quantity", 20);
///
/// private async Task Receive()
/// {
///     var code = form.Scan("code");
///     var quantity = form.Whole("quantity");
///     var expiry = form.Date("expiry");
///     form.Check();
///
///     var lot = await lots.ReceiveAsync(new(code, quantity!.Value, expiry));
///     form.Done($"/needles/lots/{lot.Id}", $"{quantity} needles of lot {lot.Number} are in stock.");
/// }
/// </code>
/// </remarks>
public sealed partial class FormState
{
    private readonly Dictionary<string, FieldSpec> fields = [];
    private readonly Dictionary<string, StringValues> values = [];
    private readonly List<FieldError> errors = [];
    private IFormFileCollection? files;
    private Action<string, FormattableString?>? leave;

    /// <summary>Whether the form came back from the person: its values are what they typed, and prefilling does nothing any more.</summary>
    public bool Posted { get; private set; }

    /// <summary>What is wrong, in the order of the fields.</summary>
    public IReadOnlyList<FieldError> Errors => errors;

    /// <summary>Why the last submit was refused, null when it wasn't. Its details can be shown within the form.</summary>
    public RefusedException? Refusal { get; private set; }

    internal string FormName { get; private set; } = "form";

    /// <summary>Adds what is wrong with a field; the first word about each counts.</summary>
    public void Error(string field, FormattableString message)
    {
        if (!errors.Exists(error => error.Field == field)) errors.Add(new(field, message));
    }

    /// <summary>Ends the reading: nothing is done before every field could be read, and every field that is marked <c>Required</c> has something in it.</summary>
    /// <exception cref="RefusedException">With every error; <see cref="SmpForm"/> shows them.</exception>
    public void Check()
    {
        foreach (var field in fields.Values.Where(field => field.Required && Raw(field.Name).Trim().Length == 0 && File(field.Name) is null))
        {
            Error(field.Name, $"This is needed.");
        }

        if (errors.Count == 0) return;

        // As they stand on the page, not as they were read.
        var order = fields.Keys.ToList();
        throw Refuse.Fields([.. errors.OrderBy(error => (uint)order.IndexOf(error.Field))]);
    }

    /// <summary>
    /// It is done: goes to another page (so that reloading does nothing twice), where a line says what was done.
    /// </summary>
    /// <param name="href">Where to go, as a path in this clinic.</param>
    /// <param name="said">What was done: <c>$"Lot {number} was recalled."</c></param>
    /// <exception cref="InvalidOperationException">The form isn't being submitted.</exception>
    public void Done(string href, FormattableString? said = null)
    {
        if (leave is null) throw new InvalidOperationException("Done is called while SmpForm submits this form.");
        leave(href, said);
    }

    /// <summary>Empties the form, for one that stays on the page after it was submitted.</summary>
    public void Clear()
    {
        values.Clear();
        errors.Clear();
        Refusal = null;
    }

    internal string IdOf(string field) => $"{FormName}-{field.Replace('.', '-')}";

    internal string? LabelOf(string field) => fields.TryGetValue(field, out var spec) ? spec.Label : null;

    internal FormattableString? ErrorOf(string field) => errors.Find(error => error.Field == field)?.Message;

    internal string Raw(string field) => values.TryGetValue(field, out var all) && all.Count > 0 ? all[^1] ?? "" : "";

    internal bool Holds(string field, string value) => values.TryGetValue(field, out var all) && all.Contains(value);

    internal void Register(FieldSpec field) => fields[field.Name] = field;

    internal void Attach(string formName, IFormCollection? posted, Action<string, FormattableString?> leaving)
    {
        FormName = formName;
        leave = leaving;
        if (posted is null) return;

        Posted = true;
        values.Clear();
        foreach (var (name, all) in posted) values[name] = all;
        files = posted.Files;
    }

    internal void Begin()
    {
        errors.Clear();
        Refusal = null;
    }

    internal void Refused(RefusedException refusal)
    {
        Refusal = refusal;
        errors.Clear();
        foreach (var error in refusal.Errors) Error(error.Field, error.Message);
    }

    internal sealed record FieldSpec(string Name, string Label, bool Required, int Decimals = 0);
}
