namespace Smp.Sdk;

/// <summary>Why something was refused, and with which HTTP status the API says so.</summary>
public enum RefusalKind
{
    /// <summary>Something in the input is wrong; the fields say what (422).</summary>
    Invalid,

    /// <summary>There is no such thing (404).</summary>
    Missing,

    /// <summary>A rule or the present state forbids it (409).</summary>
    Refused,

    /// <summary>The row was changed by somebody else since it was read (412).</summary>
    Stale,

    /// <summary>This person may not do it (403).</summary>
    Forbidden,
}

/// <summary>What is wrong with one field of the input.</summary>
/// <param name="Field">The field's name as in the API: camel case, <c>patient.birthDate</c> for nested ones.</param>
/// <param name="Message">A sentence that says what would be right.</param>
public sealed record FieldError(string Field, FormattableString Message);

/// <summary>
/// An intent was refused. Thrown by services and inside units of work (which rolls the unit back); shown as
/// problem+json by the API, in words beside the field on a page, and as a line on standard error by the command line.
/// </summary>
/// <remarks>Messages are interpolated strings, so that they can be put into the clinic's language where they are shown.</remarks>
public sealed class RefusedException : Exception
{
    /// <summary>Refuses with a sentence.</summary>
    public RefusedException(RefusalKind kind, FormattableString sentence, IReadOnlyList<FieldError>? errors = null)
        : base(FormattableString.Invariant(sentence))
    {
        Kind = kind;
        Sentence = sentence;
        Errors = errors ?? [];
    }

    /// <summary>Why.</summary>
    public RefusalKind Kind { get; }

    /// <summary>What happened and what to do, to be translated where it is shown.</summary>
    public FormattableString Sentence { get; }

    /// <summary>What is wrong with which field; empty unless <see cref="Kind"/> is <see cref="RefusalKind.Invalid"/>.</summary>
    public IReadOnlyList<FieldError> Errors { get; }

    /// <summary>More for the machine, by name (for example the possible duplicates of a patient); carried in the problem document.</summary>
    public IReadOnlyDictionary<string, object?> Details { get; init; } = new Dictionary<string, object?>();
}

/// <summary>The ways to refuse.</summary>
public static class Refuse
{
    /// <summary>A rule or the present state forbids it.</summary>
    public static RefusedException Because(FormattableString sentence) => new(RefusalKind.Refused, sentence);

    /// <summary>There is no such thing: <c>Refuse.Missing($"There is no lot {id}.")</c>.</summary>
    public static RefusedException Missing(FormattableString sentence) => new(RefusalKind.Missing, sentence);

    /// <summary>One field is wrong.</summary>
    public static RefusedException Field(string field, FormattableString message) =>
        new(RefusalKind.Invalid, message, [new FieldError(field, message)]);

    /// <summary>Several fields are wrong.</summary>
    public static RefusedException Fields(IReadOnlyList<FieldError> errors) =>
        errors.Count == 1
            ? Field(errors[0].Field, errors[0].Message)
            : new(RefusalKind.Invalid, $"{errors.Select(e => e.Field).Distinct().Count()} fields need another look.", errors);

    /// <summary>Somebody else changed the row since it was read.</summary>
    public static RefusedException Stale(FormattableString sentence) => new(RefusalKind.Stale, sentence);

    /// <summary>This person may not do it.</summary>
    public static RefusedException Forbidden(FormattableString sentence) => new(RefusalKind.Forbidden, sentence);
}
