namespace Smp.Sdk;

/// <summary>A zone of the scalp.</summary>
public enum ScalpZone
{
    /// <summary>.</summary>
    FrontalHairline,
    /// <summary>.</summary>
    TemporalPeakLeft,
    /// <summary>.</summary>
    TemporalPeakRight,
    /// <summary>.</summary>
    Frontal,
    /// <summary>.</summary>
    MidScalp,
    /// <summary>.</summary>
    Vertex,
    /// <summary>.</summary>
    ParietalLeft,
    /// <summary>.</summary>
    ParietalRight,
    /// <summary>.</summary>
    TemporalLeft,
    /// <summary>.</summary>
    TemporalRight,
    /// <summary>.</summary>
    Occipital,
    /// <summary>.</summary>
    Nape,
    /// <summary>.</summary>
    Scar,
}
