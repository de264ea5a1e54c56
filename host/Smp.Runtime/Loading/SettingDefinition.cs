using System.Globalization;

namespace Smp.Runtime.Loading;

/// <summary>What kind of value a setting has.</summary>
public enum SettingType
{
    /// <summary>True or false, a <see cref="bool"/>.</summary>
    Boolean,

    /// <summary>A whole number, a <see cref="long"/>.</summary>
    WholeNumber,

    /// <summary>A decimal number, a <see cref="decimal"/>.</summary>
    Number,

    /// <summary>A text, a <see cref="string"/>.</summary>
    Text,
}

/// <summary>A setting of a plugin, as its manifest describes it.</summary>
public sealed record SettingDefinition
{
    /// <summary>Its name, by which the plugin asks for it: <c>reminderDays</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What kind of value it has.</summary>
    public required SettingType Type { get; init; }

    /// <summary>Its label, in English; translated where it is shown.</summary>
    public required string Title { get; init; }

    /// <summary>A line of help; empty where there is none.</summary>
    public string Description { get; init; } = "";

    /// <summary>The value until the clinic sets one, of the type that <see cref="Type"/> names. A secret begins empty.</summary>
    public required object Default { get; init; }

    /// <summary>The lowest value, for numbers.</summary>
    public decimal? Minimum { get; init; }

    /// <summary>The highest value, for numbers.</summary>
    public decimal? Maximum { get; init; }

    /// <summary>The only values there are, for texts; empty where any will do.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>How many characters at most, for texts.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Whether it is never shown again once it was set (<c>writeOnly</c>), such as a password.</summary>
    public bool Secret { get; init; }

    /// <summary>What speaks against a value, as a sentence that says what would be right; null when nothing does.</summary>
    public string? Objection(object value)
    {
        var number = value switch { long whole => whole, decimal fraction => fraction, _ => (decimal?)null };
        return (Type, value) switch
        {
            (SettingType.Boolean, bool) => null,
            (SettingType.WholeNumber, long) or (SettingType.Number, decimal) => Range(number!.Value),
            (SettingType.Text, string text) => Wording(text),
            (SettingType.Boolean, _) => "It is true or false.",
            (SettingType.WholeNumber, _) => "It is a whole number.",
            (SettingType.Number, _) => "It is a number.",
            _ => "It is a text.",
        };
    }

    private string? Range(decimal number)
    {
        if (number < Minimum) return string.Create(CultureInfo.InvariantCulture, $"The lowest value is {Minimum}.");
        if (number > Maximum) return string.Create(CultureInfo.InvariantCulture, $"The highest value is {Maximum}.");
        return null;
    }

    private string? Wording(string text)
    {
        if (text.Length > MaxLength) return $"At most {MaxLength} characters; this has {text.Length}.";
        if (Choices.Count > 0 && !Choices.Contains(text)) return $"It is one of: {string.Join(", ", Choices)}.";
        return null;
    }
}
