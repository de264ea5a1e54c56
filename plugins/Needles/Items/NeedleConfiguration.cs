using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Smp.Needles.Items;

/// <summary>How the needles of a cartridge or bar are grouped.</summary>
public enum NeedleShape
{
    /// <summary>Round liner: in a tight circle.</summary>
    RL,

    /// <summary>Round shader: in a loose circle.</summary>
    RS,

    /// <summary>Magnum: in two rows.</summary>
    M,

    /// <summary>Flat: in one row.</summary>
    F,
}

/// <summary>How many needles in which grouping, as printed on the box: <c>3RL</c>.</summary>
public readonly record struct NeedleConfiguration
{
    private NeedleConfiguration(int count, NeedleShape shape) => (Count, Shape) = (count, shape);

    /// <summary>How many needles, 1 to 99.</summary>
    public int Count { get; }

    /// <summary>How they are grouped.</summary>
    public NeedleShape Shape { get; }

    /// <summary>Reads what is printed or typed; small letters and spaces around it are fine.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out NeedleConfiguration configuration)
    {
        configuration = default;
        var word = text?.Trim().ToUpperInvariant() ?? "";
        var digits = word.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits is < 1 or > 2 || word[0] == '0') return false;
        NeedleShape? shape = word[digits..] switch
        {
            "RL" => NeedleShape.RL,
            "RS" => NeedleShape.RS,
            "M" => NeedleShape.M,
            "F" => NeedleShape.F,
            _ => null,
        };
        if (shape is not { } known) return false;
        configuration = new(int.Parse(word.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture), known);
        return true;
    }

    /// <summary>As printed: <c>3RL</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count}{Shape}");
}
