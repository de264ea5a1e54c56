namespace Smp.Sessions;

/// <summary>The permissions of this module, as its manifest declares them.</summary>
public static class Permissions
{
    /// <summary>See assessments, plans and sessions.</summary>
    public const string View = "sessions.view";

    /// <summary>Make plans, schedule sessions, check clients in.</summary>
    public const string Plan = "sessions.plan";

    /// <summary>Assess candidates, read patch tests, record sessions, checks of healing and aftercare.</summary>
    public const string Perform = "sessions.perform";

    /// <summary>A physician's word: a candidate despite what defers, a patch test that is waived.</summary>
    public const string Decide = "sessions.decide";

    /// <summary>Void a session that was entered in error.</summary>
    public const string Void = "sessions.void";

    /// <summary>The core's: see who the patients are.</summary>
    public const string SeePatients = "patients.view";

    /// <summary>The core's: add photos.</summary>
    public const string AddPhotos = "photos.add";

    /// <summary>The core's: record complications.</summary>
    public const string RecordComplications = "complications.record";
}
