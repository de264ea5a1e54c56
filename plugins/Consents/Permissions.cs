namespace Smp.Consents;

/// <summary>The permissions of this module, as its manifest declares them.</summary>
public static class Permissions
{
    /// <summary>See consent forms and what was signed.</summary>
    public const string View = "consents.view";

    /// <summary>Present forms, have them signed, and record withdrawals.</summary>
    public const string Present = "consents.present";

    /// <summary>Sign that a treatment was explained.</summary>
    public const string Disclose = "consents.disclose";

    /// <summary>Void a consent made by mistake.</summary>
    public const string Void = "consents.void";

    /// <summary>Write, publish and retire forms.</summary>
    public const string Templates = "consents.templates";

    /// <summary>The core's: see who the patients are.</summary>
    public const string SeePatients = "patients.view";
}
