namespace Smp.Needles;

/// <summary>The permissions of this module, as its manifest declares them.</summary>
public static class Permissions
{
    /// <summary>See items, lots, uses and recalls.</summary>
    public const string View = "needles.view";

    /// <summary>Receive, inspect, quarantine and dispose of lots.</summary>
    public const string Receive = "needles.receive";

    /// <summary>Pick units and record their use.</summary>
    public const string Use = "needles.use";

    /// <summary>Void a recorded use.</summary>
    public const string Void = "needles.void";

    /// <summary>Recall lots and record who was told.</summary>
    public const string Recall = "needles.recall";

    /// <summary>Record and release steriliser loads.</summary>
    public const string Sterilise = "needles.sterilise";

    /// <summary>Keep units for patients.</summary>
    public const string Reserve = "needles.reserve";

    /// <summary>The core's: see who the patients are.</summary>
    public const string SeePatients = "patients.view";

    /// <summary>Add and change items.</summary>
    public const string Manage = "needles.manage";

    /// <summary>See who was injured by a sharp and what was done about it. Who was injured sees their own without it.</summary>
    public const string Injuries = "needles.injuries";
}
