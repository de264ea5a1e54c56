namespace Smp.Sdk;

/// <summary>
/// Collects what is wrong with an input, field by field, so that all of it is said at once:
/// <c>var checks = new Checks(); checks.Require(name, "name", 100); checks.Throw();</c>
/// </summary>
public sealed class Checks
{
    private readonly List<FieldError> errors = [];

    /// <summary>Whether nothing was wrong so far.</summary>
    public bool Passed => errors.Count == 0;

    /// <summary>Adds an error for a field.</summary>
    public void Add(string field, FormattableString message) => errors.Add(new(field, message));

    /// <summary>Adds an error for a field unless the condition holds.</summary>
    public void That(bool holds, string field, FormattableString message)
    {
        if (!holds) Add(field, message);
    }

    /// <summary>A text that must be there. Returns it trimmed.</summary>
    public string Require(string? value, string field, int maxLength)
    {
        var text = Optional(value, field, maxLength);
        if (text is null) Add(field, $"This is needed.");
        return text ?? "";
    }

    /// <summary>A text that may be left out. Returns it trimmed, null when empty.</summary>
    public string? Optional(string? value, string field, int maxLength)
    {
        var text = value?.Trim();
        if (string.IsNullOrEmpty(text)) return null;
        // What can't be seen can't be checked by whoever reads it, and some of it turns the text around.
        if (text.Any(IsUnseen)) Add(field, $"There are characters in this that can't be seen. Type it anew.");
        if (text.Length > maxLength) Add(field, $"At most {maxLength} characters; this has {text.Length}.");
        return text;
    }

    private static bool IsUnseen(char c) =>
        char.IsControl(c) && c is not ('\n' or '\r' or '\t') || c is '\u200b' or '\ufeff' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    /// <summary>Throws when anything was wrong.</summary>
    /// <exception cref="RefusedException">With every error collected.</exception>
    public void Throw()
    {
        if (errors.Count > 0) throw Refuse.Fields([.. errors]);
    }
}
