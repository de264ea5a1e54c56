namespace Smp.Sdk.Web;

/// <summary>Where a head is looked at from.</summary>
public enum ScalpSide
{
    /// <summary>From the front; the patient's left is at the right.</summary>
    Front,

    /// <summary>From above, the nose at the top; the patient's left is at the left.</summary>
    Top,

    /// <summary>The patient's left side.</summary>
    LeftSide,

    /// <summary>The patient's right side.</summary>
    RightSide,

    /// <summary>From behind; the patient's left is at the left.</summary>
    Back,
}

/// <summary>A view: its zones, and the lines of a face around them, as SVG paths.</summary>
internal sealed record ScalpView(ScalpSide Side, IReadOnlyList<ScalpArea> Areas, IReadOnlyList<string> Lines);

/// <summary>A zone in a view.</summary>
/// <param name="Zone">The zone.</param>
/// <param name="Path">Its closed outline.</param>
/// <param name="Ends">Where each of its borders begins and ends.</param>
/// <param name="Centre">Where its figure stands; null where there is no room for one.</param>
internal sealed record ScalpArea(ScalpZone Zone, string Path, IReadOnlyList<(string From, string To)> Ends, (double X, double Y)? Centre);
