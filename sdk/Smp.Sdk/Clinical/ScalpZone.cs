namespace Smp.Sdk;

/// <summary>A zone of the scalp, as plans and records name it. Left and right are the patient's own.</summary>
public enum ScalpZone
{
    /// <summary>The front edge, from one recess to the other.</summary>
    FrontalHairline,

    /// <summary>The point of hair before the left temple.</summary>
    TemporalPeakLeft,

    /// <summary>The point of hair before the right temple.</summary>
    TemporalPeakRight,

    /// <summary>Behind the hairline, to the middle of the top.</summary>
    Frontal,

    /// <summary>The middle of the top.</summary>
    MidScalp,

    /// <summary>The crown, with the whorl.</summary>
    Vertex,

    /// <summary>The upper left side.</summary>
    ParietalLeft,

    /// <summary>The upper right side.</summary>
    ParietalRight,

    /// <summary>Above and before the left ear, with the sideburn.</summary>
    TemporalLeft,

    /// <summary>Above and before the right ear, with the sideburn.</summary>
    TemporalRight,

    /// <summary>The back of the head, between the ears.</summary>
    Occipital,

    /// <summary>The lower edge at the neck.</summary>
    Nape,

    /// <summary>A scar, wherever it is: it has no place of its own.</summary>
    Scar,
}
