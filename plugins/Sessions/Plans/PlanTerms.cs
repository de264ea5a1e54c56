namespace Smp.Sessions.Plans;

/// <summary>What it is for.</summary>
public enum Indication
{
    /// <summary>A shaven head that looks as if hair grew there.</summary>
    ShavedLook,

    /// <summary>Thinning hair that looks denser.</summary>
    DensityFill,

    /// <summary>The linear scar of a strip taken for a transplant.</summary>
    ScarCamouflageFut,

    /// <summary>The dots that follicular unit extraction left.</summary>
    ScarCamouflageFue,

    /// <summary>Patches of alopecia areata, in a quiescent phase.</summary>
    AlopeciaAreata,

    /// <summary>Scarring alopecia, in a quiescent phase.</summary>
    CicatricialAlopecia,

    /// <summary>The skin around transplanted hair.</summary>
    PostTransplantBlend,

    /// <summary>A new hairline.</summary>
    HairlineRestoration,
}

/// <summary>How the hairline ends.</summary>
public enum HairlineStyle
{
    /// <summary>It fades out.</summary>
    Soft,

    /// <summary>A clear edge.</summary>
    Defined,

    /// <summary>An irregular edge, as grown hair has.</summary>
    Broken,
}

/// <summary>What a session is for.</summary>
public enum Pass
{
    /// <summary>The all-over first cover of every planned zone.</summary>
    Foundation,

    /// <summary>Filling in.</summary>
    Density,

    /// <summary>The last touches: hairline, blending.</summary>
    Detail,
}
