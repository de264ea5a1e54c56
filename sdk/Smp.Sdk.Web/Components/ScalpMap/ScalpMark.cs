namespace Smp.Sdk.Web;

/// <summary>What is known of a zone, for a <see cref="ScalpMap"/>.</summary>
/// <param name="Zone">The zone; a zone has one mark at most.</param>
/// <param name="Value">It in words, as the list says it: <c>70 %</c>.</param>
public sealed record ScalpMark(ScalpZone Zone, string Value)
{
    /// <summary>Density, 0 to 100; for <see cref="ScalpScale.Density"/>.</summary>
    public int? Percent { get; init; }

    /// <summary>The pass, 1 to 3, or the shade, 0 (lightest) to 9; for <see cref="ScalpScale.Pass"/> and <see cref="ScalpScale.Shade"/>.</summary>
    public int? Step { get; init; }

    /// <summary>More about it, in the list.</summary>
    public string? Note { get; init; }
}

/// <summary>What the zones of a <see cref="ScalpMap"/> are coloured by.</summary>
public enum ScalpScale
{
    /// <summary>By nothing: zones that have a mark are tinted alike.</summary>
    None,

    /// <summary>By density, in five steps of 20 %.</summary>
    Density,

    /// <summary>By the pass that was done last, 1 to 3.</summary>
    Pass,

    /// <summary>By the shade of the pigment, 0 to 9.</summary>
    Shade,
}
